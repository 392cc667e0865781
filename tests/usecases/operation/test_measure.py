"""Readiness is told soon, also where the database hangs; and asking for it does not use it up."""

import asyncio
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from prometheus_client.parser import text_string_to_metric_families

from strp.domain.errors import Unavailable
from strp.domain.people.account import OPERATOR
from strp.front.page_cache import write_if_new
from strp.outside.machine.postgres import bundled_postgres
from strp.store.engine.database import Database
from strp.usecases.desk.forecast import make_forecast
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.operation.measure import MISSING, is_ready, measure
from strp.usecases.process.metrics import METRICS
from strp.usecases.process.supervise import Loop
from strp.usecases.process.system import System

pytestmark = pytest.mark.anyio


@pytest.fixture
async def alone(system: System, tmp_path: Path) -> AsyncIterator[System]:
    """A system on a server of its own, in the folder `var`, which may be stopped."""
    with bundled_postgres(tmp_path / "var") as url:
        async with Database(url, connections=4) as database:
            await is_ready(found := replace(system, database=database))
            yield found


@contextmanager
def stopped(data_dir: Path) -> Iterator[None]:
    """PostgreSQL does nothing for a while, and closes no connection."""
    server = psutil.Process(int((data_dir / "postgres" / "postmaster.pid").read_text().split()[0]))
    processes = [server, *server.children()]
    for process in processes:
        process.suspend()
    try:
        yield
    finally:
        for process in processes:
            process.resume()


async def test_a_database_that_hangs_is_told_and_holds_one_connection(
    alone: System, tmp_path: Path
) -> None:
    before = asked_for_connections(alone)
    with stopped(tmp_path / "var"):
        for _ in range(2):
            told = await asyncio.gather(
                *(is_ready(alone) for _ in range(20)), return_exceptions=True
            )
            assert {type(error) for error in told} == {Unavailable}
        assert asked_for_connections(alone) - before == 1
    await is_ready(alone)


def asked_for_connections(system: System) -> int:
    return system.database._pool.get_stats()["requests_num"]


def names_in(text: str) -> set[str]:
    """Names of the metrics, by a parser of Prometheus' own client."""
    families = text_string_to_metric_families(text)
    names = {f"{each.name}_total" if each.type == "counter" else each.name for each in families}
    return {name for name in names if not name.endswith("_created")}


def busy(system: System) -> System:
    """The same after a request, with a loop at work."""
    system.requests.count("/api/v1/applications", "POST", 202, 0.004)
    system.loops._loops["rules"] = Loop(bound_s=60)
    write_if_new(system.settings.line_document, b"{}")
    return system


def checked_by_promtool(told: bytes) -> tuple[int, bytes]:
    done = subprocess.run(["promtool", "check", "metrics"], input=told, capture_output=True)
    return done.returncode, done.stdout + done.stderr


def archive_numbers() -> set[str]:
    return {name for name in METRICS if name.startswith("strp_archive_")}


async def test_every_number_that_is_told_is_in_the_list_and_can_be_read(system: System) -> None:
    await load_reference(system, OPERATOR)
    await make_forecast(system)
    told = await measure(busy(system))
    no_worker, no_archive = {"strp_worker_sign_age_seconds"}, archive_numbers()
    never_asked = no_worker | no_archive
    assert names_in(told) == METRICS.keys() - never_asked
    assert 'strp_http_requests_total{method="POST",route="/api/v1/applications"' in told
    assert "strp_database_up 1.0" in told
    assert MISSING not in told


@pytest.mark.skipif(shutil.which("promtool") is None, reason="no promtool: Debian's prometheus")
async def test_promtool_finds_nothing_to_say(system: System) -> None:
    told = (await measure(busy(system))).encode()
    assert checked_by_promtool(told) == (0, b"")


async def test_while_the_database_hangs_a_process_tells_what_it_knows(
    alone: System, tmp_path: Path
) -> None:
    with stopped(tmp_path / "var"):
        told = await measure(busy(alone))
    assert "strp_database_up 0.0" in told
    assert told.endswith(MISSING)
    assert names_in(told) == {name for name, each in METRICS.items() if not each.stored}


async def test_space_is_told_of_each_folder_that_is_written_and_none_of_a_read_only_disk(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = await measure(system)
    for folder in ("data", "database", "database-log", "uploads", "front"):
        assert float(value_of(told, f'strp_disk_free_bytes{{folder="{folder}"}}')) > 0

    monkeypatch.setattr("strp.usecases.operation.measure.is_read_only", lambda _: True)
    assert value_of(await measure(system), 'strp_disk_free_bytes{folder="data"}') == "0.0"


def value_of(told: str, series: str) -> str:
    [line] = [line for line in told.splitlines() if line.startswith(f"{series} ")]
    return line.rpartition(" ")[2]


async def test_no_label_takes_what_somebody_typed(system: System) -> None:
    system.requests.count("/employer", "BREW", 405, 0.001)
    assert "BREW" not in await measure(system)

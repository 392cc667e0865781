"""Clocks of single processes jump by an hour or a day: nothing lost, nothing twice, time is sane.

The processes run under `faketime`, which lets them see a clock of their own; the database keeps
the true one.
"""

import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.journeys.aftermath import broken_rules, lost, until_issued
from tests.journeys.running import BANK, Installation, fresh_workers, post_workers, prepared
from tests.journeys.stream import Stream, filing

JUMPS = ["-1h", "+1h", "-1d", "+1d"]
NEAR = timedelta(minutes=5)


@pytest.fixture
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation whose processes, the database aside, see the clock of a file."""
    library = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
    if shutil.which("faketime") is None or library is None:
        pytest.skip("no faketime here: apt-get install faketime")
    folder = tmp_path_factory.mktemp("town")
    (folder / "clock").write_text("+0")
    with prepared(folder, STRP_WORKER_PROCESSES="2") as running:
        keep_database(running)
        running.environment |= {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(folder / "clock"),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        running.start()
        yield running


def keep_database(city: Installation) -> None:
    """Start the database while the clock is true; whoever comes later finds it running."""
    city.start("--no-worker")
    serve = city.process
    assert serve is not None
    serve.kill()
    serve.wait(30)


@pytest.mark.parametrize("jump", JUMPS)
def test_while_the_clock_of_every_process_jumps_nothing_is_lost_and_nothing_twice(
    town: Installation, jump: str
) -> None:
    with filing(town) as stream:
        until_acknowledged(stream, 20)
        (town.folder / "clock").write_text(jump)
        time.sleep(2)
        until_acknowledged(stream, len(stream.acknowledged) + 40)
        (town.folder / "clock").write_text("+0")
        time.sleep(2)
        until_acknowledged(stream, len(stream.acknowledged) + 20)

    until_issued(town)
    assert lost(town, stream) == []
    assert broken_rules(town) == []
    assert len({filed["receipt"] for _, filed in stream.acknowledged}) == len(stream.acknowledged)
    assert times_out_of_order(town) == []


def test_with_a_clock_a_day_behind_a_ticket_and_an_idempotency_key_work_on(
    town: Installation,
) -> None:
    with town.client(BANK) as client:
        people, key = fresh_workers(1), {"Idempotency-Key": "clock"}
        first = post_workers(client, BANK, people, **key).json()
        ticket = client.post("/waiting-room/tickets", json={"lane": "employers"}).json()["ticket"]
        (town.folder / "clock").write_text("-1d")
        time.sleep(2)
        again = post_workers(client, BANK, people, **key).json()
        admitted = client.post("/waiting-room/admissions", json={"ticket": ticket})

    assert again["receipt"] == first["receipt"]
    assert admitted.status_code == 201


def times_out_of_order(city: Installation) -> list[int]:
    """Applications whose times are not those of the database, or whose deadline was before."""
    now = datetime.now(UTC)
    rows = city.ask(
        "SELECT application_id FROM application a LEFT JOIN certificate c"
        " USING (nib, application_id)"
        " WHERE least(submitted_at, issued_at) < %s OR greatest(submitted_at, issued_at) > %s"
        " OR due_at <= submitted_at",
        *(now - NEAR, now + NEAR),
    )
    return [number for (number,) in rows]


def until_acknowledged(stream: Stream, count: int) -> None:
    deadline = time.monotonic() + 60
    while len(stream.acknowledged) < count:
        assert time.monotonic() < deadline, stream.statuses
        time.sleep(0.1)

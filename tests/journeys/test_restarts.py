"""PostgreSQL is restarted in the middle, and processes stand still: nothing lost, nothing twice."""

import random
import subprocess
import time
from collections.abc import Iterator
from typing import Any

import psutil
import pytest

from strp.outside.machine.postgres_server import programs_dir
from strp.outside.machine.server_account import server_account
from tests.journeys.aftermath import broken_rules, lost, until_issued, until_ready
from tests.journeys.running import Installation, prepared
from tests.journeys.stream import filing

STANDS_STILL_S = 3.0
MOST_TRIES = 300


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation with two workers side by side."""
    folder = tmp_path_factory.mktemp("town")
    with prepared(folder, STRP_WORKER_PROCESSES="2") as running:
        running.start()
        yield running


@pytest.mark.parametrize("mode", ["immediate", "fast"])
def test_a_restart_of_the_database_loses_nothing_and_does_nothing_twice(
    town: Installation, mode: str
) -> None:
    with filing(town) as stream:
        time.sleep(1)
        restart(town, mode)
        until_ready(town)
        acknowledged = len(stream.acknowledged)
        deadline = time.monotonic() + 60
        while len(stream.acknowledged) <= acknowledged + 20 and time.monotonic() < deadline:
            time.sleep(0.1)

    until_issued(town)
    assert len(stream.acknowledged) > acknowledged + 20
    assert lost(town, stream) == []
    assert broken_rules(town) == []


def test_a_worker_that_stands_still_in_the_middle_issues_nothing_twice(
    town: Installation,
) -> None:
    sleeper, other = town.named("strp.cli worker")
    with filing(town) as stream:
        stop_in_a_transaction(town, sleeper, "strp worker")
        time.sleep(STANDS_STILL_S)
        sleeper.resume()

    until_issued(town)
    assert other.is_running() and sleeper.is_running()
    assert lost(town, stream) == []
    assert broken_rules(town) == []


def test_a_web_process_that_stands_still_in_the_middle_files_nothing_twice(
    town: Installation,
) -> None:
    web = town.named("granian")[-1]
    with filing(town) as stream:
        stop_in_a_transaction(town, web, "strp web")
        time.sleep(STANDS_STILL_S)
        web.resume()
        until_ready(town)

    until_issued(town)
    assert lost(town, stream) == []
    assert broken_rules(town) == []


def stop_in_a_transaction(city: Installation, process: psutil.Process, name: str) -> None:
    """Hold a process in the middle of a transaction, until the database gives that up.

    What `idle_in_transaction_session_timeout` does after a minute is done here at once.
    """
    for _ in range(MOST_TRIES):
        process.suspend()
        held = open_transactions(city, name)
        time.sleep(0.1)
        held &= open_transactions(city, name)
        if held:
            for number, _ in held:
                city.ask("SELECT pg_terminate_backend(%s)", number)
            return
        process.resume()
        time.sleep(random.uniform(0.001, 0.1))
    raise AssertionError("it was never in the middle of a transaction")


def open_transactions(city: Installation, name: str) -> set[Any]:
    """Transactions of processes of this name that wait for their process."""
    return set(
        city.ask(
            "SELECT pid, xact_start FROM pg_stat_activity"
            " WHERE application_name = %s AND state = 'idle in transaction'",
            name,
        )
    )


def restart(city: Installation, mode: str) -> None:
    """Restart the bundled server as its administrator would; `serve` may be the faster to start."""
    account = server_account()
    subprocess.run(
        [
            *(str(programs_dir() / "bin" / "pg_ctl"), "restart", "-w", "-t", "60", "-m", mode),
            *("-D", str(city.folder / "data" / "postgres")),
        ],
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        user=account.uid,
        group=account.gid,
        extra_groups=[],
        umask=0o077,
    )

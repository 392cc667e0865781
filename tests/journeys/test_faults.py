"""Processes are killed while filings stream in: what was acknowledged is there, and is whole."""

import random
import time
from collections.abc import Callable, Iterator

import psutil
import pytest

from tests.journeys.aftermath import broken_rules, lost, until_issued, until_ready
from tests.journeys.running import (
    BANK,
    Installation,
    fresh_workers,
    installation,
    post_workers,
)
from tests.journeys.stream import filing

VICTIMS: dict[str, Callable[[Installation], None]] = {
    "web": lambda city: city.named("granian")[-1].kill(),
    "the parent of web": lambda city: city.named("granian")[0].kill(),
    "worker": lambda city: city.named("strp.cli worker")[0].kill(),
    "postgres": lambda city: city.postmaster().kill(),
    "one connection of postgres": lambda city: busiest_backend(city).kill(),
    "serve": lambda city: city.processes()[0].kill(),
    "everything": lambda city: city.kill_everything(),
}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation of its own: it is not treated well."""
    with installation(tmp_path_factory.mktemp("town")) as running:
        yield running


@pytest.mark.parametrize("victim", VICTIMS)
def test_what_was_acknowledged_outlives_the_death_of(town: Installation, victim: str) -> None:
    with filing(town) as stream:
        time.sleep(random.uniform(0.5, 1.5))
        VICTIMS[victim](town)
        time.sleep(0.3)
        if victim in {"serve", "everything"}:
            town.process.wait(30)
            town.start()
        until_ready(town)
        time.sleep(0.5)

    until_issued(town)
    assert stream.acknowledged
    assert lost(town, stream) == []
    assert broken_rules(town) == []


def test_a_polite_end_loses_nothing_and_says_so(town: Installation) -> None:
    with filing(town) as stream:
        time.sleep(1)
        code = town.stop()
        stream.ended.set()
    town.start()

    until_issued(town)
    assert code == 0
    assert lost(town, stream) == []
    assert broken_rules(town) == []


def test_no_process_is_left_behind_by_a_polite_end(town: Installation) -> None:
    ours = [*town.processes(), town.postmaster()]
    town.stop()
    _, left = psutil.wait_procs(ours, timeout=30)
    town.start()

    assert left == []


def test_without_a_database_filing_says_when_to_come_back(
    without_database: Installation,
) -> None:
    with without_database.client(BANK) as client:
        answer = post_workers(client, BANK, fresh_workers(1))

    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize(
    "address",
    ["/healthz", "/api/v1/trust-bundle", "/.well-known/jwks.json", "/status-lists/0", "/verify"],
)
def test_without_a_database_what_needs_none_goes_on(
    without_database: Installation, address: str
) -> None:
    with without_database.client() as client:
        assert client.get(address).status_code == 200


def test_without_a_database_certificates_are_checked(without_database: Installation) -> None:
    with without_database.client() as client:
        started = time.monotonic()
        answer = client.post("/api/v1/verifications", json={"text": "STRP1:ABC"})

    assert answer.json()["verdict"] == "UNREADABLE"
    assert time.monotonic() - started < 10  # a pool would wait 30


def test_without_a_database_readiness_says_no(without_database: Installation) -> None:
    with without_database.client() as client:
        assert client.get("/readyz").status_code == 503


@pytest.fixture(scope="module")
def without_database(town: Installation) -> Iterator[Installation]:
    """The database is killed, and whoever would start it again is held back."""
    until_ready(town)
    with town.client(BANK) as client:
        post_workers(client, BANK, fresh_workers(1))
        client.post("/api/v1/verifications", json={"text": "STRP1:ABC"})
        client.get("/api/v1/trust-bundle")
    serve = town.processes()[0]
    serve.suspend()
    town.postmaster().kill()
    time.sleep(1)
    yield town
    serve.resume()
    until_ready(town)


def busiest_backend(city: Installation) -> psutil.Process:
    """A process of PostgreSQL that works for one of our connections."""
    rows = city.ask(
        "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'"
        " AND pid <> pg_backend_pid() ORDER BY state_change DESC"
    )
    return next(child for child in city.postmaster().children() if child.pid == rows[0][0])

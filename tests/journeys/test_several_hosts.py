"""Several machines on one database: one room, one desk, and no harm done where one of them dies."""

import time
from collections.abc import Callable, Iterator

import httpx
import pytest

from tests.journeys.aftermath import broken_rules, lost, until_issued
from tests.journeys.hosts import Host, Town, town, why_not
from tests.journeys.stream import Stream, filing

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not() or "")
WITHIN_S = 60.0
PATIENCE_S = 8.0  # a machine without power answers nothing, and what was sent to it is sent again

VICTIMS: dict[str, Callable[[Town], Host]] = {
    "with web processes": lambda several: several.webs[0],
    "with a worker": lambda several: several.workers[0],
}


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with town(tmp_path_factory.mktemp("several")) as running:
        yield running


def test_a_ticket_of_one_machine_lets_in_at_another_and_only_once(several: Town) -> None:
    one, other = several.webs
    with one.client() as here, other.client() as there:
        ticket = here.post("/waiting-room/tickets", json={}).json()["ticket"]
        first = until_admitted(there, ticket)
        again = here.post("/waiting-room/admissions", json={"ticket": ticket})

    assert (first.is_success, again.is_success) == (True, True)
    assert several.database.ask("SELECT count(*) FROM waiting_admission") == [(1,)]


def test_no_number_is_given_out_by_two_machines(several: Town) -> None:
    several.database.run("room", "mode", "on", "--yes")
    numbers = []
    for web in several.webs * 10:
        with web.client() as client:
            numbers.append(client.post("/waiting-room/tickets", json={}).json()["number"])
    several.database.run("room", "mode", "off", "--yes")

    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("victim", VICTIMS)
def test_what_was_acknowledged_outlives_the_death_of_a_machine(several: Town, victim: str) -> None:
    one, other = several.webs
    streams = (filing(host, programs=3, patience_s=PATIENCE_S) for host in (one, other))
    with next(streams) as here, next(streams) as there:
        until_acknowledged(here, there)
        VICTIMS[victim](several).lose_power()
        seen = len(there.acknowledged)
        until(lambda: len(there.acknowledged) > seen + 5)
        here.ended.set()
    until_issued(several.database)

    assert lost(other, here) == []
    assert lost(other, there) == []
    assert broken_rules(several.database) == []
    revive(several, VICTIMS[victim](several))


def until_acknowledged(*streams: Stream) -> None:
    """Wait until each machine has taken some filings."""
    until(lambda: all(len(stream.acknowledged) > 5 for stream in streams))


def until_admitted(client: httpx.Client, ticket: str) -> httpx.Response:
    """Come back until the number is served."""
    deadline = time.monotonic() + WITHIN_S
    while True:
        answer = client.post("/waiting-room/admissions", json={"ticket": ticket})
        if answer.status_code != 425 or time.monotonic() > deadline:
            return answer
        time.sleep(0.5)


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WITHIN_S
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def revive(several: Town, host: Host) -> None:
    """A machine that is switched on again."""
    host.regain_network()
    if host in several.webs:
        host.start("--no-worker")
    else:
        host.start_worker()

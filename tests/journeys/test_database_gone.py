"""The database is gone in the middle of a surge: the front stands, and afterwards all goes on."""

import collections
import itertools
import threading
import time
from collections.abc import Iterator

import httpx
import pytest

from tests.journeys.aftermath import broken_rules, lost, until_issued, until_ready
from tests.journeys.running import Installation, installation
from tests.journeys.stream import Stream, filing

GONE_FOR_S = 10.0
VISITORS = 4
ASKED = ("/", "/employer", "/waiting-room.json", "/eligibility", "/api/v1/policy")
# A database that hangs is not known to be away: who asks it waits, and is told to come back.
ASKS_DATABASE = {"killed": set[str](), "hanging": {"/api/v1/policy"}}
STOPPED = "berhenti sebentar"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation whose waiting room stands before the door."""
    with installation(
        tmp_path_factory.mktemp("town"), STRP_WAITING_ROOM="on", STRP_ADMIT_MOST_PER_S="1"
    ) as running:
        yield running


class Crowd:
    """Visitors who ask for pages, for the document of the line and for tickets, without a pause.

    Args:
        city: where they go.
    """

    def __init__(self, city: Installation) -> None:
        self._city = city
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._visit, daemon=True) for _ in range(VISITORS)]
        self.statuses: collections.Counter[tuple[str, int]] = collections.Counter()

    def __enter__(self) -> "Crowd":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join(60)

    def _visit(self) -> None:
        with self._city.client() as client:
            for turn in itertools.count():
                if self._ended.is_set():
                    return
                client.cookies.clear()  # each a newcomer
                address = ASKED[turn % len(ASKED)]
                self.statuses[address, client.get(address).status_code] += 1
                ticket = client.post("/waiting-room/tickets", json={"lane": "employers"})
                self.statuses["a ticket", ticket.status_code] += 1
                time.sleep(0.05)


@pytest.mark.parametrize("gone", ["killed", "hanging"])
def test_while_the_database_is_gone_the_front_stands_and_afterwards_all_goes_on(
    town: Installation, gone: str
) -> None:
    until_ready(town)
    with filing(town) as stream:
        until_acknowledged(stream, 20)
        with Crowd(town) as crowd:
            time.sleep(1)
            serve, postmaster = town.processes()[0], town.postmaster()
            held = [postmaster, *postmaster.children()]
            serve.suspend()  # it would start the database again
            for one in held:
                one.kill() if gone == "killed" else one.suspend()
            time.sleep(GONE_FOR_S)
            shown, document = seen_by_a_newcomer(town)
            if gone == "hanging":
                for one in held:
                    one.resume()
            serve.resume()
            until_ready(town)
        until_acknowledged(stream, len(stream.acknowledged) + 20)

    until_issued(town)
    turned_away = {address for address, status in crowd.statuses if status not in {200, 201}}
    assert turned_away <= ASKS_DATABASE[gone]
    assert STOPPED in shown
    assert set(document["rate"].values()) == {0.0}
    assert stream.statuses <= {202, 503}
    assert gone == "hanging" or stream.retry_after
    assert lost(town, stream) == []
    assert broken_rules(town) == []


def seen_by_a_newcomer(city: Installation) -> tuple[str, dict[str, dict[str, float]]]:
    """The page and the document of the line."""
    with httpx.Client(base_url=city.url, headers={"Accept-Language": "id"}, timeout=10) as client:
        return client.get("/employer").text, client.get("/waiting-room.json").json()


def until_acknowledged(stream: Stream, count: int) -> None:
    deadline = time.monotonic() + 60
    while len(stream.acknowledged) < count:
        assert time.monotonic() < deadline, stream.statuses
        time.sleep(0.1)

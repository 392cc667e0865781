"""A giant roster comes beside many small ones, and one filing is poisoned: nobody else waits."""

import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.journeys.aftermath import broken_rules, until_issued
from tests.journeys.running import (
    BANK,
    CARRIER,
    FACTORY,
    HOSPITAL,
    LOGISTICS,
    Installation,
    fresh_workers,
    installation,
    post_workers,
)
from tests.journeys.stream import roster_csv

GIANT_ROWS = 100_000
SMALL_FILINGS = 1000
IN_ANY_CASE = 50  # of these, so many at least are finished while the giant is being read
SENDERS = dict.fromkeys((BANK, FACTORY, HOSPITAL, LOGISTICS), SMALL_FILINGS // 4)


@pytest.fixture
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation of its own."""
    with installation(tmp_path_factory.mktemp("town")) as running:
        yield running


def test_small_filings_get_receipts_and_certificates_while_a_giant_is_still_being_read(
    town: Installation,
) -> None:
    order: list[str] = []
    small = [town.key(nib) for nib in SENDERS]
    assert len(small) == len(SENDERS)
    people = {nib: [fresh_workers(3) for _ in range(count)] for nib, count in SENDERS.items()}
    giant = threading.Thread(target=_send_giant, args=(town, roster_csv(GIANT_ROWS), order))
    giant.start()
    until_being_read(town)
    threads = [
        threading.Thread(target=_send_small, args=(town, nib, rosters, order))
        for nib, rosters in people.items()
    ]
    for thread in threads:
        thread.start()
    while "giant" not in order and threads_live(threads):
        if town.ask("SELECT FROM certificate LIMIT 1"):
            order.append("certificate")
            break
        time.sleep(0.05)
    for thread in (giant, *threads):
        thread.join(120)
    until_issued_all(town)

    before = order[: order.index("giant")]
    assert before.count("small") >= IN_ANY_CASE
    assert "certificate" in before
    assert order.count("small") == SMALL_FILINGS
    assert broken_rules(town) == []


def test_a_poisoned_filing_waits_alone_and_the_doctor_shows_it_until_it_is_mended(
    town: Installation,
) -> None:
    [worker] = town.named("strp.cli worker")
    with town.client(BANK) as client:
        worker.suspend()
        poisoned = post_workers(client, BANK, fresh_workers(2)).json()["application_id"]
        town.ask("UPDATE worker SET sealed = reverse(sealed) WHERE row_no = 1 RETURNING 1")
        sound = [post_workers(client, BANK, fresh_workers(2)).json() for _ in range(3)]
        worker.resume()

        shown = until_shown(town)
        [(issued,)] = town.ask("SELECT count(*) FROM certificate")
        town.ask(
            "UPDATE worker SET sealed = reverse(sealed)"
            " WHERE row_no = 1 AND application_id = %s RETURNING 1",
            int(poisoned),
        )
        until_issued(town)

    assert issued == 2 * len(sound)
    assert f"application {poisoned} gets none [seal-key-missing]" in shown
    assert doctor(town, "certificates") == ""
    assert broken_rules(town) == []


def doctor(city: Installation, topic: str) -> str:
    """What the doctor says of a topic."""
    told = json.loads(city.run("doctor", "--json", "--no-books").stdout)
    return " ".join(one["value"] for one in told["findings"] if one["topic"] == topic)


def until_shown(city: Installation) -> str:
    """Wait until one task alone is left; returns what the doctor says of it."""
    deadline = time.monotonic() + 60
    while city.ask("SELECT FROM issue_task WHERE put_off_because IS NULL") or not city.ask(
        "SELECT FROM issue_task"
    ):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return doctor(city, "certificates")


def until_being_read(city: Installation) -> None:
    """Wait until the giant's transaction has stored its first workers."""
    deadline = time.monotonic() + 60
    while not city.ask(
        "SELECT FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
        " WHERE l.relation = 'worker'::regclass AND l.mode = 'RowExclusiveLock'"
        " AND a.application_name = 'strp web'"
    ):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def until_issued_all(city: Installation) -> None:
    deadline = time.monotonic() + 180
    while city.ask("SELECT FROM issue_task LIMIT 1"):
        assert time.monotonic() < deadline
        time.sleep(0.2)


def threads_live(threads: list[threading.Thread]) -> bool:
    return any(thread.is_alive() for thread in threads)


def _send_giant(city: Installation, body: bytes, order: list[str]) -> None:
    answer = httpx.post(
        f"{city.url}/api/v1/applications?nib={CARRIER}",
        content=body,
        headers={"Authorization": f"Bearer {city.key(CARRIER)}", "Content-Type": "text/csv"},
        timeout=300,
    )
    order.append("giant")
    assert answer.json()["ledger"]["rows"] == GIANT_ROWS


def _send_small(city: Installation, nib: str, rosters: list[Any], order: list[str]) -> None:
    with city.client(nib) as client:
        for people in rosters:
            answer = post_workers(client, nib, people)
            assert answer.status_code == 202
            order.append("small")

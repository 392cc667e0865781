"""What must hold when a fault is over: all goes on by itself, nothing is lost, books balance."""

import time

import httpx

from strp.store.operation.books import RULES
from tests.journeys.running import Installation
from tests.journeys.stream import Stream

ISSUED_WITHIN_S = 60.0
READY_WITHIN_S = 120.0


def until_ready(city: Installation) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    with city.client() as client:
        while time.monotonic() < deadline:
            try:
                if client.get("/readyz").status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)
    raise AssertionError(city.log.read_text()[-2000:])


def until_issued(city: Installation) -> None:
    """Wait until no approved worker waits for a certificate."""
    deadline = time.monotonic() + ISSUED_WITHIN_S
    waiting = 1
    while waiting:
        [(waiting,)] = city.ask("SELECT count(*) FROM issue_task")
        assert time.monotonic() < deadline, f"{waiting} applications wait for certificates"
        time.sleep(0.1)


def lost(city: Installation, stream: Stream) -> list[str]:
    """Receipts that were given and are not there, or not as they were given."""
    found = []
    with city.client() as client:
        for nib, filed in list(stream.acknowledged):
            authorization = {"Authorization": f"Bearer {city.key(nib)}"}
            answer = answered(client, filed["status_url"], authorization)
            shown = answer.json()
            kept = answer.status_code == 200 and shown["ledger"] == filed["ledger"]
            if not kept or sum(shown["counts"].values()) != filed["ledger"]["accepted"]:
                found.append(filed["receipt"])
    return found


def answered(client: httpx.Client, path: str, headers: dict[str, str]) -> httpx.Response:
    """Ask until somebody answers: a web process whose parent died answers a while, and ends."""
    deadline = time.monotonic() + READY_WITHIN_S
    while True:
        try:
            return client.get(path, headers=headers)
        except httpx.TransportError:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def broken_rules(city: Installation) -> list[str]:
    """Rules of the books that do not hold, and certificates that are not one a worker."""
    broken = [rule for rule, query in RULES.items() if city.ask(query)]
    [(approved, issued)] = city.ask(
        "SELECT (SELECT count(*) FROM worker WHERE state = 'approved'),"
        " (SELECT count(*) FROM certificate)"
    )
    return broken if approved == issued else [*broken, f"{approved} approved, {issued} issued"]

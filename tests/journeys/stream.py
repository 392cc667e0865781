"""Employers' programs that file one roster after the other, and remember what was acknowledged."""

import contextlib
import csv
import io
import itertools
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.journeys.running import (
    BANK,
    CARRIER,
    FACTORY,
    HOSPITAL,
    LOGISTICS,
    Installation,
    fresh_workers,
)

EMPLOYERS = (BANK, FACTORY, HOSPITAL, LOGISTICS, CARRIER)
MOST_TRIES = 60
SMALL_ROWS = 5
PAUSE_S = 0.2  # of a program between two filings: each is looked up again afterwards
LARGE_ROWS = 4500  # more than two chunks: streams through a transaction of its own


@dataclass(slots=True)
class Stream:
    """What was sent so far.

    Args:
        acknowledged: answers with a receipt, each with the employer it is for.
        broken: requests that got no receipt at their first try.
        statuses: that were answered.
        retry_after: seconds after which those turned away were told to come back.
    """

    acknowledged: list[tuple[str, Any]] = field(default_factory=list)
    broken: int = 0
    statuses: set[int] = field(default_factory=set)
    retry_after: set[int] = field(default_factory=set)
    ended: threading.Event = field(default_factory=threading.Event)


@contextlib.contextmanager
def filing(
    city: Installation, programs: int = 6, *, large: bool = True, patience_s: float = 30.0
) -> Iterator[Stream]:
    """File small and, where wanted, large rosters until the block ends.

    A retry carries the same key.

    Args:
        city: that is filed with.
        programs: that file side by side.
        large: whether some rosters are large.
        patience_s: for which each waits for an answer; a machine that is gone gives none.
    """
    stream = Stream()
    keys = {nib: city.key(nib) for nib in EMPLOYERS}
    turns = itertools.count()
    rows = LARGE_ROWS if large else SMALL_ROWS
    threads = [
        threading.Thread(
            target=_file_on, args=(city, stream, keys, turns, rows, patience_s), daemon=True
        )
        for _ in range(programs)
    ]
    for thread in threads:
        thread.start()
    try:
        yield stream
    finally:
        stream.ended.set()
        for thread in threads:
            thread.join(90)


def _file_on(
    city: Installation,
    stream: Stream,
    keys: dict[str, str],
    turns: "itertools.count[int]",
    rows: int,
    patience_s: float,
) -> None:
    while not stream.ended.wait(PAUSE_S):
        turn = next(turns)
        nib = EMPLOYERS[turn % len(EMPLOYERS)]
        body = roster_csv(rows if turn % 40 == 19 else SMALL_ROWS)
        _until_acknowledged(city, stream, nib, keys[nib], body, patience_s)


def _until_acknowledged(
    city: Installation, stream: Stream, nib: str, key: str, body: bytes, patience_s: float
) -> None:
    headers = {
        "Authorization": f"Bearer {key}",
        "Content-Type": "text/csv",
        "Idempotency-Key": str(uuid.uuid4()),
    }
    for _ in range(MOST_TRIES):
        with contextlib.suppress(httpx.TransportError):
            answer = httpx.post(
                f"{city.url}/api/v1/applications?nib={nib}",
                content=body,
                headers=headers,
                timeout=patience_s,
            )
            stream.statuses.add(answer.status_code)
            if answer.status_code == 202:
                stream.acknowledged.append((nib, answer.json()))
                return
            stream.retry_after.add(int(answer.headers.get("retry-after", 0)))
        stream.broken += 1
        if stream.ended.wait(0.2):
            return


def roster_csv(rows: int) -> bytes:
    """A roster of workers whom nobody has filed yet."""
    people = fresh_workers(rows)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(people[0]))
    writer.writeheader()
    writer.writerows(people)
    return text.getvalue().encode()

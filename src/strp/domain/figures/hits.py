"""What a request counts as, and how a line of nginx's log of hits is read.

The log holds no address and no query, but time, method, page and status. Its format is `strp_hits`
in deploy/nginx/strp.conf.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

_LINE: Final = re.compile(
    rb"(\d{4}-\d\d-\d\dT\d\d):\d\d:\d\d([+-]\d\d:\d\d) ([A-Z]{1,16}) (/[!-~]*) ([1-5]\d\d)"
)
_SEEN: Final = {200, 304}


class HitKind(StrEnum):
    """What a request counts as; each counts as one of them, so that they add up to all hits."""

    VISIT = "visit"
    POLL = "poll"
    TURNED_AWAY = "turned_away"
    FAILED = "failed"
    OTHER = "other"


TICKETS: Final = "tickets"
"""Kept beside the hits, and no hit."""


class CountedLines(NamedTuple):
    """Lines of a log.

    Args:
        hits: by hour (aware) and kind.
        unreadable: lines that are none of this format.
    """

    hits: Counter[tuple[datetime, HitKind]]
    unreadable: int


def kind_of_hit(page: HitKind, status: int, *, reads: bool) -> HitKind:
    """What a request counts as.

    Args:
        page: what a request for this page counts as, where it is answered: VISIT, POLL or OTHER.
        status: of the answer.
        reads: whether it was a GET or HEAD.
    """
    if status in {429, 503}:
        return HitKind.TURNED_AWAY
    if status >= 500:
        return HitKind.FAILED
    is_seen = reads and status in _SEEN
    return page if page is not HitKind.VISIT or is_seen else HitKind.OTHER


def count_lines(lines: Iterable[bytes], pages: Mapping[str, HitKind]) -> CountedLines:
    """Count whole lines of the log of hits.

    Args:
        pages: by path, what a request for it counts as; OTHER for the others.
        lines: without their ends. One that was cut, or is of another format, is counted as such.
    """
    # Few differ in hour, offset, method, page and status, so each is judged once.
    alike = Counter(
        found.groups() if (found := _LINE.fullmatch(line)) is not None else None for line in lines
    )
    unreadable = 0
    hits: Counter[tuple[datetime, HitKind]] = Counter()
    for parts, times in alike.items():
        if parts is None or (at := _hour(parts[0], parts[1])) is None:
            unreadable += times
            continue
        _, _, method, path, status = parts
        page = pages.get(path.decode(), HitKind.OTHER)
        kind = kind_of_hit(page, int(status), reads=method in {b"GET", b"HEAD"})
        hits[at, kind] += times
    return CountedLines(hits, unreadable)


def _hour(hour: bytes, offset: bytes) -> datetime | None:
    """The hour in the log's own offset, whole hours from UTC; None: no such time."""
    try:
        return datetime.fromisoformat(f"{hour.decode()}:00:00{offset.decode()}")
    except ValueError:
        return None

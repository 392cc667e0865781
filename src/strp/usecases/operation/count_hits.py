"""Requests by the hour: from nginx's log where it is named, else from the web processes.

nginx answers most of a crowd from files, and those hits never reach STRP; its log has all of them.
Where the log was counted to is kept in the transaction that adds the counts, so that a process that
is killed in between counts neither twice nor less.
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import structlog

from strp.domain.figures.hits import TICKETS, CountedLines, HitKind, count_lines, kind_of_hit
from strp.outside.machine.hit_log import LogFile, files_of, head_of, read_lines
from strp.store.desk import figures as store
from strp.store.desk.figures import LogPlace
from strp.usecases.process.system import System

log = structlog.get_logger()

EVERY_S: Final = 5.0
MOST_BYTES: Final = 64 << 20
"""Of the log that are counted at a time: about a million lines, a second's work."""
PAGES: Final = {"/": HitKind.VISIT, "/waiting-room.json": HitKind.POLL}
"""Pages that count as something of their own."""
_NO_LINES: Final = CountedLines(Counter(), 0)


class _Read(NamedTuple):
    counted: CountedLines
    place: LogPlace | None
    is_lost: bool = False


async def count_hits_forever(system: System) -> None:
    """Keep counting nginx's log; until cancelled."""
    await system.loops.every(
        "hits", lambda: count_log(system), lambda: EVERY_S, within_s=120, bound_s=600
    )


async def count_log(system: System) -> int:
    """Count what the log has more, at most MOST_BYTES; returns the hits.

    One process counts at a time: the others wait for its row, and find nothing new.
    """
    if not system.settings.hit_log:
        return 0
    path = Path(system.settings.hit_log)
    async with system.database.transaction() as conn:
        await store.wait_to_count(conn)
        before = await store.log_place(conn)
        counted, place, is_lost = await system.corrections.run(read_on, path, before)
        if is_lost:
            log.warning("hit_log_lost", path=str(path))
        if place is None:
            return 0
        await store.add_hits(conn, counted.hits)
        await store.save_log_place(conn, place, counted.unreadable)
    return counted.hits.total()


def read_on(path: Path, before: LogPlace | None) -> _Read:
    """Read the log from where it was counted to.

    Args:
        path: of the log that nginx writes now.
        before: how far it was counted; None: not at all.

    Returns:
        The counted lines, and the place after them: in the same file, or, where that was rotated
        away and is read to its end, at the beginning of the next.
    """
    files = files_of(path)
    if not files:
        return _Read(_NO_LINES, None)
    at = None if before is None else _same_file(files, before)
    if at is None or before is None:
        # Nothing was counted yet; or the file is gone, and with it what was not counted of it.
        oldest = files[0] if before is not None else files[-1]
        return _from(oldest, 0, is_lost=before is not None)
    if files[at].size_bytes < before.offset_bytes:  # cut to nothing in its place (copytruncate)
        return _from(files[at], 0)
    is_rotated = at > 0 and files[0].path == path and files[0].size_bytes > 0
    if is_rotated and not _has_more(files[at], before.offset_bytes):
        # Nobody writes to it any more. A last line without an end was cut.
        cut = files[at].size_bytes > before.offset_bytes
        found = _from(files[at - 1], 0)
        return found._replace(
            counted=found.counted._replace(unreadable=found.counted.unreadable + cut)
        )
    return _from(files[at], before.offset_bytes)


def _same_file(files: Sequence[LogFile], before: LogPlace) -> int | None:
    for place, file in enumerate(files):
        if file.file_id != before.file_id:
            continue
        if file.size_bytes < before.offset_bytes:
            return place
        if head_of(file.path, before.head_bytes) == (before.head, before.head_bytes):
            return place
    return None


def _has_more(file: LogFile, offset: int) -> bool:
    lines, _ = read_lines(file.path, offset, MOST_BYTES)
    return bool(lines)


def _from(file: LogFile, offset: int, *, is_lost: bool = False) -> _Read:
    lines, after = read_lines(file.path, offset, MOST_BYTES)
    return _Read(
        count_lines(lines, PAGES), LogPlace(file.file_id, *head_of(file.path), after), is_lost
    )


async def add_own_counts(system: System) -> None:
    """Add what this web process counted since the last time: tickets, and hits without a log.

    What was counted stays here until the database has it; a process that is killed takes the
    counts of up to EVERY_S with it.
    """
    hour = system.clock().replace(minute=0, second=0, microsecond=0)
    now = _own_counts(system)
    new = now - system.counted_before
    if not new:
        return
    async with system.database.transaction() as conn:
        await store.add_hits(conn, {(hour, kind): times for kind, times in new.items()})
    system.counted_before.clear()
    system.counted_before.update(now)


def _own_counts(system: System) -> Counter[str]:
    counts: Counter[str] = Counter({TICKETS: system.tickets_given[TICKETS]})
    if system.settings.hit_log:
        return counts
    for (route, method, status), times in system.requests.answers.items():
        page = PAGES.get(route, HitKind.OTHER)
        counts[kind_of_hit(page, status, reads=method in {"GET", "HEAD"})] += times
    visits = system.requests.visits
    counts[HitKind.VISIT] += visits
    counts[HitKind.OTHER] -= visits
    return counts

"""What happened, by the hour in Jakarta: read for every door that shows a number.

Rows of `figure_event` are written by whoever files, decides, comes in or makes an account, in its
own transaction. `add_up` turns them into `figure_hour`; what is read is the sum of both, in one
statement, so that a number is the same before, while and after they are added up.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from psycopg import AsyncConnection

from strp.domain.desk.day_figures import NOTHING, Grouping, GroupSums, Hits, Sums

_DIMENSIONS: Final = ("exercise", "sector", "region", "officer_id", "reason")
_COUNTS: Final = (
    *("applications", "workers", "told_apart", "approved", "refused", "returned", "late"),
    *("let_in", "accounts", "answered", "waited_s"),
)
_ADDER: Final = 5_072_044
"""Any number that no other program uses in this database; held by the process that adds up."""
# Jakarta has whole hours from UTC, so an hour is the same hour in both.
_HOUR: Final = "date_trunc('hour', at, 'UTC')"

_COUNTER: Final = 5_072_045
"""Likewise; held by the process that counts nginx's log."""

WAIT_TO_COUNT = "SELECT pg_advisory_xact_lock(%s)"

TRY_ADD_UP = "SELECT pg_try_advisory_xact_lock(%s)"

ADD_UP = f"""
WITH gone AS (DELETE FROM figure_event RETURNING *)
INSERT INTO figure_hour (hour, {", ".join(_DIMENSIONS)}, {", ".join(_COUNTS)})
SELECT {_HOUR}, {", ".join(_DIMENSIONS)}, {", ".join(f"sum({each})" for each in _COUNTS)}
FROM gone GROUP BY 1, {", ".join(_DIMENSIONS)}
ON CONFLICT (hour, {", ".join(_DIMENSIONS)}) DO UPDATE
SET {", ".join(f"{each} = figure_hour.{each} + EXCLUDED.{each}" for each in _COUNTS)}
"""

_SUMS: Final = ", ".join(f"sum({each})::bigint" for each in _COUNTS)

# One statement sees one moment, in which an event is added up or is not.
_COUNTED: Final = f"""
FROM (
    SELECT hour, {", ".join(_DIMENSIONS)}, {", ".join(_COUNTS)} FROM figure_hour
    WHERE hour >= %(since)s AND hour < %(until)s
    UNION ALL
    SELECT {_HOUR}, {", ".join(_DIMENSIONS)}, {", ".join(_COUNTS)} FROM figure_event
    WHERE at >= %(since)s AND at < %(until)s
) counted
WHERE exercise = %(exercise)s OR let_in > 0 OR accounts > 0
"""

READ = f"""
SELECT CASE WHEN grouping(hour) = 0 THEN 'hour' WHEN grouping(sector) = 0 THEN 'sector'
            WHEN grouping(region) = 0 THEN 'region' WHEN grouping(officer_id) = 0 THEN 'officer'
            ELSE 'reason' END,
       coalesce(sector, region, officer_id::text, reason, ''), hour, {_SUMS}
{_COUNTED}
GROUP BY GROUPING SETS ((hour), (sector), (region), (officer_id), (reason))
"""

DAYS = f"""
SELECT (hour AT TIME ZONE interval '7 hours')::date, {_SUMS} {_COUNTED} GROUP BY 1
"""

HITS_OF_DAYS = """
SELECT (hour AT TIME ZONE interval '7 hours')::date, kind, sum(hits)::bigint
FROM hit_hour WHERE hour >= %s AND hour < %s GROUP BY 1, 2
"""

HITS = "SELECT hour, kind, hits FROM hit_hour WHERE hour >= %s AND hour < %s"

ADD_HITS = """
INSERT INTO hit_hour (hour, kind, hits)
SELECT * FROM unnest(%s::timestamptz[], %s::text[], %s::bigint[])
ORDER BY 1, 2
ON CONFLICT (hour, kind) DO UPDATE SET hits = hit_hour.hits + EXCLUDED.hits
"""

LOG_PLACE = "SELECT file_id, head, head_bytes, offset_bytes FROM hit_log"

SAVE_LOG_PLACE = """
INSERT INTO hit_log (file_id, head, head_bytes, offset_bytes, unreadable)
VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (is_only) DO UPDATE SET file_id = EXCLUDED.file_id, head = EXCLUDED.head,
    head_bytes = EXCLUDED.head_bytes, offset_bytes = EXCLUDED.offset_bytes,
    unreadable = hit_log.unreadable + EXCLUDED.unreadable
"""

# By the time that is left: what is overdue, and what becomes so within each of the next hours.
BACKLOG = """
SELECT least(greatest(floor(extract(epoch FROM due_at - %(now)s) / 3600), -1), 5)::int,
       count(*)::int
FROM desk GROUP BY 1
"""

FORGET = ("DELETE FROM figure_hour WHERE hour < %s", "DELETE FROM hit_hour WHERE hour < %s")

MARK_SENT = "INSERT INTO brief_sent (day, sent_at) VALUES (%s, %s) ON CONFLICT DO NOTHING"


class LogPlace(NamedTuple):
    """How far a log was counted.

    Args:
        file_id: device and inode.
        head: digest of its first `head_bytes` bytes.
        offset_bytes: of the first byte that was not counted.
    """

    file_id: str
    head: bytes
    head_bytes: int
    offset_bytes: int


async def add_up(conn: AsyncConnection) -> bool:
    """Turn events into counts of their hours, unless another process does it at this moment.

    Args:
        conn: open transaction.
    """
    row = await (await conn.execute(TRY_ADD_UP, (_ADDER,))).fetchone()
    if row is None or not row[0]:
        return False
    await conn.execute(ADD_UP.encode())
    return True


async def read_groups(
    conn: AsyncConnection, since: datetime, until: datetime, *, exercise: bool
) -> list[GroupSums]:
    """What happened from one moment until before another, by hour, sector, region and so on.

    Args:
        conn: a connection.
        since: aware.
        until: aware.
        exercise: whether filings of an exercise are counted, or those of no exercise.
    """
    values = {"since": since, "until": until, "exercise": exercise}
    rows = await (await conn.execute(READ.encode(), values)).fetchall()
    return [GroupSums(Grouping(by), key, hour, _sums(counts)) for by, key, hour, *counts in rows]


async def read_hits(conn: AsyncConnection, since: datetime, until: datetime) -> list[Hits]:
    """Requests and tickets by hour and kind.

    Args:
        since: aware; start of an hour.
        until: aware; this hour is left out.
    """
    rows = await (await conn.execute(HITS, (since, until))).fetchall()
    return [Hits(*row) for row in rows]


async def read_days(
    conn: AsyncConnection, since: datetime, until: datetime, *, exercise: bool
) -> dict[date, Sums]:
    """The same sums by day in Jakarta; days on which nothing happened are left out.

    Args:
        since: aware; start of a day in Jakarta.
        until: aware; from it on nothing counts.
        exercise: whether filings of the exercise are meant, or the true ones.
    """
    values = {"since": since, "until": until, "exercise": exercise}
    found: dict[date, Sums] = {}
    for day, *counts in await (await conn.execute(DAYS.encode(), values)).fetchall():
        found[day] = _sums(counts)
    for day, kind, number in await (await conn.execute(HITS_OF_DAYS, (since, until))).fetchall():
        found[day] = found.get(day, NOTHING).plus(Hits(since, kind, number).sums)
    return found


def _sums(counts: Sequence[int]) -> Sums:
    named = dict(zip(_COUNTS, counts, strict=True))
    filed, apart = named.pop("workers"), named.pop("told_apart")
    return Sums(workers_filed=filed, workers_told_apart=apart, **named)


async def add_hits(conn: AsyncConnection, counted: Mapping[Any, int]) -> None:
    """Add requests to their hours.

    Args:
        conn: open transaction.
        counted: number by hour (aware) and kind.
    """
    if counted:
        hours, kinds = zip(*counted, strict=True)
        await conn.execute(ADD_HITS, (list(hours), list(kinds), list(counted.values())))


async def wait_to_count(conn: AsyncConnection) -> None:
    """Be the only one that counts nginx's log, until the transaction ends."""
    await conn.execute(WAIT_TO_COUNT, (_COUNTER,))


async def log_place(conn: AsyncConnection) -> LogPlace | None:
    """How far nginx's log was counted."""
    row = await (await conn.execute(LOG_PLACE)).fetchone()
    return None if row is None else LogPlace(row[0], bytes(row[1]), row[2], row[3])


async def save_log_place(conn: AsyncConnection, place: LogPlace, unreadable: int) -> None:
    """Keep how far it was counted, and how many lines more nobody could read.

    Args:
        place: where the next reading begins.
        unreadable: lines since the last one; they are added up.
    """
    await conn.execute(SAVE_LOG_PLACE, (*place, unreadable))


async def read_backlog(conn: AsyncConnection, now: datetime) -> dict[int, int]:
    """Applications on the desk by whole hours until they are due; -1: overdue, 5: five or more."""
    rows: Sequence[tuple[int, int]] = await (await conn.execute(BACKLOG, {"now": now})).fetchall()
    return dict(rows)


async def forget_hours(conn: AsyncConnection, before: datetime) -> None:
    """Delete the counts of days long gone."""
    for statement in FORGET:
        await conn.execute(statement, (before,))


async def mark_sent(conn: AsyncConnection, day: object, now: datetime) -> bool:
    """Note that a day's brief is sent; False where it was.

    Args:
        day: in Jakarta.
        now: aware.
    """
    return (await conn.execute(MARK_SENT, (day, now))).rowcount == 1

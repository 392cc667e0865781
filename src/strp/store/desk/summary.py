"""The desk in numbers.

A page counts up to a bound and no further, so that it costs the same however much waits; what is
measured for operators is counted whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection

from strp.store.desk.leases import OPEN
from strp.store.employers.closures import held_at

# Each part reads along an index of its own: due times, officers, employers. LIMIT NULL is no limit.
SUMMARY = f"""
WITH nearest AS (
    SELECT due_at FROM desk WHERE {OPEN} ORDER BY due_at, application_id LIMIT %(most)s::bigint
), held AS (
    SELECT leased_at, lease_until FROM desk
    WHERE officer_id IS NOT NULL AND lease_until >= %(now)s AND {OPEN} LIMIT %(most)s::bigint
), on_hold AS (
    SELECT FROM desk WHERE nib = ANY (ARRAY(SELECT nib FROM closure WHERE {held_at("%(now)s")}))
    LIMIT %(most)s::bigint
)
SELECT n.waiting, n.overdue, n.next_due_at, h.held, h.since, o.on_hold
FROM (SELECT count(*) AS waiting, count(*) FILTER (WHERE due_at < %(now)s) AS overdue,
             min(due_at) AS next_due_at FROM nearest) n,
     (SELECT count(*) AS held,
             coalesce(array_agg(coalesce(leased_at, %(now)s)), '{{}}') AS since FROM held) h,
     (SELECT count(*) AS on_hold FROM on_hold) o
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskSummary:
    """The desk in numbers; each at most one more than was to be counted.

    Args:
        on_hold: applications of employers who are closed; in none of the other numbers.
        held_since: when each that is held was taken; as many as officers at work.
    """

    waiting: int
    overdue: int
    next_due_at: datetime | None
    held: int
    held_since: Sequence[datetime]
    on_hold: int


async def summarise(conn: AsyncConnection, now: datetime, most: int | None = None) -> DeskSummary:
    """The desk in numbers.

    Args:
        conn: open connection.
        now: aware time.
        most: count no further than one more than this; None: count all.
    """
    values = {"now": now, "most": None if most is None else most + 1}
    row = await (await conn.execute(SUMMARY, values)).fetchone()
    assert row is not None
    waiting, overdue, next_due_at, held, since, on_hold = row
    return DeskSummary(
        waiting=waiting,
        overdue=overdue,
        next_due_at=next_due_at,
        held=held,
        held_since=since,
        on_hold=on_hold,
    )

"""Employers whose waiting workers are screened again soon, since something changed at their host.

One row an employer at the most; whoever takes it screens, or puts it back.
"""

from collections.abc import Container
from datetime import datetime

from psycopg import AsyncConnection

from strp.domain.identifiers import Nib, PeriodId

ASK_GUESTS = """
INSERT INTO rescreen_task (nib, asked_at)
SELECT DISTINCT nib, %(at)s::timestamptz FROM hosting
WHERE host_nib = %(host)s AND period_id = %(period)s ORDER BY nib
ON CONFLICT (nib) DO NOTHING
"""

# A closure that is in force, or that ended lately, and who has people at that host.
AT_CLOSED = """
SELECT DISTINCT h.nib, h.host_nib FROM hosting h JOIN closure c ON c.nib = h.host_nib
WHERE h.period_id = %(period)s AND c.from_at <= %(now)s
  AND coalesce(c.lifted_at, c.until_at, 'infinity') > %(now)s::timestamptz - interval '7 days'
ORDER BY 1, 2
"""

# Who waits there and does not know yet that the host has closed, or has opened again.
BEHIND = """
SELECT EXISTS (
    SELECT FROM worker WHERE nib = %s AND host_nib = %s AND state = 'pending'
      AND (string_to_array(coalesce(reasons, ''), ' ') && ARRAY['host-closed']) <> %s)
"""

TAKE_TASK = """
DELETE FROM rescreen_task WHERE nib = (
    SELECT nib FROM rescreen_task ORDER BY asked_at, nib LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING nib
"""

PUT_BACK = """
INSERT INTO rescreen_task (nib, asked_at) VALUES (%s, %s) ON CONFLICT (nib) DO NOTHING
"""


async def ask_guests(conn: AsyncConnection, host: Nib, period_id: PeriodId, at: datetime) -> None:
    """Have the waiting workers of all employers at a host screened again soon.

    Args:
        at: whoever asked first is served first.
    """
    await conn.execute(ASK_GUESTS, {"host": host, "period": period_id, "at": at})


async def ask_guests_of_closed(
    conn: AsyncConnection, period_id: PeriodId, now: datetime, closed: Container[Nib]
) -> None:
    """Have those screened again whose host has closed or opened since they were.

    Args:
        period_id: whose hostings count.
        now: a closure that ended in the week before counts too.
        closed: employers that are closed now.
    """
    values = {"period": period_id, "now": now}
    for nib, host in await (await conn.execute(AT_CLOSED, values)).fetchall():
        row = await (await conn.execute(BEHIND, (nib, host, host in closed))).fetchone()
        if row is not None and row[0]:
            await put_back(conn, nib, now)


async def take_rescreen_task(conn: AsyncConnection) -> Nib | None:
    """An employer whose workers are to be screened again, or None where none is."""
    row = await (await conn.execute(TAKE_TASK)).fetchone()
    return None if row is None else Nib(row[0])


async def put_back(conn: AsyncConnection, nib: Nib, at: datetime) -> None:
    """Leave an employer for a later turn.

    Args:
        at: those who have waited longer come first.
    """
    await conn.execute(PUT_BACK, (nib, at))

"""What waits for officials beside the desk: claims and objections, and how many are late."""

from datetime import datetime
from typing import NamedTuple

from psycopg import AsyncConnection

COUNT = """
SELECT c.waiting, c.overdue, o.waiting, o.overdue
FROM (SELECT count(*) AS waiting,
             count(*) FILTER (WHERE coalesce(due_at, claimed_at) < %(now)s) AS overdue
      FROM representation
      WHERE reason IS NOT NULL AND state IN ('pending_officer', 'active')) c,
     (SELECT count(*) AS waiting, count(*) FILTER (WHERE due_at < %(now)s) AS overdue
      FROM objection WHERE decided_at IS NULL) o
"""


class WaitingWork(NamedTuple):
    """Claims and objections that wait, and those past the time they were due."""

    claims: int
    claims_overdue: int
    objections: int
    objections_overdue: int


async def count_waiting_work(conn: AsyncConnection, now: datetime) -> WaitingWork:
    """Count claims and objections.

    Args:
        now: aware time.
    """
    row = await (await conn.execute(COUNT, {"now": now})).fetchone()
    assert row is not None
    return WaitingWork(*row)

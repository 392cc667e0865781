"""What waits for officials beside the desk: claims, objections and evidence, and how late it is."""

from datetime import datetime
from typing import NamedTuple

from psycopg import AsyncConnection

from strp.domain.identifiers import ApplicationId, Nib

COUNT = """
SELECT c.waiting, c.overdue, c.due_at, o.waiting, o.overdue, o.due_at, e.waiting, r.waiting
FROM (SELECT count(*) AS waiting,
             count(*) FILTER (WHERE coalesce(due_at, claimed_at) < %(now)s) AS overdue,
             min(coalesce(due_at, claimed_at)) AS due_at
      FROM representation
      WHERE reason IS NOT NULL AND state IN ('pending_officer', 'active')) c,
     (SELECT count(*) AS waiting, count(*) FILTER (WHERE due_at < %(now)s) AS overdue,
             min(due_at) AS due_at
      FROM objection WHERE decided_at IS NULL) o,
     (SELECT count(*) AS waiting FROM evidence
      WHERE state IN ('uploaded', 'being_read') AND sector <> '') e,
     (SELECT count(*) AS waiting FROM ruling WHERE state = 'proposed') r
"""

# No index finds these; it is asked only while an exercise ends.
OF_EXERCISE = """
SELECT a.nib, a.application_id FROM application a JOIN period p ON p.period_id = a.period_id
WHERE p.exercise AND a.state IN ('received', 'in_review')
ORDER BY a.application_id LIMIT %s
"""

OLDEST_TASK = """
SELECT coalesce(extract(epoch FROM %s - min(due_at)), 0) FROM issue_task
WHERE put_off_because IS NULL
"""


class WaitingWork(NamedTuple):
    """What waits, how much of it is past the time it was due, and when the next is due.

    Args:
        claims_due_at: aware; the nearest due time, or None where nothing waits.
        objections_due_at: as `claims_due_at`.
        evidence: pieces that nobody has decided on, those of objections aside.
        rulings: that wait for a second official.
    """

    claims: int
    claims_overdue: int
    claims_due_at: datetime | None
    objections: int
    objections_overdue: int
    objections_due_at: datetime | None
    evidence: int
    rulings: int


async def count_waiting_work(conn: AsyncConnection, now: datetime) -> WaitingWork:
    """Count what waits beside the desk.

    Args:
        now: aware time.
    """
    row = await (await conn.execute(COUNT, {"now": now})).fetchone()
    assert row is not None
    return WaitingWork(*row)


async def waiting_of_exercises(conn: AsyncConnection, most: int) -> list[tuple[Nib, ApplicationId]]:
    """Applications of exercises that nobody has decided, the earliest first.

    Args:
        most: of them.
    """
    return await (await conn.execute(OF_EXERCISE, (most,))).fetchall()


async def oldest_task_s(conn: AsyncConnection, now: datetime) -> float:
    """Seconds for which the oldest task has been due that was not put off; 0: none is."""
    row = await (await conn.execute(OLDEST_TASK, (now,))).fetchone()
    return max(0.0, float(row[0])) if row else 0.0

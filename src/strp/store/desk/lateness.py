"""Applications that were decided late, by the reason for it."""

from datetime import datetime, timedelta

from psycopg import AsyncConnection

from strp.domain.desk.lateness import LateBecause, Lateness

BY_REASON = """
SELECT late_because, count(*), percentile_disc(0.5) WITHIN GROUP (ORDER BY late_s), max(late_s)
FROM application WHERE late_s IS NOT NULL AND decided_at >= %s GROUP BY 1 ORDER BY 2 DESC, 1
"""


async def late_since(conn: AsyncConnection, since: datetime) -> list[Lateness]:
    """What was decided late since a moment, the most frequent reason first.

    Args:
        conn: open connection.
        since: aware.
    """
    rows = await (await conn.execute(BY_REASON, (since,))).fetchall()
    return [
        Lateness(LateBecause(because), count, timedelta(seconds=half), timedelta(seconds=most))
        for because, count, half, most in rows
    ]

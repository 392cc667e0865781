"""What a rehearsed day at the desk asks of the tables."""

from collections.abc import Sequence

from psycopg import AsyncConnection

WAITING = "SELECT count(*) FROM desk"

OUTCOME = """
SELECT (SELECT count(*) FROM application WHERE application_id = ANY (%(filed)s)),
       (SELECT count(*) FROM application WHERE application_id = ANY (%(filed)s)
        AND state = 'decided'),
       (SELECT count(*) FROM desk WHERE application_id = ANY (%(filed)s)),
       (SELECT count(*) FROM (
           SELECT FROM decision WHERE application_id = ANY (%(filed)s)
           GROUP BY application_id, row_no HAVING count(*) > 1) d)
"""


async def count_waiting(conn: AsyncConnection) -> int:
    """Number of applications on the desk."""
    [(count,)] = await (await conn.execute(WAITING)).fetchall()
    return int(count)


async def outcome_of(conn: AsyncConnection, filed: Sequence[int]) -> tuple[int, int, int, int]:
    """Of some applications, by their numbers: how many are stored, decided, and at the desk; and
    how many of their workers were decided more than once."""
    [row] = await (await conn.execute(OUTCOME, {"filed": list(filed)})).fetchall()
    return row[0], row[1], row[2], row[3]

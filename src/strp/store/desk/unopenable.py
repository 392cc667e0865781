"""Applications on the desk whose sealed data cannot be opened."""

from collections.abc import Sequence

from psycopg import AsyncConnection

from strp.domain.identifiers import ApplicationId

# The lease goes too: an officer who cannot see it cannot hold it.
SET_ASIDE = """
UPDATE desk SET cannot_open = %s, officer_id = NULL, lease_until = NULL
WHERE nib = (SELECT nib FROM application WHERE application_id = %s) AND application_id = %s
RETURNING application_id
"""
PUT_BACK = "UPDATE desk SET cannot_open = NULL WHERE application_id = %s"
LIST = """
SELECT application_id, cannot_open FROM desk WHERE cannot_open IS NOT NULL
ORDER BY due_at, application_id LIMIT %s
"""
COUNT = "SELECT count(*) FROM desk WHERE cannot_open IS NOT NULL"
PENDING = """
SELECT w.nib, w.row_no, w.sealed FROM worker w
WHERE w.nib = (SELECT nib FROM application WHERE application_id = %s)
  AND w.application_id = %s AND w.state = 'pending' AND w.row_no > %s ORDER BY w.row_no LIMIT %s
"""


async def set_aside(conn: AsyncConnection, application_id: ApplicationId, why: str) -> bool:
    """Have the desk pass over an application; whether it is on the desk.

    Args:
        application_id: of the filing.
        why: code of the error.
    """
    cursor = await conn.execute(SET_ASIDE, (why, application_id, application_id))
    return await cursor.fetchone() is not None


async def put_back(conn: AsyncConnection, application_id: ApplicationId) -> None:
    """Have the desk lend an application again."""
    await conn.execute(PUT_BACK, (application_id,))


async def list_set_aside(conn: AsyncConnection, limit: int) -> Sequence[tuple[ApplicationId, str]]:
    """Applications that are passed over, each with the code that says why."""
    return await (await conn.execute(LIST, (limit,))).fetchall()


async def count_set_aside(conn: AsyncConnection) -> int:
    """Number of applications that are passed over."""
    [(count,)] = await (await conn.execute(COUNT)).fetchall()
    return int(count)


async def pending_workers(
    conn: AsyncConnection, application_id: ApplicationId, *, after: int, limit: int
) -> Sequence[tuple[int, int, bytes]]:
    """Employer, row and sealed data of workers who are not decided yet, in row order.

    Args:
        application_id: of the filing.
        after: last row of the page before; -1 for the first page.
        limit: most of them.
    """
    values = (application_id, application_id, after, limit)
    return await (await conn.execute(PENDING, values, binary=True)).fetchall()

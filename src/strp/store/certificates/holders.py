"""Who holds which certificate: the rows of a list to hand out, in pages along the key."""

from collections.abc import Sequence
from typing import NamedTuple

from psycopg import AsyncConnection
from psycopg.rows import args_row

from strp.domain.identifiers import ApplicationId, Nib, PeriodId, SerialNumber

# The worker is asked for as a value, which always looks it up by its whole key (see `workers`).
_HOLDERS = """
SELECT c.application_id, c.row_no, c.serial_no,
       (SELECT w.sealed FROM worker w WHERE w.nib = c.nib
        AND w.application_id = c.application_id AND w.row_no = c.row_no)
FROM certificate c
"""

OF_APPLICATION = f"""{_HOLDERS}
WHERE c.nib = %s AND c.application_id = %s AND c.row_no > %s ORDER BY c.row_no LIMIT %s
"""

OF_EMPLOYER = f"""{_HOLDERS}
WHERE c.nib = %s AND (c.application_id, c.row_no) > (%s, %s)
  AND (SELECT a.period_id FROM application a
       WHERE a.nib = c.nib AND a.application_id = c.application_id) = %s
ORDER BY c.application_id, c.row_no LIMIT %s
"""


class Holder(NamedTuple):
    """A worker with a certificate; personal data stay sealed."""

    application_id: ApplicationId
    row_no: int
    serial_no: SerialNumber
    sealed: bytes


async def holders_of_application(
    conn: AsyncConnection, nib: Nib, application_id: ApplicationId, *, after: int, limit: int
) -> Sequence[Holder]:
    """Holders of an application in row order.

    Args:
        after: only rows after this one.
        limit: most to return.
    """
    async with conn.cursor(row_factory=args_row(Holder), binary=True) as cursor:
        await cursor.execute(OF_APPLICATION, (nib, application_id, after, limit))
        return await cursor.fetchall()


async def holders_of_employer(
    conn: AsyncConnection,
    nib: Nib,
    period_id: PeriodId,
    *,
    after: tuple[ApplicationId, int],
    limit: int,
) -> Sequence[Holder]:
    """Holders of all applications of an employer in a period, in their order.

    Args:
        after: application and row to go on after.
        limit: most to return.
    """
    async with conn.cursor(row_factory=args_row(Holder), binary=True) as cursor:
        await cursor.execute(OF_EMPLOYER, (nib, *after, period_id, limit))
        return await cursor.fetchall()

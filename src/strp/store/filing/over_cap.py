"""The workers of a filing whom a cap refused, by type of site."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from psycopg import AsyncConnection
from psycopg.rows import args_row

from strp.domain.identifiers import ApplicationId, Nib

MOST_LOOKED_AT: Final = 20_000
"""Refused workers of a filing that are looked at; a page says "at least" where there are more."""

# By the index `worker_not_approved`.
OVER_CAP = f"""
SELECT site_type, count(*), min(row_no)
FROM (SELECT site_type, row_no, reasons FROM worker
      WHERE nib = %s AND application_id = %s AND state = 'refused' AND state <> 'approved'
      ORDER BY row_no LIMIT {MOST_LOOKED_AT}) refused
WHERE 'over-cap' = ANY(string_to_array(reasons, ' '))
GROUP BY site_type
"""


class OverCap(NamedTuple):
    """Workers of one type of site whom the cap refused.

    Args:
        site_type: where.
        workers: how many.
        first_row: line of the first of them.
    """

    site_type: str
    workers: int
    first_row: int


async def over_cap(
    conn: AsyncConnection, nib: Nib, application_id: ApplicationId
) -> Sequence[OverCap]:
    """Workers of a filing whom a cap refused, by type of site; no more than `MOST_LOOKED_AT`.

    Args:
        conn: open connection.
        nib: the employer.
        application_id: of the filing.
    """
    async with conn.cursor(row_factory=args_row(OverCap)) as cursor:
        return await (await cursor.execute(OVER_CAP, (nib, application_id))).fetchall()

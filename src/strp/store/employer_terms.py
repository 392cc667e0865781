"""What counts for employers beside the registry: rulings in force, and declared staff."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from psycopg import AsyncConnection

from strp.domain.employer import EmployerTerms
from strp.domain.identifiers import PeriodId
from strp.domain.quota import Staff
from strp.store.arrays import bigints

# Both tables are small: a row where an official ruled, and one where somebody declared.
TERMS = """
SELECT e.nib, r.sector, coalesce(r.evidence, false), r.staff_service, r.staff_administration,
       d.service + d.partners, d.administration
FROM unnest(%s::bigint[]) AS e (nib)
LEFT JOIN ruling r ON r.nib = e.nib AND r.state = 'in_force'
                  AND (r.until_on IS NULL OR r.until_on >= %s::date)
LEFT JOIN staff_declaration d ON d.nib = e.nib AND d.period_id = %s::smallint
WHERE r.nib IS NOT NULL OR d.nib IS NOT NULL
"""


async def terms_of(
    conn: AsyncConnection, nibs: Sequence[int], period_id: PeriodId | None, today: date
) -> dict[int, EmployerTerms]:
    """What counts for these employers; those of which nothing was said are left out.

    Args:
        conn: the database.
        nibs: employers.
        period_id: whose declarations count, or None for none.
        today: civil day on which rulings must be in force.
    """
    cursor = await conn.execute(TERMS, (bigints(nibs), today, period_id), binary=True)
    return read_terms(await cursor.fetchall())


def read_terms(rows: Sequence[tuple[Any, ...]]) -> dict[int, EmployerTerms]:
    """Rows of `TERMS` by employer."""
    return {
        nib: EmployerTerms(sector, evidence, Staff(*numbers[:2]), Staff(*numbers[2:]))
        for nib, sector, evidence, *numbers in rows
    }

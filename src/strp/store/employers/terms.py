"""What counts for employers beside the registry: rulings in force, declared staff, evidence."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from psycopg import AsyncConnection, AsyncCursor

from strp.domain.employers.caps import QuotaUse, Staff
from strp.domain.employers.employer import EmployerTerms
from strp.domain.identifiers import PeriodId
from strp.store.engine.arrays import bigints

# The tables are small: a row where an official ruled, where somebody declared or attached. What was
# ruled in an exercise counts for filings of exercises, and nothing else does.
TERMS = """
SELECT e.nib, r.sector, coalesce(r.evidence, false), r.staff_service, r.staff_administration,
       d.service + d.partners, d.administration, o.sector, l.service, l.administration
FROM unnest(%s::bigint[]) AS e (nib)
LEFT JOIN ruling r ON r.nib = e.nib AND r.state = 'in_force'
                  AND r.exercise = coalesce(
                      (SELECT p.exercise FROM period p WHERE p.period_id = %s::smallint), false)
                  AND (r.until_on IS NULL OR r.until_on >= %s::date)
LEFT JOIN staff_declaration d ON d.nib = e.nib AND d.period_id = %s::smallint
LEFT JOIN LATERAL (
    SELECT v.sector FROM evidence v
    WHERE v.nib = e.nib AND v.period_id = %s::smallint AND v.sector <> ''
      AND v.state IN ('uploaded', 'being_read', 'proposed', 'accepted')
      AND (v.state <> 'accepted' OR v.until_on IS NULL OR v.until_on >= %s::date)
    ORDER BY v.evidence_id DESC LIMIT 1
) o ON true
LEFT JOIN LATERAL (
    SELECT sum(h.service)::int AS service, sum(h.administration)::int AS administration
    FROM hosting h
    WHERE h.host_nib = e.nib AND h.period_id = %s::smallint AND h.state = 'confirmed'
      AND (h.until_on IS NULL OR h.until_on >= %s::date)
) l ON true
WHERE r.nib IS NOT NULL OR d.nib IS NOT NULL OR o.sector IS NOT NULL OR l.service IS NOT NULL
"""


# Of one employer by its number: the plan is made once. With an array of one it is made each time,
# for PostgreSQL expects more of an array that it does not see.
TERMS_OF_ONE = TERMS.replace("unnest(%s::bigint[]) AS e (nib)", "(VALUES (%s::bigint)) AS e (nib)")


async def terms_of(
    conn: AsyncConnection, nibs: Sequence[int], period_id: PeriodId | None, today: date
) -> dict[int, EmployerTerms]:
    """What counts for these employers; those of which nothing was said are left out.

    Args:
        conn: the database.
        nibs: employers.
        period_id: whose declarations and evidence count, or None for none.
        today: civil day on which rulings must be in force.
    """
    cursor = await conn.execute(TERMS, values_of(bigints(nibs), today, period_id), binary=True)
    return read_terms(await cursor.fetchall())


async def ask_terms(
    conn: AsyncConnection, nib: int, period_id: PeriodId | None, today: date
) -> AsyncCursor[Any]:
    """What counts for one employer, as rows for `read_terms`; fetched once a pipeline has ended.

    Args:
        nib: of the employer.
        period_id: whose declarations and evidence count; None: none do.
        today: in Jakarta.
    """
    return await conn.execute(TERMS_OF_ONE, values_of(nib, today, period_id), binary=True)


def values_of(nibs: object, today: date, period_id: PeriodId | None) -> tuple[object, ...]:
    """The values of `TERMS`, in its order.

    Args:
        nibs: an array of NIB, in the form that the statement takes.
        today: in Jakarta.
        period_id: whose declarations and evidence count; None: none do.
    """
    return (nibs, period_id, today, period_id, period_id, today, period_id, today)


def _with_lent(rows: Sequence[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    return ((*row[:-2], row[-2:]) for row in rows)


def read_terms(rows: Sequence[tuple[Any, ...]]) -> dict[int, EmployerTerms]:
    """Rows of `TERMS` by employer."""
    return {
        nib: EmployerTerms(
            sector,
            evidence,
            Staff(*numbers[:2]),
            Staff(*numbers[2:]),
            offered,
            QuotaUse(lent[0] or 0, lent[1] or 0),
        )
        for nib, sector, evidence, *numbers, offered, lent in _with_lent(rows)
    }

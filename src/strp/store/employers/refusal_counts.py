"""Employers that were asked about or claimed, counted once a day for the compliance report."""

from collections.abc import Sequence
from datetime import date

from psycopg import AsyncConnection

from strp.domain.identifiers import Nib
from strp.domain.screening.refusal_counts import RefusalKind
from strp.domain.screening.sector_of import NON_ESSENTIAL

ADD_ONCE = """
INSERT INTO refusal_count (nib, day, kind, exercise, sector, filings, workers)
SELECT nib, %s, %s, %s, %s, 1, 0 FROM unnest(%s::bigint[]) AS n (nib) ORDER BY nib
ON CONFLICT DO NOTHING
"""


async def count_once(
    conn: AsyncConnection, kind: RefusalKind, nibs: Sequence[Nib], day: date, *, exercise: bool
) -> None:
    """Count employers that were asked about, or claimed, on a day; each of them once.

    Args:
        kind: whether they were asked about or claimed.
        nibs: of the employers.
        day: in Jakarta.
        exercise: whether it counts for the exercise.
    """
    await conn.execute(ADD_ONCE, (day, kind, exercise, NON_ESSENTIAL, list(nibs)))

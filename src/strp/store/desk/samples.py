"""Samples: workers approved at once and drawn for an officer's look afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection
from psycopg.rows import class_row

from strp.domain.identifiers import ApplicationId, Nib, PeriodId, SerialNumber

_SAMPLES = """
SELECT s.nib, s.application_id, s.row_no, s.drawn_at, s.drawn_because, e.name AS employer_name,
       w.site_type, w.sealed, w.nik_index, a.period_id, c.serial_no
FROM {samples} s
JOIN worker w USING (nib, application_id, row_no)
JOIN application a USING (nib, application_id)
JOIN employer e USING (nib)
LEFT JOIN certificate c USING (nib, application_id, row_no)
"""

# By the index `sample_waiting`.
_FIRST = """(
    SELECT nib, application_id, row_no, drawn_at, drawn_because FROM sample WHERE checked_at IS NULL
    ORDER BY drawn_at, application_id, row_no LIMIT %s)"""
WAITING = _SAMPLES.format(samples=_FIRST) + "ORDER BY s.drawn_at, s.application_id, s.row_no"

LOCKED = f"""
{_SAMPLES.format(samples="sample")}
WHERE s.nib = %s AND s.application_id = %s AND s.row_no = %s AND s.checked_at IS NULL
FOR UPDATE OF s
"""

COUNT_WAITING = """
SELECT count(*) FROM (SELECT FROM sample WHERE checked_at IS NULL LIMIT %s) waiting
"""

# Of the last so many days: what was let pass by older rules says nothing of those in force. Only of
# whom the lot drew: who was drawn for a reason is likelier to be wrong than the others.
# By the index `sample_of_lot`.
CHECKED = """
SELECT count(*), count(*) FILTER (WHERE lot_outcome = 'revoked') FROM sample
WHERE lot_checked_at >= %s
"""

SETTLE = """
UPDATE sample SET officer_id = %(officer)s, checked_at = %(at)s, outcome = %(outcome)s,
    lot_checked_at = CASE drawn_because WHEN 'lot' THEN %(at)s ELSE lot_checked_at END,
    lot_outcome = CASE drawn_because WHEN 'lot' THEN %(outcome)s ELSE lot_outcome END
WHERE nib = %(nib)s AND application_id = %(application)s AND row_no = %(row)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A worker who was drawn; personal data stay sealed."""

    nib: Nib
    application_id: ApplicationId
    row_no: int
    drawn_at: datetime
    drawn_because: str
    employer_name: str
    site_type: str
    sealed: bytes
    nik_index: bytes
    period_id: PeriodId
    serial_no: SerialNumber | None


async def list_waiting(conn: AsyncConnection, limit: int) -> Sequence[Sample]:
    """Samples that nobody has looked at, the earliest first."""
    async with conn.cursor(row_factory=class_row(Sample), binary=True) as cursor:
        await cursor.execute(WAITING, (limit,))
        return await cursor.fetchall()


async def count_waiting(conn: AsyncConnection, most: int) -> int:
    """Number of samples that nobody has looked at, counted up to a number."""
    row = await (await conn.execute(COUNT_WAITING, (most,))).fetchone()
    assert row is not None
    return int(row[0])


async def count_checked(conn: AsyncConnection, since: datetime) -> tuple[int, int]:
    """How many samples of the lot were looked at since, and how many were taken back."""
    row = await (await conn.execute(CHECKED, (since,))).fetchone()
    assert row is not None
    return int(row[0]), int(row[1])


async def lock_sample(
    conn: AsyncConnection, nib: Nib, application_id: ApplicationId, row_no: int
) -> Sample | None:
    """A sample that nobody has looked at, held until the transaction ends.

    Args:
        nib: of the employer.
        application_id: of the filing.
        row_no: of the worker in the roster.
    """
    async with conn.cursor(row_factory=class_row(Sample), binary=True) as cursor:
        await cursor.execute(LOCKED, (nib, application_id, row_no))
        return await cursor.fetchone()


async def settle_sample(
    conn: AsyncConnection, sample: Sample, *, officer_id: int, outcome: str, at: datetime
) -> None:
    """Store what an officer found.

    Args:
        sample: as it was locked.
        officer_id: account of the officer.
        outcome: what was found, by its code.
        at: aware.
    """
    values = {
        "officer": officer_id,
        "at": at,
        "outcome": outcome,
        "nib": sample.nib,
        "application": sample.application_id,
        "row": sample.row_no,
    }
    await conn.execute(SETTLE, values)

"""Refused workers who are screened again: rows go from refused to pending or approved."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from psycopg import AsyncConnection

from strp.domain.employers.caps import QuotaUse
from strp.domain.identifiers import ApplicationId, Nib, PeriodId
from strp.store.engine.arrays import integers, same_size_byteas, texts
from strp.store.filing.intake import ENGAGED
from strp.store.filing.rescreening import ASK_TO_ISSUE, QUOTA, Change

ROWS = """
SELECT row_no, site_type, reasons, nik_index, sealed, host_nib FROM worker
WHERE nib = %(nib)s AND application_id = %(application)s AND row_no > %(after)s
  AND state = 'refused' AND (%(row)s::integer IS NULL OR row_no = %(row)s)
  AND (%(reasons)s::text[] IS NULL OR string_to_array(reasons, ' ') && %(reasons)s::text[])
ORDER BY row_no LIMIT %(limit)s
"""

CHANGE = """
UPDATE worker w SET state = c.state, screening = c.screening, reasons = c.reasons, remark = NULL
FROM unnest(%s::int[], %s::text[], %s::text[], %s::text[]) AS c (row_no, state, screening, reasons)
WHERE w.nib = %s AND w.application_id = %s AND w.row_no = c.row_no AND w.state = 'refused'
"""

ENGAGE = """
INSERT INTO engagement (nik_index, period_id, nib, application_id, row_no)
SELECT nik_index, %s, %s, %s, row_no FROM unnest(%s::bytea[], %s::int[]) AS w (nik_index, row_no)
"""

SAVE_QUOTA = """
INSERT INTO quota_use (nib, period_id, service, administration, claims_told)
VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (nib, period_id) DO UPDATE
SET service = EXCLUDED.service, administration = EXCLUDED.administration
"""

MOVE = """
UPDATE application
SET sector = %(sector)s, refused = refused - %(approved)s - %(pending)s,
    approved = approved + %(approved)s, pending = pending + %(pending)s,
    state = CASE WHEN pending + %(pending)s > 0 AND state = 'decided' THEN 'in_review'
                 ELSE state END,
    decided_at = CASE WHEN pending + %(pending)s > 0 THEN NULL ELSE decided_at END,
    late_s = CASE WHEN pending + %(pending)s > 0 THEN NULL ELSE late_s END,
    late_because = CASE WHEN pending + %(pending)s > 0 THEN NULL ELSE late_because END,
    due_at = CASE WHEN pending = 0 AND %(pending)s > 0 THEN %(due)s ELSE due_at END,
    version = version + 1
WHERE nib = %(nib)s AND application_id = %(application)s
RETURNING due_at
"""

ON_DESK = """
INSERT INTO desk (nib, application_id, due_at) VALUES (%s, %s, %s)
ON CONFLICT (nib, application_id) DO UPDATE SET not_for = NULL
"""


class RefusedRow(NamedTuple):
    """A worker who was refused; personal data sealed."""

    row: int
    site_type: str
    reasons: tuple[str, ...]
    nik_index: bytes
    sealed: bytes
    host: Nib | None


async def refused_rows(
    conn: AsyncConnection,
    nib: Nib,
    application_id: ApplicationId,
    *,
    after: int,
    row: int | None,
    reasons: Sequence[str] | None,
    limit: int,
) -> list[RefusedRow]:
    """Workers who were refused for these reasons, in the order of the roster.

    Args:
        nib: of the employer.
        application_id: of the filing.
        after: last row of the page before; -1 for the first page.
        row: of one worker, or None for all.
        reasons: one of these is enough; None for whatever reason.
        limit: most of them.
    """
    values = {
        "nib": nib,
        "application": application_id,
        "after": after,
        "row": row,
        "reasons": None if reasons is None else list(reasons),
        "limit": limit,
    }
    rows = await (await conn.execute(ROWS, values)).fetchall()
    return [
        RefusedRow(
            found[0], found[1], tuple((found[2] or "").split()), found[3], found[4], found[5]
        )
        for found in rows
    ]


async def holders_of(
    conn: AsyncConnection, nik_indexes: Sequence[bytes], period_id: PeriodId
) -> dict[bytes, tuple[int, ...]]:
    """Employers that have these workers now, and marks of revocations.

    Args:
        nik_indexes: keyed indexes of the workers' NIK; who is nobody's is left out.
        period_id: in which employers have them.
    """
    cursor = await conn.execute(ENGAGED, (same_size_byteas(nik_indexes), period_id), binary=True)
    found: dict[bytes, tuple[int, ...]] = {}
    for nik_index, nib in await cursor.fetchall():
        found[bytes(nik_index)] = (*found.get(bytes(nik_index), ()), nib)
    return found


async def quota_used(conn: AsyncConnection, nib: Nib, period_id: PeriodId) -> QuotaUse:
    """The use of the caps.

    Args:
        nib: of the employer.
        period_id: of the caps.
    """
    row = await (await conn.execute(QUOTA, (nib, period_id))).fetchone()
    return QuotaUse(*row) if row else QuotaUse()


async def save_reopened(
    conn: AsyncConnection,
    nib: Nib,
    application_id: ApplicationId,
    period_id: PeriodId,
    changes: Sequence[Change],
    used: QuotaUse,
) -> None:
    """Let workers in again: their states, whom the employer has, and the use of the caps.

    Args:
        nib: of the employer.
        application_id: of the filing.
        period_id: of the filing.
        changes: at least one, all of this application.
        used: with the workers who are let in.
    """
    rows, states, screenings, reasons, indexes = zip(*changes, strict=True)
    columns = (integers(rows), texts(states), texts(screenings), texts(reasons))
    await conn.execute(CHANGE, (*columns, nib, application_id), binary=True)
    engaged = (same_size_byteas(indexes), integers(rows))
    await conn.execute(ENGAGE, (period_id, nib, application_id, *engaged), binary=True)
    values = (nib, period_id, used.service, used.administration, used.claims_told)
    await conn.execute(SAVE_QUOTA, values)


async def save_still_refused(
    conn: AsyncConnection, nib: Nib, application_id: ApplicationId, changes: Sequence[Change]
) -> None:
    """Store for what the rules refuse workers now, in place of what they were refused for before.

    Args:
        nib: of the employer.
        application_id: of the filing.
        changes: of refused workers, who stay so; may be empty.
    """
    if changes:
        rows, states, screenings, reasons, _ = zip(*changes, strict=True)
        columns = (integers(rows), texts(states), texts(screenings), texts(reasons))
        await conn.execute(CHANGE, (*columns, nib, application_id), binary=True)


async def settle_reopened(
    conn: AsyncConnection,
    nib: Nib,
    application_id: ApplicationId,
    *,
    sector: str,
    approved: int,
    pending: int,
    due_at: datetime,
) -> None:
    """Bring an application, the desk and issuing up to workers who were let in again.

    Args:
        nib: of the employer.
        application_id: of the filing.
        sector: whose rules the workers were screened by.
        approved: workers who went from refused to approved.
        pending: workers who went from refused to pending.
        due_at: aware; by when an officer decides those.
    """
    values = {
        "nib": nib,
        "application": application_id,
        "sector": sector,
        "approved": approved,
        "pending": pending,
        "due": due_at,
    }
    row = await (await conn.execute(MOVE, values)).fetchone()
    assert row is not None
    if pending:
        await conn.execute(ON_DESK, (nib, application_id, row[0]))
    if approved:
        await conn.execute(ASK_TO_ISSUE, (nib, application_id, row[0]))

"""Waiting workers who go to another site: their rows change in place, under the employer's lock.

The places on the desk are held first, in the order of screening again, so that nobody decides these
workers meanwhile.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from psycopg import AsyncConnection
from psycopg.rows import args_row

from strp.domain.filing.application import WorkerState
from strp.domain.identifiers import ApplicationId, Nib, PeriodId
from strp.store.employers.lock import told_when_locked
from strp.store.engine.arrays import (
    PackedArray,
    bigints,
    byteas,
    integers,
    same_size_byteas,
    texts,
)
from strp.store.filing.rescreening import FREE

HOLD = """
SELECT application_id FROM desk WHERE nib = %s AND application_id = ANY(%s::bigint[])
ORDER BY due_at, application_id FOR UPDATE
"""

WAITING = """
SELECT w.application_id, w.row_no, w.site_type, w.reasons, w.nik_index, w.host_nib, w.sealed
FROM unnest(%s::bigint[], %s::int[]) AS k (application_id, row_no)
JOIN worker w ON w.nib = %s AND w.application_id = k.application_id AND w.row_no = k.row_no
WHERE w.state = 'pending'
"""

CHANGE = """
UPDATE worker w
SET site_type = c.site_type, state = c.state, screening = c.screening, reasons = c.reasons,
    host_nib = c.host::bigint, host_sector = c.host_sector, sealed = c.sealed
FROM unnest(%s::bigint[], %s::int[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
            %s::text[], %s::bytea[])
     AS c (application_id, row_no, site_type, state, screening, reasons, host, host_sector, sealed)
WHERE w.nib = %s AND w.application_id = c.application_id AND w.row_no = c.row_no
"""

# A proposal was made for another site: whoever proposed it looks again.
FORGET_PROPOSALS = """
DELETE FROM proposal p USING unnest(%s::bigint[], %s::int[]) AS k (application_id, row_no)
WHERE p.nib = %s AND p.application_id = k.application_id AND p.row_no = k.row_no
"""

COUNT = """
UPDATE application a
SET pending = a.pending - c.approved - c.refused, approved = a.approved + c.approved,
    refused = a.refused + c.refused,
    state = CASE WHEN a.pending = c.approved + c.refused THEN 'decided' ELSE a.state END,
    decided_at = CASE WHEN a.pending = c.approved + c.refused THEN %s::timestamptz END,
    version = a.version + 1
FROM unnest(%s::bigint[], %s::int[], %s::int[]) AS c (application_id, approved, refused)
WHERE a.nib = %s AND a.application_id = c.application_id
RETURNING a.application_id, a.pending
"""

STAY_ON_DESK = """
UPDATE desk SET not_for = NULL
WHERE nib = %s AND application_id = ANY(%s::bigint[]) AND not_for IS NOT NULL
"""

ASK_TO_ISSUE = """
INSERT INTO issue_task (nib, application_id, due_at)
SELECT nib, application_id, due_at FROM desk WHERE nib = %s AND application_id = ANY(%s::bigint[])
ON CONFLICT (nib, application_id) DO UPDATE SET after_row = 0
"""

LEAVE_DESK = "DELETE FROM desk WHERE nib = %s AND application_id = ANY(%s::bigint[])"

ADD_TO_QUOTA = """
INSERT INTO quota_use (nib, period_id, service, administration) VALUES (%s, %s, %s, %s)
ON CONFLICT (nib, period_id) DO UPDATE
SET service = quota_use.service + EXCLUDED.service,
    administration = quota_use.administration + EXCLUDED.administration
"""


class WaitingWorker(NamedTuple):
    """A worker who waits; personal data sealed, and `host_nib` None at the employer's own site."""

    application_id: ApplicationId
    row_no: int
    site_type: str
    reasons: str | None
    nik_index: bytes
    host_nib: Nib | None
    sealed: bytes


class Moved(NamedTuple):
    """Where a waiting worker goes, and what screening says there; `host_nib` None: to its own."""

    before: WaitingWorker
    site_type: str
    state: WorkerState
    screening: str
    reasons: str | None
    host_nib: Nib | None
    host_sector: str | None
    sealed: bytes


async def hold_waiting(
    conn: AsyncConnection, nib: Nib, workers: Sequence[tuple[ApplicationId, int]]
) -> list[WaitingWorker]:
    """Hold the applications of these workers; those of them who still wait.

    Args:
        conn: transaction that holds the employer's lock.
        nib: employer.
        workers: application and row of each.

    Raises:
        Unavailable: `employer-busy`, where it waited in vain for an officer's decision.
    """
    numbers, rows = bigints([one[0] for one in workers]), integers([one[1] for one in workers])
    async with told_when_locked():
        await conn.execute(HOLD, (nib, bigints(sorted({one[0] for one in workers}))), binary=True)
    async with conn.cursor(row_factory=args_row(WaitingWorker), binary=True) as cursor:
        await cursor.execute(WAITING, (numbers, rows, nib))
        return await cursor.fetchall()


async def save_moved(
    conn: AsyncConnection, nib: Nib, period_id: PeriodId, moved: Sequence[Moved], *, now: datetime
) -> dict[ApplicationId, int]:
    """Store where workers wait now, and bring their applications, the desk and issuing up to it.

    Args:
        conn: transaction that holds the employer's lock and the applications.
        nib: employer.
        period_id: of these applications.
        moved: at least one.
        now: aware.

    Returns:
        Workers decided by it, for each application that is decided to its end now.
    """
    numbers = bigints([one.before.application_id for one in moved])
    rows = integers([one.before.row_no for one in moved])
    await conn.execute(CHANGE, (numbers, rows, *_columns(moved), nib), binary=True)
    await conn.execute(FORGET_PROPOSALS, (numbers, rows, nib), binary=True)
    out = [one.before.nik_index for one in moved if one.state is WorkerState.REFUSED]
    if out:
        await conn.execute(FREE, (same_size_byteas(out), period_id, nib), binary=True)
    return await _settle(conn, nib, moved, now)


def _columns(moved: Sequence[Moved]) -> list[PackedArray]:
    hosts = [None if one.host_nib is None else str(one.host_nib) for one in moved]
    return [
        texts([one.site_type for one in moved]),
        texts([one.state for one in moved]),
        texts([one.screening for one in moved]),
        texts([one.reasons for one in moved]),
        texts(hosts),
        texts([one.host_sector for one in moved]),
        byteas([one.sealed for one in moved]),
    ]


async def _settle(
    conn: AsyncConnection, nib: Nib, moved: Sequence[Moved], now: datetime
) -> dict[ApplicationId, int]:
    by_state = {
        state: Counter(one.before.application_id for one in moved if one.state is state)
        for state in (WorkerState.APPROVED, WorkerState.REFUSED)
    }
    approved, refused = by_state[WorkerState.APPROVED], by_state[WorkerState.REFUSED]
    numbers = sorted({one.before.application_id for one in moved})
    counts = (integers([approved[n] for n in numbers]), integers([refused[n] for n in numbers]))
    cursor = await conn.execute(COUNT, (now, bigints(numbers), *counts, nib), binary=True)
    pending: dict[int, int] = dict(await cursor.fetchall())
    if approved:
        await conn.execute(ASK_TO_ISSUE, (nib, bigints(sorted(approved))), binary=True)
    await conn.execute(STAY_ON_DESK, (nib, bigints(numbers)), binary=True)
    done = [number for number in numbers if not pending[number]]
    if done:
        await conn.execute(LEAVE_DESK, (nib, bigints(done)), binary=True)
    return {number: approved[number] + refused[number] for number in done}


async def add_to_quota(
    conn: AsyncConnection, nib: Nib, period_id: PeriodId, service: int, administration: int
) -> None:
    """Take places under the employer's caps, or give them back where a number is below zero.

    Args:
        nib: of the employer; its lock is held.
        period_id: of the caps.
        service: places more.
        administration: places more.
    """
    if service or administration:
        await conn.execute(ADD_TO_QUOTA, (nib, period_id, service, administration))

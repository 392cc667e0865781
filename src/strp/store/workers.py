"""Workers of applications, read in pages and decided in sets."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from psycopg import AsyncConnection
from psycopg.rows import args_row, class_row

from strp.domain.application import WorkerCounts, WorkerState
from strp.domain.identifiers import ApplicationId, Nib, SerialNumber
from strp.domain.roster import SiteType
from strp.store.arrays import bigints, integers

PAGE = """
SELECT w.row_no, w.site_type, w.state, w.screening, w.reasons, w.remark, w.sealed, c.serial_no
FROM worker w
LEFT JOIN certificate c ON c.nib = w.nib AND c.application_id = w.application_id
                       AND c.row_no = w.row_no
WHERE w.nib = %s AND w.application_id = %s AND w.row_no > %s
  AND (%s::text IS NULL OR w.state = %s)
ORDER BY w.row_no LIMIT %s
"""

ONE = PAGE.replace("w.row_no > %s", "w.row_no = %s + 1")

# One statement for all tasks taken: most applications have only a few workers. Whether a worker has
# a certificate is asked as a value, which always looks it up by its whole key: as a join, a plan
# made while the table was small would read all certificates of a large application for each worker.
TO_ISSUE = """
SELECT t.position, w.row_no, w.site_type, w.sealed
FROM unnest(%s::bigint[], %s::bigint[], %s::int[]) WITH ORDINALITY
     AS t (nib, application_id, after_row, position)
CROSS JOIN LATERAL (
    SELECT w.row_no, w.site_type, w.sealed FROM worker w
    WHERE w.nib = t.nib AND w.application_id = t.application_id AND w.row_no > t.after_row
      AND w.state = 'approved'
      AND (SELECT c.serial_no FROM certificate c WHERE c.nib = w.nib
           AND c.application_id = w.application_id AND c.row_no = w.row_no) IS NULL
    ORDER BY w.row_no LIMIT %s) w
LIMIT %s
"""

DECIDE = """
UPDATE worker w
SET state = d.state, reasons = nullif(concat_ws(' ', w.reasons, d.reason), ''), remark = d.remark
FROM unnest(%s::int[], %s::text[], %s::text[], %s::text[]) AS d (row_no, state, reason, remark)
WHERE w.nib = %s AND w.application_id = %s AND w.row_no = d.row_no AND w.state = 'pending'
RETURNING w.row_no, w.site_type, w.nik_index, w.state
"""

DECIDE_PENDING = """
UPDATE worker w SET state = %s, reasons = nullif(concat_ws(' ', w.reasons, %s::text), '')
WHERE w.nib = %s AND w.application_id = %s AND w.state = 'pending'
  AND (%s::text IS NULL OR w.screening = %s)
RETURNING w.row_no, w.site_type, w.nik_index, w.state
"""

COUNT = """
SELECT count(*) FILTER (WHERE state = 'pending'), count(*) FILTER (WHERE state = 'approved'),
       count(*) FILTER (WHERE state = 'refused'), count(*) FILTER (WHERE state = 'returned')
FROM worker WHERE nib = %s AND application_id = %s
"""

RELEASE = """
DELETE FROM engagement
WHERE nik_index = ANY(%s::bytea[]) AND period_id = %s AND nib = %s
"""

RELEASE_QUOTA = """
UPDATE quota_use SET service = greatest(0, service - %s),
                     administration = greatest(0, administration - %s)
WHERE nib = %s AND period_id = %s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredWorker:
    """One worker as stored; personal data stay sealed."""

    row_no: int
    site_type: str
    state: str
    screening: str
    reasons: str | None
    remark: str | None
    sealed: bytes
    serial_no: SerialNumber | None

    @property
    def reason_codes(self) -> tuple[str, ...]:
        """Reasons of screening or decision."""
        return tuple(self.reasons.split()) if self.reasons else ()


class WorkerToIssue(NamedTuple):
    """An approved worker without a certificate, of the task at a position from 1."""

    position: int
    row_no: int
    site_type: str
    sealed: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedWorker:
    """A worker whose state was just set."""

    row_no: int
    site_type: str
    nik_index: bytes
    state: str


async def list_workers(
    conn: AsyncConnection,
    nib: Nib,
    application_id: ApplicationId,
    *,
    state: WorkerState | None,
    after: int,
    limit: int,
) -> Sequence[StoredWorker]:
    """A page of workers in row order.

    Args:
        state: only workers in this state, or None for all.
        after: only rows after this one.
        limit: most workers to return.
    """
    async with conn.cursor(row_factory=class_row(StoredWorker), binary=True) as cursor:
        await cursor.execute(PAGE, (nib, application_id, after, state, state, limit))
        return await cursor.fetchall()


async def find_worker(
    conn: AsyncConnection, nib: Nib, application_id: ApplicationId, row_no: int
) -> StoredWorker | None:
    """One worker of an application."""
    async with conn.cursor(row_factory=class_row(StoredWorker), binary=True) as cursor:
        await cursor.execute(ONE, (nib, application_id, row_no - 1, None, None, 1))
        return await cursor.fetchone()


async def workers_to_issue(
    conn: AsyncConnection, tasks: Sequence[tuple[int, int, int]], limit: int
) -> Sequence[WorkerToIssue]:
    """Approved workers without a certificate, task by task, in row order.

    Args:
        tasks: employer, application and the row to go on after.
        limit: most workers in all.
    """
    nibs, numbers, after = zip(*tasks, strict=True)
    columns = bigints(nibs), bigints(numbers), integers(after)
    async with conn.cursor(row_factory=args_row(WorkerToIssue), binary=True) as cursor:
        await cursor.execute(TO_ISSUE, (*columns, limit, limit))
        return await cursor.fetchall()


async def decide_workers(
    conn: AsyncConnection,
    nib: Nib,
    application_id: ApplicationId,
    decisions: Sequence[tuple[int, WorkerState, str | None, str | None]],
) -> Sequence[DecidedWorker]:
    """Set the state of pending workers.

    Args:
        decisions: row, state, code of the reason, remark.

    Returns:
        The workers that were still pending and are decided now.
    """
    columns = [list(column) for column in zip(*decisions, strict=True)]
    async with conn.cursor(row_factory=class_row(DecidedWorker), binary=True) as cursor:
        await cursor.execute(DECIDE, (*columns, nib, application_id))
        return await cursor.fetchall()


async def decide_pending(
    conn: AsyncConnection,
    nib: Nib,
    application_id: ApplicationId,
    *,
    state: WorkerState,
    screening: str | None = None,
    reason: str | None = None,
) -> Sequence[DecidedWorker]:
    """Set the state of all pending workers, or of those with one screening outcome."""
    values = (state, reason, nib, application_id, screening, screening)
    async with conn.cursor(row_factory=class_row(DecidedWorker), binary=True) as cursor:
        await cursor.execute(DECIDE_PENDING, values)
        return await cursor.fetchall()


async def count_workers(
    conn: AsyncConnection, nib: Nib, application_id: ApplicationId
) -> WorkerCounts:
    """Workers of an application by state."""
    cursor = await conn.execute(COUNT, (nib, application_id))
    return WorkerCounts(*await cursor.fetchone())  # type: ignore[misc]


async def release_workers(
    conn: AsyncConnection, nib: Nib, period_id: int, workers: Sequence[DecidedWorker]
) -> None:
    """Free workers who were refused, returned or withdrawn, and their places under the caps."""
    await conn.execute("SELECT pg_advisory_xact_lock(%s)", (nib,))  # intake counts under it too
    service = sum(worker.site_type == SiteType.SERVICE for worker in workers)
    await conn.execute(RELEASE, ([worker.nik_index for worker in workers], period_id, nib))
    await conn.execute(RELEASE_QUOTA, (service, len(workers) - service, nib, period_id))

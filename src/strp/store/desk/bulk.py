"""Rows of bulk decisions: what a filter finds, and how far each is."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from psycopg import AsyncConnection
from psycopg.errors import UniqueViolation
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from strp.domain.desk.acts import OVERRIDDEN, UNKNOWN
from strp.domain.desk.bulk import MOST_APPLICATIONS, BulkDecision, Matched, bulk_open
from strp.domain.desk.review import Decision
from strp.domain.desk.waiting_filter import WaitingFilter
from strp.domain.identifiers import ApplicationId, Nib
from strp.domain.screening.sector_of import UNDETERMINED
from strp.store.desk.waiting_list import FITS, MOST_LOOKED_AT, SEEN, filter_values

MATCHED = f"""
SELECT d.nib, d.application_id, w.workers, w.passed, w.unknown, w.overridden,
       coalesce(d.officer_id <> %(officer)s AND d.lease_until >= %(now)s, false)
           OR (SELECT x.escalated_at IS NOT NULL OR x.not_for IS NOT DISTINCT FROM %(officer)s
               FROM desk x WHERE x.nib = d.nib AND x.application_id = d.application_id),
       a.sector = %(undetermined)s
FROM ({SEEN} LIMIT %(looked_at)s) d
CROSS JOIN LATERAL (SELECT sector, generate_series(1, 1) FROM application
                    WHERE nib = d.nib AND application_id = d.application_id) a
CROSS JOIN LATERAL (SELECT name, generate_series(1, 1) FROM employer WHERE nib = d.nib) e
CROSS JOIN LATERAL (
    SELECT count(*) AS workers, count(*) FILTER (WHERE w.screening = 'PASS') AS passed,
           count(*) FILTER (WHERE string_to_array(w.reasons, ' ') && %(unknown)s) AS unknown,
           count(*) FILTER (WHERE string_to_array(w.reasons, ' ') && %(overridden)s) AS overridden
    FROM worker w
    WHERE w.nib = d.nib AND w.application_id = d.application_id AND w.state = 'pending'
      AND (%(reason)s::text IS NULL OR %(reason)s = ANY (string_to_array(w.reasons, ' ')))) w
WHERE {FITS} AND w.workers > 0
ORDER BY d.due_at, d.application_id LIMIT %(limit)s
"""

ADD = """
INSERT INTO bulk_decision (account_id, made_at, begins_at, filter, worker_reason, decision, reason,
                           remark)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s) RETURNING bulk_id
"""

ADD_APPLICATIONS = """
INSERT INTO bulk_application (bulk_id, nib, application_id, workers)
SELECT %s, * FROM unnest(%s::bigint[], %s::bigint[], %s::int[])
"""

_BULK = """
SELECT b.bulk_id, b.account_id, b.made_at, b.begins_at, b.worker_reason, b.decision, b.reason,
       b.remark, b.begun_at, b.ended_at, b.undone_by, b.stopped_because, a.applications,
       a.workers, a.done, a.decided_workers
FROM bulk_decision b CROSS JOIN LATERAL (
    SELECT count(*) AS applications, coalesce(sum(workers), 0) AS workers,
           count(done_at) AS done, coalesce(sum(decided), 0) AS decided_workers
    FROM bulk_application WHERE bulk_id = b.bulk_id) a
"""
FIND = f"{_BULK} WHERE b.bulk_id = %s"
OF_ACCOUNT = f"{_BULK} WHERE b.account_id = %s ORDER BY b.bulk_id DESC LIMIT %s"

LEFT = """
SELECT left_because, count(*), min(application_id) FROM bulk_application
WHERE bulk_id = %s AND left_because IS NOT NULL GROUP BY 1 ORDER BY 1
"""

# Beginning and undoing write the same row, so that one of them comes first.
BEGIN = """
UPDATE bulk_decision SET begun_at = %(now)s
WHERE begins_at <= %(now)s AND begun_at IS NULL AND ended_at IS NULL
"""

UNDO = """
UPDATE bulk_decision SET undone_by = %s, ended_at = %s
WHERE bulk_id = %s AND begun_at IS NULL AND ended_at IS NULL RETURNING bulk_id
"""

# Several processes carry one out together: each takes a row that no other holds.
NEXT = """
SELECT b.bulk_id, b.account_id, b.worker_reason, b.decision, b.reason, b.remark, a.nib,
       a.application_id
FROM bulk_decision b JOIN bulk_application a USING (bulk_id)
WHERE b.begun_at IS NOT NULL AND b.ended_at IS NULL AND a.done_at IS NULL
ORDER BY b.bulk_id, a.tried_at NULLS FIRST, a.application_id LIMIT 1
FOR UPDATE OF a SKIP LOCKED
"""

DONE = """
UPDATE bulk_application SET decided = %s, left_because = %s, done_at = %s
WHERE bulk_id = %s AND application_id = %s
"""

# A row that another process holds is not done; then that one ends it.
END = """
UPDATE bulk_decision b SET ended_at = %(now)s
WHERE begun_at IS NOT NULL AND ended_at IS NULL
  AND NOT EXISTS (SELECT FROM bulk_application a WHERE a.bulk_id = b.bulk_id AND a.done_at IS NULL)
RETURNING bulk_id, account_id
"""

STOP = """
UPDATE bulk_decision SET ended_at = %s, stopped_because = %s
WHERE account_id = %s AND ended_at IS NULL
"""

# Another roster of the employer is being stored: the others first.
LATER = "UPDATE bulk_application SET tried_at = %s WHERE bulk_id = %s AND application_id = %s"

PENDING = "SELECT pending FROM application WHERE nib = %s AND application_id = %s"

ROWS_FOR = """
SELECT row_no FROM worker
WHERE nib = %s AND application_id = %s AND state = 'pending'
  AND %s = ANY (string_to_array(reasons, ' '))
ORDER BY row_no
"""


class NextOfBulk(NamedTuple):
    """An application of a bulk decision that is to be decided now."""

    bulk_id: int
    account_id: int
    worker_reason: str | None
    decision: Decision
    reason: str | None
    remark: str | None
    nib: Nib
    application_id: ApplicationId


class LeftCount(NamedTuple):
    """How many applications were left for one cause, and one of them."""

    because: str
    applications: int
    example: ApplicationId


async def match(
    conn: AsyncConnection, wanted: WaitingFilter, officer_id: int, now: datetime
) -> tuple[list[Matched], bool]:
    """What a filter finds, the nearest due times first, and whether it finds more.

    Args:
        wanted: the filter.
        officer_id: who would decide.
        now: aware time.
    """
    values = filter_values(wanted, now) | {
        "looked_at": MOST_LOOKED_AT,
        "limit": MOST_APPLICATIONS + 1,
        "officer": officer_id,
        "unknown": sorted(UNKNOWN),
        "overridden": sorted(OVERRIDDEN),
        "undetermined": UNDETERMINED,
    }
    found = [Matched(*row) for row in await (await conn.execute(MATCHED, values)).fetchall()]
    return found[:MOST_APPLICATIONS], len(found) > MOST_APPLICATIONS


async def add(
    conn: AsyncConnection,
    account_id: int,
    wanted: WaitingFilter,
    decision: Decision,
    *,
    reason: str | None,
    remark: str | None,
    made_at: datetime,
    begins_at: datetime,
    applications: Sequence[Matched],
) -> int:
    """Store a bulk decision that waits; its number.

    Args:
        account_id: who decides.
        wanted: the filter.
        decision: for all of them.
        reason: code, but for an approval.
        remark: to the employers.
        made_at: aware.
        begins_at: aware.
        applications: that it takes.

    Raises:
        Conflict: `bulk-open`; the account has one that is not at its end.
    """
    shown = {
        "nib": wanted.nib,
        "name": wanted.name,
        "sector": wanted.sector,
        "reason": wanted.reason,
        "age": wanted.age,
    }
    try:
        cursor = await conn.execute(
            ADD,
            (
                account_id,
                made_at,
                begins_at,
                Jsonb({name: value for name, value in shown.items() if value is not None}),
                wanted.reason,
                decision,
                reason,
                remark,
            ),
        )
    except UniqueViolation:
        raise bulk_open() from None
    row = await cursor.fetchone()
    assert row is not None
    columns = zip(*((a.nib, a.application_id, a.workers) for a in applications), strict=True)
    await conn.execute(ADD_APPLICATIONS, (row[0], *(list(column) for column in columns)))
    return int(row[0])


async def find(conn: AsyncConnection, bulk_id: int) -> BulkDecision | None:
    """A bulk decision by its number.

    Args:
        bulk_id: its number.
    """
    found = await _read(conn, FIND, (bulk_id,))
    return found[0] if found else None


async def list_of(conn: AsyncConnection, account_id: int, limit: int) -> list[BulkDecision]:
    """The newest bulk decisions of an account.

    Args:
        account_id: who made them.
        limit: most.
    """
    return await _read(conn, OF_ACCOUNT, (account_id, limit))


async def left_of(conn: AsyncConnection, bulk_id: int) -> list[LeftCount]:
    """Applications that were left, by cause.

    Args:
        bulk_id: its number.
    """
    return [LeftCount(*row) for row in await (await conn.execute(LEFT, (bulk_id,))).fetchall()]


async def undo(conn: AsyncConnection, bulk_id: int, by: int, now: datetime) -> bool:
    """Undo a bulk decision; False where it has begun or is at its end.

    Args:
        bulk_id: its number.
        by: account of who undoes it.
        now: aware time.
    """
    return await (await conn.execute(UNDO, (by, now, bulk_id))).fetchone() is not None


async def begin_due(conn: AsyncConnection, now: datetime) -> None:
    """Let begin what has waited its time.

    Args:
        now: aware time.
    """
    await conn.execute(BEGIN, {"now": now})


async def take_next(conn: AsyncConnection) -> NextOfBulk | None:
    """An application to decide, held until the transaction ends."""
    row = await (await conn.execute(NEXT)).fetchone()
    if row is None:
        return None
    bulk_id, account_id, worker_reason, decision, *rest = row
    return NextOfBulk(bulk_id, account_id, worker_reason, Decision(decision), *rest)


async def mark_done(
    conn: AsyncConnection,
    each: NextOfBulk,
    *,
    decided: int,
    left_because: str | None,
    now: datetime,
) -> None:
    """Store what became of an application, in the transaction that decides it.

    Args:
        each: the application.
        decided: workers.
        left_because: why not all, or None.
        now: aware time.
    """
    await conn.execute(DONE, (decided, left_because, now, each.bulk_id, each.application_id))


async def put_off(conn: AsyncConnection, each: NextOfBulk, now: datetime) -> None:
    """Have the others come first.

    Args:
        each: the application.
        now: aware time.
    """
    await conn.execute(LATER, (now, each.bulk_id, each.application_id))


async def pending_of(conn: AsyncConnection, nib: Nib, application_id: ApplicationId) -> int:
    """How many workers of an application wait.

    Args:
        nib: of the employer.
        application_id: of the filing.
    """
    row = await (await conn.execute(PENDING, (nib, application_id))).fetchone()
    return 0 if row is None else int(row[0])


async def end_done(conn: AsyncConnection, now: datetime) -> list[tuple[int, int]]:
    """End those of which nothing waits; number and account of each.

    Args:
        now: aware time.
    """
    return list(await (await conn.execute(END, {"now": now})).fetchall())


async def stop_all_of(conn: AsyncConnection, account_id: int, because: str, now: datetime) -> None:
    """End what an account's bulk decisions have not come to.

    Args:
        account_id: who made them.
        because: code.
        now: aware time.
    """
    await conn.execute(STOP, (now, because, account_id))


async def rows_for(
    conn: AsyncConnection, nib: Nib, application_id: ApplicationId, reason: str
) -> list[int]:
    """Pending workers whom screening referred for a reason.

    Args:
        nib: of the employer.
        application_id: of the filing.
        reason: code of screening.
    """
    cursor = await conn.execute(ROWS_FOR, (nib, application_id, reason))
    return [row[0] for row in await cursor.fetchall()]


async def _read(conn: AsyncConnection, query: str, values: tuple[Any, ...]) -> list[BulkDecision]:
    async with conn.cursor(row_factory=class_row(BulkDecision)) as cursor:
        await cursor.execute(query, values)
        return await cursor.fetchall()

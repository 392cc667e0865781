"""Decisions on workers of an application, each one statement with all that follows from it.

The application's place on the desk is locked first, and everything else depends on it: whoever
moves an application on the desk holds that row. What others may have changed while the statement
waited for it (states, counts, caps) is read by its UPDATEs, from the newest version of each row.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from psycopg import AsyncConnection

from strp.domain.account import Actor
from strp.domain.application import ApplicationState, WorkerCounts, WorkerState
from strp.domain.identifiers import ApplicationId, Nib
from strp.store import audit

_BY_OFFICER = """
WITH held AS (
    SELECT nib, due_at FROM desk
    WHERE officer_id = %(officer)s AND application_id = %(application)s AND lease_until >= %(now)s
    FOR UPDATE
)"""

_BY_EMPLOYER = """
WITH held AS (
    SELECT nib, due_at FROM desk WHERE nib = %(nib)s AND application_id = %(application)s
    FOR UPDATE
)"""

# The employer is a value, not a join: a look-up by key stays one, however small the table was
# when the plan was made. Where nothing is held it is NULL, and nobody is decided.
_PENDING = """
decided AS (
    UPDATE worker
    SET state = %(state)s,
        reasons = coalesce(reasons || ' ' || %(reason)s::text, %(reason)s::text, reasons)
    WHERE nib = (SELECT nib FROM held) AND application_id = %(application)s
      AND state = 'pending' AND (%(screening)s::text IS NULL OR screening = %(screening)s)
    RETURNING row_no, site_type, nik_index, state
)"""

_CHOSEN = """
decided AS (
    UPDATE worker w
    SET state = c.state, reasons = coalesce(w.reasons || ' ' || c.reason, c.reason, w.reasons),
        remark = c.remark
    FROM unnest(%(rows)s::int[], %(states)s::text[], %(reasons)s::text[], %(remarks)s::text[])
         AS c (row_no, state, reason, remark)
    WHERE w.nib = (SELECT nib FROM held) AND w.application_id = %(application)s
      AND w.row_no = c.row_no AND w.state = 'pending'
    RETURNING w.row_no, w.site_type, w.nik_index, w.state
)"""

_MOVED = """
came AS (
    SELECT count(*) AS decided, count(*) FILTER (WHERE state = 'approved') AS approved,
           count(*) FILTER (WHERE state = 'refused') AS refused,
           count(*) FILTER (WHERE state = 'returned') AS returned
    FROM decided
), moved AS (
    UPDATE application a
    SET pending = a.pending - c.decided, approved = a.approved + c.approved,
        refused = a.refused + c.refused, returned = a.returned + c.returned,
        state = CASE WHEN a.pending = c.decided THEN %(at_end)s ELSE 'in_review' END,
        decided_at = CASE WHEN a.pending = c.decided THEN %(now)s::timestamptz END,
        version = a.version + 1
    FROM came c
    WHERE a.nib = (SELECT nib FROM held) AND a.application_id = %(application)s
    RETURNING a.nib, a.period_id, a.pending, a.approved, a.refused, a.returned
), removed AS (
    DELETE FROM desk d USING moved m
    WHERE d.nib = m.nib AND d.application_id = %(application)s AND m.pending = 0
)"""

_APPROVED = """
asked AS (
    INSERT INTO issue_task (nib, application_id, due_at)
    SELECT h.nib, %(application)s, h.due_at FROM held h, came c WHERE c.approved > 0
    ON CONFLICT (nib, application_id) DO UPDATE SET after_row = 0
    RETURNING pg_notify('strp_issue', '')
)"""

# Who is out leaves the engagements, and gives a place under the caps back under the lock that
# intake counts under.
_OUT = """
freed AS (
    SELECT pg_advisory_xact_lock((SELECT nib FROM held)), array_agg(nik_index) AS nik_indexes,
           count(*) FILTER (WHERE site_type = 'pelayanan') AS service,
           count(*) FILTER (WHERE site_type = 'administrasi') AS administration
    FROM decided WHERE state <> 'approved' HAVING count(*) > 0
), released AS (
    DELETE FROM engagement
    WHERE nik_index = ANY ((SELECT nik_indexes FROM freed)::bytea[])
      AND period_id = (SELECT period_id FROM moved) AND nib = (SELECT nib FROM held)
), given_back AS (
    UPDATE quota_use q
    SET service = greatest(0, q.service - f.service),
        administration = greatest(0, q.administration - f.administration)
    FROM freed f
    WHERE q.nib = (SELECT nib FROM held) AND q.period_id = (SELECT period_id FROM moved)
)"""

_RECORDED = f"""
recorded AS (
    {audit.INTO}
    SELECT %(now)s, %(actor)s, %(action)s, %(subject)s,
           jsonb_build_object('rows', ARRAY(
               SELECT jsonb_build_array(row_no, state) FROM decided LIMIT 1000))
    FROM held
)
SELECT pending, approved, refused, returned FROM moved
"""

APPROVE_PENDING = ",".join((_BY_OFFICER, _PENDING, _MOVED, _APPROVED, _RECORDED))
REFUSE_PENDING = ",".join((_BY_OFFICER, _PENDING, _MOVED, _OUT, _RECORDED))
DECIDE_CHOSEN = ",".join((_BY_OFFICER, _CHOSEN, _MOVED, _APPROVED, _OUT, _RECORDED))
WITHDRAW = ",".join((_BY_EMPLOYER, _PENDING, _MOVED, _OUT, _RECORDED))


async def decide_pending(
    conn: AsyncConnection,
    application_id: ApplicationId,
    officer: Actor,
    *,
    now: datetime,
    state: WorkerState,
    screening: str | None = None,
    reason: str | None = None,
) -> WorkerCounts | None:
    """Set the state of all pending workers, or of those with one screening outcome.

    Returns:
        The application's workers by state; None where the officer does not hold it.
    """
    values = {"officer": officer.id, "state": state, "screening": screening, "reason": reason}
    query = APPROVE_PENDING if state is WorkerState.APPROVED else REFUSE_PENDING
    return await _settle(conn, query, application_id, officer, now, values)


async def decide_chosen(
    conn: AsyncConnection,
    application_id: ApplicationId,
    officer: Actor,
    *,
    now: datetime,
    decisions: Sequence[tuple[int, WorkerState, str | None, str | None]],
) -> WorkerCounts | None:
    """Set the state of some workers, those left out that are decided already.

    Args:
        decisions: row, state, code of the reason, remark.

    Returns:
        The application's workers by state; None where the officer does not hold it.
    """
    rows, states, reasons, remarks = (list(column) for column in zip(*decisions, strict=True))
    values = {"rows": rows, "states": states, "reasons": reasons, "remarks": remarks}
    return await _settle(
        conn, DECIDE_CHOSEN, application_id, officer, now, values | {"officer": officer.id}
    )


async def withdraw(
    conn: AsyncConnection, nib: Nib, application_id: ApplicationId, actor: Actor, *, now: datetime
) -> WorkerCounts | None:
    """Return all pending workers to the employer who takes the application back.

    Returns:
        The application's workers by state; None where nothing was pending any more.
    """
    values = {
        "nib": nib,
        "state": WorkerState.RETURNED,
        "reason": "withdrawn",
        "screening": None,
        "at_end": ApplicationState.WITHDRAWN,
        "action": "application-withdrawn",
    }
    return await _settle(conn, WITHDRAW, application_id, actor, now, values)


async def _settle(
    conn: AsyncConnection,
    query: str,
    application_id: ApplicationId,
    actor: Actor,
    now: datetime,
    values: Mapping[str, object],
) -> WorkerCounts | None:
    common = {
        "application": application_id,
        "subject": f"application:{application_id}",
        "actor": actor.label,
        "now": now,
        "at_end": ApplicationState.DECIDED,
        "action": "application-decided",
    }
    # Prepared at once: to plan such a statement costs more than to run it.
    cursor = await conn.execute(query, common | dict(values), prepare=True)
    row = await cursor.fetchone()
    return None if row is None else WorkerCounts(*row)

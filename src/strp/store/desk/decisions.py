"""Decisions on workers of an application, each one statement with all that follows from it. Where
none of those whom it is meant for waits any more, nothing follows, and `nobody-decided` is raised.

The application's place on the desk is locked first, and everything else depends on it: whoever
moves an application on the desk holds that row. What others may have changed while the statement
waited for it (states, counts, caps) is read by its UPDATEs, from the newest version of each row.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from psycopg import AsyncConnection

from strp.domain.desk.review import nobody_decided
from strp.domain.filing.application import ApplicationState, WorkerCounts, WorkerState
from strp.domain.identifiers import ApplicationId, Nib
from strp.domain.people.account import Actor
from strp.store import audit
from strp.store.desk.counts import PRESENT
from strp.store.employers import closures
from strp.store.employers.lock import told_when_locked
from strp.store.employers.representations import IS_REPRESENTED

# Whoever decides holds the row on the desk. Where the lease is over, or the application is decided,
# there is none, and nobody is decided; nor where the employer is closed.
_OFFICERS = (
    "officer_id = %(officer)s AND lease_until >= %(now)s"
    f" AND {closures.not_closed('nib', '%(now)s')}"
)
_EMPLOYERS = "nib = %(nib)s"

# Who puts workers out gives places under the caps back, and takes the employer's lock before, that
# intake counts under. On a Citus cluster this part runs on the coordinator, for it reads a table
# there; one that reads other parts may go to any node, where the lock would hold nothing. As text:
# rows of a part go to the nodes, and a column of type void cannot.
# No two wait for each other: a filing takes the lock first too, and no row that was on the desk
# before; who lends or approves takes the row, and never the lock.
_LOCK = ", pg_advisory_xact_lock(nib)::text AS locked"


def _held(whose: str, lock: str = "") -> str:
    return f"""
WITH held AS (
    SELECT nib, due_at, leased_at, escalated_because, escalation_note{lock} FROM desk
    WHERE {whose} AND application_id = %(application)s
    FOR UPDATE
)"""


# The employer is a value, not a join: a look-up by key stays one, however small the table was
# when the plan was made. Where nothing is held it is NULL, and nobody is decided.
_PENDING = """
decided AS (
    UPDATE worker
    SET state = %(state)s,
        reasons = coalesce(reasons || ' ' || %(reason)s::text, %(reason)s::text, reasons),
        remark = coalesce(%(remark)s::text, remark)
    WHERE nib = (SELECT nib FROM held) AND application_id = %(application)s
      AND state = 'pending' AND (%(screening)s::text IS NULL OR screening = %(screening)s)
      AND row_no <> ALL (%(left_out)s::int[])
    RETURNING row_no, site_type, host_nib, nik_index, state, %(reason)s::text AS reason,
              %(remark)s::text AS remark
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
    RETURNING w.row_no, w.site_type, w.host_nib, w.nik_index, w.state, c.reason, c.remark
)"""

# Why an application is late: the first of these that is true. Read only of one that is late;
# proposals are seen as they stood before the decision.
_LATE_BECAUSE = """CASE
    WHEN EXISTS (SELECT FROM closure l WHERE l.nib = a.nib AND l.from_at < h.due_at
                 AND coalesce(l.lifted_at, l.until_at, %(now)s) > a.submitted_at) THEN 'on-hold'
    WHEN h.escalated_because = 'disagreement' THEN 'third-officer'
    WHEN h.escalated_because IS NOT NULL OR h.escalation_note IS NOT NULL THEN 'supervisor'
    WHEN EXISTS (SELECT FROM proposal p WHERE p.nib = a.nib
                 AND p.application_id = a.application_id) THEN 'second-officer'
    WHEN EXISTS (SELECT FROM ruling r WHERE r.nib = a.nib
                 AND coalesce(r.decided_at, r.made_at) > h.due_at) THEN 'ruling'
    WHEN h.leased_at <= h.due_at THEN 'in-hand'
    ELSE 'not-taken' END"""

_IS_LATE = "%(at_end)s = 'decided' AND h.due_at < %(now)s"

_MOVED = f"""
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
        late_s = CASE WHEN a.pending = c.decided AND {_IS_LATE}
                      THEN extract(epoch FROM %(now)s::timestamptz - h.due_at)::int END,
        late_because = CASE WHEN a.pending = c.decided AND {_IS_LATE} THEN {_LATE_BECAUSE} END,
        version = a.version + 1
    FROM came c CROSS JOIN held h
    WHERE a.nib = (SELECT nib FROM held) AND a.application_id = %(application)s
      AND c.decided > 0
    RETURNING a.nib, a.period_id, a.sector, a.pending, a.approved, a.refused, a.returned,
              a.submitted_at
), removed AS (
    DELETE FROM desk d USING moved m
    WHERE d.nib = m.nib AND d.application_id = %(application)s AND m.pending = 0
)"""

# Who is decided, however, is no proposal any more.
_UNPROPOSED = """
unproposed AS (
    DELETE FROM proposal p USING decided d
    WHERE p.nib = (SELECT nib FROM held) AND p.application_id = %(application)s
      AND p.row_no = d.row_no
)"""

_APPROVED = """
asked AS (
    INSERT INTO issue_task (nib, application_id, due_at)
    SELECT h.nib, %(application)s, h.due_at FROM held h, came c WHERE c.approved > 0
    ON CONFLICT (nib, application_id) DO UPDATE SET after_row = 0
)"""

# Who is out leaves the engagements, and gives a place under the employer's caps back; places at
# hosts are counted from the workers themselves.
_OUT = """
freed AS (
    SELECT array_agg(nik_index) AS nik_indexes,
           count(*) FILTER (WHERE site_type = 'pelayanan' AND host_nib IS NULL) AS service,
           count(*) FILTER (WHERE site_type = 'administrasi' AND host_nib IS NULL)
               AS administration
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

# Told once an application is decided, and at once where the employer has something to fix.
_TOLD = f"""
told AS (
    INSERT INTO notice (at, kind, nib, application_id, count)
    SELECT %(now)s, CASE WHEN c.returned > 0 THEN 'returned' ELSE 'decided' END, m.nib,
           %(application)s, c.decided
    FROM moved m, came c
    WHERE c.decided > 0 AND (c.returned > 0 OR m.pending = 0)
      AND {IS_REPRESENTED.format(nib="m.nib")}
)"""

# A worker who was returned and is filed again in the same period has waited since the first filing;
# a filing after the final answer to it begins anew.
_WRITTEN = """
written AS (
    INSERT INTO decision (nib, application_id, row_no, decided_at, nik_index, state, decided_by,
                          reason, remark, late_s, asked_at, answers)
    SELECT m.nib, %(application)s, d.row_no, %(now)s, d.nik_index, d.state, %(actor)s, d.reason,
           d.remark, greatest(0, extract(epoch FROM %(now)s::timestamptz - h.due_at))::int,
           coalesce(b.asked_at, m.submitted_at), b.application_id
    FROM held h CROSS JOIN moved m CROSS JOIN decided d
    LEFT JOIN LATERAL (
        SELECT (array_agg(r.asked_at ORDER BY r.decided_at DESC))[1] AS asked_at,
               (array_agg(r.application_id ORDER BY r.decided_at DESC))[1] AS application_id
        FROM decision r JOIN application f USING (nib, application_id)
        WHERE r.nib = m.nib AND r.nik_index = d.nik_index AND r.state = 'returned'
          AND f.period_id = m.period_id) b ON NOT EXISTS (
            SELECT FROM decision a
            WHERE a.nib = m.nib AND a.answers = b.application_id AND a.nik_index = d.nik_index
              AND a.state <> 'returned')
    RETURNING state, reason, asked_at
)"""

# For the forecast and the figures: rows of their own, so that no officer waits for another. A
# return is no answer: it is in no share of what came in time.
_COUNTED = f"""
figures AS (
    INSERT INTO figure_event (at, exercise, sector, region, officer_id, reason, approved, refused,
                              returned, late, answered, waited_s)
    SELECT %(now)s::timestamptz, p.exercise, m.sector, coalesce(e.region, ''),
           %(officer)s::bigint,
           CASE WHEN d.state = 'approved' THEN '' ELSE coalesce(d.reason, '') END,
           count(*) FILTER (WHERE d.state = 'approved'),
           count(*) FILTER (WHERE d.state = 'refused'),
           count(*) FILTER (WHERE d.state = 'returned'),
           count(*) FILTER (WHERE h.due_at < %(now)s AND d.state <> 'returned'),
           count(*) FILTER (WHERE d.state <> 'returned'),
           coalesce(sum(extract(epoch FROM %(now)s::timestamptz - d.asked_at))
                    FILTER (WHERE d.state <> 'returned'), 0)::bigint
    FROM moved m CROSS JOIN held h CROSS JOIN written d
    JOIN period p ON p.period_id = m.period_id LEFT JOIN employer e ON e.nib = m.nib
    GROUP BY 2, 3, 4, 6
), counted AS (
    INSERT INTO desk_event (at, decided_applications, decided_workers, late_workers)
    SELECT %(now)s, (m.pending = 0)::int, c.decided,
           CASE WHEN h.due_at < %(now)s THEN c.decided ELSE 0 END
    FROM moved m, came c, held h WHERE c.decided > 0
), present AS ({PRESENT.format("held")})"""

_RECORDED = f"""
recorded AS (
    {audit.INTO}
    SELECT %(now)s, %(actor)s, %(action)s, %(subject)s,
           jsonb_build_object('decided', (SELECT count(*) FROM decided))
    FROM held WHERE EXISTS (SELECT FROM decided)
)
SELECT m.pending, m.approved, m.refused, m.returned FROM held LEFT JOIN moved m ON true
"""

APPROVE_PENDING = ",".join(
    (
        _held(_OFFICERS),
        _PENDING,
        _MOVED,
        _UNPROPOSED,
        _APPROVED,
        _TOLD,
        _WRITTEN,
        _COUNTED,
        _RECORDED,
    )
)
APPROVE_CHOSEN = ",".join(
    (
        _held(_OFFICERS),
        _CHOSEN,
        _MOVED,
        _UNPROPOSED,
        _APPROVED,
        _TOLD,
        _WRITTEN,
        _COUNTED,
        _RECORDED,
    )
)
REFUSE_PENDING = ",".join(
    (
        _held(_OFFICERS, _LOCK),
        _PENDING,
        _MOVED,
        _UNPROPOSED,
        _OUT,
        _TOLD,
        _WRITTEN,
        _COUNTED,
        _RECORDED,
    )
)
DECIDE_CHOSEN = ",".join(
    (
        _held(_OFFICERS, _LOCK),
        _CHOSEN,
        _MOVED,
        _UNPROPOSED,
        _APPROVED,
        _OUT,
        _TOLD,
        _WRITTEN,
        _COUNTED,
        _RECORDED,
    )
)
WITHDRAW = ",".join((_held(_EMPLOYERS, _LOCK), _PENDING, _MOVED, _UNPROPOSED, _OUT, _RECORDED))


async def decide_pending(
    conn: AsyncConnection,
    application_id: ApplicationId,
    officer: Actor,
    *,
    now: datetime,
    state: WorkerState,
    screening: str | None = None,
    reason: str | None = None,
    remark: str | None = None,
    left_out: Sequence[int] = (),
) -> WorkerCounts | None:
    """Set the state of all pending workers, or of those with one screening outcome.

    Args:
        left_out: rows that stay as they are.

    Returns:
        The application's workers by state; None where the officer does not hold it.
    """
    values = {
        "officer": officer.id,
        "state": state,
        "screening": screening,
        "reason": reason,
        "remark": remark,
        "left_out": list(left_out),
    }
    query = APPROVE_PENDING if state is WorkerState.APPROVED else REFUSE_PENDING
    return await _settle(conn, query, application_id, officer.label, now, values)


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
    query = APPROVE_CHOSEN if set(states) == {WorkerState.APPROVED} else DECIDE_CHOSEN
    return await _settle(
        conn, query, application_id, officer.label, now, values | {"officer": officer.id}
    )


async def withdraw(
    conn: AsyncConnection,
    nib: Nib,
    application_id: ApplicationId,
    actor: str,
    *,
    now: datetime,
    reason: str = "withdrawn",
) -> WorkerCounts | None:
    """Return all pending workers to the employer who takes the application back.

    Args:
        nib: of the employer.
        application_id: of the filing.
        actor: label of who takes it back.
        now: aware.
        reason: code of `domain/desk/reasons.py`.

    Returns:
        The application's workers by state; None where nothing was pending any more.
    """
    values = {
        "nib": nib,
        "state": WorkerState.RETURNED,
        "reason": reason,
        "remark": None,
        "screening": None,
        "left_out": [],
        "at_end": ApplicationState.WITHDRAWN,
        "action": "application-withdrawn",
    }
    return await _settle(conn, WITHDRAW, application_id, actor, now, values)


async def _settle(
    conn: AsyncConnection,
    query: str,
    application_id: ApplicationId,
    actor: str,
    now: datetime,
    values: Mapping[str, object],
) -> WorkerCounts | None:
    """Run a statement that decides.

    Raises:
        Conflict: `nobody-decided`, where none of those chosen waits any more.
        Unavailable: `employer-busy`, where a large roster of this employer is being stored.
    """
    common = {
        "application": application_id,
        "subject": f"application:{application_id}",
        "actor": actor,
        "now": now,
        "at_end": ApplicationState.DECIDED,
        "action": "application-decided",
    }
    # Prepared at once: to plan such a statement costs more than to run it.
    async with told_when_locked():
        cursor = await conn.execute(query, common | dict(values), prepare=True)
    row = await cursor.fetchone()
    if row is None:
        return None
    if row[0] is None:  # held, and nothing moved
        raise nobody_decided()
    return WorkerCounts(*row)

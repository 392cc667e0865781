"""Objections: what was refused, what is said against it, and what came of that."""

from collections.abc import Sequence
from datetime import datetime

from psycopg import AsyncConnection
from psycopg.errors import UniqueViolation
from psycopg.rows import class_row

from strp.domain.desk.objection import About, Objection, is_of_employer, objection_open
from strp.domain.identifiers import ApplicationId, Nib, PeriodId
from strp.domain.people.account import AccountId
from strp.store.employers.lock import lock_employers

COLUMNS = """objection_id, about, nib, application_id, row_no, body, filed_by, filed_at, due_at,
    first_by, outcome, reason, decided_by, decided_at"""

ADD = f"""
INSERT INTO objection (about, nib, application_id, row_no, thing, body, filed_by, filed_at, due_at,
    first_by, idempotency_key)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
RETURNING {COLUMNS}
"""

BY_KEY = f"SELECT {COLUMNS} FROM objection WHERE filed_by = %s AND idempotency_key = %s"

FIND = f"SELECT {COLUMNS} FROM objection WHERE objection_id = %s"

OPEN = f"""
SELECT {COLUMNS} FROM objection WHERE decided_at IS NULL ORDER BY due_at, objection_id LIMIT %s
"""

OF_EMPLOYER = f"""
SELECT {COLUMNS} FROM objection WHERE nib = %s AND about <> 'claim'
ORDER BY objection_id DESC LIMIT %s
"""

# Claims aside: whoever claims an employer in vain takes none of its objections.
COUNT_OPEN = """
SELECT count(*) FROM objection WHERE nib = %s AND about <> 'claim' AND decided_at IS NULL
"""

COUNT_OF_CLAIMS = """
SELECT count(*) FROM objection WHERE filed_by = %s AND about = 'claim' AND decided_at IS NULL
"""

OF_CLAIMANT = f"""
SELECT {COLUMNS} FROM objection WHERE nib = %s AND filed_by = %s AND about = 'claim'
ORDER BY objection_id DESC LIMIT %s
"""

SETTLE = """
UPDATE objection SET outcome = %s, reason = %s, decided_by = %s, decided_at = %s
WHERE objection_id = %s
"""

# A closure that was made after the objection is another matter, which nobody objected to.
CLOSURES_OVER = f"""
UPDATE objection o SET outcome = %(outcome)s, reason = %(reason)s, decided_by = %(actor)s,
    decided_at = %(at)s
WHERE o.about = 'closure' AND o.decided_at IS NULL
  AND (%(nib)s::bigint IS NULL OR o.nib = %(nib)s)
  AND NOT EXISTS (
    SELECT FROM closure c WHERE c.nib = o.nib AND c.added_at <= o.filed_at
      AND c.lifted_at IS NULL AND (c.until_at IS NULL OR c.until_at > %(at)s))
RETURNING {COLUMNS}
"""

REFUSED = """
SELECT DISTINCT w.application_id FROM worker w JOIN application a USING (nib, application_id)
WHERE w.nib = %(nib)s AND a.period_id = %(period)s AND w.state = 'refused'
  AND a.state <> 'withdrawn'
  AND (%(application)s::bigint IS NULL OR w.application_id = %(application)s)
  AND (%(row)s::integer IS NULL OR w.row_no = %(row)s)
  AND (%(reasons)s::text[] IS NULL OR string_to_array(w.reasons, ' ') && %(reasons)s::text[])
ORDER BY w.application_id
"""

IS_REFUSED_FOR = """
SELECT EXISTS (SELECT FROM worker WHERE nib = %s AND application_id = %s AND state = 'refused'
               AND string_to_array(reasons, ' ') && %s::text[])
"""

DECIDED_BY = """
SELECT DISTINCT actor FROM audit_event
WHERE subject = ANY(%s::text[]) AND action = 'application-decided'
"""

RULED_BY = """
SELECT made_by FROM ruling WHERE nib = %(nib)s AND state = 'in_force'
UNION SELECT decided_by FROM ruling
WHERE nib = %(nib)s AND state = 'in_force' AND decided_by IS NOT NULL
"""

CLOSED_BY = "SELECT DISTINCT added_by FROM closure WHERE nib = %s AND lifted_at IS NULL"

REFUSED_CLAIM = """
SELECT coalesce(decided_by, '') FROM representation
WHERE nib = %s AND account_id = %s AND state = 'refused'
"""

REOPEN_CLAIM = """
UPDATE representation SET state = 'pending_officer', reason = 'refused-before',
    version = version + 1
WHERE nib = %s AND state = 'refused' AND account_id = %s
"""


async def add_objection(
    conn: AsyncConnection,
    *,
    about: About,
    nib: Nib,
    application_id: ApplicationId | None,
    row: int | None,
    text: str,
    actor: str,
    at: datetime,
    due_at: datetime,
    first_by: Sequence[str],
    idempotency_key: str | None,
) -> Objection:
    """Store an objection.

    Args:
        about: what kind of refusal.
        nib: of the employer; one that an account claims, where it is about a claim.
        application_id: of the filing, or None where it is about none.
        row: of the worker in the roster, or None for all that was refused.
        text: as written.
        actor: label of who objects.
        at: aware.
        due_at: by when it is decided.
        first_by: labels of those who refused: none of them decides it.
        idempotency_key: of the request, or None.

    Raises:
        Conflict: `objection-open`, where one is open about the same thing.
    """
    thing = f"{about}:{nib}:{application_id or ''}:{row or ''}"
    if is_of_employer(about):
        thing = f"{about}:{nib}::"
    if about is About.CLAIM:
        thing += actor
    values = (about, nib, application_id, row, thing, text, actor, at, due_at, list(first_by))
    try:
        async with conn.cursor(row_factory=class_row(Objection)) as cursor:
            await cursor.execute(ADD, (*values, idempotency_key))
            stored = await cursor.fetchone()
    except UniqueViolation as error:
        raise objection_open() from error
    assert stored is not None
    return stored


async def find_by_key(conn: AsyncConnection, actor: str, key: str) -> Objection | None:
    """The objection that was filed under an idempotency key.

    Args:
        actor: label of who filed it.
        key: as it came with the request.
    """
    return await _one(conn, BY_KEY, (actor, key))


async def find_objection(
    conn: AsyncConnection, objection_id: int, *, lock: bool = False
) -> Objection | None:
    """An objection, perhaps held until the transaction ends.

    Args:
        objection_id: its number.
        lock: whether it is to be decided.
    """
    return await _one(conn, FIND + (" FOR UPDATE" if lock else ""), (objection_id,))


async def list_open(conn: AsyncConnection, limit: int) -> list[Objection]:
    """Objections to decide, the nearest deadline first."""
    return await _many(conn, OPEN, (limit,))


async def objections_of(conn: AsyncConnection, nib: Nib, limit: int) -> list[Objection]:
    """Objections of an employer, those about claims aside, the newest first.

    Args:
        nib: of the employer.
        limit: most of them.
    """
    return await _many(conn, OF_EMPLOYER, (nib, limit))


async def count_open(conn: AsyncConnection, nib: Nib) -> int:
    """Open objections of an employer, which is locked, so that two do not count the same.

    Raises:
        Unavailable: `employer-busy`, where it waited in vain.
    """
    await lock_employers(conn, [nib])
    row = await (await conn.execute(COUNT_OPEN, (nib,))).fetchone()
    assert row is not None
    return int(row[0])


async def claim_objections_of(
    conn: AsyncConnection, nib: Nib, actor: str, limit: int
) -> list[Objection]:
    """What one account objected to about its claim on an employer, the newest first.

    Args:
        nib: of the employer.
        actor: label of the account.
        limit: most of them.
    """
    return await _many(conn, OF_CLAIMANT, (nib, actor, limit))


async def count_open_of_claims(conn: AsyncConnection, actor: str) -> int:
    """Open objections of an account about its claims."""
    row = await (await conn.execute(COUNT_OF_CLAIMS, (actor,))).fetchone()
    assert row is not None
    return int(row[0])


async def settle(
    conn: AsyncConnection,
    objection: Objection,
    *,
    outcome: str,
    reason: str,
    actor: str,
    at: datetime,
) -> None:
    """Store what an objection came to.

    Args:
        objection: as it was locked.
        outcome: what was decided, by its code.
        reason: as whoever objected reads it.
        actor: label of the official.
        at: aware.
    """
    await conn.execute(SETTLE, (outcome, reason, actor, at, objection.objection_id))


async def settle_of_closures_over(
    conn: AsyncConnection,
    *,
    nib: Nib | None,
    outcome: str,
    reason: str,
    actor: str,
    at: datetime,
) -> list[Objection]:
    """Settle the open objections to closures of which none is left.

    Args:
        nib: of one employer, or None for all.
        outcome: what they came to, by its code.
        reason: as whoever objected reads it.
        actor: label of who settles; nobody decided.
        at: aware.
    """
    values = {"nib": nib, "outcome": outcome, "reason": reason, "actor": actor, "at": at}
    async with conn.cursor(row_factory=class_row(Objection)) as cursor:
        await cursor.execute(CLOSURES_OVER, values)
        return await cursor.fetchall()


async def refused_applications(
    conn: AsyncConnection,
    nib: Nib,
    period_id: PeriodId,
    *,
    application_id: ApplicationId | None,
    row: int | None,
    reasons: Sequence[str] | None,
) -> list[ApplicationId]:
    """Applications with workers who were refused for these reasons.

    Args:
        nib: of the employer.
        period_id: of the filings.
        application_id: None for all of them.
        row: of one worker, or None for all.
        reasons: one of these is enough; None for whatever reason.
    """
    values = {
        "nib": nib,
        "period": period_id,
        "application": application_id,
        "row": row,
        "reasons": None if reasons is None else list(reasons),
    }
    return [found[0] for found in await (await conn.execute(REFUSED, values)).fetchall()]


async def is_refused_for(
    conn: AsyncConnection, nib: Nib, application_id: ApplicationId, reasons: Sequence[str]
) -> bool:
    """Whether a worker of an application was refused for one of these reasons.

    Args:
        nib: of the employer.
        application_id: of the filing.
        reasons: their codes.
    """
    values = (nib, application_id, list(reasons))
    row = await (await conn.execute(IS_REFUSED_FOR, values)).fetchone()
    return bool(row and row[0])


async def decided_by(conn: AsyncConnection, applications: Sequence[int]) -> set[str]:
    """Labels of those who decided workers of these applications."""
    subjects = [f"application:{number}" for number in applications]
    return {row[0] for row in await (await conn.execute(DECIDED_BY, (subjects,))).fetchall()}


async def ruled_by(conn: AsyncConnection, nib: Nib) -> set[str]:
    """Labels of those whose ruling on an employer is in force."""
    return {row[0] for row in await (await conn.execute(RULED_BY, {"nib": nib})).fetchall()}


async def closed_by(conn: AsyncConnection, nib: Nib) -> set[str]:
    """Labels of those who closed an employer."""
    return {row[0] for row in await (await conn.execute(CLOSED_BY, (nib,))).fetchall()}


async def refused_claim(
    conn: AsyncConnection, nib: Nib, account_id: AccountId | None
) -> str | None:
    """Who refused a claim of an account, or None where it is not refused.

    Args:
        nib: of the employer.
        account_id: of who claimed; None is nobody's.

    Returns:
        Label of the official.
    """
    row = await (await conn.execute(REFUSED_CLAIM, (nib, account_id))).fetchone()
    return None if row is None else str(row[0])


async def reopen_claim(conn: AsyncConnection, nib: Nib, account_id: AccountId) -> None:
    """Put a refused claim before an officer again.

    Args:
        nib: of the employer.
        account_id: of who claimed.
    """
    await conn.execute(REOPEN_CLAIM, (nib, account_id))


async def _one(conn: AsyncConnection, query: str, values: Sequence[object]) -> Objection | None:
    async with conn.cursor(row_factory=class_row(Objection)) as cursor:
        await cursor.execute(query, values)
        return await cursor.fetchone()


async def _many(conn: AsyncConnection, query: str, values: Sequence[object]) -> list[Objection]:
    async with conn.cursor(row_factory=class_row(Objection)) as cursor:
        await cursor.execute(query, values)
        return await cursor.fetchall()

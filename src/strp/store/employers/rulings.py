"""Rulings on employers: one in force, one that may wait for a second official, the past ones."""

from collections.abc import Sequence
from datetime import datetime

from psycopg import AsyncConnection
from psycopg.errors import UniqueViolation
from psycopg.rows import class_row

from strp.domain.identifiers import Nib
from strp.domain.screening.ruling import Ruling, RulingDraft, RulingState, ruling_waits

_COLUMNS = """ruling_id, nib, state, sector, staff_service, staff_administration, evidence,
    until_on, reason, citation, made_by, made_at, decided_by, decided_at,
    withdrawn_by, withdrawn_at, withdrawn_why, exercise"""

ADD = f"""
INSERT INTO ruling (nib, state, sector, staff_service, staff_administration, evidence, until_on,
    reason, citation, made_by, made_at, exercise)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
RETURNING {_COLUMNS}
"""

REPLACE = """
UPDATE ruling SET state = 'replaced' WHERE nib = %s AND exercise = %s AND state = 'in_force'
"""

LOCK_PROPOSED = f"""
SELECT {_COLUMNS} FROM ruling WHERE ruling_id = %s AND nib = %s AND state = 'proposed' FOR UPDATE
"""

SETTLE = """
UPDATE ruling SET state = %s, decided_by = %s, decided_at = %s WHERE ruling_id = %s
"""

WITHDRAW = f"""
UPDATE ruling SET state = 'withdrawn', withdrawn_by = %s, withdrawn_at = %s, withdrawn_why = %s
WHERE nib = %s AND ruling_id = %s AND state = 'in_force'
RETURNING {_COLUMNS}
"""

DECLINE_OF = """
UPDATE ruling SET state = 'declined', decided_by = %s, decided_at = %s
WHERE state = 'proposed' AND made_by = %s
RETURNING nib, ruling_id
"""

DECLINE_OF_EXERCISE = """
UPDATE ruling SET state = 'declined', decided_by = %s, decided_at = %s
WHERE state = 'proposed' AND exercise
RETURNING nib, ruling_id
"""

OF_EMPLOYER = f"SELECT {_COLUMNS} FROM ruling WHERE nib = %s ORDER BY ruling_id DESC LIMIT %s"

PROPOSED = f"SELECT {_COLUMNS} FROM ruling WHERE state = 'proposed' ORDER BY made_at LIMIT %s"


async def add_ruling(
    conn: AsyncConnection,
    nib: Nib,
    draft: RulingDraft,
    *,
    state: RulingState,
    exercise: bool,
    actor: str,
    at: datetime,
) -> Ruling:
    """Store a ruling; one in force replaces the one before, but none of an exercise one of real
    life, nor the other way round.

    Args:
        nib: of the employer.
        draft: what is ruled.
        state: in force at once, or proposed.
        exercise: whether it is made in an exercise.
        actor: label of the official.
        at: aware.

    Raises:
        Conflict: `ruling-proposed`, where one waits for a second official.
    """
    if state is RulingState.IN_FORCE:
        await conn.execute(REPLACE, (nib, exercise))
    values = (
        nib,
        state,
        draft.sector,
        *draft.staff,
        draft.evidence,
        draft.until_on,
        draft.reason,
        draft.citation,
        actor,
        at,
        exercise,
    )
    try:
        async with conn.cursor(row_factory=class_row(Ruling)) as cursor:
            await cursor.execute(ADD, values)
            row = await cursor.fetchone()
    except UniqueViolation as error:
        raise ruling_waits() from error
    assert row is not None
    return row


async def lock_proposed(conn: AsyncConnection, nib: Nib, ruling_id: int) -> Ruling | None:
    """A ruling that waits for a second official, held until the transaction ends.

    Args:
        nib: of the employer.
        ruling_id: of the ruling.
    """
    async with conn.cursor(row_factory=class_row(Ruling)) as cursor:
        await cursor.execute(LOCK_PROPOSED, (ruling_id, nib))
        return await cursor.fetchone()


async def withdraw_ruling(
    conn: AsyncConnection, nib: Nib, ruling_id: int, *, actor: str, at: datetime, reason: str
) -> Ruling | None:
    """Withdraw a ruling; None where it is not in force.

    Args:
        nib: of the employer.
        ruling_id: of the ruling.
        actor: label of the official.
        at: aware.
        reason: as the employer reads it.
    """
    async with conn.cursor(row_factory=class_row(Ruling)) as cursor:
        await cursor.execute(WITHDRAW, (actor, at, reason, nib, ruling_id))
        return await cursor.fetchone()


async def settle_proposed(
    conn: AsyncConnection, ruling: Ruling, *, state: RulingState, actor: str, at: datetime
) -> None:
    """Bring a proposed ruling into force, or decline it.

    Args:
        ruling: as it was locked.
        state: in force, or declined.
        actor: label of the second official.
        at: aware.
    """
    if state is RulingState.IN_FORCE:
        await conn.execute(REPLACE, (ruling.nib, ruling.exercise))
    await conn.execute(SETTLE, (state, actor, at, ruling.ruling_id))


async def decline_all_of(
    conn: AsyncConnection, label: str, *, actor: str, at: datetime
) -> list[tuple[Nib, int]]:
    """Decline what an account proposed and nobody confirmed; employer and number of each.

    Args:
        label: of the account.
        actor: label of who declines.
    """
    rows = await (await conn.execute(DECLINE_OF, (actor, at, label))).fetchall()
    return [(Nib(nib), number) for nib, number in rows]


async def decline_all_of_exercise(
    conn: AsyncConnection, *, actor: str, at: datetime
) -> list[tuple[Nib, int]]:
    """Decline what was proposed in an exercise that is over; employer and number of each.

    Args:
        actor: label of who declines.
        at: aware.
    """
    rows = await (await conn.execute(DECLINE_OF_EXERCISE, (actor, at))).fetchall()
    return [(Nib(nib), number) for nib, number in rows]


async def rulings_of(conn: AsyncConnection, nib: Nib, limit: int) -> Sequence[Ruling]:
    """Rulings on an employer, the newest first.

    Args:
        nib: of the employer.
        limit: most of them.
    """
    async with conn.cursor(row_factory=class_row(Ruling)) as cursor:
        await cursor.execute(OF_EMPLOYER, (nib, limit))
        return await cursor.fetchall()


async def list_proposed(conn: AsyncConnection, limit: int) -> Sequence[Ruling]:
    """Rulings that wait for a second official, the earliest first."""
    async with conn.cursor(row_factory=class_row(Ruling)) as cursor:
        await cursor.execute(PROPOSED, (limit,))
        return await cursor.fetchall()

"""Closures of employers: few rows, asked by every statement that files, decides or issues."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection
from psycopg.rows import class_row

from strp.domain.employers.closure import Closure
from strp.domain.identifiers import Nib

_COLUMNS = "closure_id, nib, reason, citation, from_at, until_at, lifted_at, exercise"


def held_at(moment: str) -> str:
    """The condition that a closure is in force, for statements of other modules.

    Args:
        moment: placeholder of the moment, such as `%(now)s`.
    """
    return (
        f"lifted_at IS NULL AND from_at <= {moment}::timestamptz"
        f" AND (until_at IS NULL OR until_at > {moment}::timestamptz)"
    )


def not_closed(nib: str, moment: str) -> str:
    """The condition that an employer is not closed: the closed ones are read once, as a value.

    Args:
        nib: the column to ask of, such as `d.nib`.
        moment: placeholder of the moment.
    """
    return f"{nib} <> ALL (ARRAY(SELECT nib FROM closure WHERE {held_at(moment)}))"


ADD = f"""
INSERT INTO closure (nib, reason, citation, from_at, until_at, added_by, added_at, exercise)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
RETURNING {_COLUMNS}
"""

LIFT = f"""
UPDATE closure SET lifted_at = %(at)s, lifted_by = %(actor)s, lift_reason = %(reason)s
WHERE nib = %(nib)s AND (%(only)s::bigint IS NULL OR closure_id = %(only)s)
  AND (%(made_until)s::timestamptz IS NULL OR added_at <= %(made_until)s)
  AND lifted_at IS NULL AND (until_at IS NULL OR until_at > %(at)s)
RETURNING {_COLUMNS}
"""

LIFT_EXERCISE = f"""
UPDATE closure SET lifted_at = %s, lifted_by = %s, lift_reason = %s
WHERE exercise AND lifted_at IS NULL AND (until_at IS NULL OR until_at > %s)
RETURNING {_COLUMNS}
"""

ALL = f"SELECT {_COLUMNS} FROM closure ORDER BY from_at, closure_id"

# The newest first, behind one of them; of one employer, or those alone that are not over.
PAGE = """
SELECT c.closure_id, c.nib, c.reason, c.citation, c.from_at, c.until_at, c.lifted_at,
       c.exercise, c.added_by, c.added_at, c.lifted_by, c.lift_reason,
       (SELECT e.name FROM employer e WHERE e.nib = c.nib) AS employer_name
FROM closure c
WHERE c.closure_id < coalesce(%(before)s::bigint, 9223372036854775807)
  AND (%(nib)s::bigint IS NULL OR c.nib = %(nib)s)
  AND (NOT %(open)s OR c.lifted_at IS NULL AND (c.until_at IS NULL OR c.until_at > %(now)s))
ORDER BY c.closure_id DESC LIMIT %(limit)s
"""

OF_EMPLOYERS = f"SELECT {_COLUMNS} FROM closure WHERE nib = ANY(%s::bigint[]) AND {held_at('%s')}"

IN_FORCE = f"SELECT {_COLUMNS} FROM closure WHERE {held_at('%s')} ORDER BY nib, closure_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedClosure(Closure):
    """A closure with who made it and who lifted it, as labels of accounts.

    Args:
        employer_name: in the registry; None where it is there no more.
        lift_reason: why it was lifted.
    """

    added_by: str
    added_at: datetime
    lifted_by: str | None
    lift_reason: str | None
    employer_name: str | None


async def closures_page(
    conn: AsyncConnection,
    *,
    nib: Nib | None,
    only_open: bool,
    now: datetime,
    before: int | None,
    limit: int,
) -> Sequence[RecordedClosure]:
    """Closures, the newest first.

    Args:
        nib: of this employer, or None for all.
        only_open: whether those that are over or lifted are left out.
        before: only those with a lower number.
    """
    values = {"nib": nib, "open": only_open, "now": now, "before": before, "limit": limit}
    async with conn.cursor(row_factory=class_row(RecordedClosure)) as cursor:
        await cursor.execute(PAGE, values)
        return await cursor.fetchall()


async def add_closure(
    conn: AsyncConnection,
    *,
    nib: Nib,
    reason: str,
    citation: str,
    from_at: datetime,
    until_at: datetime | None,
    exercise: bool,
    actor: str,
    at: datetime,
) -> Closure:
    """Store a closure.

    Args:
        nib: of the employer.
        reason: as the employer reads it.
        citation: of the rule that closes it.
        from_at: aware; it may be to come.
        until_at: aware, or None until it is lifted.
        exercise: whether it is made in an exercise, with which it ends.
        actor: label of the official.
        at: aware; now.
    """
    async with conn.cursor(row_factory=class_row(Closure)) as cursor:
        values = (nib, reason, citation, from_at, until_at, actor, at, exercise)
        await cursor.execute(ADD, values)
        row = await cursor.fetchone()
    assert row is not None
    return row


async def lift_closures(
    conn: AsyncConnection,
    *,
    nib: Nib,
    reason: str,
    actor: str,
    at: datetime,
    only: int | None = None,
    made_until: datetime | None = None,
) -> Sequence[Closure]:
    """Lift the closures of an employer that are not over, those to come too.

    Args:
        only: number of one closure, or None for all of them.
        made_until: aware; those made later are left, or None.
    """
    values = {
        "nib": nib,
        "only": only,
        "made_until": made_until,
        "reason": reason,
        "actor": actor,
        "at": at,
    }
    async with conn.cursor(row_factory=class_row(Closure)) as cursor:
        await cursor.execute(LIFT, values)
        return await cursor.fetchall()


async def lift_closures_of_exercise(
    conn: AsyncConnection, *, reason: str, actor: str, at: datetime
) -> Sequence[Closure]:
    """Lift what was closed in an exercise that is over; most times there is nothing.

    Args:
        reason: kept with the record.
        actor: label of who lifts.
        at: aware.
    """
    async with conn.cursor(row_factory=class_row(Closure)) as cursor:
        await cursor.execute(LIFT_EXERCISE, (at, actor, reason, at))
        return await cursor.fetchall()


async def list_closures(conn: AsyncConnection) -> Sequence[Closure]:
    """Every closure there ever was, the earliest first."""
    async with conn.cursor(row_factory=class_row(Closure)) as cursor:
        await cursor.execute(ALL)
        return await cursor.fetchall()


async def closures_of(
    conn: AsyncConnection, nibs: Sequence[Nib], at: datetime
) -> Sequence[Closure]:
    """The closures of these employers that are in force at a moment.

    Args:
        nibs: of the employers.
        at: aware.
    """
    async with conn.cursor(row_factory=class_row(Closure)) as cursor:
        await cursor.execute(OF_EMPLOYERS, (list(nibs), at, at))
        return await cursor.fetchall()


async def closures_in_force(conn: AsyncConnection, at: datetime) -> Sequence[Closure]:
    """All closures that are in force at a moment."""
    async with conn.cursor(row_factory=class_row(Closure)) as cursor:
        await cursor.execute(IN_FORCE, (at, at))
        return await cursor.fetchall()

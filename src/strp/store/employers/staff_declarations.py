"""Staff that employers declared, one row an employer and period."""

from collections.abc import Sequence
from datetime import datetime

from psycopg import AsyncConnection
from psycopg.rows import class_row

from strp.domain.identifiers import Nib, PeriodId
from strp.domain.screening.staff_declaration import DeclaredStaff, StaffDeclaration

_COLUMNS = """nib, service, administration, partners, declared_by, declared_at, drawn, seen_at,
    changes"""

SAVE = """
INSERT INTO staff_declaration AS d (nib, period_id, service, administration, partners, declared_by,
    declared_at, drawn, changes)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, 1)
ON CONFLICT (nib, period_id) DO UPDATE SET
    service = EXCLUDED.service, administration = EXCLUDED.administration,
    partners = EXCLUDED.partners, declared_by = EXCLUDED.declared_by,
    declared_at = EXCLUDED.declared_at, drawn = EXCLUDED.drawn, seen_by = NULL, seen_at = NULL,
    changes = d.changes + 1
"""

FIND = f"SELECT {_COLUMNS} FROM staff_declaration WHERE nib = %s AND period_id = %s"

DRAWN = f"""
SELECT {_COLUMNS} FROM staff_declaration WHERE drawn AND seen_at IS NULL
ORDER BY declared_at LIMIT %s
"""

SEEN = """
UPDATE staff_declaration SET seen_by = %s, seen_at = %s
WHERE nib = %s AND period_id = %s AND declared_at = %s AND seen_at IS NULL
"""


async def save_declaration(
    conn: AsyncConnection,
    nib: Nib,
    period_id: PeriodId,
    declared: DeclaredStaff,
    *,
    actor: str,
    at: datetime,
    drawn: bool,
) -> None:
    """Store what an employer declares for a period, in place of what it declared before.

    Args:
        nib: of the employer.
        period_id: of the caps.
        declared: heads of staff.
        actor: label of who declares.
        at: aware.
        drawn: whether an official looks at it.
    """
    numbers = declared.service, declared.administration, declared.partners
    await conn.execute(SAVE, (nib, period_id, *numbers, actor, at, drawn))


async def find_declaration(
    conn: AsyncConnection, nib: Nib, period_id: PeriodId
) -> StaffDeclaration | None:
    """What an employer declared for a period, or None.

    Args:
        nib: of the employer.
        period_id: of the caps.
    """
    async with conn.cursor(row_factory=class_row(StaffDeclaration)) as cursor:
        await cursor.execute(FIND, (nib, period_id))
        return await cursor.fetchone()


async def list_drawn(conn: AsyncConnection, limit: int) -> Sequence[StaffDeclaration]:
    """Declarations that an official should look at, the earliest first."""
    async with conn.cursor(row_factory=class_row(StaffDeclaration)) as cursor:
        await cursor.execute(DRAWN, (limit,))
        return await cursor.fetchall()


async def mark_seen(
    conn: AsyncConnection,
    nib: Nib,
    period_id: PeriodId,
    *,
    declared_at: datetime,
    actor: str,
    at: datetime,
) -> bool:
    """Note that an official looked at this very declaration; whether it waited for that.

    Args:
        nib: of the employer.
        period_id: of the caps.
        declared_at: of the declaration that was looked at; a later one is another.
        actor: label of the official.
        at: aware.
    """
    cursor = await conn.execute(SEEN, (actor, at, nib, period_id, declared_at))
    return cursor.rowcount > 0

"""Workers who leave: found among those whom an employer has, and ended when it is time."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from psycopg import AsyncConnection
from psycopg.rows import args_row

from strp.domain.identifiers import ApplicationId, Nib, PeriodId
from strp.store.certificates.life import Touched
from strp.store.engine.arrays import bigints, integers, same_size_byteas

ENGAGED_HERE = """
SELECT nik_index, application_id, row_no FROM engagement
WHERE nik_index = ANY(%s::bytea[]) AND period_id = %s AND nib = %s
"""

CERTIFIED = """
SELECT c.nib, c.application_id, c.row_no, c.serial_no
FROM unnest(%s::bigint[], %s::int[]) AS k (application_id, row_no)
JOIN certificate c ON c.nib = %s AND c.application_id = k.application_id AND c.row_no = k.row_no
"""

# Told again, the later word counts.
REMEMBER = """
INSERT INTO leaving (nib, application_id, row_no, ends_at)
SELECT %s, * FROM unnest(%s::bigint[], %s::int[], %s::timestamptz[])
ON CONFLICT (nib, application_id, row_no) DO UPDATE SET ends_at = EXCLUDED.ends_at
"""

# Whose certificate is not made yet stays; who is refused or returned gets none and is forgotten.
DUE = """
SELECT l.nib, l.application_id, l.row_no, coalesce(c.serial_no, -1) AS serial_no
FROM leaving l
JOIN worker w ON w.nib = l.nib AND w.application_id = l.application_id AND w.row_no = l.row_no
LEFT JOIN certificate c ON c.nib = l.nib AND c.application_id = l.application_id
                       AND c.row_no = l.row_no
WHERE l.ends_at <= %s AND (c.serial_no IS NOT NULL OR w.state IN ('refused', 'returned'))
ORDER BY l.ends_at, l.nib, l.application_id, l.row_no LIMIT %s
"""

FORGET = """
DELETE FROM leaving l
USING unnest(%s::bigint[], %s::bigint[], %s::int[]) AS k (nib, application_id, row_no)
WHERE l.nib = k.nib AND l.application_id = k.application_id AND l.row_no = k.row_no
"""

COUNT_LEAVERS = "UPDATE application SET leavers = %s WHERE nib = %s AND application_id = %s"


class EngagedHere(NamedTuple):
    """Where an employer filed a worker whom it has."""

    nik_index: bytes
    application_id: ApplicationId
    row_no: int


async def engaged_here(
    conn: AsyncConnection, nib: Nib, period_id: PeriodId, nik_indexes: Sequence[bytes]
) -> list[EngagedHere]:
    """Those of these workers whom the employer has, and where it filed them.

    Args:
        nib: of the employer.
        period_id: in which it has them.
        nik_indexes: keyed indexes of the workers' NIK.
    """
    async with conn.cursor(row_factory=args_row(EngagedHere), binary=True) as cursor:
        await cursor.execute(ENGAGED_HERE, (same_size_byteas(nik_indexes), period_id, nib))
        return await cursor.fetchall()


async def certified(
    conn: AsyncConnection, nib: Nib, workers: Sequence[EngagedHere]
) -> list[Touched]:
    """The certificates of these workers; those without one are left out.

    Args:
        nib: of the employer.
        workers: of `engaged_here`.
    """
    numbers = bigints([one.application_id for one in workers])
    rows = integers([one.row_no for one in workers])
    async with conn.cursor(row_factory=args_row(Touched), binary=True) as cursor:
        await cursor.execute(CERTIFIED, (numbers, rows, nib))
        return await cursor.fetchall()


async def remember(
    conn: AsyncConnection, nib: Nib, leavers: Sequence[tuple[ApplicationId, int, datetime]]
) -> None:
    """Keep in mind whose certificate ends when.

    Args:
        leavers: application, row and aware time of each.
    """
    if leavers:
        numbers, rows, times = (list(column) for column in zip(*leavers, strict=True))
        await conn.execute(REMEMBER, (nib, numbers, rows, times))


async def due(conn: AsyncConnection, now: datetime, limit: int) -> list[Touched]:
    """Whose time has come; a serial number of -1 where there is nothing to end.

    Args:
        now: aware.
        limit: most of them; whose time came first is first.
    """
    async with conn.cursor(row_factory=args_row(Touched), binary=True) as cursor:
        await cursor.execute(DUE, (now, limit))
        return await cursor.fetchall()


async def forget(conn: AsyncConnection, workers: Sequence[Touched]) -> None:
    """Forget those who were ended, or who have nothing to end."""
    nibs = bigints([one.nib for one in workers])
    numbers = bigints([one.application_id for one in workers])
    rows = integers([one.row_no for one in workers])
    await conn.execute(FORGET, (nibs, numbers, rows))


async def count_leavers(
    conn: AsyncConnection, nib: Nib, application_id: ApplicationId, count: int
) -> None:
    """Note how many rows of an application say only that a worker leaves.

    Args:
        nib: of the employer.
        application_id: of the filing.
        count: rows; replaces what was noted before.
    """
    await conn.execute(COUNT_LEAVERS, (count, nib, application_id))

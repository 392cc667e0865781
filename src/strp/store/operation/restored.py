"""What is known of a restore: from when it is, and what was taken from a bundle since."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from psycopg import AsyncConnection
from psycopg.rows import class_row

from strp.store.certificates.issued import LIST_NO
from strp.store.certificates.status_lists import TOUCH_LISTS

IS_EMPTY = "SELECT NOT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public')"
MARK = """
UPDATE installation SET restored_at = now(), restored_to = %s, lists_taken_to = %s,
    restore_acknowledged_at = NULL
"""
ACKNOWLEDGE = """
UPDATE installation SET restore_acknowledged_at = now()
WHERE restored_at IS NOT NULL AND restore_acknowledged_at IS NULL
"""
READ = """
SELECT restored_to, lists_taken_to FROM installation
WHERE restored_at IS NOT NULL AND restore_acknowledged_at IS NULL
"""
STANDING = f"""
SELECT list_no, count(*) FROM (
    SELECT {LIST_NO} AS list_no FROM certificate c
    WHERE NOT EXISTS (SELECT FROM revocation r WHERE r.serial_no = c.serial_no)) s
GROUP BY list_no ORDER BY list_no
"""
TAKE_STATUS = """
INSERT INTO revocation (serial_no, status, kind, reason, actor, revoked_at)
SELECT serial_no, %s, %s, 'taken from a trust bundle after a restore', 'operator', %s
FROM unnest(%s::bigint[]) AS serial_no ON CONFLICT (serial_no) DO NOTHING RETURNING serial_no
"""
KEEP_LIST = "INSERT INTO epoch (epoch, purpose) VALUES (%s, 'serial') ON CONFLICT DO NOTHING"


class Restored(NamedTuple):
    """From when the data are, and until when revocations were taken from a bundle."""

    restored_to: datetime
    lists_taken_to: datetime | None


async def is_empty(conn: AsyncConnection) -> bool:
    """Whether the database holds no table."""
    [(empty,)] = await (await conn.execute(IS_EMPTY)).fetchall()
    return bool(empty)


async def mark(conn: AsyncConnection, to: datetime, lists_to: datetime | None) -> None:
    """Keep that this database was restored."""
    await conn.execute(MARK, (to, lists_to))


async def acknowledge(conn: AsyncConnection) -> bool:
    """Keep that somebody has seen what is unknown; False where there was nothing."""
    return (await conn.execute(ACKNOWLEDGE)).rowcount == 1


async def read(conn: AsyncConnection) -> Restored | None:
    """The restore that nobody has acknowledged, if there is one."""
    async with conn.cursor(row_factory=class_row(Restored)) as cursor:
        await cursor.execute(READ)
        return await cursor.fetchone()


async def standing_by_list(conn: AsyncConnection) -> Sequence[tuple[int, int]]:
    """Certificates that were not taken back, by status list."""
    return await (await conn.execute(STANDING)).fetchall()


async def take_statuses(
    conn: AsyncConnection, serials: Sequence[int], status: int, kind: str, at: datetime
) -> int:
    """Take over that certificates are revoked or suspended; how many were not known to be."""
    found = await (await conn.execute(TAKE_STATUS, (status, kind, at, list(serials)))).fetchall()
    if found:
        touched = [serial for (serial,) in found]
        await conn.execute(TOUCH_LISTS, {"at": at, "serials": touched})
    return len(found)


async def keep_list(conn: AsyncConnection, list_no: int) -> None:
    """Serve a status list that was begun after the backup, and never count in it."""
    await conn.execute(KEEP_LIST, (list_no,))

"""What is known of a restore: from when it is, and what was taken from a bundle since."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from psycopg import AsyncConnection, sql
from psycopg.rows import args_row, class_row

from strp.domain.certificates.certificate import Status
from strp.store.certificates.issued import LIST_NO, Certificate
from strp.store.certificates.status_lists import TOUCH_LISTS
from strp.store.employers import closures

IS_EMPTY = "SELECT NOT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public')"
# What says in the database itself that a restore into it has not ended.
UNFINISHED = "strp restore of "
READ_UNFINISHED = """
SELECT coalesce(shobj_description(oid, 'pg_database'), '') FROM pg_database
WHERE datname = current_database()
"""
LAST_REPLAYED = "SELECT pg_last_xact_replay_timestamp()"
# A copy of the data folder is on the same server as its original, to judge by its number: it must
# not begin list 0 either (`engine.epochs`).
MARK = """
UPDATE installation SET restored_at = now(), restored_to = %s, lists_taken_to = %s,
    restore_acknowledged_at = NULL, first_list_given = true
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
SELECT {LIST_NO} AS list_no, count(*), min(serial_no), max(serial_no), min(issued_at),
       max(issued_at)
FROM certificate c
WHERE NOT EXISTS (SELECT FROM revocation r WHERE r.serial_no = c.serial_no)
GROUP BY list_no ORDER BY min(issued_at), list_no
"""
# Certificates of an employer that is closed are suspended by that, and stand again with its end.
TAKE_STATUS = f"""
INSERT INTO revocation AS r (serial_no, status, kind, reason, actor, revoked_at)
SELECT serial_no, %(status)s, %(kind)s, 'taken from a trust bundle after a restore', 'operator',
       %(at)s
FROM unnest(%(serials)s::bigint[]) AS serial_no
WHERE %(status)s <> {Status.SUSPENDED.value} OR NOT EXISTS (
    SELECT FROM certificate c WHERE c.serial_no = serial_no.serial_no
    AND NOT ({closures.not_closed("c.nib", "%(at)s")}))
ON CONFLICT (serial_no) DO UPDATE
SET status = EXCLUDED.status, kind = EXCLUDED.kind, reason = EXCLUDED.reason,
    actor = EXCLUDED.actor, revoked_at = EXCLUDED.revoked_at
WHERE r.kind = 'suspended' AND EXCLUDED.kind = 'revoked'
RETURNING serial_no
"""
DRAWN = """
SELECT nib, application_id, row_no, serial_no, issued_at, sealed
FROM certificate ORDER BY random() LIMIT %s
"""
KEEP_LIST = "INSERT INTO epoch (epoch, purpose) VALUES (%s, 'serial') ON CONFLICT DO NOTHING"


class Restored(NamedTuple):
    """From when the data are, and until when revocations were taken from a bundle."""

    restored_to: datetime
    lists_taken_to: datetime | None


class Standing(NamedTuple):
    """Certificates of one status list that were not taken back as far as the database knows.

    Args:
        status_list: its number.
        certificates: how many.
        first: lowest serial number among them.
        last: highest serial number.
        issued_from: aware; when the first was issued.
        issued_until: aware; when the last was.
    """

    status_list: int
    certificates: int
    first: int
    last: int
    issued_from: datetime
    issued_until: datetime


async def is_empty(conn: AsyncConnection) -> bool:
    """Whether the database holds no table."""
    [(empty,)] = await (await conn.execute(IS_EMPTY)).fetchall()
    return bool(empty)


async def mark(conn: AsyncConnection, to: datetime, lists_to: datetime | None) -> None:
    """Keep that this database was restored.

    Args:
        to: aware; the moment that it was restored to.
        lists_to: aware; moment of the trust bundle whose lists were taken over, or None.
    """
    await conn.execute(MARK, (to, lists_to))


async def acknowledge(conn: AsyncConnection) -> bool:
    """Keep that somebody has seen what is unknown; False where there was nothing."""
    return (await conn.execute(ACKNOWLEDGE)).rowcount == 1


async def read(conn: AsyncConnection) -> Restored | None:
    """The restore that nobody has acknowledged, if there is one."""
    async with conn.cursor(row_factory=class_row(Restored)) as cursor:
        await cursor.execute(READ)
        return await cursor.fetchone()


async def standing_by_list(conn: AsyncConnection) -> Sequence[Standing]:
    """Certificates that were not taken back, by status list, those issued first before."""
    async with conn.cursor(row_factory=args_row(Standing)) as cursor:
        await cursor.execute(STANDING)
        return await cursor.fetchall()


async def take_statuses(
    conn: AsyncConnection, serials: Sequence[int], status: int, kind: str, at: datetime
) -> int:
    """Take over that certificates are revoked or suspended; how many were not known to be.

    Args:
        serials: of the certificates; those that do not exist here count as well.
        status: as in a status list.
        kind: the same as the table spells it.
        at: aware; their status lists count as changed then.
    """
    values = {"status": status, "kind": kind, "at": at, "serials": list(serials)}
    found = await (await conn.execute(TAKE_STATUS, values)).fetchall()
    if found:
        touched = [serial for (serial,) in found]
        await conn.execute(TOUCH_LISTS, {"at": at, "serials": touched})
    return len(found)


async def keep_list(conn: AsyncConnection, list_no: int) -> None:
    """Serve a status list that was begun after the backup, and never count in it."""
    await conn.execute(KEEP_LIST, (list_no,))


async def last_replayed(conn: AsyncConnection) -> datetime | None:
    """When the last transaction was committed that a recovery since the start brought back."""
    [(at,)] = await (await conn.execute(LAST_REPLAYED)).fetchall()
    return at  # type: ignore[no-any-return]


async def begin(conn: AsyncConnection, backup: str) -> None:
    """Keep in the database that a restore of a backup into it has begun; empty: that it ended."""
    [(name,)] = await (await conn.execute("SELECT current_database()")).fetchall()
    comment = sql.Literal(UNFINISHED + backup if backup else None)
    await conn.execute(
        sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), comment)
    )


async def unfinished(conn: AsyncConnection) -> str | None:
    """The backup whose restore into this database has not ended, if there is one."""
    [(told,)] = await (await conn.execute(READ_UNFINISHED)).fetchall()
    return str(told).removeprefix(UNFINISHED) if str(told).startswith(UNFINISHED) else None


async def some_certificates(conn: AsyncConnection, count: int) -> Sequence[Certificate]:
    """So many certificates drawn at random; reads the whole table."""
    async with conn.cursor(row_factory=class_row(Certificate), binary=True) as cursor:
        await cursor.execute(DRAWN, (count,))
        return await cursor.fetchall()

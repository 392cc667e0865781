"""Letters that wait to be sent, sealed; a letter is removed once it is sent.

The table is the queue. Whoever sends takes some for a while, by their time to be tried; what a
process that died had taken is tried again after that while.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row

ADD = """
INSERT INTO mail (mail_id, sealed, created_at, useful_until, priority, try_at)
VALUES (%s, %s, %s, %s, %s, %s)
"""

ADD_ALL = """
INSERT INTO mail (mail_id, sealed, created_at, priority, try_at)
SELECT *, %(at)s, %(priority)s, %(at)s FROM unnest(%(ids)s::uuid[], %(sealed)s::bytea[])
"""

# SKIP LOCKED: two who send at the same moment get different letters. One statement by an index,
# however many wait behind.
TAKE = """
UPDATE mail SET try_at = %(until)s, tries = tries + 1
WHERE mail_id = ANY (ARRAY(
    SELECT mail_id FROM mail WHERE priority = %(priority)s AND try_at <= %(now)s
    ORDER BY try_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED))
RETURNING mail_id, sealed, useful_until, tries
"""

PUT_BACK = "UPDATE mail SET try_at = %s, tries = tries - 1 WHERE mail_id = ANY(%s)"

TRY_LATER = "UPDATE mail SET try_at = %s WHERE mail_id = %s"

REMOVE = "DELETE FROM mail WHERE mail_id = ANY(%s)"

COUNT = "SELECT priority, count(*) FROM mail WHERE refused_at IS NULL GROUP BY priority"

KEPT_FOR = timedelta(days=7)


class Priority(IntEnum):
    """Which letters go first; each has senders and connections of its own."""

    CODE = 0
    LETTER = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMail:
    """A letter as stored.

    Args:
        tries: how often it was tried, this time included.
    """

    mail_id: UUID
    sealed: bytes
    useful_until: datetime | None
    tries: int


async def add_mail(
    conn: AsyncConnection,
    mail_id: UUID,
    sealed: bytes,
    *,
    at: datetime,
    useful_until: datetime | None,
    priority: Priority,
) -> None:
    """Store a letter.

    Args:
        conn: open transaction.
        mail_id: random.
        sealed: recipient, subject and body in one envelope.
        at: aware time.
        useful_until: from then on it is not worth sending; None: always worth it.
        priority: which queue it stands in.
    """
    await conn.execute(ADD, (mail_id, sealed, at, useful_until, priority, at))


async def add_letters(
    conn: AsyncConnection, letters: Sequence[tuple[UUID, bytes]], *, at: datetime
) -> None:
    """Store many letters of no haste, each with its id and envelope.

    Args:
        letters: ids that nobody used before, and envelopes.
        at: aware; they may be sent from now on.
    """
    values = {
        "ids": [mail_id for mail_id, _ in letters],
        "sealed": [sealed for _, sealed in letters],
        "at": at,
        "priority": Priority.LETTER,
    }
    await conn.execute(ADD_ALL, values)


async def take_some(
    conn: AsyncConnection, priority: Priority, *, now: datetime, until: datetime, limit: int
) -> list[StoredMail]:
    """Take letters to send, those that have waited longest first.

    Args:
        priority: of which queue.
        now: aware time.
        until: when somebody else may take what is still there.
        limit: most letters.
    """
    values = {"priority": priority, "now": now, "until": until, "limit": limit}
    async with conn.cursor(row_factory=class_row(StoredMail)) as cursor:
        await cursor.execute(TAKE, values, prepare=True)
        return await cursor.fetchall()


async def put_back(conn: AsyncConnection, mail_ids: Sequence[UUID], at: datetime) -> None:
    """Give back letters that were taken and not tried.

    Args:
        mail_ids: of the letters.
        at: aware; when they are due again.
    """
    await conn.execute(PUT_BACK, (at, list(mail_ids)))


async def try_later(conn: AsyncConnection, mail_id: UUID, at: datetime) -> None:
    """Leave a letter that was not accepted for later.

    Args:
        mail_id: of the letter.
        at: aware; when it is due again.
    """
    await conn.execute(TRY_LATER, (at, mail_id))


async def remove_mail(conn: AsyncConnection, mail_ids: Sequence[UUID]) -> None:
    """Remove letters that were sent or are of no more use."""
    await conn.execute(REMOVE, (list(mail_ids),))


async def count_waiting(conn: AsyncConnection) -> dict[Priority, int]:
    """Number of letters that wait, by queue."""
    counted: dict[int, int] = dict(await (await conn.execute(COUNT)).fetchall())
    return {priority: counted.get(priority, 0) for priority in Priority}

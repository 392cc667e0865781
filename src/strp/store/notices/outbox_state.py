"""How the queues of letters stand: what waits, how long, what was refused; and that again."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from psycopg import AsyncConnection

from strp.store.notices.outbox import Priority

STATE = """
SELECT priority, count(*) FILTER (WHERE refused_at IS NULL),
       coalesce(extract(epoch FROM %(now)s - min(created_at) FILTER (WHERE refused_at IS NULL)), 0),
       count(*) FILTER (WHERE refused_at IS NOT NULL)
FROM mail GROUP BY priority
"""

# By the index of the queue: few codes wait at any time.
OLDEST_CODE = """
SELECT coalesce(extract(epoch FROM %(now)s - min(created_at)), 0) FROM mail
WHERE priority = %(code)s AND refused_at IS NULL AND useful_until > %(now)s
"""

REFUSE = "UPDATE mail SET try_at = 'infinity', refused_at = %s, refusal = %s WHERE mail_id = %s"

REFUSED = """
SELECT mail_id, priority, created_at, refused_at, refusal FROM mail
WHERE refused_at IS NOT NULL ORDER BY refused_at LIMIT %s
"""

AGAIN = """
UPDATE mail SET try_at = %s, tries = 0, refused_at = NULL, refusal = NULL
WHERE refused_at IS NOT NULL RETURNING mail_id
"""


class QueueState(NamedTuple):
    """One queue of letters.

    Args:
        waiting: letters to send.
        oldest_s: seconds since the oldest of them was written.
        refused: letters that the mail server will not take.
    """

    waiting: int = 0
    oldest_s: float = 0.0
    refused: int = 0


class RefusedLetter(NamedTuple):
    """A letter that was refused: when, and by which code of SMTP (RFC 5321, 4.2)."""

    mail_id: UUID
    priority: int
    created_at: datetime
    refused_at: datetime
    refusal: int | None


async def queue_states(conn: AsyncConnection, now: datetime) -> dict[Priority, QueueState]:
    """How every queue stands."""
    rows = await (await conn.execute(STATE, {"now": now})).fetchall()
    found = {row[0]: QueueState(row[1], max(0.0, float(row[2])), row[3]) for row in rows}
    return {priority: found.get(priority, QueueState()) for priority in Priority}


async def oldest_code_s(conn: AsyncConnection, now: datetime) -> float:
    """Seconds since the oldest code was written that waits and is still of use; 0: none waits."""
    values = {"now": now, "code": Priority.CODE}
    row = await (await conn.execute(OLDEST_CODE, values)).fetchone()
    return max(0.0, float(row[0])) if row else 0.0


async def refuse_mail(conn: AsyncConnection, mail_id: UUID, at: datetime, code: int | None) -> None:
    """Keep a letter that was refused, out of the queue."""
    await conn.execute(REFUSE, (at, code, mail_id))


async def refused_letters(conn: AsyncConnection, limit: int) -> Sequence[RefusedLetter]:
    """Letters that were refused, the oldest refusal first."""
    rows = await (await conn.execute(REFUSED, (limit,))).fetchall()
    return [RefusedLetter(*row) for row in rows]


async def send_again(conn: AsyncConnection, at: datetime) -> list[UUID]:
    """Put every refused letter back into its queue.

    Returns:
        Which.
    """
    return [row[0] for row in await (await conn.execute(AGAIN, (at,))).fetchall()]

"""How the queues of letters stand: what waits, how long, what was refused; and that again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from psycopg import AsyncConnection

from strp.store.notices.outbox import Priority

MOST_SEEN: Final = 10_000
"""Letters of a queue that are looked at; how long a longer one is, the database estimates."""

# Along the index of the queue, and no further: to count 600,000 sealed letters reads all of them.
_FIRST = """
SELECT created_at, useful_until FROM mail
WHERE priority = %(priority)s AND try_at < 'infinity' ORDER BY try_at LIMIT %(most)s
"""

STATE = f"""
SELECT w.seen, coalesce(extract(epoch FROM %(now)s - w.oldest_at), 0), r.refused,
       (SELECT reltuples::bigint FROM pg_class WHERE oid = 'mail'::regclass)
FROM (SELECT count(*) AS seen, min(created_at) AS oldest_at FROM ({_FIRST}) f) w,
     (SELECT count(*) AS refused FROM (
        SELECT FROM mail WHERE priority = %(priority)s AND try_at = 'infinity'
        LIMIT %(most)s) f) r
"""

OLDEST_CODE = f"""
SELECT coalesce(extract(epoch FROM %(now)s - min(created_at)), 0) FROM ({_FIRST}) f
WHERE useful_until > %(now)s
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
        waiting: letters to send; past MOST_SEEN about so many.
        oldest_s: seconds since the oldest of them was written, of the MOST_SEEN that go first.
        refused: letters that the mail server will not take, counted up to MOST_SEEN.
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
    states = {}
    for priority in Priority:
        values = {"now": now, "priority": priority, "most": MOST_SEEN}
        row = await (await conn.execute(STATE, values)).fetchone()
        assert row is not None
        seen, oldest_s, refused, estimated = row
        waiting = seen if seen < MOST_SEEN else max(seen, estimated)
        states[priority] = QueueState(waiting, max(0.0, float(oldest_s)), refused)
    return states


async def oldest_code_s(conn: AsyncConnection, now: datetime) -> float:
    """Seconds since the oldest code was written that waits and is still of use; 0: none waits."""
    values = {"now": now, "priority": Priority.CODE, "most": MOST_SEEN}
    row = await (await conn.execute(OLDEST_CODE, values)).fetchone()
    return max(0.0, float(row[0])) if row else 0.0


async def refuse_mail(conn: AsyncConnection, mail_id: UUID, at: datetime, code: int | None) -> None:
    """Keep a letter that was refused, out of the queue.

    Args:
        mail_id: of the letter.
        at: aware.
        code: of the mail server's answer, or None where it gave none.
    """
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

"""Letters that wait to be sent, sealed; a letter is removed once it is sent."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from psycopg import AsyncConnection

ADD = "INSERT INTO mail (mail_id, sealed, created_at, useful_until) VALUES (%s, %s, %s, %s)"

FIND = "SELECT sealed, useful_until FROM mail WHERE mail_id = %s"

REMOVE = "DELETE FROM mail WHERE mail_id = %s"

KEPT_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMail:
    """A letter as stored."""

    sealed: bytes
    useful_until: datetime | None


async def add_mail(
    conn: AsyncConnection,
    mail_id: UUID,
    sealed: bytes,
    *,
    at: datetime,
    useful_until: datetime | None,
) -> None:
    """Store a letter.

    Args:
        conn: open transaction.
        mail_id: random.
        sealed: recipient, subject and body in one envelope.
        at: aware time.
        useful_until: from then on it is not worth sending; None: always worth it.
    """
    await conn.execute(ADD, (mail_id, sealed, at, useful_until))


async def find_mail(conn: AsyncConnection, mail_id: UUID) -> StoredMail | None:
    """A letter that waits, or None where it was sent."""
    row = await (await conn.execute(FIND, (mail_id,))).fetchone()
    return None if row is None else StoredMail(sealed=row[0], useful_until=row[1])


async def remove_mail(conn: AsyncConnection, mail_id: UUID) -> None:
    """Remove a letter that was sent or is of no more use."""
    await conn.execute(REMOVE, (mail_id,))

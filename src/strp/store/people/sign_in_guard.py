"""What bounds guesses and letters: wrong codes, letters of a mailbox, links that sign in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection

from strp.domain.people.guessing import LETTERS_COUNTED_FOR, WrongCodes

WRONG_CODES = "SELECT scope, wrong, ends_at FROM wrong_code WHERE scope = ANY(%s)"

# Makes the count where there is none, and locks it.
LOCK_WRONG_CODES = """
INSERT INTO wrong_code (scope, wrong, ends_at) VALUES (%s, 0, %s)
ON CONFLICT (scope) DO UPDATE SET wrong = wrong_code.wrong
RETURNING wrong, ends_at
"""

SAVE_WRONG_CODES = "UPDATE wrong_code SET wrong = %s, ends_at = %s WHERE scope = %s"

LOCK_LETTERS = """
INSERT INTO mailbox_letters (mailbox, code_letters_at, forget_at) VALUES (%s, '{}', %s)
ON CONFLICT (mailbox) DO UPDATE SET forget_at = excluded.forget_at
RETURNING code_letters_at
"""

SAVE_LETTERS = "UPDATE mailbox_letters SET code_letters_at = %s WHERE mailbox = %s"

LAST_UNUSED_LINK = """
SELECT max(sent_at) FROM sign_in_link WHERE lane = %s AND used_at IS NULL
"""

ADD_LINK = """
INSERT INTO sign_in_link (secret_hash, lane, email_sealed, sent_at) VALUES (%s, %s, %s, %s)
"""

REMOVE_LINKS = "DELETE FROM sign_in_link WHERE lane = %s"

FIND_LINK = "SELECT email_sealed, sent_at, used_at FROM sign_in_link WHERE secret_hash = %s"

# Two presses of the button at once: one uses the link.
USE_LINK = """
UPDATE sign_in_link SET used_at = %s WHERE secret_hash = %s AND used_at IS NULL
RETURNING email_sealed, sent_at
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredLink:
    """A link as the store holds it.

    Args:
        email_sealed: whom it signs in.
        sent_at: aware time.
        is_used: whether it has signed in.
    """

    email_sealed: bytes
    sent_at: datetime
    is_used: bool


async def find_wrong_codes(
    conn: AsyncConnection, scopes: Sequence[bytes]
) -> dict[bytes, WrongCodes]:
    """The counts of wrong codes that there are.

    Args:
        conn: open connection.
        scopes: keyed indices, 16 bytes each.
    """
    rows = await (await conn.execute(WRONG_CODES, (list(scopes),))).fetchall()
    return {row[0]: WrongCodes(row[1], row[2]) for row in rows}


async def lock_wrong_codes(conn: AsyncConnection, scope: bytes, now: datetime) -> WrongCodes:
    """A count of wrong codes, locked to the end of the transaction.

    Args:
        conn: open transaction.
        scope: keyed index, 16 bytes.
        now: aware time, the end of a count that is new.
    """
    row = await (await conn.execute(LOCK_WRONG_CODES, (scope, now))).fetchone()
    assert row is not None
    return WrongCodes(row[0], row[1])


async def save_wrong_codes(conn: AsyncConnection, scope: bytes, counted: WrongCodes) -> None:
    """Remember a count that is locked.

    Args:
        scope: key of what is bounded.
        counted: in place of what was stored.
    """
    await conn.execute(SAVE_WRONG_CODES, (counted.wrong, counted.ends_at, scope))


async def lock_letters(conn: AsyncConnection, mailbox: bytes, now: datetime) -> list[datetime]:
    """When codes were sent to a mailbox, locked to the end of the transaction.

    Args:
        conn: open transaction.
        mailbox: keyed index, 16 bytes.
        now: aware time.
    """
    forget_at = now + LETTERS_COUNTED_FOR
    row = await (await conn.execute(LOCK_LETTERS, (mailbox, forget_at))).fetchone()
    assert row is not None
    found: list[datetime] = row[0]
    return found


async def save_letters(
    conn: AsyncConnection, mailbox: bytes, code_letters_at: Sequence[datetime]
) -> None:
    """Remember the letters of a mailbox that is locked.

    Args:
        mailbox: keyed index of the address.
        code_letters_at: aware; in place of what was stored.
    """
    await conn.execute(SAVE_LETTERS, (list(code_letters_at), mailbox))


async def last_unused_link(conn: AsyncConnection, lane: bytes) -> datetime | None:
    """When the last link of a lane was sent that nobody has used."""
    row = await (await conn.execute(LAST_UNUSED_LINK, (lane,))).fetchone()
    return None if row is None else row[0]


async def add_link(
    conn: AsyncConnection, secret_hash: bytes, lane: bytes, email_sealed: bytes, at: datetime
) -> None:
    """Store a link.

    Args:
        conn: open transaction.
        secret_hash: SHA-256 of its secret.
        lane: keyed index of whom it is counted for, 16 bytes.
        email_sealed: whom it signs in, in an envelope bound to the hash.
        at: aware time.
    """
    await conn.execute(ADD_LINK, (secret_hash, lane, email_sealed, at))


async def remove_links(conn: AsyncConnection, lane: bytes) -> None:
    """Remove the links of a lane: none of them signs in any more."""
    await conn.execute(REMOVE_LINKS, (lane,))


async def find_link(conn: AsyncConnection, secret_hash: bytes) -> StoredLink | None:
    """A link, used or not; it may be too old."""
    row = await (await conn.execute(FIND_LINK, (secret_hash,))).fetchone()
    if row is None:
        return None
    return StoredLink(email_sealed=row[0], sent_at=row[1], is_used=row[2] is not None)


async def use_link(conn: AsyncConnection, secret_hash: bytes, at: datetime) -> StoredLink | None:
    """Use a link up; None where it was used before or never sent. It may be too old.

    Args:
        secret_hash: of the secret in the link.
        at: aware.
    """
    row = await (await conn.execute(USE_LINK, (at, secret_hash))).fetchone()
    return None if row is None else StoredLink(email_sealed=row[0], sent_at=row[1], is_used=True)

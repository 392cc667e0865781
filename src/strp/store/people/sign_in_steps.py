"""Sign-ins that wait for their second factor, found by the hash of their token."""

from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection
from psycopg.rows import class_row

from strp.domain.people.account import AccountId

# The browser that sends the right code twice at once has one step.
ADD = """
INSERT INTO sign_in_step (token_hash, account_id, began_at) VALUES (%s, %s, %s)
ON CONFLICT (token_hash) DO NOTHING
"""

FIND = """
SELECT account_id, began_at, tries, passed_at FROM sign_in_step WHERE token_hash = %s
"""

# Locked, so that tries that come at the same moment are counted one after another.
LOCK = f"{FIND} FOR UPDATE"

COUNT_TRY = "UPDATE sign_in_step SET tries = tries + 1 WHERE token_hash = %s"

PASS = "UPDATE sign_in_step SET passed_at = %s WHERE token_hash = %s"

REMOVE_OF_ACCOUNT = "DELETE FROM sign_in_step WHERE account_id = %s"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredStep:
    """A sign-in whose first factor was right.

    Args:
        account_id: whose.
        began_at: aware time of the first factor.
        tries: how many were made at the second.
        passed_at: when the second was right.
    """

    account_id: AccountId
    began_at: datetime
    tries: int
    passed_at: datetime | None


async def add_step(
    conn: AsyncConnection, token_hash: bytes, account_id: AccountId, at: datetime
) -> None:
    """Store a sign-in whose first factor was right.

    Args:
        conn: open transaction.
        token_hash: SHA-256 of its token.
        account_id: whose.
        at: aware time.
    """
    await conn.execute(ADD, (token_hash, account_id, at))


async def find_step(conn: AsyncConnection, token_hash: bytes) -> StoredStep | None:
    """A sign-in that waits for its second factor; it may be too old."""
    async with conn.cursor(row_factory=class_row(StoredStep)) as cursor:
        await cursor.execute(FIND, (token_hash,))
        return await cursor.fetchone()


async def lock_step(conn: AsyncConnection, token_hash: bytes) -> StoredStep | None:
    """The same, locked to the end of the transaction."""
    async with conn.cursor(row_factory=class_row(StoredStep)) as cursor:
        await cursor.execute(LOCK, (token_hash,))
        return await cursor.fetchone()


async def count_try(conn: AsyncConnection, token_hash: bytes) -> None:
    """Count one try; whoever calls this commits before the try is judged."""
    await conn.execute(COUNT_TRY, (token_hash,))


async def pass_step(conn: AsyncConnection, token_hash: bytes, at: datetime) -> None:
    """Use a step up; it is kept a while for the browser that sends it twice at once.

    Args:
        token_hash: of the step.
        at: aware.
    """
    await conn.execute(PASS, (at, token_hash))


async def remove_steps_of(conn: AsyncConnection, account_id: AccountId) -> None:
    """End all sign-ins of an account that wait."""
    await conn.execute(REMOVE_OF_ACCOUNT, (account_id,))

"""Sessions, found by the hash of their token."""

from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection

from strp.domain.identifiers import Nib
from strp.domain.people.account import AccountId, Role
from strp.domain.people.second_factor import Factor
from strp.domain.people.sign_in import SESSIONS_PER_ACCOUNT

ADD = """
INSERT INTO session (token_hash, account_id, created_at, last_seen_at, factor, credential_id)
VALUES (%s, %s, %s, %s, %s, %s)
"""

# One look-up gives everything that a request needs to know about who sent it.
# Whoever signs in over and over loses their oldest sessions, and takes no more rows.
REMOVE_OLDEST = """
DELETE FROM session WHERE account_id = %(account)s AND token_hash NOT IN (
    SELECT token_hash FROM session WHERE account_id = %(account)s
    ORDER BY created_at DESC, token_hash LIMIT %(most)s)
"""

FIND = """
SELECT a.account_id, a.role, s.created_at, s.last_seen_at, s.factor,
       ARRAY(SELECT r.nib FROM representation r
             WHERE r.account_id = a.account_id AND r.state = 'active')
FROM session s JOIN account a USING (account_id)
WHERE s.token_hash = %s AND a.disabled_at IS NULL AND s.ended_because IS NULL
"""

WHY_ENDED = "SELECT ended_because FROM session WHERE token_hash = %s"

TOUCH = "UPDATE session SET last_seen_at = %s WHERE token_hash = %s"

REMOVE = "DELETE FROM session WHERE token_hash = %s RETURNING account_id"

# Kept until its time is over, so that its browser is told why.
END_OF_PASSKEY = """
UPDATE session SET ended_because = 'passkey-removed'
WHERE account_id = %s AND credential_id = %s AND ended_because IS NULL
"""

END_OF_APP = """
DELETE FROM session WHERE account_id = %s AND factor = %s AND token_hash <> %s
"""

REMOVE_OF_ACCOUNT = "DELETE FROM session WHERE account_id = %s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One session, with what its account may act for."""

    account_id: AccountId
    role: Role
    created_at: datetime
    last_seen_at: datetime
    factor: Factor
    nibs: frozenset[Nib]


async def add_session(
    conn: AsyncConnection,
    token_hash: bytes,
    account_id: AccountId,
    at: datetime,
    *,
    factor: Factor = Factor.MAIL,
    credential_id: bytes | None = None,
) -> None:
    """Store a new session; beyond SESSIONS_PER_ACCOUNT the oldest end.

    Args:
        conn: open transaction.
        token_hash: SHA-256 of the token.
        account_id: whose session.
        at: aware time of sign-in.
        factor: what it was begun with.
        credential_id: of the passkey that began it.
    """
    await conn.execute(REMOVE_OLDEST, {"account": account_id, "most": SESSIONS_PER_ACCOUNT - 1})
    await conn.execute(ADD, (token_hash, account_id, at, at, factor, credential_id))


async def find_session(conn: AsyncConnection, token_hash: bytes) -> Session | None:
    """The session of a token, unless its account was disabled; it may have expired."""
    row = await (await conn.execute(FIND, (token_hash,))).fetchone()
    if row is None:
        return None
    return Session(
        account_id=AccountId(row[0]),
        role=Role(row[1]),
        created_at=row[2],
        last_seen_at=row[3],
        factor=Factor(row[4]),
        nibs=frozenset(row[5]),
    )


async def touch_session(conn: AsyncConnection, token_hash: bytes, at: datetime) -> None:
    """Remember that the session was used.

    Args:
        token_hash: of the session.
        at: aware.
    """
    await conn.execute(TOUCH, (at, token_hash))


async def remove_session(conn: AsyncConnection, token_hash: bytes) -> AccountId | None:
    """End a session; tells whose it was."""
    row = await (await conn.execute(REMOVE, (token_hash,))).fetchone()
    return None if row is None else AccountId(row[0])


async def why_ended(conn: AsyncConnection, token_hash: bytes) -> str | None:
    """Why a session ended before its time, where that is to be told."""
    row = await (await conn.execute(WHY_ENDED, (token_hash,))).fetchone()
    return None if row is None else row[0]


async def end_sessions_of_passkey(
    conn: AsyncConnection, account_id: AccountId, credential_id: bytes
) -> None:
    """End the sessions that a passkey began; each is told why until its time is over.

    Args:
        account_id: whose.
        credential_id: of the passkey.
    """
    await conn.execute(END_OF_PASSKEY, (account_id, credential_id))


async def end_sessions_of_app(conn: AsyncConnection, account_id: AccountId, *, but: bytes) -> None:
    """End the sessions that a code of the authenticator app began.

    Args:
        conn: open transaction.
        account_id: whose.
        but: hash of the token of the session that goes on.
    """
    await conn.execute(END_OF_APP, (account_id, Factor.APP, but))


async def remove_sessions_of(conn: AsyncConnection, account_id: AccountId) -> None:
    """End all sessions of an account."""
    await conn.execute(REMOVE_OF_ACCOUNT, (account_id,))

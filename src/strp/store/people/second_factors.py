"""Second factors of accounts: the authenticator app, recovery codes, passkeys."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection
from psycopg.rows import class_row

from strp.domain.people.account import AccountId
from strp.domain.people.second_factor import Enrolled

# Two who set up a factor at once, or set up and reset: one after the other.
HOLD_ACCOUNT = "SELECT FROM account WHERE account_id = %s FOR UPDATE"

ENROLLED = """
SELECT EXISTS (SELECT FROM authenticator WHERE account_id = %(account)s) AS has_app,
       (SELECT count(*)::integer FROM passkey WHERE account_id = %(account)s) AS passkeys,
       (SELECT count(*)::integer FROM recovery_code
        WHERE account_id = %(account)s AND used_at IS NULL) AS recovery_codes
"""

WITH_FACTOR = """
SELECT account_id FROM authenticator UNION SELECT account_id FROM passkey
"""

SET_APP = """
INSERT INTO authenticator (account_id, secret_sealed, added_at, last_step) VALUES (%s, %s, %s, %s)
ON CONFLICT (account_id) DO UPDATE SET secret_sealed = excluded.secret_sealed,
    added_at = excluded.added_at, last_step = excluded.last_step
"""

# Locked, so that one code that comes twice at the same moment is used once.
LOCK_APP = """
SELECT secret_sealed, added_at, last_step FROM authenticator WHERE account_id = %s FOR UPDATE
"""

USE_STEP = "UPDATE authenticator SET last_step = %s WHERE account_id = %s"

REMOVE_APP = "DELETE FROM authenticator WHERE account_id = %s"

REMOVE_RECOVERY_CODES = "DELETE FROM recovery_code WHERE account_id = %s"

ADD_RECOVERY_CODE = """
INSERT INTO recovery_code (account_id, number, code_hash) VALUES (%s, %s, %s)
"""

FIND_RECOVERY_CODE = """
SELECT code_hash FROM recovery_code WHERE account_id = %s AND number = %s AND used_at IS NULL
"""

# The hash, too: between the look and this, new codes may have taken the place of the old ones.
USE_RECOVERY_CODE = """
UPDATE recovery_code SET used_at = %s
WHERE account_id = %s AND number = %s AND code_hash = %s AND used_at IS NULL
"""

PASSKEY_COLUMNS = """
credential_id, account_id, public_key, sign_count, name, backup_eligible, backed_up, added_at,
last_used_at
"""

PASSKEYS = f"SELECT {PASSKEY_COLUMNS} FROM passkey WHERE account_id = %s ORDER BY added_at"

LOCK_PASSKEY = f"SELECT {PASSKEY_COLUMNS} FROM passkey WHERE credential_id = %s FOR UPDATE"

ADD_PASSKEY = """
INSERT INTO passkey (credential_id, account_id, public_key, sign_count, name, backup_eligible,
                     backed_up, added_at)
VALUES (%(credential_id)s, %(account_id)s, %(public_key)s, %(sign_count)s, %(name)s,
        %(backup_eligible)s, %(backed_up)s, %(added_at)s)
ON CONFLICT (credential_id) DO NOTHING
"""

USE_PASSKEY = """
UPDATE passkey SET sign_count = %s, backed_up = %s, last_used_at = %s WHERE credential_id = %s
"""

REMOVE_PASSKEY = "DELETE FROM passkey WHERE account_id = %s AND credential_id = %s"

REMOVE_PASSKEYS = "DELETE FROM passkey WHERE account_id = %s"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredApp:
    """An authenticator app as stored."""

    secret_sealed: bytes
    added_at: datetime
    last_step: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPasskey:
    """A passkey as stored.

    Args:
        credential_id: by which the browser names it.
        account_id: whose.
        public_key: COSE key, as the authenticator gave it.
        sign_count: of its last signature; 0 where it counts none.
        name: what its owner calls it.
        backup_eligible: whether it may be copied to other devices.
        backed_up: whether it was, when it was last used.
        added_at: aware time.
        last_used_at: aware time; None where it was never used.
    """

    credential_id: bytes
    account_id: AccountId
    public_key: bytes
    sign_count: int
    name: str
    backup_eligible: bool
    backed_up: bool
    added_at: datetime
    last_used_at: datetime | None = None


async def hold_account(conn: AsyncConnection, account_id: AccountId) -> None:
    """Let changes of what one account has come one after another, to the transaction's end."""
    await conn.execute(HOLD_ACCOUNT, (account_id,))


async def enrolled(conn: AsyncConnection, account_id: AccountId) -> Enrolled:
    """What an account has for its second factor."""
    async with conn.cursor(row_factory=class_row(Enrolled)) as cursor:
        await cursor.execute(ENROLLED, {"account": account_id})
        found = await cursor.fetchone()
    assert found is not None
    return found


async def accounts_with_factor(conn: AsyncConnection) -> frozenset[AccountId]:
    """The accounts that have a second factor."""
    rows = await (await conn.execute(WITH_FACTOR)).fetchall()
    return frozenset(AccountId(row[0]) for row in rows)


async def set_app(
    conn: AsyncConnection, account_id: AccountId, secret_sealed: bytes, *, step: int, at: datetime
) -> None:
    """Store an authenticator app; it takes the place of the one before.

    Args:
        conn: open transaction.
        account_id: whose.
        secret_sealed: its secret, in an envelope bound to the account.
        step: whose code proved that the app has the secret.
        at: aware time.
    """
    await conn.execute(SET_APP, (account_id, secret_sealed, at, step))


async def lock_app(conn: AsyncConnection, account_id: AccountId) -> StoredApp | None:
    """The authenticator app of an account, locked to the end of the transaction."""
    async with conn.cursor(row_factory=class_row(StoredApp)) as cursor:
        await cursor.execute(LOCK_APP, (account_id,))
        return await cursor.fetchone()


async def use_step(conn: AsyncConnection, account_id: AccountId, step: int) -> None:
    """Remember the time step whose code was used.

    Args:
        account_id: whose app.
        step: no code up to it counts again.
    """
    await conn.execute(USE_STEP, (step, account_id))


async def remove_app(conn: AsyncConnection, account_id: AccountId) -> bool:
    """Remove the authenticator app; tells whether there was one."""
    return (await conn.execute(REMOVE_APP, (account_id,))).rowcount > 0


async def replace_recovery_codes(
    conn: AsyncConnection, account_id: AccountId, hashes: Sequence[str]
) -> None:
    """Store recovery codes by their hashes, in order; those before are worth nothing.

    Args:
        account_id: whose.
        hashes: as `slow_hash` makes them; a code's number is its place.
    """
    await conn.execute(REMOVE_RECOVERY_CODES, (account_id,))
    async with conn.cursor() as cursor:
        values = [(account_id, number, each) for number, each in enumerate(hashes)]
        await cursor.executemany(ADD_RECOVERY_CODE, values)


async def find_recovery_code(
    conn: AsyncConnection, account_id: AccountId, number: int
) -> str | None:
    """The hash of a recovery code that was not used.

    Args:
        account_id: whose.
        number: of the code, from 0.
    """
    row = await (await conn.execute(FIND_RECOVERY_CODE, (account_id, number))).fetchone()
    return None if row is None else str(row[0])


async def use_recovery_code(
    conn: AsyncConnection, account_id: AccountId, number: int, code_hash: str, at: datetime
) -> bool:
    """Use a recovery code up; tells whether it could be.

    Args:
        account_id: whose.
        number: of the code, from 0.
        code_hash: that was found; another one has taken its place where this fails.
        at: aware.
    """
    values = (at, account_id, number, code_hash)
    return (await conn.execute(USE_RECOVERY_CODE, values)).rowcount > 0


async def passkeys_of(conn: AsyncConnection, account_id: AccountId) -> list[StoredPasskey]:
    """The passkeys of an account, the earliest first."""
    async with conn.cursor(row_factory=class_row(StoredPasskey)) as cursor:
        await cursor.execute(PASSKEYS, (account_id,))
        return await cursor.fetchall()


async def lock_passkey(conn: AsyncConnection, credential_id: bytes) -> StoredPasskey | None:
    """A passkey, locked to the end of the transaction."""
    async with conn.cursor(row_factory=class_row(StoredPasskey)) as cursor:
        await cursor.execute(LOCK_PASSKEY, (credential_id,))
        return await cursor.fetchone()


async def add_passkey(conn: AsyncConnection, passkey: StoredPasskey) -> bool:
    """Store a passkey; False where its credential is known, whosever it is."""
    values = {
        "credential_id": passkey.credential_id,
        "account_id": passkey.account_id,
        "public_key": passkey.public_key,
        "sign_count": passkey.sign_count,
        "name": passkey.name,
        "backup_eligible": passkey.backup_eligible,
        "backed_up": passkey.backed_up,
        "added_at": passkey.added_at,
    }
    return (await conn.execute(ADD_PASSKEY, values)).rowcount > 0


async def use_passkey(
    conn: AsyncConnection, credential_id: bytes, *, sign_count: int, backed_up: bool, at: datetime
) -> None:
    """Remember what a passkey said with its last signature.

    Args:
        credential_id: of the passkey.
        sign_count: as the passkey counts its signatures; 0 where it does not.
        backed_up: whether it is copied to other devices.
        at: aware.
    """
    await conn.execute(USE_PASSKEY, (sign_count, backed_up, at, credential_id))


async def remove_passkey(
    conn: AsyncConnection, account_id: AccountId, credential_id: bytes
) -> bool:
    """Remove a passkey of an account; tells whether there was one.

    Args:
        account_id: whose.
        credential_id: of the passkey.
    """
    return (await conn.execute(REMOVE_PASSKEY, (account_id, credential_id))).rowcount > 0


async def remove_all_of(conn: AsyncConnection, account_id: AccountId) -> None:
    """Remove every second factor of an account."""
    for statement in (REMOVE_APP, REMOVE_RECOVERY_CODES, REMOVE_PASSKEYS):
        await conn.execute(statement, (account_id,))

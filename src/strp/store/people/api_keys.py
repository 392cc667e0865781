"""API keys of employers, kept as hashes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from psycopg import AsyncConnection
from psycopg.rows import class_row

from strp.domain.identifiers import Nib
from strp.domain.people.account import ApiKeyId
from strp.store.engine.arrays import bigints, same_size_byteas

ADD = """
INSERT INTO api_key (nib, key_hash, label, created_by, created_at)
VALUES (%s, %s, %s, %s, %s) RETURNING api_key_id
"""

BY_HASH = """
SELECT key_hash, api_key_id, nib, last_used_on FROM api_key
WHERE key_hash = ANY(%s::bytea[]) AND withdrawn_at IS NULL
"""

# Written once a day and key, so that the hottest path stays a read.
USED = """
UPDATE api_key k SET last_used_on = %s
FROM unnest(%s::bigint[], %s::bigint[]) AS used (nib, api_key_id)
WHERE k.nib = used.nib AND k.api_key_id = used.api_key_id
"""

OF_EMPLOYER = """
SELECT api_key_id, label, created_by, created_at, withdrawn_at, last_used_on FROM api_key
WHERE nib = %s ORDER BY api_key_id DESC
"""

COUNT_LIVING = "SELECT count(*) FROM api_key WHERE nib = %s AND withdrawn_at IS NULL"

WITHDRAW = """
UPDATE api_key SET withdrawn_at = %s
WHERE nib = %s AND api_key_id = %s AND withdrawn_at IS NULL RETURNING key_hash
"""

WITHDRAW_MADE_BY = """
UPDATE api_key SET withdrawn_at = %s
WHERE nib = %s AND created_by = %s AND withdrawn_at IS NULL RETURNING key_hash
"""

WITHDRAW_ALL_MADE_BY = """
UPDATE api_key SET withdrawn_at = %s
WHERE created_by = %s AND withdrawn_at IS NULL RETURNING key_hash
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """One key as its employer sees it; the key itself is shown once, when it is made."""

    api_key_id: ApiKeyId
    label: str
    created_by: str
    created_at: datetime
    withdrawn_at: datetime | None
    last_used_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyOwner:
    """The employer behind a live key."""

    api_key_id: ApiKeyId
    nib: Nib
    last_used_on: date | None


async def add_api_key(
    conn: AsyncConnection, nib: Nib, key_hash: bytes, *, label: str, by: str, at: datetime
) -> ApiKeyId:
    """Store a new key.

    Args:
        conn: open transaction.
        nib: employer that the key files for.
        key_hash: SHA-256 of the key's text.
        label: what the employer calls it.
        by: label of the actor who made it.
        at: aware time.
    """
    row = await (await conn.execute(ADD, (nib, key_hash, label, by, at))).fetchone()
    assert row is not None
    return ApiKeyId(row[0])


async def find_key_owners(
    conn: AsyncConnection, key_hashes: Sequence[bytes]
) -> dict[bytes, KeyOwner]:
    """The employers behind keys that were not withdrawn, by the hash of the key."""
    cursor = await conn.execute(BY_HASH, (same_size_byteas(key_hashes),), binary=True)
    return {
        bytes(key_hash): KeyOwner(api_key_id=number, nib=nib, last_used_on=on)
        for key_hash, number, nib, on in await cursor.fetchall()
    }


async def mark_used(conn: AsyncConnection, owners: Sequence[KeyOwner], on: date) -> None:
    """Remember the civil day on which keys were last used.

    Args:
        owners: of the keys.
        on: in Jakarta.
    """
    nibs = bigints([owner.nib for owner in owners])
    await conn.execute(USED, (on, nibs, bigints([owner.api_key_id for owner in owners])))


async def count_living(conn: AsyncConnection, nib: Nib) -> int:
    """How many keys of an employer were not withdrawn."""
    row = await (await conn.execute(COUNT_LIVING, (nib,))).fetchone()
    assert row is not None
    return int(row[0])


async def keys_of_employer(conn: AsyncConnection, nib: Nib) -> list[ApiKey]:
    """All keys of an employer, withdrawn ones too, the newest first."""
    async with conn.cursor(row_factory=class_row(ApiKey)) as cursor:
        await cursor.execute(OF_EMPLOYER, (nib,))
        return await cursor.fetchall()


async def withdraw_key(
    conn: AsyncConnection, nib: Nib, api_key_id: ApiKeyId, at: datetime
) -> bytes | None:
    """Withdraw a key of this employer.

    Args:
        nib: of the employer.
        api_key_id: of the key.
        at: aware.

    Returns:
        The hash of the key, or None where there is no such live key.
    """
    row = await (await conn.execute(WITHDRAW, (at, nib, api_key_id))).fetchone()
    return None if row is None else bytes(row[0])


async def withdraw_keys_made_by(
    conn: AsyncConnection, nib: Nib, by: str, at: datetime
) -> list[bytes]:
    """Withdraw all keys of an employer that one actor made.

    Args:
        nib: of the employer.
        by: label of the actor.
        at: aware.

    Returns:
        The hashes of the keys that were live until now.
    """
    rows = await (await conn.execute(WITHDRAW_MADE_BY, (at, nib, by))).fetchall()
    return [bytes(row[0]) for row in rows]


async def withdraw_all_made_by(conn: AsyncConnection, by: str, at: datetime) -> list[bytes]:
    """Withdraw all keys that one actor made, for whichever employers.

    Args:
        by: label of the actor.
        at: aware.

    Returns:
        The hashes of the keys that were live until now.
    """
    rows = await (await conn.execute(WITHDRAW_ALL_MADE_BY, (at, by))).fetchall()
    return [bytes(row[0]) for row in rows]

"""Officials who are brought by a file, many a statement."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from psycopg import AsyncConnection

from strp.domain.people.account import AccountId, Role
from strp.domain.people.official_list import KnownOfficial

FIND = """
SELECT account_id, email_index, role, unit, disabled_at IS NOT NULL, listed_at IS NOT NULL
FROM account WHERE email_index = ANY(%s) ORDER BY account_id FOR UPDATE
"""

# An address that signed in for the first time a moment ago keeps its account, and its role.
ADD = """
INSERT INTO account (role, email_index, email_sealed, language, created_at)
SELECT role, email_index, email_sealed, 'id', %(at)s
FROM unnest(%(roles)s::text[], %(indexes)s::bytea[], %(sealed)s::bytea[])
     AS new (role, email_index, email_sealed)
ON CONFLICT (email_index) DO NOTHING
RETURNING account_id, email_index
"""

NAME = """
UPDATE account SET unit = nullif(named.unit, ''), listed_at = %(at)s
FROM unnest(%(accounts)s::bigint[], %(units)s::text[]) AS named (account_id, unit)
WHERE account.account_id = named.account_id
"""

MISSING = """
SELECT account_id, role, unit, email_index, email_sealed FROM account
WHERE listed_at IS NOT NULL AND disabled_at IS NULL AND role <> 'representative'
  AND email_index <> ALL(%s)
ORDER BY account_id
"""


class FoundOfficial(NamedTuple):
    """An account that an address of the file has already."""

    account_id: AccountId
    known: KnownOfficial


class MissingOfficial(NamedTuple):
    """An official whom an earlier file named, and this one does not."""

    account_id: AccountId
    role: Role
    unit: str | None
    email_index: bytes
    email_sealed: bytes


async def find_by_indexes(
    conn: AsyncConnection, indexes: Sequence[bytes]
) -> dict[bytes, FoundOfficial]:
    """The accounts of addresses, by the keyed index of each; locked to the transaction's end."""
    rows = await (await conn.execute(FIND, (list(indexes),))).fetchall()
    return {
        bytes(row[1]): FoundOfficial(
            AccountId(row[0]),
            KnownOfficial(role=Role(row[2]), unit=row[3], is_closed=row[4], is_listed=row[5]),
        )
        for row in rows
    }


async def add_accounts(
    conn: AsyncConnection, new: Sequence[tuple[Role, bytes, bytes]], at: datetime
) -> dict[bytes, AccountId]:
    """Add accounts.

    Args:
        conn: open transaction.
        new: role, keyed index and sealed address of each.
        at: aware time.

    Returns:
        The accounts that were added, by index.
    """
    values = {
        "roles": [role.value for role, _, _ in new],
        "indexes": [index for _, index, _ in new],
        "sealed": [sealed for _, _, sealed in new],
        "at": at,
    }
    rows = await (await conn.execute(ADD, values)).fetchall()
    return {bytes(row[1]): AccountId(row[0]) for row in rows}


async def name_accounts(
    conn: AsyncConnection, units: Sequence[tuple[AccountId, str]], at: datetime
) -> None:
    """Remember that a file named these accounts, and the unit of each.

    Args:
        units: account and unit of each.
        at: aware.
    """
    values = {
        "accounts": [account_id for account_id, _ in units],
        "units": [unit for _, unit in units],
        "at": at,
    }
    await conn.execute(NAME, values)


async def missing_from(conn: AsyncConnection, indexes: Sequence[bytes]) -> list[MissingOfficial]:
    """Open accounts that an earlier file named, and whose addresses are not among these."""
    rows = await (await conn.execute(MISSING, (list(indexes),))).fetchall()
    return [
        MissingOfficial(AccountId(row[0]), Role(row[1]), row[2], bytes(row[3]), bytes(row[4]))
        for row in rows
    ]

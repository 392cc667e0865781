"""Accounts, found by the keyed index of their e-mail address."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString

from psycopg import AsyncConnection

from strp.domain.people.account import AccountId, Role
from strp.domain.text import Language

COLUMNS = "account_id, role, email_index, email_sealed, language, disabled_at, created_at"

BY_EMAIL = f"SELECT {COLUMNS} FROM account WHERE email_index = %s"

BY_ID = f"SELECT {COLUMNS} FROM account WHERE account_id = %s"

BY_IDS = f"SELECT {COLUMNS} FROM account WHERE account_id = ANY(%s)"

# Two first sign-ins at once, or a second `account add`: the later one finds the row it met.
# `xmax` is 0 in a row that this statement made. Officials are added, and are no figure.
ADD = f"""
WITH added AS (
    INSERT INTO account (role, email_index, email_sealed, language, created_at)
    VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (email_index) DO UPDATE SET email_index = excluded.email_index
    RETURNING {COLUMNS}, xmax = 0 AS is_new
), figures AS (
    INSERT INTO figure_event (at, accounts)
    SELECT created_at, 1 FROM added WHERE is_new AND role = 'representative'
)
SELECT {COLUMNS} FROM added
"""

SET_LANGUAGE = "UPDATE account SET language = %s WHERE account_id = %s AND language <> %s"

OFFICIALS = f"""
SELECT {COLUMNS} FROM account WHERE role <> 'representative' ORDER BY account_id
"""

OFFICIALS_TO_TELL = f"""
SELECT {COLUMNS} FROM account
WHERE role <> 'representative' AND role = ANY(%(roles)s) AND disabled_at IS NULL
  AND (signed_in_at IS NOT NULL OR NOT %(exercise)s)
ORDER BY account_id
"""

# A page at a time; officials are few beside representatives, by the index `account_official`.
PAGE_OF_OFFICIALS = f"""
SELECT {COLUMNS}, unit, signed_in_at FROM account
WHERE role <> 'representative' AND account_id > %(after)s
  AND (%(role)s::text IS NULL OR role = %(role)s)
  AND (%(open)s::boolean IS NULL OR (disabled_at IS NULL) = %(open)s)
ORDER BY account_id LIMIT %(limit)s
"""

OFFICIAL_BY_EMAIL = f"""
SELECT {COLUMNS}, unit, signed_in_at FROM account
WHERE email_index = %s AND role <> 'representative'
"""

NOTE_SIGN_IN = """
UPDATE account SET signed_in_at = %s WHERE account_id = %s AND role <> 'representative'
"""

# Locked: two administrators who close each other at the same moment are not both closed.
OPEN_ADMINISTRATORS = """
SELECT account_id FROM account WHERE role = 'administrator' AND disabled_at IS NULL
ORDER BY account_id FOR UPDATE
"""

OPEN = "UPDATE account SET disabled_at = NULL WHERE account_id = %s"

DISABLE = f"""
UPDATE account SET disabled_at = coalesce(disabled_at, %s) WHERE account_id = %s
RETURNING {COLUMNS}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account as stored."""

    account_id: AccountId
    role: Role
    email_index: bytes
    email_sealed: bytes
    language: Language
    disabled_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Official:
    """An official's account, the unit that a file named, and when they signed in last."""

    account: Account
    unit: str | None
    signed_in_at: datetime | None


async def find_account_by_email(conn: AsyncConnection, email_index: bytes) -> Account | None:
    """The account that signs in with an address.

    Args:
        conn: open transaction.
        email_index: keyed index of the address, 16 bytes.
    """
    return await _one(conn, BY_EMAIL, (email_index,))


async def find_account(conn: AsyncConnection, account_id: AccountId) -> Account | None:
    """An account by its number, closed or not."""
    return await _one(conn, BY_ID, (account_id,))


async def find_accounts(
    conn: AsyncConnection, account_ids: Sequence[AccountId]
) -> dict[AccountId, Account]:
    """Accounts by their numbers, closed or not."""
    rows = await (await conn.execute(BY_IDS, (list(account_ids),))).fetchall()
    return {AccountId(row[0]): _account(row) for row in rows}


async def add_account(
    conn: AsyncConnection,
    *,
    role: Role,
    email_index: bytes,
    email_sealed: bytes,
    language: Language,
    at: datetime,
) -> Account:
    """Add an account, or find the one that has this address already, whatever its role.

    Args:
        conn: open transaction.
        role: of the new account.
        email_index: keyed index of the address, 16 bytes.
        email_sealed: the address, sealed.
        language: for letters.
        at: aware time.
    """
    added = await _one(conn, ADD, (role, email_index, email_sealed, language, at))
    assert added is not None
    return added


async def set_language(conn: AsyncConnection, account_id: AccountId, language: Language) -> None:
    """Remember the language that the account reads.

    Args:
        account_id: of the account.
        language: of pages and letters.
    """
    await conn.execute(SET_LANGUAGE, (language, account_id, language))


async def disable_account(conn: AsyncConnection, account_id: AccountId, at: datetime) -> Account:
    """Close an account; its rows stay, because records point to it.

    Args:
        account_id: of the account.
        at: aware; one that was closed before keeps its time.
    """
    closed = await _one(conn, DISABLE, (at, account_id))
    assert closed is not None
    return closed


async def open_account(conn: AsyncConnection, account_id: AccountId) -> None:
    """Open a closed account again."""
    await conn.execute(OPEN, (account_id,))


async def lock_open_administrators(conn: AsyncConnection) -> list[AccountId]:
    """Administrators whose accounts are open, locked to the end of the transaction."""
    rows = await (await conn.execute(OPEN_ADMINISTRATORS)).fetchall()
    return [AccountId(row[0]) for row in rows]


async def officials(conn: AsyncConnection) -> list[Account]:
    """All accounts but those of representatives, in the order in which they were added."""
    return [_account(row) for row in await (await conn.execute(OFFICIALS)).fetchall()]


async def officials_to_tell(
    conn: AsyncConnection, roles: Collection[Role], *, exercise: bool
) -> list[Account]:
    """Open accounts of officials who get a letter, in the order in which they were added.

    Args:
        roles: whom it is for.
        exercise: whether it is one of an exercise, which goes only to those who signed in.
    """
    values = {"roles": list(roles), "exercise": exercise}
    return [
        _account(row) for row in await (await conn.execute(OFFICIALS_TO_TELL, values)).fetchall()
    ]


async def page_of_officials(
    conn: AsyncConnection,
    *,
    role: Role | None,
    is_open: bool | None,
    after: AccountId,
    limit: int,
) -> list[Official]:
    """Some accounts of officials, in the order in which they were added.

    Args:
        conn: open transaction.
        role: only those of it; None: all.
        is_open: only open, or only closed ones; None: both.
        after: only those behind this account.
        limit: most to return.
    """
    values = {"role": role, "open": is_open, "after": after, "limit": limit}
    rows = await (await conn.execute(PAGE_OF_OFFICIALS, values)).fetchall()
    return [_official(row) for row in rows]


async def find_official(conn: AsyncConnection, email_index: bytes) -> Official | None:
    """The official's account that an address has.

    Args:
        conn: open connection.
        email_index: keyed index of the address, 16 bytes.
    """
    row = await (await conn.execute(OFFICIAL_BY_EMAIL, (email_index,))).fetchone()
    return None if row is None else _official(row)


async def note_sign_in(conn: AsyncConnection, account_id: AccountId, at: datetime) -> None:
    """Note when an official signed in; nothing where the account is a representative's.

    Args:
        conn: open transaction.
        account_id: whose.
        at: aware time.
    """
    await conn.execute(NOTE_SIGN_IN, (at, account_id))


def _official(row: tuple[Any, ...]) -> Official:
    return Official(account=_account(row), unit=row[7], signed_in_at=row[8])


async def _one(
    conn: AsyncConnection, query: LiteralString, values: tuple[Any, ...]
) -> Account | None:
    row = await (await conn.execute(query, values)).fetchone()
    return None if row is None else _account(row)


def _account(row: tuple[Any, ...]) -> Account:
    return Account(
        account_id=AccountId(row[0]),
        role=Role(row[1]),
        email_index=row[2],
        email_sealed=row[3],
        language=Language(row[4]),
        disabled_at=row[5],
        created_at=row[6],
    )

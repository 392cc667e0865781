"""Accounts of officials: added, closed and listed by the operator or an administrator."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from strp.domain.people.account import (
    AccountId,
    Actor,
    ActorKind,
    Role,
    account_exists,
    account_label,
    last_administrator,
    may_manage_accounts,
    no_such_account,
    not_your_task,
)
from strp.domain.text import Language
from strp.store import audit
from strp.store.engine.database import Connection
from strp.store.people import accounts, second_factors
from strp.store.people.accounts import Account
from strp.usecases.notices.email_addresses import email_index, read_email, seal_email, shown_address
from strp.usecases.people.end_rights import end_account, forget_keys
from strp.usecases.process.system import System


class AccountChange(StrEnum):
    """What adding an account came to."""

    ADDED = "added"
    REOPENED = "reopened"
    UNCHANGED = "unchanged"


class AddedAccount(NamedTuple):
    """An account that stands, and what was done for it."""

    account_id: AccountId
    change: AccountChange


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedAccount:
    """An official's account as the operator and administrators see it."""

    account_id: AccountId
    role: Role
    email: str
    created_at: datetime
    closed_at: datetime | None
    has_second_factor: bool


async def add_account(
    system: System, actor: Actor, role: Role, email: str, *, language: Language = Language.ID
) -> AddedAccount:
    """Add an account, or open a closed one again; one that stands stays as it is.

    One that is opened again begins with nothing: what it held before ended for good.

    Args:
        system: the installation.
        actor: the operator or an administrator.
        role: of the account.
        email: its address.
        language: for letters.

    Raises:
        Forbidden: the actor may not manage accounts.
        InvalidInput: not an e-mail address.
        Conflict: the address has an account with another role.
    """
    _permit(actor)
    address = read_email(email)
    async with system.database.transaction() as conn:
        known = await accounts.find_account_by_email(conn, email_index(system, address))
        account = await accounts.add_account(
            conn,
            role=role,
            email_index=email_index(system, address),
            email_sealed=seal_email(system, address),
            language=language,
            at=system.clock(),
        )
        if account.role is not role:
            raise account_exists()
        if known is not None and account.disabled_at is None:
            return AddedAccount(account.account_id, AccountChange.UNCHANGED)
        if account.disabled_at is None:
            change = AccountChange.ADDED
        else:
            change = AccountChange.REOPENED
            await end_account(conn, system, account.account_id, by=actor.label)
            await accounts.open_account(conn, account.account_id)
        await _record(conn, system, actor, f"account-{change}", account, role=role)
    return AddedAccount(account.account_id, change)


async def close_account(system: System, actor: Actor, email: str) -> AccountId:
    """Close an account, and end everything that was derived from it (`end_rights`).

    Args:
        system: the installation.
        actor: the operator or an administrator.
        email: its address.

    Raises:
        Forbidden: the actor may not manage accounts.
        InvalidInput: not an e-mail address.
        NotFound: no account has this address.
        Conflict: `last-administrator`; the operator may close that one, too.
    """
    _permit(actor)
    async with system.database.transaction() as conn:
        account = await accounts.find_account_by_email(conn, email_index(system, read_email(email)))
        if account is None:
            raise no_such_account()
        await _keep_an_administrator(conn, actor, account)
        withdrawn = await end_account(conn, system, account.account_id, by=actor.label)
        await _record(conn, system, actor, "account-closed", account, keys=len(withdrawn))
    forget_keys(system, withdrawn)
    return account.account_id


async def list_accounts(system: System, actor: Actor) -> list[ListedAccount]:
    """The accounts of officials, closed ones too, in the order in which they were added.

    Args:
        system: the installation.
        actor: the operator or an administrator; the look is recorded, it shows addresses.

    Raises:
        Forbidden: the actor may not manage accounts.
    """
    _permit(actor)
    async with system.database.transaction() as conn:
        found = await accounts.officials(conn)
        with_factor = await second_factors.accounts_with_factor(conn)
        await audit.record(
            conn,
            at=system.clock(),
            actor=actor.label,
            action="accounts-listed",
            subject="accounts",
            detail={"accounts": len(found)},
        )
    return [
        ListedAccount(
            account_id=each.account_id,
            role=each.role,
            email=shown_address(system, each),
            created_at=each.created_at,
            closed_at=each.disabled_at,
            has_second_factor=each.account_id in with_factor,
        )
        for each in found
    ]


def _permit(actor: Actor) -> None:
    if not may_manage_accounts(actor):
        raise not_your_task()


async def _keep_an_administrator(conn: Connection, actor: Actor, account: Account) -> None:
    if account.role is not Role.ADMINISTRATOR or actor.kind is ActorKind.OPERATOR:
        return
    if set(await accounts.lock_open_administrators(conn)) <= {account.account_id}:
        raise last_administrator()


async def _record(
    conn: Connection, system: System, actor: Actor, action: str, account: Account, **detail: object
) -> None:
    await audit.record(
        conn,
        at=system.clock(),
        actor=actor.label,
        action=action,
        subject=account_label(account.account_id),
        detail=detail,
    )

"""Accounts of officials: added and closed by the operator or an administrator."""

from strp.domain.account import (
    AccountId,
    Actor,
    Role,
    account_exists,
    account_label,
    may_manage_accounts,
    no_such_account,
    not_your_task,
)
from strp.domain.text import Language
from strp.store import accounts, audit, sessions
from strp.usecases.addresses import email_index, read_email, seal_email
from strp.usecases.system import System


async def add_account(
    system: System, actor: Actor, role: Role, email: str, *, language: Language = Language.ID
) -> AccountId:
    """Add an account; adding the same one again changes nothing.

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
    if not may_manage_accounts(actor):
        raise not_your_task()
    address = read_email(email)
    async with system.database.transaction() as conn:
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
        await audit.record(
            conn,
            at=system.clock(),
            actor=actor.label,
            action="account-added",
            subject=account_label(account.account_id),
            detail={"role": role},
        )
    return account.account_id


async def disable_account(system: System, actor: Actor, email: str) -> AccountId:
    """Close an account and end its sessions.

    Args:
        system: the installation.
        actor: the operator or an administrator.
        email: its address.

    Raises:
        Forbidden: the actor may not manage accounts.
        InvalidInput: not an e-mail address.
        NotFound: no account has this address.
    """
    if not may_manage_accounts(actor):
        raise not_your_task()
    now = system.clock()
    async with system.database.transaction() as conn:
        account = await accounts.find_account_by_email(conn, email_index(system, read_email(email)))
        if account is None:
            raise no_such_account()
        await accounts.disable_account(conn, account.account_id, now)
        await sessions.remove_sessions_of(conn, account.account_id)
        await audit.record(
            conn,
            at=now,
            actor=actor.label,
            action="account-disabled",
            subject=account_label(account.account_id),
        )
    return account.account_id

"""How an official signs in: what they have set up, changed by themselves or by who helps them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from strp.domain.people.account import (
    Actor,
    ActorKind,
    account_label,
    may_manage_accounts,
    no_such_account,
    not_your_task,
)
from strp.domain.people.second_factor import (
    FRESH_FOR,
    Enrolled,
    Factor,
    may_have_second_factor,
    no_such_factor,
    require_another,
    sign_in_again,
)
from strp.domain.people.sign_in import SessionToken
from strp.store import audit
from strp.store.engine.database import Connection
from strp.store.people import accounts, second_factors, sessions, sign_in_steps
from strp.store.people.accounts import Account
from strp.store.people.second_factors import StoredPasskey
from strp.usecases.notices.email_addresses import email_index, read_email
from strp.usecases.people.authenticate import token_hash
from strp.usecases.people.second_factor import (
    AppSetup,
    begin_app,
    hash_recovery_codes,
    new_recovery_codes,
    note_factor,
    repeat_app,
    step_of_new_app,
    store_app,
)
from strp.usecases.people.security_letters import SecurityEvent, tell_owner
from strp.usecases.process.system import System


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSecurity:
    """How an official signs in, as they see it.

    Args:
        enrolled: what there is.
        app_added_at: aware time; None without an app.
        passkeys: the earliest first.
        may_change: whether the sign-in is recent enough to change it.
    """

    enrolled: Enrolled
    app_added_at: datetime | None
    passkeys: Sequence[StoredPasskey]
    may_change: bool


async def show_security(system: System, actor: Actor, token: SessionToken) -> OwnSecurity:
    """How the actor signs in.

    Args:
        system: the installation.
        actor: an official.
        token: of the actor's session.

    Raises:
        Forbidden: not an official.
    """
    async with system.database.transaction() as conn:
        account = await _own(conn, actor)
        app = await second_factors.lock_app(conn, account.account_id)
        return OwnSecurity(
            enrolled=await second_factors.enrolled(conn, account.account_id),
            app_added_at=None if app is None else app.added_at,
            passkeys=await second_factors.passkeys_of(conn, account.account_id),
            may_change=await _is_fresh(conn, system, token),
        )


async def set_up_app(
    system: System, actor: Actor, token: SessionToken, sealed: bytes | None = None
) -> AppSetup:
    """What sets an authenticator app up for the actor; nothing is stored yet.

    Args:
        system: the installation.
        actor: an official.
        token: of the actor's session.
        sealed: of a set-up whose code was wrong.

    Raises:
        Forbidden: not an official, or `sign-in-again`.
    """
    async with system.database.transaction() as conn:
        account = await require_change(conn, system, actor, token)
    return repeat_app(system, account, sealed) if sealed else begin_app(system, account)


async def add_app(
    system: System, actor: Actor, token: SessionToken, sealed: bytes, typed: str
) -> list[str]:
    """Store the actor's authenticator app; it takes the place of the one before.

    Other sessions that the one before began end.

    Args:
        system: the installation.
        actor: an official.
        token: of the actor's session.
        sealed: of `set_up_app`.
        typed: a code that the app shows.

    Returns:
        Recovery codes, where there were none; else nothing.

    Raises:
        Forbidden: not an official, or `sign-in-again`.
        InvalidInput: `wrong-factor`.
    """
    async with system.database.transaction() as conn:
        account = await require_change(conn, system, actor, token)
    shown_at = step_of_new_app(system, account.account_id, sealed, typed)
    codes = new_recovery_codes()
    hashes = await hash_recovery_codes(system, codes)
    async with system.database.transaction() as conn:
        await require_change(conn, system, actor, token)
        await _end_sessions_of_app(conn, account, token)
        await store_app(conn, system, account.account_id, sealed, shown_at)
        await note_factor(conn, system, account, Factor.APP)
        return await give_first_codes(conn, account, codes, hashes)


async def give_first_codes(
    conn: Connection, account: Account, codes: list[str], hashes: list[str]
) -> list[str]:
    """Store recovery codes where the account has none left; returns those to show.

    Args:
        account: whose they are.
        codes: new ones, as they are shown.
        hashes: what is stored of them, in the same order.
    """
    if (await second_factors.enrolled(conn, account.account_id)).recovery_codes:
        return []
    await second_factors.replace_recovery_codes(conn, account.account_id, hashes)
    return codes


async def renew_recovery_codes(system: System, actor: Actor, token: SessionToken) -> list[str]:
    """New recovery codes; those before are worth nothing from now on.

    Args:
        system: the installation.
        actor: an official who has a second factor.
        token: of the actor's session.

    Returns:
        The codes: shown once, stored nowhere in clear.

    Raises:
        Forbidden: not an official, or `sign-in-again`.
        NotFound: there is no second factor that they could stand in for.
    """
    async with system.database.transaction() as conn:  # before the work of hashing
        await require_change(conn, system, actor, token)
    codes = new_recovery_codes()
    hashes = await hash_recovery_codes(system, codes)
    async with system.database.transaction() as conn:
        account = await require_change(conn, system, actor, token)
        if not (await second_factors.enrolled(conn, account.account_id)).has_any:
            raise no_such_factor()
        await second_factors.replace_recovery_codes(conn, account.account_id, hashes)
        await _record(conn, system, actor, "recovery-codes-made", account)
        await tell_owner(conn, system, account, SecurityEvent.CODES_MADE)
    return codes


async def remove_app(system: System, actor: Actor, token: SessionToken) -> None:
    """Remove the actor's authenticator app, and end the other sessions that it began.

    Args:
        system: the installation.
        actor: an official.
        token: of the actor's session.

    Raises:
        Forbidden: not an official, or `sign-in-again`.
        NotFound: there is none.
        Conflict: `last-factor`.
    """
    async with system.database.transaction() as conn:
        account = await require_change(conn, system, actor, token)
        if not await second_factors.remove_app(conn, account.account_id):
            raise no_such_factor()
        await _end_sessions_of_app(conn, account, token)
        await note_removed(conn, system, actor, account, Factor.APP)


async def reset_second_factor(system: System, actor: Actor, email: str) -> None:
    """Remove every second factor of somebody who has lost them, and end their sessions.

    They set up a new one when they next sign in, with the code by mail alone. An administrator
    does not reset their own: whoever took over a session could not be told from its owner.

    Args:
        system: the installation.
        actor: an administrator, or the operator.
        email: address of the account.

    Raises:
        Forbidden: the actor may not manage accounts, or it is their own.
        InvalidInput: not an e-mail address.
        NotFound: no official has this address.
    """
    if not may_manage_accounts(actor):
        raise not_your_task()
    address = read_email(email)
    async with system.database.transaction() as conn:
        account = await accounts.find_account_by_email(conn, email_index(system, address))
        if account is None or not may_have_second_factor(account.role):
            raise no_such_account()
        if account.account_id == actor.account_id:
            raise not_your_task()
        await second_factors.hold_account(conn, account.account_id)
        await second_factors.remove_all_of(conn, account.account_id)
        await sign_in_steps.remove_steps_of(conn, account.account_id)
        await sessions.remove_sessions_of(conn, account.account_id)
        await _record(conn, system, actor, "second-factor-reset", account)
        await tell_owner(conn, system, account, SecurityEvent.RESET)


async def require_change(
    conn: Connection, system: System, actor: Actor, token: SessionToken
) -> Account:
    """The actor's account, held to the transaction's end, where how it signs in may be changed.

    Args:
        actor: the official.
        token: of the session; it must be fresh.

    Raises:
        Forbidden: not an official; `sign-in-again`: a session that was left open changes nothing.
    """
    account = await _own(conn, actor)
    if not await _is_fresh(conn, system, token):
        raise sign_in_again()
    await second_factors.hold_account(conn, account.account_id)
    return account


async def note_removed(
    conn: Connection, system: System, actor: Actor, account: Account, factor: Factor
) -> None:
    """Refuse to leave an account without a factor where one is needed; record and tell else.

    Args:
        actor: who removed it.
        account: whose it was.
        factor: kind of the factor.

    Raises:
        Conflict: `last-factor`; the transaction rolls back, and nothing was removed.
    """
    left = await second_factors.enrolled(conn, account.account_id)
    require_another(left, required=system.settings.is_second_factor_required)
    if not left.has_any:
        await second_factors.replace_recovery_codes(conn, account.account_id, [])
    await _record(conn, system, actor, "second-factor-removed", account, factor=factor)
    await tell_owner(conn, system, account, SecurityEvent.FACTOR_REMOVED)


async def _end_sessions_of_app(conn: Connection, account: Account, token: SessionToken) -> None:
    """The app that goes may be on a phone that is gone, and so may be its sessions."""
    await sessions.end_sessions_of_app(conn, account.account_id, but=token_hash(token))


async def _own(conn: Connection, actor: Actor) -> Account:
    if actor.kind is not ActorKind.ACCOUNT or not may_have_second_factor(actor.role):
        raise not_your_task()
    assert actor.account_id is not None
    account = await accounts.find_account(conn, actor.account_id)
    if account is None or account.disabled_at is not None:
        raise no_such_account()
    return account


async def _is_fresh(conn: Connection, system: System, token: SessionToken) -> bool:
    session = await sessions.find_session(conn, token_hash(token))
    return session is not None and abs(system.clock() - session.created_at) < FRESH_FOR


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

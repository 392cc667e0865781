"""How a sign-in goes on once it was proved who comes: a session, or the second factor first."""

from dataclasses import dataclass

from strp.domain.people.account import Role, account_label
from strp.domain.people.second_factor import (
    Factor,
    StepToken,
    may_have_second_factor,
    needs_second_factor,
)
from strp.domain.people.sign_in import SessionToken, session_rule
from strp.store import audit
from strp.store.engine.database import Connection
from strp.store.people import accounts, second_factors, sessions
from strp.store.people.accounts import Account
from strp.usecases.people.authenticate import token_hash
from strp.usecases.process.system import System


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A session that begins.

    Args:
        token: for the cookie; stored nowhere in clear.
        role: of the account, which says on which page it begins.
        lasts_s: seconds after which the session ends however much it is used.
    """

    token: SessionToken
    role: Role
    lasts_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstFactor:
    """A sign-in of an official who is now asked for the second factor, or to set one up.

    Args:
        token: for a cookie of the sign-in pages alone; opens nothing by itself.
        role: of the account.
    """

    token: StepToken
    role: Role


Entry = SignedIn | FirstFactor


async def waits_for_second_factor(conn: Connection, system: System, account: Account) -> bool:
    """Whether a mail code alone does not let this account in.

    Where this installation asks for no second factor, whoever has set one up is asked all the same.
    """
    if not may_have_second_factor(account.role):
        return False
    required = system.settings.is_second_factor_required
    if needs_second_factor(account.role, required=required):
        return True
    return (await second_factors.enrolled(conn, account.account_id)).has_any


async def begin_session(
    conn: Connection,
    system: System,
    account: Account,
    token: SessionToken,
    *,
    factor: Factor,
    replaces: SessionToken | None = None,
    credential_id: bytes | None = None,
) -> SignedIn:
    """Begin a session of an account that is open, and record it.

    Args:
        conn: the use case's transaction.
        system: the installation.
        account: whose.
        token: of the new session.
        factor: what it is begun with.
        replaces: token of a session that the same browser held before; it ends.
        credential_id: of the passkey that begins it.
    """
    now, actor = system.clock(), account_label(account.account_id)
    if replaces is not None:
        await sessions.remove_session(conn, token_hash(replaces))
    await sessions.add_session(
        conn,
        token_hash(token),
        account.account_id,
        now,
        factor=factor,
        credential_id=credential_id,
    )
    if account.role is not Role.REPRESENTATIVE:
        await accounts.note_sign_in(conn, account.account_id, now)
    await audit.record(
        conn, at=now, actor=actor, action="signed-in", subject=actor, detail={"factor": factor}
    )
    return signed_in(account, token)


def signed_in(account: Account, token: SessionToken) -> SignedIn:
    """The session of an account, as its browser is given it.

    Args:
        account: whose it is; its role says how long the session lasts.
        token: of the session, as the cookie holds it.
    """
    lasts_s = int(session_rule(account.role).absolute.total_seconds())
    return SignedIn(token=token, role=account.role, lasts_s=lasts_s)

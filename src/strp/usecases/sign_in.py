"""Sign-in by a one-time code that is sent to an e-mail address."""

import secrets
from dataclasses import dataclass

from strp.domain.account import Role, account_label
from strp.domain.letters import sign_in_letter
from strp.domain.sign_in import (
    CODE_LIFE,
    CODES_PER_ADDRESS,
    CODES_PER_BLOCK,
    SESSION_TOKEN_BYTES,
    CodePurpose,
    CodeVerdict,
    SessionToken,
    account_disabled,
    session_rule,
)
from strp.domain.text import Language
from strp.store import accounts, audit, sessions
from strp.store.accounts import Account
from strp.store.database import Connection
from strp.usecases.addresses import email_index, read_email, seal_email
from strp.usecases.authenticate import token_hash
from strp.usecases.codes import charge, issue_code, redeem_code, refuse_unless_right
from strp.usecases.send_mail import post
from strp.usecases.system import System


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


async def request_sign_in_code(
    system: System, email: str, *, client_block: str, language: Language
) -> None:
    """Send a code to an address; the same for addresses with and without an account.

    Args:
        system: the installation.
        email: as typed.
        client_block: `domain.sign_in.client_block` of the reader's network address.
        language: of the reader.

    Raises:
        InvalidInput: not an e-mail address.
        TooSoon: asked for too often, for this address or from this block.
    """
    address = read_email(email)
    index = email_index(system, address)
    async with system.database.transaction() as conn:
        await charge(conn, system, CODES_PER_ADDRESS, f"sign-in to {address}")
        await charge(conn, system, CODES_PER_BLOCK, f"sign-in from {client_block}")
        code = await issue_code(conn, system, CodePurpose.SIGN_IN, index)
        letter = sign_in_letter(code, language)
        await post(conn, system, address, letter, useful_s=int(CODE_LIFE.total_seconds()))


async def sign_in(
    system: System,
    email: str,
    code: str,
    *,
    language: Language,
    replaces: SessionToken | None = None,
) -> SignedIn:
    """Begin a session with the code that was sent; a new address becomes a representative.

    Args:
        system: the installation.
        email: as typed when the code was asked for.
        code: as typed.
        language: of the reader.
        replaces: token of a session that the same browser held before; it ends.

    Raises:
        InvalidInput: the code is wrong, too old or tried too often.
        Forbidden: the account was disabled.
    """
    address = read_email(email)
    token = SessionToken(secrets.token_urlsafe(SESSION_TOKEN_BYTES))
    async with system.database.transaction() as conn:
        subject = email_index(system, address)
        verdict = await redeem_code(conn, system, CodePurpose.SIGN_IN, subject, code)
        account = None
        if verdict is CodeVerdict.RIGHT:
            account = await _find_or_open(conn, system, address, language)
            if account.disabled_at is None:
                await _begin_session(conn, system, account, token, replaces)
    refuse_unless_right(verdict)
    if account is None or account.disabled_at is not None:
        raise account_disabled()
    lasts_s = int(session_rule(account.role).absolute.total_seconds())
    return SignedIn(token=token, role=account.role, lasts_s=lasts_s)


async def _find_or_open(
    conn: Connection, system: System, address: str, language: Language
) -> Account:
    found = await accounts.find_account_by_email(conn, email_index(system, address))
    if found is not None:
        await accounts.set_language(conn, found.account_id, language)
        return found
    return await accounts.add_account(
        conn,
        role=Role.REPRESENTATIVE,
        email_index=email_index(system, address),
        email_sealed=seal_email(system, address),
        language=language,
        at=system.clock(),
    )


async def _begin_session(
    conn: Connection,
    system: System,
    account: Account,
    token: SessionToken,
    replaces: SessionToken | None,
) -> None:
    now = system.clock()
    if replaces is not None:
        await sessions.remove_session(conn, token_hash(replaces))
    await sessions.add_session(conn, token_hash(token), account.account_id, now)
    actor = account_label(account.account_id)
    await audit.record(conn, at=now, actor=actor, action="signed-in", subject=actor)

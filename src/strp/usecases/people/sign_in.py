"""Sign-in by a one-time code that is sent to an e-mail address, or a link where codes are off."""

import secrets
from typing import Final, assert_never

from strp.domain.notices.letters import sign_in_letter, sign_in_link_letter
from strp.domain.people.account import (
    Actor,
    ActorKind,
    Role,
    account_label,
    mask_email,
    no_such_account,
    not_your_task,
)
from strp.domain.people.guessing import LINK_LIFE, LetterKind, mailbox_of
from strp.domain.people.second_factor import Factor, StepToken
from strp.domain.people.sign_in import (
    ATTEMPT_BYTES,
    CODE_LIFE,
    SESSION_TOKEN_BYTES,
    CodePurpose,
    CodeVerdict,
    SessionToken,
    account_disabled,
    codes_replaced,
    letters_need_proof,
    link_unknown,
    parse_code,
    wrong_code,
)
from strp.domain.text import Language
from strp.store import audit
from strp.store.engine.database import Connection
from strp.store.notices.outbox import Priority
from strp.store.people import accounts, sessions, sign_in_guard, sign_in_steps
from strp.store.people.accounts import Account
from strp.usecases.notices.email_addresses import email_index, read_email, seal_email
from strp.usecases.notices.send import post
from strp.usecases.people.authenticate import token_hash
from strp.usecases.people.begin_session import (
    Entry,
    FirstFactor,
    begin_session,
    signed_in,
    waits_for_second_factor,
)
from strp.usecases.people.one_time_codes import issue_code, redeem_code, refuse_unless_right
from strp.usecases.people.sign_in_guard import (
    charge_block,
    codes_are_replaced,
    count_wrong,
    decide_letter,
    issue_link,
    open_link,
    scopes_of,
)
from strp.usecases.process.own_credentials import write_session_token
from strp.usecases.process.system import System

LINK_PATH: Final = "/sign-in/link"


def new_attempt() -> bytes:
    """What tells one browser's codes and tries from all others', ATTEMPT_BYTES."""
    return secrets.token_bytes(ATTEMPT_BYTES)


async def request_sign_in_code(
    system: System,
    email: str,
    *,
    attempt: bytes,
    client_block: str,
    language: Language,
    proof: str = "",
) -> LetterKind:
    """Send what signs in to an address; the same for addresses with and without an account.

    Args:
        system: the installation.
        email: as typed.
        attempt: `new_attempt`, which the browser that asks keeps.
        client_block: `domain.sign_in.client_block` of the reader's network address.
        language: of the reader.
        proof: of work, where `letters-need-proof` asked for one.

    Returns:
        What signs in: the code that was sent; or a link, in a letter sent now or a moment ago.

    Raises:
        InvalidInput: not an e-mail address.
        TooSoon: the reader's network had many letters sent; a proof of work brings one at once.
    """
    address = read_email(email)
    async with system.database.transaction() as conn:
        scopes = scopes_of(system, mailbox_of(address), client_block)
        replaced = await codes_are_replaced(conn, system, scopes)
        letter = await decide_letter(conn, system, address, codes_replaced=replaced)
        if letter.is_sent:
            if not await charge_block(conn, system, client_block, proof):
                raise letters_need_proof()
            await _send(conn, system, address, letter.kind, attempt, language)
    return letter.kind


async def _send(
    conn: Connection,
    system: System,
    address: str,
    kind: LetterKind,
    attempt: bytes,
    language: Language,
) -> None:
    match kind:
        case LetterKind.CODE:
            subject = _code_subject(system, address, attempt)
            code = await issue_code(conn, system, CodePurpose.SIGN_IN, subject)
            letter, life = sign_in_letter(code, language), CODE_LIFE
        case LetterKind.LINK:
            secret = await issue_link(conn, system, address)
            where = f"{system.settings.address}{LINK_PATH}/{secret}"
            letter, life = sign_in_link_letter(where, language), LINK_LIFE
        case _:
            assert_never(kind)
    await post(
        conn, system, address, letter, useful_s=int(life.total_seconds()), priority=Priority.CODE
    )


async def give_link(system: System, actor: Actor, email: str) -> str:
    """A link that signs an official in, from the operator's hand while mail is away; recorded.

    Args:
        system: the installation.
        actor: the operator.
        email: address of the account.

    Returns:
        The whole address of the link; good once, for LINK_LIFE.

    Raises:
        Forbidden: not the operator.
        InvalidInput: not an e-mail address.
        NotFound: no open account of an official has this address.
    """
    if actor.kind is not ActorKind.OPERATOR:
        raise not_your_task()
    address = read_email(email)
    async with system.database.transaction() as conn:
        account = await accounts.find_account_by_email(conn, email_index(system, address))
        if account is None or account.disabled_at is not None:
            raise no_such_account()
        if account.role is Role.REPRESENTATIVE:
            raise no_such_account()
        secret = await issue_link(conn, system, address)
        await audit.record(
            conn,
            at=system.clock(),
            actor=actor.label,
            action="sign-in-link-given",
            subject=account_label(account.account_id),
        )
    return f"{system.settings.address}{LINK_PATH}/{secret}"


async def sign_in(
    system: System,
    email: str,
    code: str,
    *,
    attempt: bytes,
    client_block: str,
    language: Language,
    replaces: SessionToken | None = None,
) -> Entry:
    """Begin a session with the code that was sent; a new address becomes a representative.

    An official who needs a second factor, or has one, gets as far as being asked for it.

    Args:
        system: the installation.
        email: as typed when the code was asked for.
        code: as typed.
        attempt: of the browser that asked for the code.
        client_block: of the reader's network address.
        language: of the reader.
        replaces: token of a session that the same browser held before; it ends.

    Raises:
        InvalidInput: the code is wrong, too old or tried too often; or `codes-replaced`: somebody
            guesses, and a link is to be asked for.
        Forbidden: the account was disabled.
    """
    address = read_email(email)
    subject = _code_subject(system, address, attempt)
    # The same for the browser that sends the right code twice at once: one session.
    token = _session_token(system, subject, code)
    async with system.database.transaction() as conn:
        scopes = scopes_of(system, mailbox_of(address), client_block)
        if await codes_are_replaced(conn, system, scopes):
            raise codes_replaced()
        entry = None
        verdict = await redeem_code(conn, system, CodePurpose.SIGN_IN, subject, code)
        match verdict:
            case CodeVerdict.RIGHT:
                entry = await _begin(conn, system, address, token, language, replaces)
            case CodeVerdict.REPEATED:
                entry = await _signed_in_already(conn, system, address, token)
            case CodeVerdict.WRONG:
                await count_wrong(conn, system, scopes)
            case CodeVerdict.USED_UP | CodeVerdict.NONE:
                pass
    refuse_unless_right(verdict)
    return _entered(entry)


async def find_link(system: System, secret: str) -> str:
    """Whom a link signs in, as others may see the address; looking spends nothing.

    Args:
        system: the installation.
        secret: from the letter.

    Raises:
        NotFound: it was never sent, is too old or was used.
    """
    key = token_hash(secret)
    async with system.database.connection() as conn:
        link = await sign_in_guard.find_link(conn, key)
    if link is None or link.is_used or system.clock() >= link.sent_at + LINK_LIFE:
        raise link_unknown()
    return mask_email(open_link(system, key, link.email_sealed))


async def sign_in_by_link(
    system: System, secret: str, *, language: Language, replaces: SessionToken | None = None
) -> Entry:
    """Begin a session with a link that was sent; it works once.

    Args:
        system: the installation.
        secret: from the letter.
        language: of the reader.
        replaces: token of a session that the same browser held before; it ends.

    Raises:
        NotFound: it was never sent, is too old or was used.
        Forbidden: the account was disabled.
    """
    key, now = token_hash(secret), system.clock()
    token = write_session_token(system, secrets.token_bytes(SESSION_TOKEN_BYTES))
    async with system.database.transaction() as conn:
        link = await sign_in_guard.use_link(conn, key, now)
        if link is None or now >= link.sent_at + LINK_LIFE:
            raise link_unknown()
        address = open_link(system, key, link.email_sealed)
        entry = await _begin(conn, system, address, token, language, replaces)
    return _entered(entry)


def _code_subject(system: System, address: str, attempt: bytes) -> bytes:
    return email_index(system, address) + attempt


def _session_token(system: System, subject: bytes, code: str) -> SessionToken:
    secret = system.keys.mac("session of a code", subject + b"\0" + parse_code(code).encode())
    return write_session_token(system, secret)


def _entered(entry: Entry | None) -> Entry:
    if entry is None:
        raise account_disabled()
    return entry


async def _signed_in_already(
    conn: Connection, system: System, address: str, token: SessionToken
) -> Entry | None:
    """What the same code has begun, unless it ended meanwhile."""
    account = await accounts.find_account_by_email(conn, email_index(system, address))
    key = token_hash(token)
    if account is None:
        raise wrong_code()
    if account.disabled_at is not None:
        return None
    if await sessions.find_session(conn, key) is not None:
        return signed_in(account, token)
    if await sign_in_steps.find_step(conn, key) is None:
        raise wrong_code()
    return FirstFactor(token=StepToken(token), role=account.role)


async def _begin(
    conn: Connection,
    system: System,
    address: str,
    token: SessionToken,
    language: Language,
    replaces: SessionToken | None,
) -> Entry | None:
    """Begin a session, or the wait for a second factor; None where the account was disabled."""
    account = await _find_or_open(conn, system, address, language)
    if account.disabled_at is not None:
        return None
    if await waits_for_second_factor(conn, system, account):
        await sign_in_steps.add_step(conn, token_hash(token), account.account_id, system.clock())
        return FirstFactor(token=StepToken(token), role=account.role)
    return await begin_session(conn, system, account, token, factor=Factor.MAIL, replaces=replaces)


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

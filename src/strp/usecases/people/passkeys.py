"""Passkeys of officials: added, signed in with, removed (W3C Web Authentication)."""

import secrets
from datetime import datetime
from typing import Final, NamedTuple

import msgspec

from strp.domain.errors import Unavailable
from strp.domain.people.account import AccountId, Actor, account_label
from strp.domain.people.second_factor import (
    CHALLENGE_BYTES,
    CHALLENGE_LIFE,
    PASSKEYS_PER_ACCOUNT,
    Factor,
    StepToken,
    is_count_sound,
    may_have_second_factor,
    no_such_factor,
    parse_passkey_name,
    passkey_name_missing,
    passkey_not_added,
    passkey_refused,
    too_many_passkeys,
)
from strp.domain.people.sign_in import SESSION_TOKEN_BYTES, SessionToken
from strp.domain.rate_limit import RateLimit
from strp.outside.passkeys import (
    NewPasskey,
    NotRight,
    check_new,
    check_signature,
    options_to_add,
    options_to_sign_in,
    shown_by,
    site_of,
)
from strp.store import audit
from strp.store.engine.database import Connection
from strp.store.people import accounts, second_factors, sessions, sign_in_steps
from strp.store.people.accounts import Account
from strp.store.people.second_factors import StoredPasskey
from strp.usecases.notices.email_addresses import shown_address
from strp.usecases.people.authenticate import token_hash
from strp.usecases.people.begin_session import SignedIn, begin_session
from strp.usecases.people.own_security import give_first_codes, note_removed, require_change
from strp.usecases.people.second_factor import (
    FirstEnrolment,
    find_second_step,
    hash_recovery_codes,
    new_recovery_codes,
    note_factor,
    require_first,
    require_waiting,
)
from strp.usecases.process.own_credentials import write_session_token
from strp.usecases.process.shared_limits import count
from strp.usecases.process.stored_values import stored_reader
from strp.usecases.process.system import System

_AT_SIGN_IN: Final = b"sign-in"
_ONCE: Final = RateLimit(burst=1, interval=2 * CHALLENGE_LIFE)


class PasskeyRequest(NamedTuple):
    """What a browser is asked for.

    Args:
        options: JSON, for the browser.
        sealed: the challenge in an envelope, which comes back with the answer.
    """

    options: str
    sealed: bytes


class _Challenge(msgspec.Struct, array_like=True):
    challenge: bytes
    given_at: datetime


_read_challenge = stored_reader(_Challenge)


def ask_passkey(system: System) -> PasskeyRequest:
    """Ask a browser for any passkey of this site; nothing is stored.

    Args:
        system: the installation.
    """
    challenge, sealed = _new_challenge(system, _AT_SIGN_IN)
    return PasskeyRequest(options_to_sign_in(site_of(system.settings.address), challenge), sealed)


async def sign_in_with_passkey(
    system: System, answer: str, sealed: bytes, *, replaces: SessionToken | None = None
) -> SignedIn:
    """Begin a session with a passkey: two factors in one, and no code by mail.

    Args:
        system: the installation.
        answer: JSON of the browser's credential.
        sealed: of `ask_passkey`, from the cookie of the same browser.
        replaces: token of a session that the same browser held before; it ends.

    Raises:
        InvalidInput: `passkey-refused`.
    """
    try:
        challenge = _open_challenge(system, sealed, _AT_SIGN_IN)
        shown = shown_by(answer)
    except NotRight:
        raise passkey_refused() from None
    token = write_session_token(system, secrets.token_bytes(SESSION_TOKEN_BYTES))
    async with system.database.transaction() as conn:
        passkey = await second_factors.lock_passkey(conn, shown.credential_id)
        if passkey is None or shown.user not in (b"", _handle(system, passkey.account_id)):
            raise passkey_refused()
        account = await accounts.find_account(conn, passkey.account_id)
        if account is None or account.disabled_at is not None:
            raise passkey_refused()
        if not may_have_second_factor(account.role):
            raise passkey_refused()
        if await _is_signed(conn, system, passkey, challenge, answer):
            return await begin_session(
                conn,
                system,
                account,
                token,
                factor=Factor.PASSKEY,
                replaces=replaces,
                credential_id=passkey.credential_id,
            )
    raise passkey_refused()


async def _is_signed(
    conn: Connection, system: System, passkey: StoredPasskey, challenge: bytes, answer: str
) -> bool:
    """Whether the passkey signed this challenge, for the first time, and its count goes on."""
    try:
        signed = check_signature(
            site_of(system.settings.address), challenge, answer, passkey.public_key
        )
    except NotRight:
        raise passkey_refused() from None
    await _use_challenge(conn, system, challenge)
    now = system.clock()
    if not is_count_sound(passkey.sign_count, signed.sign_count):
        label = account_label(passkey.account_id)
        await audit.record(conn, at=now, actor=label, action="passkey-count-back", subject=label)
        return False
    await second_factors.use_passkey(
        conn,
        passkey.credential_id,
        sign_count=signed.sign_count,
        backed_up=signed.backed_up,
        at=now,
    )
    return True


async def ask_new_at_sign_in(system: System, step: StepToken) -> PasskeyRequest:
    """Ask for a first passkey of whoever has no second factor yet.

    Raises:
        InvalidInput: `sign-in-step-over`.
    """
    account = (await find_second_step(system, step)).account
    return _ask_new(system, account, token_hash(step), [])


async def add_passkey_at_sign_in(
    system: System,
    step: StepToken,
    answer: str,
    sealed: bytes,
    name: str,
    *,
    replaces: SessionToken | None = None,
) -> FirstEnrolment:
    """Keep a first passkey, and begin the session.

    Args:
        system: the installation.
        step: from the cookie that the first factor brought.
        answer: JSON of the browser's credential.
        sealed: of `ask_new_at_sign_in`.
        name: what its owner calls it.
        replaces: token of a session that the same browser held before; it ends.

    Raises:
        InvalidInput: `sign-in-step-over`, `passkey-not-added`, `passkey-name`.
        Conflict: `factor-there`.
    """
    key = token_hash(step)
    await find_second_step(system, step)
    challenge, made, called = _check_new(system, key, answer, sealed, name)
    codes = new_recovery_codes()
    hashes = await hash_recovery_codes(system, codes)
    token = write_session_token(system, secrets.token_bytes(SESSION_TOKEN_BYTES))
    async with system.database.transaction() as conn:
        waiting = require_waiting(system, await sign_in_steps.lock_step(conn, key))
        account = await require_first(conn, waiting)
        await _keep(conn, system, account, challenge, made, called)
        await second_factors.replace_recovery_codes(conn, account.account_id, hashes)
        await sign_in_steps.pass_step(conn, key, system.clock())
        entered = await begin_session(
            conn,
            system,
            account,
            token,
            factor=Factor.PASSKEY,
            replaces=replaces,
            credential_id=made.credential_id,
        )
    return FirstEnrolment(entered, codes)


async def ask_new(system: System, actor: Actor, token: SessionToken) -> PasskeyRequest:
    """Ask for one more passkey of the actor.

    Args:
        actor: the official.
        token: of the session; it must be fresh.

    Raises:
        Forbidden: not an official, or `sign-in-again`.
        Conflict: `too-many-passkeys`.
    """
    async with system.database.transaction() as conn:
        account = await require_change(conn, system, actor, token)
        known = await second_factors.passkeys_of(conn, account.account_id)
    if len(known) >= PASSKEYS_PER_ACCOUNT:
        raise too_many_passkeys()
    return _ask_new(system, account, token_hash(token), [each.credential_id for each in known])


async def add_passkey(
    system: System, actor: Actor, token: SessionToken, answer: str, sealed: bytes, name: str
) -> list[str]:
    """Keep one more passkey of the actor.

    Args:
        system: the installation.
        actor: an official.
        token: of the actor's session, for which the challenge was given.
        answer: JSON of the browser's credential.
        sealed: of `ask_new`.
        name: what its owner calls it.

    Returns:
        Recovery codes, where there were none; else nothing.

    Raises:
        Forbidden: not an official, or `sign-in-again`.
        InvalidInput: `passkey-not-added`, `passkey-name`.
        Conflict: `too-many-passkeys`.
    """
    challenge, made, called = _check_new(system, token_hash(token), answer, sealed, name)
    codes = new_recovery_codes()
    hashes = await hash_recovery_codes(system, codes)
    async with system.database.transaction() as conn:
        account = await require_change(conn, system, actor, token)
        known = await second_factors.passkeys_of(conn, account.account_id)
        if len(known) >= PASSKEYS_PER_ACCOUNT:
            raise too_many_passkeys()
        await _keep(conn, system, account, challenge, made, called)
        return await give_first_codes(conn, account, codes, hashes)


async def remove_passkey(
    system: System, actor: Actor, token: SessionToken, credential_id: bytes
) -> None:
    """Remove a passkey of the actor, and end the sessions that it began; each is told why.

    Args:
        system: the installation.
        actor: an official.
        token: of the actor's session.
        credential_id: of the passkey.

    Raises:
        Forbidden: not an official, or `sign-in-again`.
        NotFound: the actor has no such passkey.
        Conflict: `last-factor`.
    """
    async with system.database.transaction() as conn:
        account = await require_change(conn, system, actor, token)
        if not await second_factors.remove_passkey(conn, account.account_id, credential_id):
            raise no_such_factor()
        await sessions.end_sessions_of_passkey(conn, account.account_id, credential_id)
        await note_removed(conn, system, actor, account, Factor.PASSKEY)


def _ask_new(system: System, account: Account, holder: bytes, known: list[bytes]) -> PasskeyRequest:
    challenge, sealed = _new_challenge(system, holder)
    options = options_to_add(
        site_of(system.settings.address),
        challenge,
        user=_handle(system, account.account_id),
        name=shown_address(system, account),
        known=known,
    )
    return PasskeyRequest(options, sealed)


def _check_new(
    system: System, holder: bytes, answer: str, sealed: bytes, name: str
) -> tuple[bytes, NewPasskey, str]:
    called = parse_passkey_name(name)
    if called is None:
        raise passkey_name_missing()
    try:
        challenge = _open_challenge(system, sealed, holder)
        return challenge, check_new(site_of(system.settings.address), challenge, answer), called
    except NotRight:
        raise passkey_not_added() from None


async def _keep(
    conn: Connection,
    system: System,
    account: Account,
    challenge: bytes,
    made: NewPasskey,
    name: str,
) -> None:
    await _use_challenge(conn, system, challenge)
    is_kept = await second_factors.add_passkey(
        conn,
        StoredPasskey(
            credential_id=made.credential_id,
            account_id=account.account_id,
            public_key=made.public_key,
            sign_count=made.sign_count,
            name=name,
            backup_eligible=made.backup_eligible,
            backed_up=made.backed_up,
            added_at=system.clock(),
        ),
    )
    if not is_kept:  # somebody has it already
        raise passkey_not_added()
    await note_factor(conn, system, account, Factor.PASSKEY)


async def _use_challenge(conn: Connection, system: System, challenge: bytes) -> None:
    """Let a challenge be answered once; only right answers take a row."""
    if await count(conn, system, _ONCE, f"passkey challenge {challenge.hex()}"):
        raise passkey_refused()


def _new_challenge(system: System, holder: bytes) -> tuple[bytes, bytes]:
    challenge = secrets.token_bytes(CHALLENGE_BYTES)
    plain = msgspec.msgpack.encode(_Challenge(challenge, system.clock()))
    return challenge, system.keys.seal(plain, _aad(holder))


def _open_challenge(system: System, sealed: bytes, holder: bytes) -> bytes:
    try:
        given = _read_challenge(system.keys.open(sealed, _aad(holder)))
    except (Unavailable, ValueError, msgspec.MsgspecError):
        raise NotRight from None
    if abs(system.clock() - given.given_at) >= CHALLENGE_LIFE:
        raise NotRight
    return given.challenge


def _aad(holder: bytes) -> bytes:
    return b"passkey challenge:" + holder


def _handle(system: System, account_id: AccountId) -> bytes:
    """What an authenticator knows an account by: no number, no address."""
    return system.keys.mac("passkey user", b"%d" % account_id)[:16]

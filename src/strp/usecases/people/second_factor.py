"""The second factor of officials at sign-in: asked for, or set up the first time."""

import secrets
from typing import Final, NamedTuple

from strp.domain.errors import Unavailable
from strp.domain.people.account import AccountId, account_label
from strp.domain.people.second_factor import (
    APP_SECRET_BYTES,
    RECOVERY_CODES,
    STEP_LIFE,
    STEP_TRIES,
    WRONG_CODES_PER_ACCOUNT,
    Enrolled,
    Factor,
    StepToken,
    app_codes_off,
    factor_there,
    is_app_code,
    matching_step,
    parse_recovery_code,
    step_over,
    steps_to_try,
    write_recovery_code,
    wrong_factor,
)
from strp.domain.people.sign_in import REPEATED_WITHIN, SessionToken, parse_code
from strp.outside.authenticator_app import code_at, setup_address, spelled
from strp.outside.slow_hash import is_hash_of, slow_hash
from strp.store import audit
from strp.store.engine.database import Connection
from strp.store.people import accounts, second_factors, sessions, sign_in_steps
from strp.store.people.accounts import Account
from strp.store.people.sign_in_steps import StoredStep
from strp.usecases.notices.email_addresses import shown_address
from strp.usecases.people.authenticate import token_hash
from strp.usecases.people.begin_session import SignedIn, begin_session, signed_in
from strp.usecases.people.security_letters import SecurityEvent, tell_owner
from strp.usecases.people.sign_in_guard import Scope, codes_are_replaced, count_wrong
from strp.usecases.process.own_credentials import write_session_token
from strp.usecases.process.system import System

ISSUER: Final = "STRP"


class AppSetup(NamedTuple):
    """What sets an authenticator app up.

    Args:
        sealed: the secret in an envelope, for the form that comes back with the app's code.
        spelled: the secret as it is typed into an app.
        address: the same for a QR symbol, `otpauth://totp/…`.
    """

    sealed: bytes
    spelled: str
    address: str


class SecondStep(NamedTuple):
    """A sign-in that waits for its second factor.

    Args:
        account: whose.
        enrolled: what the account has to answer with; nothing: it has to set one up.
    """

    account: Account
    enrolled: Enrolled


class FirstEnrolment(NamedTuple):
    """A session that begins with a factor that was just set up.

    Args:
        recovery_codes: shown once, stored nowhere in clear.
    """

    signed_in: SignedIn
    recovery_codes: list[str]


async def find_second_step(system: System, step: StepToken) -> SecondStep:
    """The sign-in behind a step's token, which the cookie holds.

    Raises:
        InvalidInput: `sign-in-step-over`.
    """
    async with system.database.connection() as conn:
        stored = await sign_in_steps.find_step(conn, token_hash(step))
        waiting = require_waiting(system, stored)
        return await _second_step(conn, waiting)


async def pass_second_factor(
    system: System, step: StepToken, typed: str, *, replaces: SessionToken | None = None
) -> SignedIn:
    """Begin a session with a code of the authenticator app, or with a recovery code.

    Args:
        step: from the cookie that the first factor brought.
        replaces: token of a session that the same browser held before; it ends.

    Raises:
        InvalidInput: `sign-in-step-over`, `wrong-factor`, or `app-codes-off`: somebody guesses.
    """
    code = parse_code(typed)
    # The same for the browser that sends the right code twice at once: one session.
    token = _session_token_of(system, step, code)
    async with system.database.transaction() as conn:
        stored = await sign_in_steps.lock_step(conn, token_hash(step))
        again = await _passed_already(conn, system, stored, token)
        if again is not None:
            return again
        account_id = require_waiting(system, stored).account_id
        await sign_in_steps.count_try(conn, token_hash(step))
    is_app = is_app_code(code)
    recovery = None if is_app else await _find_recovery_code(system, account_id, code)
    async with system.database.transaction() as conn:
        waiting = require_waiting(system, await sign_in_steps.lock_step(conn, token_hash(step)), 1)
        account = (await _second_step(conn, waiting)).account
        if is_app:
            right = await _use_app_code(conn, system, account, code)
        else:
            right = await _use_recovery_code(conn, system, account, recovery)
        if right:
            await sign_in_steps.pass_step(conn, token_hash(step), system.clock())
            factor = Factor.APP if is_app else Factor.RECOVERY_CODE
            return await begin_session(
                conn, system, account, token, factor=factor, replaces=replaces
            )
    raise wrong_factor()


def begin_app(system: System, account: Account) -> AppSetup:
    """Draw the secret of an authenticator app; nothing is stored until the app has shown a code."""
    secret = secrets.token_bytes(APP_SECRET_BYTES)
    return _app_setup(system, account, secret)


def repeat_app(system: System, account: Account, sealed: bytes) -> AppSetup:
    """The same secret, for a form that came back; a new one where the envelope is another's.

    Args:
        account: that sets the app up.
        sealed: the envelope that the form brought back.
    """
    try:
        return _app_setup(system, account, _open_secret(system, account.account_id, sealed))
    except Unavailable:
        return begin_app(system, account)


async def enrol_app_at_sign_in(
    system: System,
    step: StepToken,
    sealed: bytes,
    typed: str,
    *,
    replaces: SessionToken | None = None,
) -> FirstEnrolment:
    """Set up an authenticator app at the first sign-in, and begin the session.

    Args:
        step: from the cookie that the first factor brought.
        sealed: of `begin_app`.
        typed: a code that the app shows.
        replaces: token of a session that the same browser held before; it ends.

    Raises:
        InvalidInput: `sign-in-step-over`, `wrong-factor`.
        Conflict: `factor-there`.
    """
    token = _session_token_of(system, step, secrets.token_hex())
    known = (await find_second_step(system, step)).account
    shown_at = step_of_new_app(system, known.account_id, sealed, typed)
    codes = new_recovery_codes()
    hashes = await hash_recovery_codes(system, codes)
    async with system.database.transaction() as conn:
        waiting = require_waiting(system, await sign_in_steps.lock_step(conn, token_hash(step)))
        account = await require_first(conn, waiting)
        await store_app(conn, system, account.account_id, sealed, shown_at)
        await second_factors.replace_recovery_codes(conn, account.account_id, hashes)
        await note_factor(conn, system, account, Factor.APP)
        await sign_in_steps.pass_step(conn, token_hash(step), system.clock())
        entered = await begin_session(
            conn, system, account, token, factor=Factor.APP, replaces=replaces
        )
    return FirstEnrolment(entered, codes)


def require_waiting(system: System, stored: StoredStep | None, tried: int = 0) -> StoredStep:
    """The step, where it still waits.

    Args:
        stored: as the store holds it.
        tried: tries of the caller that are counted already.

    Raises:
        InvalidInput: `sign-in-step-over`.
    """
    if stored is None or stored.passed_at is not None or stored.tries - tried >= STEP_TRIES:
        raise step_over()
    if system.clock() >= stored.began_at + STEP_LIFE:
        raise step_over()
    return stored


async def _passed_already(
    conn: Connection, system: System, stored: StoredStep | None, token: SessionToken
) -> SignedIn | None:
    """The session that the same answer has begun a moment ago: the browser sent it twice."""
    if stored is None or stored.passed_at is None:
        return None
    if system.clock() > stored.passed_at + REPEATED_WITHIN:
        return None
    account = await accounts.find_account(conn, stored.account_id)
    if account is None or await sessions.find_session(conn, token_hash(token)) is None:
        return None
    return signed_in(account, token)


def _session_token_of(system: System, step: StepToken, answer: str) -> SessionToken:
    """The token of the session that an answer to a step begins; the same for the same answer."""
    secret = system.keys.mac("session of a second factor", f"{step}\0{answer}".encode())
    return write_session_token(system, secret)


async def require_first(conn: Connection, waiting: StoredStep) -> Account:
    """The account of a step that may set up its first factor, held to the transaction's end.

    Raises:
        Conflict: `factor-there`: a mail code alone adds nothing to what is there.
        InvalidInput: `sign-in-step-over`: the account was closed.
    """
    await second_factors.hold_account(conn, waiting.account_id)
    found = await _second_step(conn, waiting)
    if found.enrolled.has_any:
        raise factor_there()
    return found.account


def step_of_new_app(system: System, account_id: AccountId, sealed: bytes, typed: str) -> int:
    """The time step whose code an app that is being set up has shown.

    Args:
        account_id: whose envelope `sealed` must be.
        typed: six digits, as a person writes them.

    Raises:
        InvalidInput: `wrong-factor`.
    """
    try:
        secret = _open_secret(system, account_id, sealed)
    except Unavailable:  # another account's, or made up
        raise wrong_factor() from None
    step = _step_of(system, secret, parse_code(typed), last_step=None)
    if step is None:
        raise wrong_factor()
    return step


async def store_app(
    conn: Connection, system: System, account_id: AccountId, sealed: bytes, shown_at: int
) -> None:
    """Store an authenticator app that has shown a code of its secret, which is used up by that.

    Args:
        account_id: whose app it becomes; one that it had is replaced.
        sealed: the secret of the app.
        shown_at: time step of the code that was shown; no code up to it counts again.
    """
    await second_factors.set_app(conn, account_id, sealed, step=shown_at, at=system.clock())


async def note_factor(conn: Connection, system: System, account: Account, factor: Factor) -> None:
    """Record a new factor, and tell its owner by mail.

    Args:
        account: its owner is told.
    """
    label = account_label(account.account_id)
    await audit.record(
        conn,
        at=system.clock(),
        actor=label,
        action="second-factor-added",
        subject=label,
        detail={"factor": factor},
    )
    await tell_owner(conn, system, account, SecurityEvent.FACTOR_ADDED)


def new_recovery_codes() -> list[str]:
    """Codes for the day on which the phone is gone."""
    return [write_recovery_code(number, secrets.randbits(64)) for number in range(RECOVERY_CODES)]


async def hash_recovery_codes(system: System, codes: list[str]) -> list[str]:
    """What the store keeps of recovery codes; some 30 ms each, in a thread."""
    return [
        await system.slow_hashes.run(slow_hash, _pepper(system, parse_code(code))) for code in codes
    ]


class _Recovery(NamedTuple):
    number: int
    code_hash: str


async def _find_recovery_code(system: System, account_id: AccountId, code: str) -> _Recovery | None:
    parsed = parse_recovery_code(code)
    if parsed is None:
        return None
    number, letters = parsed
    async with system.database.connection() as conn:
        known = await second_factors.find_recovery_code(conn, account_id, number)
    if known is None:
        return None
    is_right = await system.slow_hashes.run(is_hash_of, _pepper(system, letters), known)
    return _Recovery(number, known) if is_right else None


async def _use_recovery_code(
    conn: Connection, system: System, account: Account, found: _Recovery | None
) -> bool:
    if found is None:
        return False
    used = await second_factors.use_recovery_code(
        conn, account.account_id, found.number, found.code_hash, system.clock()
    )
    if used:
        label = account_label(account.account_id)
        await audit.record(
            conn,
            at=system.clock(),
            actor=label,
            action="recovery-code-used",
            subject=label,
            detail={"number": found.number},
        )
        await tell_owner(conn, system, account, SecurityEvent.RECOVERY_CODE_USED)
    return used


async def _use_app_code(conn: Connection, system: System, account: Account, code: str) -> bool:
    scopes = (_guesses_at(system, account.account_id),)
    if await codes_are_replaced(conn, system, scopes):
        raise app_codes_off()
    app = await second_factors.lock_app(conn, account.account_id)
    if app is None:
        return False
    secret = _open_secret(system, account.account_id, app.secret_sealed)
    step = _step_of(system, secret, code, last_step=app.last_step)
    if step is not None:
        await second_factors.use_step(conn, account.account_id, step)
        return True
    await count_wrong(conn, system, scopes)
    if await codes_are_replaced(conn, system, scopes):
        await tell_owner(conn, system, account, SecurityEvent.SOMEBODY_GUESSES)
    return False


def _guesses_at(system: System, account_id: AccountId) -> Scope:
    key = system.keys.index(f"WRONG:factor {account_id}")
    return Scope("account", key, WRONG_CODES_PER_ACCOUNT)


def _step_of(system: System, secret: bytes, code: str, last_step: int | None) -> int | None:
    codes = {step: code_at(secret, step) for step in steps_to_try(system.clock())}
    return matching_step(code, codes, last_step)


async def _second_step(conn: Connection, waiting: StoredStep) -> SecondStep:
    account = await accounts.find_account(conn, waiting.account_id)
    if account is None or account.disabled_at is not None:
        raise step_over()
    return SecondStep(account, await second_factors.enrolled(conn, account.account_id))


def _app_setup(system: System, account: Account, secret: bytes) -> AppSetup:
    email = shown_address(system, account)
    return AppSetup(
        sealed=system.keys.seal(secret, _secret_aad(account.account_id)),
        spelled=spelled(secret),
        address=setup_address(secret, account=email, issuer=ISSUER),
    )


def _open_secret(system: System, account_id: AccountId, sealed: bytes) -> bytes:
    return system.keys.open(sealed, _secret_aad(account_id))


def _secret_aad(account_id: AccountId) -> bytes:
    return b"authenticator:%d" % account_id


def _pepper(system: System, letters: str) -> bytes:
    # Keyed before it is hashed: a stolen database alone is nothing to try codes at.
    return system.keys.mac("recovery code", letters.encode())

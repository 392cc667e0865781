"""Sign-in: how often a code may be asked for, when it is right, how long a session lives.

Sources: OWASP ASVS 5.0 chapters 6 (out-of-band codes) and 7 (sessions); NIST SP 800-63B 5.1.3
and 7.2; the rate rule is the generic cell rate algorithm (ITU-T I.371, Annex A).
"""

import hmac
import ipaddress
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil
from typing import NamedTuple, NewType

from strp.domain.account import Role
from strp.domain.errors import FieldError, Forbidden, InvalidInput, TooSoon
from strp.domain.text import Text

SessionToken = NewType("SessionToken", str)

CODE_DIGITS = 6
CODE_LIFE = timedelta(minutes=10)
CODE_ATTEMPTS = 5
SESSION_TOKEN_BYTES = 32
SESSION_COOKIE = "strp_session"
_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_IPV4 = re.compile(rf"((?:{_OCTET}\.){{3}}){_OCTET}")


class CodePurpose(StrEnum):
    """What a one-time code is good for."""

    SIGN_IN = "sign-in"
    CLAIM = "claim"


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    """At most `burst` at once, and one more every `interval`."""

    burst: int
    interval: timedelta


# Guesses are bounded by these together: codes a day times CODE_ATTEMPTS out of a million.
CODES_PER_ADDRESS = RateLimit(burst=5, interval=timedelta(minutes=10))
CODES_PER_BLOCK = RateLimit(burst=100, interval=timedelta(seconds=1))


# Machines that share a limit may disagree about the time by this much.
CLOCK_SLACK = timedelta(minutes=5)


class RateDecision(NamedTuple):
    """Answer of the rate rule.

    Args:
        allowed: whether it may happen now.
        retry_after_s: whole seconds until it may; 0 where it may now.
        state: what to remember for the next time.
    """

    allowed: bool
    retry_after_s: int
    state: datetime


def decide_rate(limit: RateLimit, state: datetime | None, now: datetime) -> RateDecision:
    """Whether one more may happen now.

    Args:
        limit: the burst and the interval.
        state: what the last decision said to remember: when all of the burst is free again. One
            much later than that can be is of a clock that stepped back, and not believed.
        now: aware time.

    Source: ITU-T I.371 Annex A (virtual scheduling), as in letsencrypt/boulder's rate limits.
    """
    whole = limit.burst * limit.interval
    latest = now + whole + CLOCK_SLACK
    busy_until = now if state is None or state > latest else max(state, now)
    next_state = busy_until + limit.interval
    wait = next_state - whole - now
    if wait > timedelta(0):
        return RateDecision(
            allowed=False, retry_after_s=ceil(wait.total_seconds()), state=busy_until
        )
    return RateDecision(allowed=True, retry_after_s=0, state=next_state)


def client_block(address: str) -> str:
    """The block of addresses that one client is likely to hold: /24 of IPv4, /48 of IPv6.

    Args:
        address: of the client, as the socket or a trusted proxy gives it.

    Returns:
        The block, or "unknown" where the text is no address.
    """
    if plain := _IPV4.fullmatch(address):  # every request is counted: 1 µs instead of 9
        return f"{plain[1]}0/24"
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return str(ipaddress.ip_network((ip, 24 if ip.version == 4 else 48), strict=False))


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCode:
    """A one-time code as the store holds it.

    Args:
        mac: keyed hash of the code, its purpose and whom it is for.
        attempts: how many were tried.
        expires_at: from then on it is worth nothing.
    """

    mac: bytes
    attempts: int
    expires_at: datetime


class CodeVerdict(StrEnum):
    """What a code that somebody typed is worth."""

    RIGHT = "right"
    WRONG = "wrong"
    USED_UP = "used-up"


def judge_code(stored: StoredCode | None, typed_mac: bytes, now: datetime) -> CodeVerdict:
    """What a typed code is worth; takes the same time however much of it is right.

    Args:
        stored: the code that was sent, if there is one.
        typed_mac: keyed hash of what was typed.
        now: aware time.
    """
    if stored is None or now >= stored.expires_at:
        return CodeVerdict.WRONG
    if stored.attempts >= CODE_ATTEMPTS:
        return CodeVerdict.USED_UP
    return CodeVerdict.RIGHT if hmac.compare_digest(stored.mac, typed_mac) else CodeVerdict.WRONG


def write_code(number: int) -> str:
    """A random number below 10**CODE_DIGITS as the digits of a code."""
    return f"{number:0{CODE_DIGITS}d}"


def parse_code(text: str) -> str:
    """A typed code without the spaces and hyphens that people put into it."""
    return "".join(letter for letter in text if letter not in " -\u00a0\t\r\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRule:
    """How long a session lives: unused, and in all."""

    idle: timedelta
    absolute: timedelta


_REPRESENTATIVE_SESSION = SessionRule(idle=timedelta(hours=12), absolute=timedelta(days=7))
_OFFICIAL_SESSION = SessionRule(idle=timedelta(minutes=30), absolute=timedelta(hours=12))


def session_rule(role: Role) -> SessionRule:
    """How long a session of this role lives (NIST SP 800-63B 7.2: AAL2 for officials)."""
    return _REPRESENTATIVE_SESSION if role is Role.REPRESENTATIVE else _OFFICIAL_SESSION


def session_ends_at(role: Role, *, created_at: datetime, last_seen_at: datetime) -> datetime:
    """When a session ends if it is not used again.

    Args:
        role: of the account.
        created_at: time of sign-in.
        last_seen_at: time of the last request.
    """
    rule = session_rule(role)
    return min(created_at + rule.absolute, last_seen_at + rule.idle)


def wrong_code() -> InvalidInput:
    """The error for a code that is not right, too old, used already, or was never sent."""
    text = Text(
        id="Kode tidak cocok atau sudah kedaluwarsa. Periksa keenam angkanya, "
        "atau minta kode baru.",
        en="That code is not right, or it is too old. Check its six digits, or ask for a new one.",
    )
    return InvalidInput("wrong-code", text, fields=[FieldError("code", "wrong-code", text)])


def code_used_up() -> InvalidInput:
    """The error after too many wrong codes."""
    text = Text(
        id="Terlalu banyak percobaan dengan kode ini. Minta kode baru.",
        en="Too many tries with this code. Ask for a new one.",
    )
    return InvalidInput("code-used-up", text, fields=[FieldError("code", "code-used-up", text)])


def invalid_email() -> InvalidInput:
    """The error for what is not an e-mail address."""
    text = Text(
        id="Tulis alamat surel lengkap, misalnya hrd@perusahaan.co.id.",
        en="Write a whole e-mail address, such as hr@company.co.id.",
    )
    return InvalidInput("invalid-email", text, fields=[FieldError("email", "invalid-email", text)])


def too_many_codes(retry_after_s: int) -> TooSoon:
    """The error for asking for codes too often."""
    minutes = max(1, ceil(retry_after_s / 60))
    return TooSoon(
        "too-many-codes",
        Text(
            id=f"Kode terlalu sering diminta. Coba lagi dalam {minutes} menit; "
            "kode yang terakhir dikirim masih berlaku 10 menit.",
            en=f"Codes were asked for too often. Try again in {minutes} min; "
            "the last one sent is good for 10 minutes.",
        ),
        retry_after_s=retry_after_s,
    )


def account_disabled() -> Forbidden:
    """The error for the right code of an account that was closed."""
    return Forbidden(
        "account-disabled",
        Text(
            id="Akun ini ditutup oleh administrator. Hubungi administrator Anda.",
            en="An administrator closed this account. Ask your administrator.",
        ),
    )

"""Sign-in: how often a code may be asked for, when it is right, how long a session lives.

Sources: OWASP ASVS 5.0 chapters 6 (out-of-band codes) and 7 (sessions); NIST SP 800-63B 5.1.3
and 7.2.
"""

import hmac
import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil
from typing import NewType

from strp.domain.errors import FieldError, Forbidden, InvalidInput, NotFound, TooSoon
from strp.domain.people.account import Role
from strp.domain.text import Text

SessionToken = NewType("SessionToken", str)

CODE_DIGITS = 6
CODE_LIFE = timedelta(minutes=10)
CODE_ATTEMPTS = 5
ATTEMPT_BYTES = 16
REPEATED_WITHIN = timedelta(seconds=30)
SESSION_TOKEN_BYTES = 32
SESSIONS_PER_ACCOUNT = 50
SESSION_COOKIE = "strp_session"
_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_SESSION_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}([A-Za-z0-9_-]{11})?")
_IPV4 = re.compile(rf"((?:{_OCTET}\.){{3}}){_OCTET}")


class CodePurpose(StrEnum):
    """What a one-time code is good for."""

    SIGN_IN = "sign-in"
    CLAIM = "claim"


def is_session_token(text: str) -> bool:
    """Whether the text has the shape of a session's token: SESSION_TOKEN_BYTES in base64url, and
    a tag of 8 bytes, which earlier releases did not write."""
    return _SESSION_TOKEN.fullmatch(text) is not None


def is_tagged_token(text: str) -> bool:
    """Whether the text has the shape of a session's token with a tag."""
    shape = _SESSION_TOKEN.fullmatch(text)
    return shape is not None and shape[1] is not None


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
        used_at: when it was right.
    """

    mac: bytes
    attempts: int
    expires_at: datetime
    used_at: datetime | None = None


class CodeVerdict(StrEnum):
    """What a code that somebody typed is worth.

    NONE: there was none to be right. REPEATED: the browser that was let in by it sends it again.
    """

    RIGHT = "right"
    NONE = "none"
    WRONG = "wrong"
    USED_UP = "used-up"
    REPEATED = "repeated"


def judge_code(stored: StoredCode | None, typed_mac: bytes, now: datetime) -> CodeVerdict:
    """What a typed code is worth; takes the same time however much of it is right.

    Args:
        stored: the code that was sent, if there is one.
        typed_mac: keyed hash of what was typed.
        now: aware time.
    """
    if stored is None or now >= stored.expires_at:
        return CodeVerdict.NONE
    if stored.used_at is not None:
        is_same = hmac.compare_digest(stored.mac, typed_mac)
        is_again = is_same and stored.used_at <= now <= stored.used_at + REPEATED_WITHIN
        return CodeVerdict.REPEATED if is_again else CodeVerdict.NONE
    if stored.attempts >= CODE_ATTEMPTS:
        return CodeVerdict.USED_UP
    return CodeVerdict.RIGHT if hmac.compare_digest(stored.mac, typed_mac) else CodeVerdict.WRONG


_MOST_TYPED = 100
_MINUS = "\u2212"
_BETWEEN_DIGITS = {"Cc", "Cf", "Pd", "Zs", "Zl", "Zp"}
"""Control and format characters, dashes, spaces (Unicode general categories)."""


def write_code(number: int) -> str:
    """A random number below 10**CODE_DIGITS as the digits of a code."""
    return f"{number:0{CODE_DIGITS}d}"


def parse_code(text: str) -> str:
    """The digits of a typed code, without what people and programs put around and between them.

    Letters are kept, so that what is no code is not made one.

    Args:
        text: as typed: full-width digits, spaces, dashes and invisible marks do not matter.
    """
    plain = unicodedata.normalize("NFKC", text[:_MOST_TYPED]).replace(_MINUS, "-")
    return "".join(each for each in plain if unicodedata.category(each) not in _BETWEEN_DIGITS)


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


def codes_replaced() -> InvalidInput:
    """The error for a code while somebody guesses."""
    text = Text(
        id="Ada yang menebak-nebak kode, jadi untuk sementara kode tidak berlaku. "
        "Minta surat baru: isinya tautan untuk masuk.",
        en="Somebody is guessing codes, so codes are off for a while. Ask for a new letter: it "
        "holds a link to sign in with.",
    )
    return InvalidInput("codes-replaced", text, fields=[FieldError("code", "codes-replaced", text)])


def link_unknown() -> NotFound:
    """The error for a sign-in link that was used, is too old, or was never sent."""
    return NotFound(
        "sign-in-link-unknown",
        Text(
            id="Tautan ini sudah dipakai, sudah lewat 30 menit, atau tidak lengkap. Buka surat "
            "yang terakhir, atau minta surat baru.",
            en="This link was used, is older than 30 minutes, or is not whole. Open the last "
            "letter, or ask for a new one.",
        ),
    )


def letters_need_proof() -> TooSoon:
    """The error for asking from a network that had many letters sent."""
    return TooSoon(
        "letters-need-proof",
        Text(
            id="Dari jaringan Anda banyak surat diminta. Peramban dengan JavaScript menghitung "
            "sebentar dan langsung dapat mengirim; tanpa itu, coba lagi beberapa detik lagi.",
            en="Many letters were asked for from your network. A browser with JavaScript "
            "calculates for a moment and sends at once; without it, try again in a few seconds.",
        ),
        retry_after_s=2,
    )


def cookies_needed() -> InvalidInput:
    """The error where the browser does not give back the cookie of its sign-in."""
    text = Text(
        id="Peramban tidak mengirim kuki yang diperlukan untuk masuk: kuki diblokir, atau sudah "
        "lewat 10 menit. Izinkan kuki untuk situs ini, lalu minta kode baru.",
        en="The browser did not send the cookie that signing in needs: cookies are blocked, or "
        "10 minutes have passed. Allow cookies for this site, then ask for a new code.",
    )
    return InvalidInput(
        "cookies-needed", text, fields=[FieldError("email", "cookies-needed", text)]
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

"""The second factor of officials: codes of an authenticator app, recovery codes, passkeys.

Sources: RFC 6238 (TOTP); NIST SP 800-63B 5.1.4 (one use of a code) and 5.2.2 (tries);
OWASP ASVS 5.0 chapter 6; W3C Web Authentication Level 3.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NewType

from strp.domain.errors import (
    Conflict,
    FieldError,
    Forbidden,
    InvalidInput,
    NotFound,
    Unauthenticated,
)
from strp.domain.identifiers import ALPHABET
from strp.domain.people.account import Role
from strp.domain.people.guessing import GuessLimit
from strp.domain.people.sign_in import CODE_DIGITS
from strp.domain.text import Text, clean_line

StepToken = NewType("StepToken", str)

TIME_STEP_S: Final = 30
DRIFT_STEPS: Final = 1
"""A phone's clock may be wrong by so many time steps (RFC 6238 5.2)."""
APP_SECRET_BYTES: Final = 20
"""As long as the hash of HMAC-SHA-1, which every authenticator app knows (RFC 4226 4)."""
STEP_LIFE: Final = timedelta(minutes=15)
"""How long a sign-in waits for its second factor: long enough to install an app."""
STEP_TRIES: Final = 5
FRESH_FOR: Final = timedelta(minutes=15)
"""Who changes how they sign in has signed in so shortly before."""
WRONG_CODES_PER_ACCOUNT: Final = GuessLimit(most=30, span=timedelta(days=1))
"""Only who opens the official's mail gets as far as guessing; three codes in a million are right
at any moment, so that is one hit in thirty years. Past it the app's codes are off for a day;
passkeys and recovery codes go on."""
RECOVERY_CODES: Final = 10
RECOVERY_LETTERS: Final = 12
"""One letter says which code it is, eleven are drawn: 55 bits."""
PASSKEYS_PER_ACCOUNT: Final = 10
PASSKEY_NAME_MAX_LENGTH: Final = 40
CHALLENGE_BYTES: Final = 32
CHALLENGE_LIFE: Final = timedelta(minutes=5)
_READ_AS: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})


class Factor(StrEnum):
    """What a session was begun with, beside or instead of the code by mail."""

    MAIL = "mail"
    APP = "app"
    RECOVERY_CODE = "recovery-code"
    PASSKEY = "passkey"


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """What an account has for its second factor.

    Args:
        has_app: whether an authenticator app was set up.
        passkeys: how many passkeys there are.
        recovery_codes: how many recovery codes were not used yet.
    """

    has_app: bool = False
    passkeys: int = 0
    recovery_codes: int = 0

    @property
    def has_any(self) -> bool:
        """Whether there is a second factor; recovery codes alone are none."""
        return self.has_app or self.passkeys > 0


def needs_second_factor(role: Role, *, required: bool) -> bool:
    """Whether an account of this role gets in by a second factor alone.

    Args:
        role: of the account.
        required: whether this installation asks its officials for one.
    """
    return required and role is not Role.REPRESENTATIVE


def may_have_second_factor(role: Role | None) -> bool:
    """Whether an account of this role may set up a second factor: officials may."""
    return role is not None and role is not Role.REPRESENTATIVE


def time_step(now: datetime) -> int:
    """The time step of a moment (RFC 6238 4.2)."""
    return int(now.timestamp()) // TIME_STEP_S


def steps_to_try(now: datetime) -> range:
    """The time steps whose codes are taken at a moment."""
    step = time_step(now)
    return range(step - DRIFT_STEPS, step + DRIFT_STEPS + 1)


def matching_step(typed: str, codes: Mapping[int, str], last_step: int | None) -> int | None:
    """The time step whose code was typed, where it may still be used.

    Args:
        typed: six digits, as `parse_code` gives them.
        codes: of the steps to try, by step.
        last_step: whose code was used last. One that lies beyond all steps to try is of a clock
            that has stepped back since, and holds nobody up.

    Returns:
        The step to remember; None where no code is right, or where that one was used.
    """
    used = -1 if last_step is None or last_step > max(codes) else last_step
    found = None
    for step, code in codes.items():
        if hmac.compare_digest(code.encode(), typed.encode()) and step > used:
            found = step
    return found


def is_app_code(typed: str) -> bool:
    """Whether what was typed has the shape of an app's code; else it may be a recovery code.

    Args:
        typed: as `parse_code` gives it.
    """
    return len(typed) == CODE_DIGITS and typed.isascii() and typed.isdigit()


def write_recovery_code(number: int, random: int) -> str:
    """The text of a recovery code, in groups of four: `3F7K-9XQ2-M4TB`.

    Args:
        number: which of the account's codes it is, from 0.
        random: that nobody can guess; its lowest 55 bits are taken.
    """
    letters = ALPHABET[number]
    for _ in range(RECOVERY_LETTERS - 1):
        letters += ALPHABET[random & 31]
        random >>= 5
    return "-".join(letters[at : at + 4] for at in range(0, RECOVERY_LETTERS, 4))


def parse_recovery_code(typed: str) -> tuple[int, str] | None:
    """The number and the letters of a typed recovery code; None where it can be none.

    Args:
        typed: as `parse_code` gives it: without spaces and dashes.
    """
    letters = typed.upper().translate(_READ_AS)
    if len(letters) != RECOVERY_LETTERS or any(each not in ALPHABET for each in letters):
        return None
    number = ALPHABET.index(letters[0])
    return (number, letters) if number < RECOVERY_CODES else None


def parse_passkey_name(typed: str) -> str | None:
    """What its owner calls a passkey, 1 to 40 characters, or None."""
    name = clean_line(typed)
    return name if 0 < len(name) <= PASSKEY_NAME_MAX_LENGTH else None


def is_count_sound(known: int, signed: int) -> bool:
    """Whether a signature's counter goes on; one that does not is a sign of a copied key.

    Args:
        known: of the signature before.
        signed: of this one; both 0: the authenticator counts nothing.

    Source: W3C Web Authentication Level 3, 7.2, step 22.
    """
    return signed > known or signed == known == 0


def require_another(enrolled: Enrolled, *, required: bool) -> None:
    """Refuse to remove the only second factor where one is needed.

    Args:
        enrolled: what the account would have left.
        required: whether the installation asks its officials for one.

    Raises:
        Conflict: `last-factor`.
    """
    if required and not enrolled.has_any:
        raise Conflict(
            "last-factor",
            Text(
                id="Ini satu-satunya faktor kedua Anda. Tambahkan dulu yang lain, lalu hapus "
                "yang ini.",
                en="This is your only second factor. Add another one first, then remove this.",
            ),
        )


def step_over() -> InvalidInput:
    """The error for a second step whose sign-in is too old, was finished or was never begun."""
    text = Text(
        id="Langkah masuk ini sudah berakhir: lewat 15 menit, terlalu banyak percobaan, atau "
        "sudah dipakai. Minta kode surel yang baru.",
        en="This step is over: 15 minutes have passed, there were too many tries, or it was "
        "used. Ask for a new code by mail.",
    )
    return InvalidInput("sign-in-step-over", text, fields=[FieldError("email", "over", text)])


def wrong_factor() -> InvalidInput:
    """The error for a code that is neither the app's nor an unused recovery code."""
    text = Text(
        id="Kode tidak cocok atau sudah dipakai. Tunggu kode berikutnya di aplikasi, dan "
        "periksa jam ponsel; atau pakai kode pemulihan yang belum dipakai.",
        en="That code is not right, or it was used. Wait for the app's next one, and check the "
        "phone's clock; or use a recovery code that was not used yet.",
    )
    return InvalidInput("wrong-factor", text, fields=[FieldError("code", "wrong-factor", text)])


def app_codes_off() -> InvalidInput:
    """The error for an app's code while somebody guesses."""
    text = Text(
        id="Ada yang menebak-nebak kode akun ini, jadi kode aplikasi tidak berlaku selama satu "
        "hari. Pakai kunci sandi (passkey) atau kode pemulihan, atau hubungi administrator; "
        "periksa juga siapa yang dapat membuka surel Anda.",
        en="Somebody guesses codes of this account, so codes of the app are off for a day. Use a "
        "passkey or a recovery code, or ask your administrator; and see who can open your mail.",
    )
    return InvalidInput("app-codes-off", text, fields=[FieldError("code", "app-codes-off", text)])


def passkey_refused() -> InvalidInput:
    """The error for an answer that no passkey of an official gave to this browser's challenge."""
    text = Text(
        id="Kunci sandi ini tidak dikenal di sini, sudah dihapus, atau jawabannya terlambat. "
        "Coba sekali lagi, atau masuk dengan kode surel.",
        en="This passkey is not known here, was removed, or its answer came late. Try once more, "
        "or sign in with a code by mail.",
    )
    return InvalidInput(
        "passkey-refused", text, fields=[FieldError("email", "passkey-refused", text)]
    )


def passkey_not_added() -> InvalidInput:
    """The error for a new passkey that cannot be kept."""
    text = Text(
        id="Kunci sandi tidak tersimpan: jawabannya terlambat atau perangkat tidak memeriksa "
        "pemiliknya. Coba sekali lagi.",
        en="The passkey was not kept: its answer came late, or the device did not check who uses "
        "it. Try once more.",
    )
    return InvalidInput("passkey-not-added", text, fields=[FieldError("name", "not-added", text)])


def passkey_name_missing() -> InvalidInput:
    """The error for a passkey without a name, or with one that is too long."""
    text = Text(
        id="Beri nama 1–40 karakter, misalnya Ponsel kantor.",
        en="Give it a name of 1 to 40 characters, such as Office phone.",
    )
    return InvalidInput("passkey-name", text, fields=[FieldError("name", "invalid", text)])


def too_many_passkeys() -> Conflict:
    """The error for one passkey more than an account may have."""
    return Conflict(
        "too-many-passkeys",
        Text(
            id="Akun ini sudah memiliki 10 kunci sandi. Hapus dulu yang tidak dipakai.",
            en="This account has 10 passkeys already. Remove one that is not used first.",
        ),
    )


def passkey_removed() -> Unauthenticated:
    """The error for a session whose passkey was removed."""
    return Unauthenticated(
        "passkey-removed",
        Text(
            id="Kunci sandi yang dipakai untuk masuk di sini sudah dihapus, jadi sesi ini "
            "diakhiri. Masuk lagi dengan cara lain.",
            en="The passkey that signed in here was removed, so this session has ended. Sign in "
            "again in another way.",
        ),
    )


def sign_in_again() -> Forbidden:
    """The error for changing how one signs in, long after the sign-in."""
    return Forbidden(
        "sign-in-again",
        Text(
            id="Mengubah cara masuk hanya bisa dalam 15 menit setelah masuk. Keluar, masuk "
            "lagi, lalu ulangi.",
            en="How you sign in can be changed within 15 minutes of signing in. Sign out, sign "
            "in again, and repeat this.",
        ),
    )


def factor_there() -> Conflict:
    """The error for setting up at the first sign-in what was set up meanwhile."""
    return Conflict(
        "factor-there",
        Text(
            id="Akun ini sudah memiliki faktor kedua. Masuk lagi dan pakai yang itu.",
            en="This account has a second factor already. Sign in again, and use that one.",
        ),
    )


def no_such_factor() -> NotFound:
    """The error for removing what is not there."""
    return NotFound(
        "no-such-factor",
        Text(
            id="Faktor kedua ini tidak ada atau sudah dihapus. Muat ulang halaman.",
            en="This second factor is not there, or was removed. Load the page again.",
        ),
    )

"""API keys of employers, as text: `strp_`, 40 letters of secret, 6 of checksum.

The prefix lets scanners of leaked secrets recognise a key; the checksum lets them, and us, tell
a key from a typing error without a look-up. Letters are Crockford's base 32 in lower case.
"""

import binascii
import re
from datetime import timedelta

from strp.domain.errors import Conflict, FieldError, InvalidInput, NotFound, TooMany
from strp.domain.identifiers import ALPHABET
from strp.domain.rate_limit import RateLimit
from strp.domain.text import Text

KEYS_PER_EMPLOYER = 20
KEYS_MADE = RateLimit(burst=20, interval=timedelta(minutes=72))  # 20 a day
PREFIX = "strp_"
SECRET_BYTES = 25
LABEL_MAX_LENGTH = 60
_LETTERS = ALPHABET.lower()
_AS_PYTHON = str.maketrans(_LETTERS, "0123456789abcdefghijklmnopqrstuv")
"""Our letters as those that `int` reads in base 32."""
_SHAPE = re.compile(rf"{PREFIX}[{_LETTERS}]{{46}}")


def write_api_key(secret: bytes) -> str:
    """The text of a key.

    Args:
        secret: 25 bytes that nobody can guess.
    """
    body = _base32(int.from_bytes(secret), SECRET_BYTES * 8 // 5)
    return PREFIX + body + _checksum(body)


def read_secret(key: str) -> bytes:
    """The secret in the text of a key.

    Args:
        key: for which `is_api_key` holds.
    """
    return int(key[len(PREFIX) : -6].translate(_AS_PYTHON), 32).to_bytes(SECRET_BYTES)


def is_api_key(text: str) -> bool:
    """Whether the text has the shape and the checksum of a key; says nothing of its being known."""
    return bool(_SHAPE.fullmatch(text)) and _checksum(text[len(PREFIX) : -6]) == text[-6:]


def parse_label(text: str) -> str | None:
    """What an employer calls a key, in one line of 1–60 characters, or None."""
    label = " ".join(text.split())
    return label if label.isprintable() and 0 < len(label) <= LABEL_MAX_LENGTH else None


def _checksum(body: str) -> str:
    return _base32(binascii.crc32(body.encode()) & (1 << 30) - 1, 6)


def _base32(value: int, letters: int) -> str:
    return "".join(_LETTERS[value >> shift & 31] for shift in range(5 * letters - 5, -1, -5))


def too_many_keys() -> Conflict:
    """The error for one more key than an employer may hold."""
    return Conflict(
        "too-many-keys",
        Text(
            id=f"Perusahaan ini sudah memiliki {KEYS_PER_EMPLOYER} kunci. Cabut yang tidak "
            "dipakai lagi.",
            en=f"This employer has {KEYS_PER_EMPLOYER} keys. Withdraw those that are not used "
            "any more.",
        ),
    )


def keys_too_often(retry_after_s: int) -> TooMany:
    """The error for making keys, and withdrawing them, over and over."""
    minutes = max(1, -(-retry_after_s // 60))
    return TooMany(
        "keys-too-often",
        Text(
            id=f"Terlalu banyak kunci dibuat hari ini. Coba lagi dalam {minutes} menit; kunci "
            "yang ada tetap berlaku.",
            en=f"Too many keys were made today. Try again in {minutes} min; those that there are "
            "stay good.",
        ),
        retry_after_s=retry_after_s,
    )


def no_such_key() -> NotFound:
    """The error for withdrawing a key that the employer does not have."""
    return NotFound(
        "no-such-key",
        Text(
            id="Perusahaan ini tidak memiliki kunci itu, atau sudah dicabut.",
            en="This employer has no such key, or it was withdrawn already.",
        ),
    )


def invalid_label() -> InvalidInput:
    """The error for a label that is empty or too long."""
    text = Text(
        id=f"Beri nama kunci ini, paling panjang {LABEL_MAX_LENGTH} karakter, "
        "misalnya nama program yang memakainya.",
        en=f"Name the key in at most {LABEL_MAX_LENGTH} characters, "
        "such as the program that uses it.",
    )
    return InvalidInput("invalid-label", text, fields=[FieldError("label", "invalid-label", text)])

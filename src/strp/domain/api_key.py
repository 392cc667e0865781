"""API keys of employers, as text: `strp_`, 40 letters of secret, 6 of checksum.

The prefix lets scanners of leaked secrets recognise a key; the checksum lets them, and us, tell
a key from a typing error without a look-up. Letters are Crockford's base 32 in lower case.
"""

import binascii
import re

from strp.domain.errors import FieldError, InvalidInput, NotFound
from strp.domain.identifiers import ALPHABET
from strp.domain.text import Text

PREFIX = "strp_"
SECRET_BYTES = 25
LABEL_MAX_LENGTH = 60
_LETTERS = ALPHABET.lower()
_SHAPE = re.compile(rf"{PREFIX}[{_LETTERS}]{{46}}")


def write_api_key(secret: bytes) -> str:
    """The text of a key.

    Args:
        secret: 25 random bytes.
    """
    body = _base32(int.from_bytes(secret), SECRET_BYTES * 8 // 5)
    return PREFIX + body + _checksum(body)


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

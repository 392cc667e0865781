"""The text in a QR: `STRP1:` and base45 (RFC 9285), letters that a QR packs at 5.5 bits each."""

import re
from collections.abc import Iterator
from itertools import product
from struct import Struct
from typing import Final

from strp.domain.text import plain_number

PREFIX: Final = "STRP1:"
MOST_COPIED: Final = 1 << 14
_LINE_BREAKS: Final = re.compile(r"[\r\n\v\f]+|\t+")
TEXT_MAX_CHARACTERS: Final = 1024
"""A certificate has at most 351; what is longer than this is not looked at."""
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_BASE: Final = len(_ALPHABET)
_NO_DIGIT, _NO_BYTE = 255, 256
_DIGITS = bytes(_ALPHABET.find(chr(code)) % 256 for code in range(256))
# The two low digits of a triple are looked up at once: half the divisions.
_PAIRS = [low + high for high, low in product(_ALPHABET, repeat=2)]
_HIGH = len(_PAIRS)


def base45_encode(data: bytes) -> str:
    """Bytes as base45: two bytes in three characters, a last odd one in two."""
    pairs, alphabet, high = _PAIRS, _ALPHABET, _HIGH
    words = Struct(f">{len(data) // 2}H").unpack_from(data)
    text = "".join([pairs[word % high] + alphabet[word // high] for word in words])
    return text + pairs[data[-1]] if len(data) % 2 else text


def base45_decode(text: str) -> bytes | None:
    """Bytes behind base45, or None where the text is not base45 (RFC 9285 §6)."""
    if not text.isascii():
        return None
    digits = text.encode().translate(_DIGITS)
    if _NO_DIGIT in digits:
        return None
    whole = len(digits) - len(digits) % 3
    low, middle, high = (_lanes(digits[start:whole:3]) for start in range(3))
    words = (low + middle * _BASE + high * _HIGH).to_bytes(4 * (whole // 3), "little")
    if words[2::4].strip(b"\0"):  # more than two bytes hold
        return None
    found = bytearray(2 * (whole // 3))
    found[::2], found[1::2] = words[1::4], words[::4]
    if whole == len(digits):
        return bytes(found)
    last = digits[whole] + digits[-1] * _BASE if len(digits) - whole == 2 else _NO_BYTE
    return bytes(found) + bytes((last,)) if last < _NO_BYTE else None


def _lanes(digits: bytes) -> int:
    """Digits side by side in one number, four bytes each: one sum adds all of them at once."""
    lanes = bytearray(4 * len(digits))
    lanes[::4] = digits
    return int.from_bytes(lanes, "little")


def write_text(token: bytes) -> str:
    """The text that a QR carries.

    Args:
        token: a COSE_Sign1 message.
    """
    return PREFIX + base45_encode(token)


def read_text(text: str) -> bytes | None:
    """The message behind the text of a QR as it was copied, or None where it is not ours.

    See `read_texts`; this is the first reading.
    """
    return next(read_texts(text), None)


def read_texts(text: str) -> Iterator[bytes]:
    """What may stand behind the text of a QR, likeliest first; at most three readings.

    What a careless copy leaves around it or in it is dropped: line breaks, byte-order marks, and
    letters that nobody sees. Other spaces than the plain one, which is a digit of base45, count as
    that; small letters, which are no digits, count as capitals. Where lines were wrapped, spaces
    and marks of quotation beside the break may have come with it, or the break may stand for a
    space. A certificate never ends in a space: the last character of a triple is at most "W", and
    the second of a pair at most "5".
    """
    if not (text.isascii() and text.isprintable()):
        text = text[:MOST_COPIED]
    for reading in _readings(text):
        reading = reading.strip()
        if len(reading) > TEXT_MAX_CHARACTERS or not reading.startswith(PREFIX):
            continue
        token = base45_decode(reading[len(PREFIX) :])
        if token is not None:
            yield token


def _readings(text: str) -> Iterator[str]:
    if text.isascii() and text.isprintable():
        yield text.lstrip("> ").upper()
        return
    lines = [line for line in _LINE_BREAKS.split(text) if line.strip()]
    for joint, trim in (("", _same), ("", _unquoted), (" ", _unquoted)):
        plain = plain_number(joint.join(map(trim, lines))).lstrip("> ")
        yield plain.upper() if plain.isascii() else plain
        if len(lines) < 2:
            return


def _same(line: str) -> str:
    return line


def _unquoted(line: str) -> str:
    return line.strip(" \t\u00a0").removeprefix(">").strip(" \t\u00a0")

"""Identifiers that people read aloud, type and file: NIB, application, receipt, serial.

A receipt and a serial are a number with a keyed tag, masked, written in
Crockford's base 32. The tag makes a made-up number show itself without a look-up; the check
character catches a slip of the keyboard before anything is asked of the server.

Sources: Crockford, "Base 32"; ISO/IEC 7064:2003, hybrid systems.
"""

import re
from hashlib import blake2b
from typing import NewType

from strp.domain.text import plain_number

Nib = NewType("Nib", int)
ApplicationId = NewType("ApplicationId", int)
PeriodId = NewType("PeriodId", int)
SerialNumber = NewType("SerialNumber", int)

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUE = {letter: value for value, letter in enumerate(ALPHABET)} | {"O": 0, "I": 1, "L": 1}
_PAIRS = [high + low for high in ALPHABET for low in ALPHABET]
NUMBER_BITS = 48
VALUE_BITS = 60
COUNTED_BITS = 30
"""Numbers below were counted over all processes, before the epochs (`domain/epochs.py`)."""
_BODY_LENGTH = VALUE_BITS // 5
_SEPARATORS = re.compile(r"[\s\-.'`]+")


def parse_nib(text: str) -> Nib | None:
    """Read a NIB, or None where it is not 13 digits (PP 24/2018)."""
    digits = _SEPARATORS.sub("", plain_number(text))
    return Nib(int(digits)) if len(digits) == 13 and digits.isascii() and digits.isdigit() else None


def format_nib(nib: Nib) -> str:
    """Write a NIB with its 13 digits."""
    return f"{nib:013d}"


def check_character(body: str) -> str:
    """Check character of the hybrid system of ISO/IEC 7064, for the 32 characters of ours.

    The standard's own MOD 37,36 would bring back the letters that look like digits.
    """
    state = 32
    for letter in body:
        state = ((state + _VALUE[letter]) % 32 or 32) * 2 % 33
    return ALPHABET[(33 - state) % 32]


class _Layout:
    """A number of so many bits, masked, with the rest of 60 bits as its tag behind it.

    Args:
        key: secret of 32 bytes.
        number_bits: most bits of a number; whole bytes.
    """

    def __init__(self, key: bytes, number_bits: int) -> None:
        self.number_bits = number_bits
        self.tag_bits = VALUE_BITS - number_bits
        self._hash = blake2b(key=key, digest_size=number_bits // 8)
        self._width_bytes = number_bits // 8 + 1
        self._masking = 1 << number_bits  # keeps the hash that masks apart from the one that tags

    def value(self, number: int) -> int:
        """The number, masked so that it tells no count, with its tag behind it."""
        tag = self._keyed(number) >> self.number_bits - self.tag_bits
        return (number ^ self._keyed(tag | self._masking)) << self.tag_bits | tag

    def number(self, value: int) -> int | None:
        """The number behind a value with a right tag, or None."""
        masked, tag = divmod(value, 1 << self.tag_bits)
        number = masked ^ self._keyed(tag | self._masking)
        return number if self._keyed(number) >> self.number_bits - self.tag_bits == tag else None

    def _keyed(self, number: int) -> int:
        """A keyed hash of a number, as long as a number."""
        keyed = self._hash.copy()  # the key was taken in once
        keyed.update(number.to_bytes(self._width_bytes))
        return int.from_bytes(keyed.digest())


class TaggedNumbers:
    """Writes numbers so that a made-up one shows itself.

    Numbers of an epoch have 48 bits and a tag of 12; those that were counted over all processes
    keep 40 bits and a tag of 20, as they are printed on paper. A value that reads as one of the
    latter is one: a number of an epoch does so once in a billion, and is then found by its QR only.

    Args:
        key: secret of at least 16 bytes.
        purpose: word that keeps receipts and serials apart.
    """

    def __init__(self, key: bytes, purpose: str) -> None:
        own_key = blake2b(purpose.encode(), key=key, digest_size=32).digest()
        self._counted = _Layout(own_key, 40)
        self._drawn = _Layout(own_key, NUMBER_BITS)

    def value(self, number: int) -> int:
        """What stands for a number; 60 bits.

        Args:
            number: as drawn or counted; below 2**48.

        Raises:
            ValueError: the number has more bits.
        """
        if not 0 <= number < 1 << NUMBER_BITS:
            raise ValueError("number out of range")
        layout = self._drawn if number >> COUNTED_BITS else self._counted
        return layout.value(number)

    def number(self, value: int) -> int | None:
        """The number behind a value with a right tag, or None."""
        if not 0 <= value < 1 << VALUE_BITS:
            return None
        counted = self._counted.number(value)
        if counted is not None and not counted >> COUNTED_BITS:
            return counted
        drawn = self._drawn.number(value)
        return drawn if drawn is not None and drawn >> COUNTED_BITS else None

    def write(self, number: int) -> str:
        """The number as text: three groups of four and a check character."""
        return write_value(self.value(number))

    def read(self, text: str) -> int | None:
        """The number that the text stands for, or None where it is mistyped or made up."""
        value = read_value(text)
        return None if value is None else self.number(value)


def write_value(value: int) -> str:
    """A 60-bit value as `XXXX-XXXX-XXXX-C`."""
    body = "".join([_PAIRS[value >> shift & 1023] for shift in (50, 40, 30, 20, 10, 0)])
    return f"{body[:4]}-{body[4:8]}-{body[8:]}-{check_character(body)}"


def read_value(text: str) -> int | None:
    """The 60-bit value behind `XXXX-XXXX-XXXX-C`, or None where it is mistyped."""
    letters = _SEPARATORS.sub("", plain_number(text)).upper()
    if len(letters) != _BODY_LENGTH + 1:
        return None
    value = 0
    for letter in letters[:-1]:
        if letter not in _VALUE:
            return None
        value = value << 5 | _VALUE[letter]
    check = ALPHABET[_VALUE[letters[-1]]] if letters[-1] in _VALUE else ""
    return value if write_value(value)[-1] == check else None

"""Which of its eight masks a QR symbol wears: the one that is easiest to read (ISO/IEC 18004, 7.8).

A symbol is one large number, a bit a module, row by row with an empty module between the rows; so
the rules are a few shifts each, and all eight masks cost less than one drawing.
"""

from functools import cache
from typing import Final

MASKS: Final = 8
_LONG_RUN, _BLOCK, _LIKE_FINDER, _UNEVEN = 3, 3, 40, 10
_DARK_DIGITS: Final = bytes.maketrans(b"\x00\xff", b"10")
_LIGHT_OF_DIGITS: Final = bytes.maketrans(b"01", b"\xff\x00")


def as_number(side: int, modules: bytes) -> int:
    """A symbol as a number, 1 for dark.

    Args:
        side: modules along a side.
        modules: side × side bytes, 0 for dark, 255 for light.
    """
    rows = (modules[at : at + side] for at in range(0, side * side, side))
    return int(b"\xff".join(rows).translate(_DARK_DIGITS), 2)


def as_modules(side: int, number: int) -> bytes:
    """The modules of a number, as `as_number` takes them.

    Args:
        side: modules of a row.
        number: of `as_number`.

    Returns:
        side × side bytes, row by row: 0 for dark, 255 for light.
    """
    digits = f"{number:0{side * (side + 1) - 1}b}".encode().translate(_LIGHT_OF_DIGITS)
    return b"".join(digits[at : at + side] for at in range(0, len(digits), side + 1))


def penalty(side: int, dark: int) -> int:
    """How hard a symbol is to read: less is better (ISO/IEC 18004, 7.8.3.1).

    Args:
        side: modules along a side.
        dark: the symbol as a number.
    """
    light = _all_modules(side) ^ dark
    found = 0
    for step in (1, side + 1):
        for one in (dark, light):
            two = one & one >> step
            five = two & two >> 2 * step & one >> 4 * step
            # A run of n counts n - 2: each five in it one, and its beginning two more.
            found += five.bit_count() + (_LONG_RUN - 1) * (five & ~(five >> step)).bit_count()
        found += _LIKE_FINDER * _like_finders(dark, light, step)
    for one in (dark, light):
        pair = one & one >> 1
        found += _BLOCK * (pair & pair >> side + 1).bit_count()
    modules = side * side
    return found + _UNEVEN * (abs(20 * dark.bit_count() - 10 * modules) // modules)


@cache
def _all_modules(side: int) -> int:
    return int("0".join(["1" * side] * side), 2)


def _like_finders(dark: int, light: int, step: int) -> int:
    """Dark, light, three dark, light, dark beside four light ones, as the corners begin."""
    core = dark & light >> step & dark >> 2 * step & dark >> 3 * step & dark >> 4 * step
    core &= light >> 5 * step & dark >> 6 * step
    pair = light & light >> step
    four = pair & pair >> 2 * step
    return (core & four >> 7 * step).bit_count() + (core & four << 4 * step).bit_count()

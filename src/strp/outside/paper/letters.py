"""Words in the modules of a QR symbol: a picture of an exercise's code needs no font to say so."""

from typing import Final

LETTER_HEIGHT: Final = 7
_WIDTH = 5
_GAP = 1
# Rows of five modules from top to bottom; the highest of the five bits is on the left.
_LETTERS: Final = {
    "A": (14, 17, 17, 31, 17, 17, 17),
    "C": (14, 17, 16, 16, 16, 17, 14),
    "E": (31, 16, 16, 30, 16, 16, 31),
    "H": (17, 17, 17, 31, 17, 17, 17),
    "I": (14, 4, 4, 4, 4, 4, 14),
    "L": (16, 16, 16, 16, 16, 16, 31),
    "N": (17, 25, 21, 19, 17, 17, 17),
    "R": (30, 17, 17, 30, 20, 18, 17),
    "S": (15, 16, 16, 14, 1, 1, 30),
    "T": (31, 4, 4, 4, 4, 4, 4),
    "X": (17, 17, 10, 4, 10, 17, 17),
}


def word_modules(word: str, width: int) -> list[bytes]:
    """Rows of modules that write a word in the middle of a line.

    Args:
        word: of the letters above.
        width: modules of a row.

    Returns:
        `LETTER_HEIGHT` rows of `width` bytes; 0 is dark, 255 is light.
    """
    rows = []
    for line in range(LETTER_HEIGHT):
        bits = (b"\xff" * _GAP).join(_row(_LETTERS[letter][line]) for letter in word)
        rows.append(bits.center(width, b"\xff"))
    return rows


def _row(bits: int) -> bytes:
    return bytes(0 if bits >> (_WIDTH - 1 - x) & 1 else 255 for x in range(_WIDTH))

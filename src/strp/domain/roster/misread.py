"""Tells a text that some program misread or lost letters of, before anybody is called by it.

What was read in the wrong encoding and saved again is sound text of other letters: `JosÃ©` is
`José` in UTF-8, taken for Windows-1252. No name and no position looks so by chance: all their
letters beyond ASCII would have to be bytes of UTF-8 in their right order.
"""

import re
import unicodedata
from typing import Final

# How programs misread UTF-8: as the code pages of Western, Central and Turkish Windows, of a Mac,
# and as Latin-1.
_MISTAKEN: Final = ("cp1252", "mac_roman", "cp1250", "cp1254", "latin-1")
# Marks above and below that names have beyond the letters of NFC. Others come of two letters of
# Mac Roman that are one of UTF-8 (CC A9).
_TONES: Final = frozenset(
    map(chr, (*range(0x300, 0x305), *range(0x306, 0x309), *range(0x30A, 0x30D), 0x323))
)
_CODE = re.compile(r"[{}]|\[object \w|</?[A-Za-z][^<>]*>")
# A question mark or a line in the place of a letter ("Jos?"), entities of web pages ("Nu&#39;man"),
# UTF-7 ("Zo+AOs-") and HZ ("~{UEN0~}"); a backslash, by which programs mark quotes and letters.
_LOST_LETTER = re.compile(
    r"\\|[^\W\d_][?_]|[?_][^\W\d_]|&(?:#x?[0-9a-f]{1,6}|[a-z]{2,10});|\+[A-Za-z0-9+/]{2,}-|~\{",
    re.I,
)


def is_misread(text: str) -> bool:
    """Whether a text is UTF-8 that a program took for another encoding, or the other way round.

    Args:
        text: as it came, not cleaned.
    """
    if text.isascii():
        return False
    if any(_is_utf_8_in(text, encoding) for encoding in _MISTAKEN):
        return True
    whole = unicodedata.normalize("NFC", text)
    return any("\u0300" <= letter <= "\u036f" and letter not in _TONES for letter in whole)


def is_code(text: str) -> bool:
    """Whether a program wrote what it holds in place of words: an object, markup.

    Args:
        text: as it came.
    """
    return _CODE.search(text) is not None


def lost_letters(name: str) -> bool:
    """Whether a program put signs in the place of letters of a name.

    Args:
        name: as it came.
    """
    return _LOST_LETTER.search(name) is not None


def _is_utf_8_in(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding).decode("utf-8")
    except UnicodeError:
        return False
    return True

"""Sentences for people, always in both languages of the product; text of others made safe to show.

Names, remarks and labels are cleaned once, where they come in, so that page, call, spreadsheet,
certificate and PDF show the same.
"""

import unicodedata
from enum import StrEnum
from typing import Final, NamedTuple


class Language(StrEnum):
    """Languages of the product; Indonesian comes first."""

    ID = "id"
    EN = "en"


class Text(NamedTuple):
    """One sentence in Indonesian and in English."""

    id: str
    en: str

    def in_(self, language: Language) -> str:
        """The sentence in the reader's language."""
        return self.en if language is Language.EN else self.id


# What shows nothing and parts no words: joiners, soft hyphens, fillers, selectors, tags.
_BLANK: Final = frozenset(
    "\u00ad\u200c\u200d\u2060\u2061\u2062\u2063\u2064\ufeff\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
    + "".join(
        map(
            chr,
            [
                *range(0xFE00, 0xFE10),
                *range(0xE0000, 0xE0080),
                *range(0xE0100, 0xE01F0),
                0x180B,
                0x180C,
                0x180D,
            ],
        )
    )
)
_FORMULA: Final = frozenset("=+-@|\u2212")
_LEADS_ON: Final = ("\t", "\r", "\n")


def clean_line(text: str) -> str:
    """Text as one line in normal form (NFC), without what nobody sees.

    Joiners, soft hyphens and other invisible letters go: they make one name look like another.
    Marks of direction, which turn round what follows, controls and all kinds of space become one
    space.

    Args:
        text: as somebody typed or filed it.

    Source: Unicode Technical Report 36, section 2; UAX 9 (bidirectional controls).
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    seen = (_seen(letter) for letter in unicodedata.normalize("NFC", text))
    return unicodedata.normalize("NFC", " ".join("".join(seen).split()))


def starts_formula(text: str) -> bool:
    """Whether a spreadsheet may take a cell of this text for a formula.

    Full-width and small forms of the signs count (NFKC), also behind blanks and marks that are not
    seen; so does text that begins with a tab or a line break.

    Source: OWASP, "CSV Injection".
    """
    if not text or (text.isascii() and text[0].isalnum()):
        return False
    first = unicodedata.normalize("NFKC", clean_line(text)[:1])[:1]
    return first in _FORMULA or text.startswith(_LEADS_ON)


def _seen(letter: str) -> str:
    if letter in _BLANK:
        return ""
    return " " if unicodedata.category(letter)[0] in "CZ" else letter

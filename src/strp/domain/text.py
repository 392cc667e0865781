"""Sentences for people, always in both languages of the product; text of others made safe to show.

Names, remarks and labels are cleaned once, where they come in, so that page, call, spreadsheet,
certificate and PDF show the same.
"""

import unicodedata
from enum import StrEnum
from functools import lru_cache
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
_APOSTROPHES: Final = frozenset(
    "\u2018\u2019\u201b\u00b4\u02bc\u02b9\u02bb\u02bd\uff07\u2032\u0060"
)
_STOPS: Final = frozenset("\uff0e\u3002\uff61\u2024\u00b7\u2027\u2022")
_HYPHENS: Final = frozenset("\u2212\u02d7\u2043\u00af\u207b")
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


def counted(number: int, what: Text) -> Text:
    """A whole number with the separators that readers of each language know, and what it counts.

    Args:
        number: at least 0.
        what: the words behind it.
    """
    grouped = f"{number:,}"
    return Text(f"{grouped.replace(',', '.')} {what.id}", f"{grouped} {what.en}")


def plain_number(text: str) -> str:
    """A number as people copy it, in ASCII: what cannot change it is taken off or made plain.

    Decimal digits of any script become 0–9; every dash a hyphen, every space one space, every
    apostrophe and stop its plain form; invisible letters, byte-order marks and marks of direction
    go. Signs that could be part of another number (letters, superscripts, commas) stay as they are.
    Every door that takes a number (NIK, phone, NIB, serial, sign-in code) reads it through this.

    Args:
        text: as somebody typed, copied or filed it.

    Source: Unicode Standard, general categories Nd, Pd, Zs and Cf; UAX 9.
    """
    return text if text.isascii() else "".join(map(_plain, text))


@lru_cache(maxsize=4096)
def _plain(letter: str) -> str:
    if letter in _APOSTROPHES:
        return "'"
    if letter in _STOPS:
        return "."
    category = unicodedata.category(letter)
    match category:
        case "Nd":
            return str(unicodedata.decimal(letter))
        case "Pd":
            return "-"
        case "Zs" | "Zl" | "Zp":
            return " "
        case "Cf":
            return ""
        case _ if letter in _BLANK:
            return ""
        case _ if letter in _HYPHENS:
            return "-"
        case _ if "\uff01" <= letter <= "\uff5e":
            return unicodedata.normalize("NFKC", letter)
        case _:
            return letter


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

"""Finds out how the text of a file is encoded where nothing says so, without guessing at names.

Windows-1252 gives every byte a meaning, so GBK, Mac Roman or DOS text read as it gives other
names without an error. UTF-8 is sure by its form. A text that is not UTF-8 is taken for
Windows-1252 only where each letter beyond ASCII stands where people of these languages write it
(`Zoë`, `Nu’man`, `Muñoz`, `João`) and where the neighbouring encodings have other letters: `è` of
`Kovaèeviæ`, `Ž` of `JosŽ`, `ÕÅ` of two Chinese bytes. All else is not told: its letters beyond
ASCII are read as nothing at all, and nobody is called by another name.

Sources: Unicode Consortium, mappings of CP1250–1258, CP437, CP850, CP936 and ROMAN; Encoding
Standard (WHATWG), section 4.
"""

import codecs
import io
import re
from collections.abc import Iterator
from typing import BinaryIO, Final

UTF_8: Final = "utf-8"
WINDOWS: Final = "cp1252"
NOT_TOLD: Final = "ascii"
"""For a text whose letters beyond ASCII nobody can read for sure."""

MARKS: Final = (
    (codecs.BOM_UTF8, UTF_8),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
MOST_LETTERS: Final = 1_000_000
"""Letters of Windows-1252 that are looked at; a file with more is not told."""
MOST_RUNS: Final = 10_000
"""Stretches of letters beyond ASCII that are looked at, to tell Chinese from UTF-8."""
_WITH_MARK: Final = {UTF_8: "utf-8-sig", "utf-16-le": "utf-16", "utf-16-be": "utf-16"}
_PIECE: Final = 2**18
_LONGEST_REST: Final = 2**14
_WIDE_MARKS: Final = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_LEAST_WIDE: Final = 16

# Letters of UTF-8 that two Chinese bytes cannot have made: a letter of ASCII touches them, or they
# have three bytes.
_SPEAKS_FOR_UTF_8 = re.compile(
    r"(?<=[A-Za-z])[\x80-\u07ff]|[\x80-\u07ff](?=[A-Za-z])|[\u0800-\ud7ff\ue000-\U0010ffff]"
)
_RUN = re.compile(rb"[\x80-\xff]+")
_SIGNS = re.compile(rb"(?:\xc2[\x80-\xbf])+")
_CHINESE = re.compile(rb"(?:[\xb0-\xf7][\xa1-\xfe])+")
_ASCII_LETTER = re.compile(rb"[A-Za-z]")

_V, _C = "aeiou", "bcdfghjklmnpqrstvwxyz"
_CAPITAL_C: Final = "B-DF-HJ-NP-TV-Z"
_NO_WORD_BEFORE: Final = r"(?<![A-Za-z\x80-\uffff])"
_NO_WORD_BEHIND: Final = r"(?![A-Za-z\x80-\uffff])"
_SMALL: Final = r"(?<![A-Z][A-Z])"  # no small letter stands among capitals
_NO_CAPITAL_BEHIND: Final = r"(?![A-Z\x80-\uffff])"
# An apostrophe stands where Mac Roman has í: Rodr’guez, V’ctor, Mar’a, D’az, Lu’s, Isa’as, Helo’sa.
_NOT_I: Final = (
    rf"(?!(?<=[bcdfghjklmnpqrtvwxyz]’)[bcdfghjklmnpqrstvwxz])(?!(?<=s’)[bcdfgjklmnpqrstvwxz])"
    rf"(?!(?<=[{_C}]’)[aeo]s?(?![A-Za-z]))(?!(?<=[\W\d_][{_CAPITAL_C}]’)[a-z])"
    rf"(?!(?<=u’)[sz](?![a-z]))(?!(?<=a’)d(?![a-z]))(?![ao]s(?![a-z]))(?!(?<=[uo]’)sa(?![a-z]))"
)
# Where each letter and sign is beyond doubt; everywhere else it may be another encoding's.
_SURE: Final = (
    rf"{_SMALL}(?<=[A-Za-z])[éíóúäöüåô]{_NO_CAPITAL_BEHIND}",
    rf"{_NO_WORD_BEFORE}(?:[éíóúåô](?=[a-z])|[äöü](?=[{_C}])|á(?=[a-z]))",
    rf"{_SMALL}(?<=[A-Zbcdfghjklmnpqrstvwxyz])á{_NO_CAPITAL_BEHIND}",
    *(r"(?<=i)á(?=[nlms])", r"(?<=u)á(?=r)"),
    *(rf"(?<=[{_V}])ß{_NO_CAPITAL_BEHIND}", r"(?<=[A-Za-z])[äöü](?=ß)", r"(?<=[a-zA-Z][äöü])ß"),
    *(rf"(?<=[{_V}])ë{_NO_CAPITAL_BEHIND}", r"(?<=[aeou])ï(?=[bcdfghjklmnpqrstvwxz])"),
    *(r"(?<=[aeo])î(?=[a-z])", r"(?<=[aeiounrlA])ç(?=[aeiou])", r"(?<=[aeiounrl])ç(?=[ãõ][oe])"),
    *(r"(?<=[A-Za-z])ñ(?=[aeiou])", r"(?<=[A-Za-z])[áéíóú](?=ñ[aeo])", r"(?<=[áéíóú])ñ(?=[aeo])"),
    *(r"(?<=[a-zA-Z])ã(?=[oe])", r"(?<=ç)ã(?=o)", r"(?<=[b-z])õ(?=es)", r"(?<=ç)õ(?=es)"),
    *(rf"{_SMALL}ø(?=[bcdfghjklmnpqrstvwxz])", r"(?<=[A-Za-z])è(?=[bcdfglmnprstvz]{1,2}e)"),
    # Capitals: the first of a word, or among capitals.
    *(rf"{_NO_WORD_BEFORE}[ÁÉÓÚÄÖÜÅÇ](?=[A-Za-z])", rf"{_NO_WORD_BEFORE}Í(?=[{_C}{_CAPITAL_C}])"),
    *(
        r"(?<=[A-Z])[ÁÉÚÄÜÅ](?![a-z\x80-\uffff])",
        r"(?<=[A-Z])Ö(?![AEIOUa-z\x80-\uffff]|N(?:EZ)?(?![A-Z]))",
    ),
    *(r"(?<=[A-Z])Í(?!ES|[a-z\x80-\uffff])", r"(?<=[A-Z])Ó(?=[A-Z])", r"(?<=[A-Z])Ñ(?=[AEIOU])"),
    *(r"(?<=[A-Z])Ç(?=[AEIOU])", rf"(?<![a-z\x80-\uffff])Ø(?=[bcdfghjklmnpqrstvwxz{_CAPITAL_C}])"),
    # Apostrophes and quotes of words.
    rf"(?<=[A-Za-z])’(?=[A-Za-z]){_NOT_I}",
    *(rf"(?<=[{_V}AEIOUs])’{_NO_WORD_BEHIND}", rf"{_NO_WORD_BEFORE}’(?=[A-Z])"),
    *(rf"{_NO_WORD_BEFORE}[‘“](?=[A-Za-z])", rf"(?<![\x80-\uffff])”{_NO_WORD_BEHIND}"),
    # Dashes of titles, stops and signs that touch no word, spaces as pages of the web have them.
    r"(?<![A-Za-z\x80-\x9f\xa1-\uffff])[–—](?![a-z\x80-\x9f\xa1-\uffff])",
    r"(?<=[a-z])–(?=[A-Z])",
    *(rf"(?<=N)[°º]{_NO_WORD_BEHIND}", rf"(?<=No)[°º]{_NO_WORD_BEHIND}"),
    r"(?<![A-Za-z\x80-\x9f\xa1-\uffff])[…•·°§©®™²³½¼¾«»€£](?![A-Za-z\x80-\x9f\xa1-\uffff])",
    *(r"(?<![A-Za-zÀ-ÿ])\xa0", r"\xa0(?![a-zß-ÿ])"),
)
_LETTER = re.compile(r"[^\x00-\x7f]")
_SURE_LETTER = re.compile("|".join(_SURE))


def is_utf_32(head: bytes) -> bool:
    """Whether a file is text in UTF-32, which nobody sends: by its mark, or three of four bytes 0.

    Args:
        head: the first of a file.
    """
    if head.startswith(_WIDE_MARKS):
        return True
    letters = len(head) // 4
    if 4 * letters < _LEAST_WIDE:
        return False
    empty = [head[place : 4 * letters : 4].count(0) for place in range(4)]
    seen = letters - letters // 10
    return (min(empty[1:]) >= seen and empty[0] == 0) or (min(empty[:3]) >= seen and empty[3] == 0)


def marked_encoding(head: bytes) -> str | None:
    """The encoding that a file names by a byte-order mark.

    Args:
        head: the first of a file.
    """
    return next((encoding for mark, encoding in MARKS if head.startswith(mark)), None)


def narrow_encoding(file: BinaryIO) -> str:
    """The encoding of a text without a mark, one byte or several a letter; reads all of it.

    Args:
        file: at its start.

    Returns:
        `UTF_8` where more speaks for it than against it; `WINDOWS` where every letter beyond
        ASCII is beyond doubt so; else `NOT_TOLD`, under which each such letter is unreadable.
    """
    bad = letters = chinese = 0
    latin = False
    for piece in _pieces(file):
        if piece.isascii():
            continue
        text = piece.decode(UTF_8, "ignore")
        bad += len(piece) - len(text.encode())
        letters += len(text) - len(text.encode("ascii", "ignore"))
        for run in _RUN.finditer(piece):
            if latin or chinese == MOST_RUNS:
                break
            if not _SIGNS.fullmatch(run[0]):
                is_chinese = _may_be_chinese(piece, run)
                chinese, latin = chinese + is_chinese, not is_chinese
    if bad and (letters < bad or not _is_mostly_utf_8(file, bad)):
        return _windows(file)
    return NOT_TOLD if chinese and not latin else UTF_8


def _is_mostly_utf_8(file: BinaryIO, bad: int) -> bool:
    """Whether a text has as many letters that only UTF-8 can have as it has other bytes."""
    file.seek(0)
    sure = 0
    for piece in _pieces(file):
        sure += len(_SPEAKS_FOR_UTF_8.findall(piece.decode(UTF_8, "surrogateescape")))
        if sure >= bad:
            return True
    return False


def _windows(file: BinaryIO) -> str:
    file.seek(0)
    letters = 0
    for piece in _pieces(file):
        if (sure := _sure_letters(piece)) is None or (letters := letters + sure) > MOST_LETTERS:
            return NOT_TOLD
    return WINDOWS


def _sure_letters(lines: bytes) -> int | None:
    """How many letters beyond ASCII lines of Windows-1252 have; None where one is in doubt."""
    if lines.isascii():
        return 0
    text, letters = lines.decode(WINDOWS, "replace"), 0
    for letter in _LETTER.finditer(text):
        letters += 1
        if letters > MOST_LETTERS or not _SURE_LETTER.match(text, letter.start()):
            return None
    return letters


def _may_be_chinese(text: bytes, run: re.Match[bytes]) -> bool:
    """Whether letters that decode as UTF-8 may be GB 2312 as well.

    A short text of Chinese letters is often sound UTF-8. A letter of ASCII beside them, as every
    Latin name has one, speaks against it.

    Source: GB 2312-80, rows 16 to 87.
    """
    beside = text[max(0, run.start() - 1) : run.start()] + text[run.end() : run.end() + 1]
    return _CHINESE.fullmatch(run[0]) is not None and not _ASCII_LETTER.search(beside)


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    """A file in pieces of about 256 KiB that end where lines do."""
    while piece := file.read(_PIECE):
        yield piece + file.readline(_LONGEST_REST)


def codec_of(file: BinaryIO) -> str:
    """The codec that reads a text file, and takes off its mark.

    Args:
        file: at its start; UTF-8 (with or without a mark), UTF-16 with a mark, or Windows-1252
            beyond doubt. Any other fails to be decoded.
    """
    marked = marked_encoding(file.read(4))
    file.seek(0)
    return _WITH_MARK[marked] if marked else narrow_encoding(file)


def decoded(data: bytes) -> str:
    """A small text, decoded.

    Args:
        data: as `codec_of` takes it.

    Raises:
        UnicodeError: its letters cannot be told.
    """
    return data.decode(codec_of(io.BytesIO(data)))

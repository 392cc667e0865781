"""Reads where a worker is sent: the NIB of another employer, whose site it is, or a name.

Offices write the NIB with marks, in front of or behind the name ("PT Maju (NIB 8120 0011 1900 1)"),
or name the site alone ("di Cabang Sudirman").
"""

import re

from strp.domain.identifiers import Nib
from strp.domain.roster.cells import DAMAGED, LONGEST_TEXT, is_blank, read_words, text_of
from strp.domain.text import plain_number

NIB_DIGITS = 13
_LEAST_DIGITS = 10
_SEPARATORS = r"[ .'’`_-]"
_NIB = re.compile(rf"(?<!\d)\d(?:{_SEPARATORS}{{0,2}}\d){{{NIB_DIGITS - 1}}}(?!{_SEPARATORS}?\d)")
_LABEL = re.compile(r"\W*(?:(?:no(?:mor)?\b[.: ]*)?nib\b|di\b|at\b)[.:# ]*", re.I)
_NO_DIGITS = re.compile(r"\D+")
_DIGITS_ONLY = re.compile(r"[\d\s.,'’`_-]+")
_SCIENTIFIC = re.compile(r"(\d)(?:[.,](\d+))?[eE]\+?(\d{1,2})")
_PLACED = re.compile(
    r"(?:(?:ditempatkan|penempatan|bertugas|bekerja|placed|working)\s+)?(?:di|pada|at)\s+(?=\S)",
    re.I,
)


def read_work_site(cell: object) -> tuple[str | None, str | None]:
    """Read the site that a worker is sent to; blank is allowed.

    Returns:
        The 13 digits of a NIB, or a name, and None; or None and what is wrong: `unreadable`,
        `too-long`, `truncated-by-spreadsheet`, or `invalid` (two NIB, or digits that are none).
    """
    if is_blank(cell):
        return None, None
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return _nib_of_number(cell)
    text = text_of(cell)
    if text is None:
        return None, "unreadable"
    if len(text) > LONGEST_TEXT:
        return None, "too-long"
    plain = plain_number(text)
    if found := _SCIENTIFIC.fullmatch(plain.strip("' ")):
        return _nib_of_scientific(found)
    nibs = {_NO_DIGITS.sub("", each) for each in _NIB.findall(plain)}
    if nibs:
        return (nibs.pop(), None) if len(nibs) == 1 else (None, "invalid")
    if _DIGITS_ONLY.fullmatch(_LABEL.sub("", plain, count=1).strip('="')):
        return None, "invalid"
    return _name(cell, text)


def host_of(work_site: str | None) -> Nib | None:
    """The employer whose site it is, where a NIB names one."""
    if work_site is None or len(work_site) != NIB_DIGITS or not work_site.isdigit():
        return None
    return Nib(int(work_site))


def _name(cell: object, text: str) -> tuple[str | None, str | None]:
    words, code = read_words(text if isinstance(cell, str) else cell)
    return (None, code) if words is None else (_PLACED.sub("", words, count=1), None)


def _nib_of_number(number: int | float) -> tuple[str | None, str | None]:
    """A NIB that a spreadsheet kept as a number has lost the zeros in front."""
    if number != number or number in (float("inf"), float("-inf")) or number != int(number):
        return None, "invalid"
    digits = str(int(number))
    if not digits.isdigit() or not _LEAST_DIGITS <= len(digits) <= NIB_DIGITS:
        return None, "invalid"
    return digits.zfill(NIB_DIGITS), None


def _nib_of_scientific(found: re.Match[str]) -> tuple[str | None, str | None]:
    digits = found[1] + (found[2] or "")
    if int(found[3]) != NIB_DIGITS - 1 or len(digits) > NIB_DIGITS:
        return None, "invalid"
    return (digits, None) if len(digits) == NIB_DIGITS else (None, DAMAGED)

"""Reads a day from a cell of a roster: a date of the spreadsheet, ISO, or as people write it."""

import re
from datetime import date, datetime, timedelta

from strp.domain.roster.cells import text_of

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[t ].*)?")
_USUAL = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})(?: .*)?")
# A month in words leaves no doubt, so its year may have two digits: "31-Jul-21".
_WORDS = re.compile(r"(\d{1,2})[-/. ]([a-z]{3,9})[-/. ](\d{4}|\d{2})")
_BEFORE = re.compile(
    r"(?:(?:senin|selasa|rabu|kamis|jum'?at|sabtu|minggu|ahad|(?:mon|tues|wednes|thurs|fri|satur|"
    r"sun)day)[,. ]+|(?:per|pada|mulai|tgl|tanggal|tmt|on|as of)[.: ]+)+"
)
_MONTHS = (
    ("jan",),
    ("feb", "peb"),
    ("mar",),
    ("apr",),
    ("mei", "may"),
    ("jun",),
    ("jul",),
    ("agu", "aug", "ags"),
    ("sep",),
    ("okt", "oct"),
    ("nov", "nop"),
    ("des", "dec"),
)
_MONTH = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
_SPREADSHEET_DAYS = range(36_526, 73_051)  # from 2000 until 2099, as a spreadsheet counts
_FIRST_SPREADSHEET_DAY = date(1899, 12, 30)
_YEARS = range(2000, 2100)
LONGEST = 40


def read_day(cell: object) -> tuple[date | None, str | None]:
    """Read a day; the day before the month where both are numbers, as in Indonesia."""
    if isinstance(cell, datetime):
        return _within(cell.date())
    if isinstance(cell, date):
        return _within(cell)
    text = text_of(cell)
    if text is None:
        return None, "unreadable"
    text = text.strip("'").lower()
    if len(text) > LONGEST:
        return None, "too-long"
    if text.isdigit() and text.isascii() and int(text) in _SPREADSHEET_DAYS:
        return _FIRST_SPREADSHEET_DAY + timedelta(days=int(text)), None
    parts = _parts(_BEFORE.sub("", text, count=1))
    try:
        return _within(date(*parts)) if parts else (None, "invalid")
    except ValueError:
        return None, "invalid"


def _parts(text: str) -> tuple[int, int, int] | None:
    """Year, month and day, or None where the text names none."""
    if found := _ISO.fullmatch(text):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _USUAL.fullmatch(text):
        return int(found[3]), int(found[2]), int(found[1])
    if (found := _WORDS.fullmatch(text)) and found[2][:3] in _MONTH:
        year = int(found[3])
        return year + 2000 * (year < 100), _MONTH[found[2][:3]], int(found[1])
    return None


def _within(day: date) -> tuple[date | None, str | None]:
    return (day, None) if day.year in _YEARS else (None, "invalid")

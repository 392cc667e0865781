"""What somebody meant who wrote a day, a time, a number or a yes in another way than files do."""

import re
from datetime import date, time
from typing import Final

LONGEST: Final = 40
"""Characters of what is looked at: nobody slips in a longer word."""


def meant_day(written: str) -> str | None:
    """A day that was written the other way round (`9/7/2021`), in words or without its noughts.

    Args:
        written: as it stands in the file.
    """
    found = _ANY_DAY.fullmatch(written.strip().lower()) if len(written) <= LONGEST else None
    if found is None:
        return None
    first, middle, last = found.groups()
    year, day = (first, last) if len(first) == 4 else (last, first)
    month = int(middle) if middle.isdigit() else _MONTHS.get(middle[:3], 0)
    try:
        return date(int(year), month, int(day)).isoformat()
    except ValueError:
        return None


def meant_time(written: str) -> str | None:
    """A time that was written with a full stop (`7.30`), without its nought, or with too much.

    Args:
        written: as it stands in the file.
    """
    found = _ANY_TIME.fullmatch(written.strip()) if len(written) <= LONGEST else None
    try:
        return found and f"{time(int(found[1]) % 24, int(found[2] or 0)):%H:%M}"
    except ValueError:
        return None


def meant_number(written: str, lowest: int, highest: int) -> str | None:
    """A number that has its unit with it (`50 %`, `5 jam`).

    Args:
        written: as it stands in the file.
        lowest: least number that is taken.
        highest: greatest number that is taken.
    """
    found = _ANY_NUMBER.fullmatch(written.strip()) if len(written) <= LONGEST else None
    return found[1] if found and lowest <= int(found[1]) <= highest else None


def meant_yes(written: str) -> str | None:
    """`true` or `false` for a yes or a no.

    Args:
        written: as it stands in the file.
    """
    word = written.strip().lower()
    if word in {"yes", "ya", "y", "on", "1"} or word == "true":
        return "true"
    return "false" if word in {"no", "tidak", "n", "off", "0", "false"} else None


_ANY_DAY = re.compile(r"(\d{1,4})[-/. ]?(\d{1,2}|[a-z]{3,9})[-/. ]?(\d{1,4})", re.ASCII)
_ANY_TIME = re.compile(r"(\d{1,2})(?:[.:h]?([0-5]\d))?(?:[:.]\d\d.*|[+Z].*| *WIB)?", re.ASCII)
_ANY_NUMBER = re.compile(r"(\d{1,9})(?:\.0+)? *(?:%|[a-z]{1,8})?", re.ASCII)
_MONTHS: Final = {
    **{"jan": 1, "feb": 2, "mar": 3, "apr": 4, "mei": 5, "may": 5, "jun": 6, "jul": 7},
    **{"agu": 8, "aug": 8, "sep": 9, "okt": 10, "oct": 10, "nov": 11, "des": 12, "dec": 12},
}

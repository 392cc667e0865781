"""Structure of a NIK: what makes one impossible, and what is only worth a look.

Hard: 16 digits, a province, day 01–31 (women 41–71), month 01–12, a calendar day of some
century, serial not 0000. Soft: district unknown (districts split, and a NIK keeps its old code),
age below 15 or above 80 (a NIK also keeps a birth date that was wrong). A NIK has no check
digit; that one exists only Dukcapil can say.

Source: PP 37/2007 art. 37.
"""

from datetime import date
from functools import lru_cache

from strp.domain.regions import RegionCodes

FIRST_WORKING_AGE = 15
LAST_WORKING_AGE = 80
_WOMEN = 40


class BirthDates(dict[str, tuple[str, ...] | None]):
    """Remarks about the six birth digits `DDMMYY` of a NIK, each worked out once.

    A missing key is looked at when it is asked for: None where there is no such day, else the
    remarks. It never holds more than the 73,050 days there are.
    """

    def __init__(self, today: date) -> None:
        self._today = today

    def __missing__(self, digits: str) -> tuple[str, ...] | None:
        ages = _ages(digits, self._today)
        if ages is None:
            return None
        working = any(FIRST_WORKING_AGE <= age <= LAST_WORKING_AGE for age in ages)
        return self.setdefault(digits, () if working else ("nik-age",))


@lru_cache(maxsize=2)
def birth_dates(today: date) -> BirthDates:
    """The remarks about birth digits as of a civil day."""
    return BirthDates(today)


def nik_notes(nik: str, regions: RegionCodes, births: BirthDates) -> tuple[str, ...] | None:
    """Look at the structure of a NIK.

    Args:
        nik: 16 ASCII digits.
        regions: codes that are known today.
        births: remarks as of today.

    Returns:
        None where the NIK is impossible, else soft remarks: `nik-age`, `nik-district-unknown`.
    """
    if nik[:2] not in regions.provinces:
        return None
    notes = births[nik[6:12]]
    if notes is None or nik[12:] == "0000":
        return None
    return notes if nik[:6] in regions.districts else (*notes, "nik-district-unknown")


def _ages(digits: str, today: date) -> list[int] | None:
    day, month, year = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    if day > _WOMEN:
        day -= _WOMEN
    days = [found for century in (1900, 2000) if (found := _date(century + year, month, day))]
    return [_age(born, today) for born in days] or None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _age(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))

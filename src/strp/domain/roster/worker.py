"""Reads one line of a roster into a worker, or says what is wrong with it.

Most lines are already in their normal form: those take a short path of look-ups. The rest goes
to the readers in `roster_cells`. Both must agree, and a test holds them to it.
"""

import re
from collections.abc import Container, Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from strp.domain.regions import RegionCodes
from strp.domain.roster.cells import (
    DAMAGED,
    NIK_DIGITS,
    PLACEHOLDERS,
    PhoneReader,
    is_blank,
    read_digits,
    read_document,
    read_phone,
    read_region,
    read_site_type,
    read_vaccination,
    read_words,
    squeeze,
    text_of,
)
from strp.domain.roster.columns import COLUMNS, Column
from strp.domain.roster.days import read_day
from strp.domain.roster.misread import is_code, is_misread, lost_letters
from strp.domain.roster.nik import BirthDates, nik_notes
from strp.domain.roster.row import Cell, Problem, SiteType, Vaccination, WorkerRow
from strp.domain.roster.service_number import read_nip
from strp.domain.roster.words import site_type_readings, vaccination_readings
from strp.domain.roster.work_site import host_of, read_work_site
from strp.domain.text import plain_number

MOST_POSITIONS = 5000
NO_WORDS = PLACEHOLDERS | {"true", "false", "inf", "infinity", "loading...", "memuat..."}
LONGEST_PLACEHOLDER = max(map(len, NO_WORDS))

_SITES: dict[Cell, SiteType] = {site.value: site for site in SiteType}
_VACCINATIONS: dict[Cell, Vaccination | None] = {level.value: level for level in Vaccination}
_VACCINATIONS |= {"": None, None: None}
_PLAIN_WORDS = re.compile(r"[A-Za-z][A-Za-z .,'-]{1,98}[A-Za-z.]").fullmatch
_GAP = r"[ -]?"
_plain_phone = re.compile(
    rf"(?:\+?62{_GAP}|0)(8[1-35-9]\d){_GAP}(\d{{3,4}}){_GAP}(\d{{3,5}})", re.ASCII
).fullmatch
_new = tuple.__new__

Values = tuple[Cell, ...]


class Reading(NamedTuple):
    """What one line says.

    `identity` is the valid NIK as a number, or else the document; `worker` is there where no
    problem keeps it out; `is_exempt` says that a NIP or an NRP was given.
    """

    identity: int | str | None
    worker: WorkerRow | None
    problems: tuple[Problem, ...]
    is_exempt: bool = False


class WorkerReader:
    """Reads the lines of one roster.

    `niks_damaged` is set where the NIK column as a whole went through a spreadsheet as numbers:
    then a NIK that ends in 0 has lost its 16th digit. `has_leavers` says that a worker with a last
    day was read, `has_hosts` one at another employer's site; `takes_nrp` that eight digits exempt.

    Args:
        regions: codes that are known.
        births: remarks about birth digits as of today.
        parse_phone: reads a mobile number in an unusual spelling into E.164, or None.
        groups: words in the column `nip` that exempt a row, as the policy has them.
    """

    def __init__(
        self,
        regions: RegionCodes,
        births: BirthDates,
        parse_phone: PhoneReader,
        groups: Iterable[str] = (),
    ) -> None:
        self._groups = _squeezed(tuple(groups))
        self._regions = regions
        self._districts = regions.districts
        self._births = births
        self._parse_phone = parse_phone
        self.niks_damaged = False
        self.has_leavers = False
        self.has_hosts = False
        self.takes_nrp = True

    def read_normal(self, row: int, values: Values) -> WorkerRow | None:
        """Read a line whose cells are all in normal form; None where one may not be.

        Args:
            row: line of the sheet.
            values: cells under the canonical columns, in their order.
        """
        name, nik, position, site, region, vaccination, phone, nip, document, left, at = values
        if (
            (nip is not None and nip != "")
            or (document is not None and document != "")
            or (left is not None and left != "")
            or (at is not None and at != "")
            or self.niks_damaged
            or type(name) is not str
            or type(nik) is not str
        ):
            return None
        if not _is_plain(name) or type(position) is not str or not _is_plain_position(position):
            return None
        if len(nik) != NIK_DIGITS or not nik.isascii() or not nik.isdigit():
            return None
        notes = self._births[nik[6:12]]
        if notes is None or nik[:6] not in self._districts or nik[12:] == "0000":
            return None
        try:
            if site not in _SITES or vaccination not in _VACCINATIONS:
                return None
            if region is None or region == "":
                region = None
            elif region not in self._districts and region not in self._regions.regencies:
                return None
        except TypeError:  # a list or an object, from JSON
            return None
        if phone is None or phone == "":
            phone = None
        elif type(phone) is str and (number := _plain_phone(phone)):
            phone = f"+62{number[1]}{number[2]}{number[3]}"
        else:
            return None
        return _new(
            WorkerRow,
            (row, name, nik, None, position, _SITES[site], region,
             _VACCINATIONS[vaccination], phone, notes, None, None),
        )  # fmt: skip

    def read(self, row: int, values: Values) -> Reading:
        """Read any line, with all its problems.

        Args:
            row: number of the line as the spreadsheet shows it, from 1.
            values: its cells, one for each column of the roster, in their order.
        """
        name, nik, position, site, region, vaccination, phone, nip, document, left, at = values
        readings = (
            _read_name(name),
            self._read_nik(nik, document),
            _read_words(position, signed=True),
            (_SITES[site], None) if _is_key(site, _SITES) else read_site_type(site),
            (region, None)
            if _is_key(region, self._districts)
            else read_region(region, self._regions),
            (_VACCINATIONS[vaccination], None)
            if _is_key(vaccination, _VACCINATIONS)
            else read_vaccination(vaccination),
            read_phone(phone, self._parse_phone),
            read_nip(nip, with_nrp=self.takes_nrp, groups=self._groups),
            (None, None) if is_nothing(document) else read_document(document),
            (None, None) if is_nothing(left) else read_day(left),
            (None, None) if is_nothing(at) else read_work_site(at),
        )
        problems = tuple(
            Problem(row, column, code, readings_of(column, cell, self._regions))
            if code == "invalid"
            else Problem(row, column, code)
            for column, cell, (_, code) in zip(COLUMNS, values, readings, strict=True)
            if code
        )
        return self._reading(row, tuple(value for value, _ in readings), problems)

    def _reading(self, row: int, read: tuple[Any, ...], problems: tuple[Problem, ...]) -> Reading:
        name, nik, position, site, region, vaccination, phone, nip, document, left, at = read
        identity = int(nik) if nik else document
        if nip:
            return Reading(identity, None, (), is_exempt=True)
        if any(not problem.is_warning for problem in problems):
            return Reading(identity, None, problems)
        notes = nik_notes(nik, self._regions, self._births) if nik else ()
        self.has_leavers = self.has_leavers or left is not None
        self.has_hosts = self.has_hosts or host_of(at) is not None
        fields = (row, name, nik, document, position, site, region, vaccination, phone, notes)
        return Reading(identity, _new(WorkerRow, (*fields, left, at)), problems)

    def _read_nik(self, nik: Cell, document: Cell) -> tuple[str | None, str | None]:
        if is_blank(nik):
            return None, "missing" if is_nothing(document) else None
        digits, code = read_digits(nik, NIK_DIGITS)
        if digits is None:
            return None, code
        if self.niks_damaged and digits[-1] == "0":
            return None, DAMAGED
        impossible = nik_notes(digits, self._regions, self._births) is None
        return (None, "invalid") if impossible else (digits, None)


@lru_cache(maxsize=64)
def _squeezed(words: tuple[str, ...]) -> frozenset[str]:
    """Words of a policy as cells are compared with them: the same ones for filing after filing."""
    return frozenset(squeeze(word) for word in words)


def _is_plain(words: str) -> bool:
    """Whether words are in normal form and stand for themselves, not for "nothing"."""
    if not _PLAIN_WORDS(words) or "  " in words:
        return False
    return len(words) > LONGEST_PLACEHOLDER or words.casefold() not in NO_WORDS


_is_plain_position = lru_cache(MOST_POSITIONS)(_is_plain)  # few of them, and each comes often


def _read_words(cell: Cell, *, signed: bool = False) -> tuple[str | None, str | None]:
    if type(cell) is str and _is_plain(cell):
        return cell, None
    if type(cell) is str and (is_misread(cell) or is_code(cell)):
        return None, "unreadable"
    return read_words(cell, signed=signed)


def _read_name(cell: Cell) -> tuple[str | None, str | None]:
    name, code = _read_words(cell)
    return (None, "unreadable") if name and lost_letters(name) else (name, code)


def _is_key(cell: Cell, known: Container[Cell]) -> bool:
    return type(cell) is str and cell in known


def is_nothing(cell: object) -> bool:
    """As `is_blank`; also 0, as a formula shows that points to an empty cell.

    For columns whose content can never be 0: a day, a document, a site.

    Args:
        cell: as filed.
    """
    if is_blank(cell):
        return True
    return cell == 0 if isinstance(cell, (int, float)) and cell is not False else cell == "0"


def without_column(worker: WorkerRow, column: str) -> WorkerRow:
    """A worker whose optional column could not be told.

    Args:
        worker: as read.
        column: canonical name: region, vaccination or phone.
    """
    match column:
        case Column.REGION:
            return worker._replace(region=None)
        case Column.VACCINATION:
            return worker._replace(vaccination=None)
        case _:
            return worker._replace(phone=None)


def readings_of(column: str, cell: object, regions: RegionCodes) -> tuple[str, ...]:
    """What a text may mean that allows more than one answer, as its reader is told.

    Args:
        column: canonical column name, whose reader found the cell invalid.
        cell: as filed.
        regions: codes that are known.
    """
    text = text_of(cell) or ""
    match column:
        case Column.SITE_TYPE:
            return site_type_readings(text)
        case Column.VACCINATION:
            return vaccination_readings(text)
        case Column.REGION:
            return regions.named(regions.readings(plain_number(text)))
        case _:
            return ()

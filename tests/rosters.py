"""Rosters for tests: synthetic people, tables, and what a check makes of them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from strp.domain.regions import Region, RegionCodes, collect_regions
from strp.domain.roster.check import RosterCheck
from strp.domain.roster.columns import COLUMNS
from strp.domain.roster.row import Cell, CheckedRow, Outcome, RosterSummary
from strp.outside.phones import read_phone
from strp.outside.spreadsheets.open import RosterFile, open_roster
from tests import shipped_rules

TODAY = date(2021, 7, 5)
REGIONS: RegionCodes = collect_regions(
    [Region(code, "") for code in ("31", "32", "91", "3174", "3276", "317407", "327601")]
)
HEADER = ("nama", "nik", "jabatan", "jenis_lokasi", "kode_wilayah", "status_vaksin", "telepon")
Found = list[tuple[int, str, str]]


def nik(number: int = 1) -> str:
    """A sound NIK, another for each number; none ends in 0."""
    return f"317407{1 + number % 28:02}0190{1 + number // 28 % 998:03}{1 + number % 9}"


def person(number: int = 1, **changed: Cell) -> dict[str, Cell]:
    """A sound row, by canonical column."""
    row: dict[str, Cell] = {
        "nama": "Siti Contoh",
        "nik": nik(number),
        "jabatan": "Operator Produksi",
        "jenis_lokasi": "pelayanan",
        "kode_wilayah": "317407",
        "status_vaksin": "dosis2",
        "telepon": "081234567890",
    }
    return row | changed


def table(*rows: Mapping[str, Cell], header: Sequence[str] = HEADER) -> list[list[Cell]]:
    """Header and rows as a sheet holds them."""
    return [list(header), *([row.get(column) for column in header] for row in rows)]


def fresh_check(regions: RegionCodes = REGIONS) -> RosterCheck:
    """A check as the doors make it, on 5 July 2021."""
    return RosterCheck(regions=regions, today=TODAY, parse_phone=read_phone)


def check_lines(lines: Iterable[Sequence[Cell]]) -> tuple[list[CheckedRow], RosterSummary]:
    """Check a whole sheet, its first line being line 1."""
    check = fresh_check()
    rows = check.feed(list(enumerate(lines, 1)))
    return rows, check.finish()


def check_person(**changed: Cell) -> CheckedRow:
    """Check one row that is sound but for what is changed."""
    row = person(**changed)
    header = [column.value for column in COLUMNS if column in row]
    rows, _ = check_lines(table(row, header=header))
    (checked,) = rows
    return checked


def check_file(path: Path, **options: Any) -> tuple[RosterFile, list[CheckedRow], RosterSummary]:
    """Check a file through the reader, with the shipped regions."""
    check = fresh_check(shipped_rules.regions())
    with open_roster(path, **options) as file:
        rows = [row for chunk in file.check(check) for row in chunk]
    return file, rows, check.finish()


def problems(rows: Iterable[CheckedRow]) -> Found:
    """Every problem as the contract writes it: line, column, code."""
    return [(p.row, p.column, p.code) for row in rows for p in row.problems]


def outcomes(rows: Iterable[CheckedRow]) -> list[tuple[int, Outcome]]:
    """Line and outcome of every row."""
    return [(row.row, row.outcome) for row in rows]

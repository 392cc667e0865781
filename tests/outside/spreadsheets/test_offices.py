"""What offices and their programs do to a list of workers: it is read, or they hear what to do."""

import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from strp.domain.errors import StrpError
from strp.domain.roster.row import Cell, Outcome, SheetNote
from tests.rosters import HEADER, check_file, outcomes, person, problems, table

Rows = Sequence[Sequence[Cell]]


@pytest.fixture
def book() -> openpyxl.Workbook:
    return openpyxl.Workbook()


def saved(book: openpyxl.Workbook, path: Path) -> Path:
    book.save(path)
    return path


def fill(sheet: Any, lines: Rows) -> None:
    for row in lines:
        sheet.append(list(row))


def packed(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return path


@pytest.mark.parametrize(
    "parts",
    [
        {"Index/Document.iwa": b"\0", "Metadata/Properties.plist": b"bplist00"},
        {"[Content_Types].xml": b"<Types/>", "xl/workbook.bin": b"\x83\x01\0"},
    ],
    ids=["Numbers", "xlsb"],
)
def test_a_package_of_another_program_is_refused_with_what_to_do(
    parts: dict[str, bytes], tmp_path: Path
) -> None:
    with pytest.raises(StrpError, match="unsupported-format") as refused:
        check_file(packed(tmp_path / "roster.xlsx", parts))
    assert "simpan sebagai .xlsx" in refused.value.text.id


def test_what_offices_do_to_a_sheet_loses_nobody(book: openpyxl.Workbook, tmp_path: Path) -> None:
    """A letterhead, protection, hidden columns, totals and signatures around a list."""
    sheet = book.active
    fill(sheet, [["PT CONTOH"], ["Jl. Sudirman 1, Jakarta"], ["Telp: (021) 555-1234"], [], [], []])
    fill(sheet, table(person(1), person(2), person(3)))
    fill(sheet, [["TOTAL", 3], [], ["Jakarta, 5 Juli 2021"], ["(Budi Santoso)"], ["HRD Manager"]])
    sheet.protection.sheet = True
    sheet.column_dimensions.group("C", "E", hidden=True)
    _, rows, summary = check_file(saved(book, tmp_path / "a.xlsx"))
    assert outcomes(rows) == [(8, Outcome.SOUND), (9, Outcome.SOUND), (10, Outcome.SOUND)]
    assert summary.not_rows[0] == (1, 3)


def test_a_list_on_a_very_hidden_sheet_is_read_and_said(
    book: openpyxl.Workbook, tmp_path: Path
) -> None:
    book.active.title = "Depan"
    fill(book.active, [["Rekap"]])
    fill(book.create_sheet("Data"), table(person(1)))
    book["Data"].sheet_state = "veryHidden"
    file, rows, _ = check_file(saved(book, tmp_path / "a.xlsx"))
    assert outcomes(rows) == [(2, Outcome.SOUND)]
    assert SheetNote("hidden-sheet", "Data") in file.notes


def test_two_lists_below_each_other_are_both_read(book: openpyxl.Workbook, tmp_path: Path) -> None:
    fill(book.active, [["CABANG A"], [], *table(person(1)), [], ["CABANG B"], []])
    fill(book.active, table(person(2)))
    _, rows, _ = check_file(saved(book, tmp_path / "a.xlsx"))
    assert [row.outcome for row in rows] == [Outcome.SOUND, Outcome.SOUND]


def test_a_day_in_the_column_of_the_nik_is_no_nik(book: openpyxl.Workbook, tmp_path: Path) -> None:
    fill(book.active, table(person(1), person(2)))
    book.active["B2"] = datetime(2021, 7, 5)
    _, rows, _ = check_file(saved(book, tmp_path / "a.xlsx"))
    assert problems(rows) == [(2, "nik", "invalid")]


@pytest.mark.parametrize("first", ["sep=;\r\n", '"sep=;"\r\n'])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_line_that_names_the_separator_is_followed(
    first: str, encoding: str, tmp_path: Path
) -> None:
    lines = ";".join(HEADER) + "\r\n" + ";".join(map(str, person(1).values()))
    path = tmp_path / "roster.xls"
    path.write_bytes((first + lines).encode(encoding))
    _, rows, _ = check_file(path)
    assert outcomes(rows)[0][1] is Outcome.SOUND

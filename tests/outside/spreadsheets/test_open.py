"""Roster files of every kind and habit, read through the reader that the doors use."""

import csv
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
import xlwt
from hypothesis import given
from hypothesis import strategies as st
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from strp.domain.errors import StrpError
from strp.domain.roster.row import Cell, Outcome, SheetNote, line_of, sheet_of
from strp.outside.spreadsheets.csv_reader import detect_csv, read_csv
from strp.outside.spreadsheets.form import SMALL_JSON_BYTES, RosterForm, RosterKind, read_form
from strp.outside.spreadsheets.open import is_read_apart, open_roster
from tests.rosters import HEADER, check_file, nik, outcomes, person, problems, table

SAMPLES = Path(__file__).parents[2] / "vectors" / "rosters"
Rows = Sequence[Sequence[Cell]]
LOST = 3174074501900010.0


# CSV


def write_csv(path: Path, lines: Rows, *, delimiter: str = ",", encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(lines)
    return path


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_csv_is_read_in_every_dialect(tmp_path: Path, delimiter: str, encoding: str) -> None:
    lines = table(person(1, nama="Zoë Contoh"), person(2, nama='Budi "Boy", S.E.; M.M.'))
    file, rows, _ = check_file(
        write_csv(tmp_path / "a.csv", lines, delimiter=delimiter, encoding=encoding)
    )
    assert [row.worker.name for row in rows if row.worker] == [
        "Zoë Contoh",
        'Budi "Boy", S.E.; M.M.',
    ]
    assert file.form.delimiter == delimiter


@given(
    lines=st.lists(
        st.lists(st.text(st.characters(codec="cp1252", exclude_categories=["Cc"])), min_size=1),
        min_size=1,
    ),
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(ENCODINGS[:5]),
)
def test_every_cell_of_csv_comes_through(
    tmp_path_factory: pytest.TempPathFactory,
    lines: list[list[str]], delimiter: str, encoding: str,
) -> None:  # fmt: skip
    path = tmp_path_factory.getbasetemp() / "cells.csv"
    # One name that only UTF-8 writes so: without a mark, letters of nothing else would be in doubt.
    lines = [["Zoë"], *lines]
    write_csv(path, [list(HEADER), *lines], delimiter=delimiter, encoding=encoding)
    form = detect_csv(path)
    read = [cells for chunk in read_csv(path, form, 128) for _, cells in chunk]
    assert [[cell.lstrip(" ") for cell in cells] for cells in read[1:]] == [
        [cell.lstrip(" ") for cell in cells] for cells in lines
    ]


def test_blank_records_count_and_line_breaks_in_quotes_do_not(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    good = ",".join(str(cell) for cell in person(2).values())
    path.write_text(
        f'nama,nik,jabatan,jenis_lokasi,kode_wilayah,status_vaksin,telepon\n\n"Siti\nContoh",'
        f"{nik(1)},Kasir,kantor,,,\n{good}\n"
    )
    _, rows, _ = check_file(path)
    assert [row.row for row in rows] == [3, 4]


def test_bytes_of_another_encoding_spoil_their_row_only(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", table(*(person(n, nama="Zoë Contoh") for n in range(3))))
    path.write_bytes(path.read_bytes().replace("Zoë".encode(), b"Zo\xeb", 1))
    _, rows, _ = check_file(path)
    assert problems(rows) == [(2, "nama", "unreadable")]


def test_a_few_nul_bytes_spoil_their_row_only(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", table(person(1, nama="Si\0ti"), person(2)))
    _, rows, _ = check_file(path)
    assert problems(rows) == [(2, "nama", "unreadable")]


@pytest.mark.parametrize("size", [40_000, 10_000_000])
def test_a_huge_cell_of_csv_is_too_long_and_the_others_stand(tmp_path: Path, size: int) -> None:
    lines = table(person(1), person(2, nama="a" * size), person(3))
    _, rows, _ = check_file(write_csv(tmp_path / "a.csv", lines))
    assert (3, "nama", "too-long") in problems(rows)
    assert outcomes(rows)[0::2] == [(2, Outcome.SOUND), (4, Outcome.SOUND)]


def test_only_the_content_says_what_a_file_is(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "roster.xlsx", table(person()))
    file, _, _ = check_file(path, content_type="application/pdf", filename="roster.pdf")
    assert file.form.kind is RosterKind.CSV


# Spreadsheets


def write_xlsx(path: Path, lines: Rows, **sheet_options: Any) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in lines:
        sheet.append([None if cell == "" else cell for cell in row])
    book.save(path)
    return path


def write_xlsx_in_constant_memory(path: Path, lines: Rows) -> Path:
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet()
    for number, row in enumerate(lines):
        sheet.write_row(number, 0, row)
    book.close()
    return path


def write_xls(path: Path, lines: Rows) -> Path:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Daftar")
    for row, cells in enumerate(lines):
        for column, cell in enumerate(cells):
            sheet.write(row, column, cell)
    book.save(path)
    return path


def write_ods(path: Path, lines: Rows) -> Path:
    document = OpenDocumentSpreadsheet()
    sheet = Table(name="Daftar")
    for cells in lines:
        row = TableRow()
        for cell in cells:
            number = isinstance(cell, float)
            element = (
                TableCell(valuetype="float", value=cell)
                if number
                else TableCell(valuetype="string")
            )
            element.addElement(P(text="" if cell is None else str(cell)))
            row.addElement(element)
        sheet.addElement(row)
    sheet.addElement(TableRow(numberrowsrepeated=1_000_000))
    document.spreadsheet.addElement(sheet)
    document.save(path)
    return path


WRITERS = {
    "xlsx": write_xlsx,
    "xlsx by xlsxwriter": write_xlsx_in_constant_memory,
    "xls": write_xls,
    "ods": write_ods,
}


@pytest.mark.parametrize("kind", WRITERS)
def test_a_spreadsheet_is_read_with_its_lines_and_its_numbers(tmp_path: Path, kind: str) -> None:
    lines = [
        ["DAFTAR KARYAWAN"], [""], *table(person(1), person(2, nik=LOST), person(3, nama="Zoë")),
        [""], ["Jakarta, 5 Juli 2021"], ["(Budi Santoso)"],
    ]  # fmt: skip
    file, rows, summary = check_file(WRITERS[kind](tmp_path / "roster", lines))
    assert file.form.kind == kind[:4].strip()
    assert problems(rows) == [(5, "nik", "truncated-by-spreadsheet")]
    assert summary.not_rows == ((1, 1), (8, 9))


@pytest.fixture
def book() -> openpyxl.Workbook:
    return openpyxl.Workbook()


def saved(book: openpyxl.Workbook, path: Path) -> Path:
    book.save(path)
    return path


def fill(sheet: Any, lines: Rows) -> None:
    for row in lines:
        sheet.append(list(row))


def test_every_sheet_with_a_list_is_read(book: openpyxl.Workbook, tmp_path: Path) -> None:
    book.active.title = "Rekap"
    fill(book.active, [["Ringkasan"], ["Pekerja", 2]])
    fill(book.create_sheet("Data"), table(person(1), person(2)))
    fill(book.create_sheet("Lain"), table(person(3), person(4, nama="")))
    file, rows, _ = check_file(saved(book, tmp_path / "a.xlsx"))
    assert [(sheet_of(row.row), line_of(row.row)) for row in rows] == [
        (0, 2),
        (0, 3),
        (1, 2),
        (1, 3),
    ]
    assert file.sheets == ["Data", "Lain"]
    assert file.notes == [SheetNote("sheet-without-list", "Rekap")]


def test_a_sheet_that_explains_comes_last(book: openpyxl.Workbook, tmp_path: Path) -> None:
    book.active.title = "Contoh Pengisian"
    fill(book.active, table(person(9)))
    fill(book.create_sheet("Data"), table(person(1), person(2)))
    _, rows, _ = check_file(saved(book, tmp_path / "a.xlsx"))
    assert len(rows) == 2


def test_a_hidden_sheet_is_read_last_and_said(book: openpyxl.Workbook, tmp_path: Path) -> None:
    book.active.title = "Lama"
    book.active.sheet_state = "hidden"
    fill(book.active, table(person(9)))
    fill(book.create_sheet("Data"), table(person(1), person(2)))
    book.active = 1
    file, rows, _ = check_file(saved(book, tmp_path / "a.xlsx"))
    assert len(rows) == 3
    assert file.sheets == ["Data", "Lama"]
    assert file.notes == [SheetNote("hidden-sheet", "Lama")]


def test_hidden_rows_and_a_filter_are_read_and_said(
    book: openpyxl.Workbook, tmp_path: Path
) -> None:
    fill(book.active, table(person(1), person(2), person(3)))
    book.active.row_dimensions[3].hidden = True
    book.active.auto_filter.ref = "A1:G4"
    book.active.auto_filter.add_filter_column(0, ["Siti Contoh"])
    file, rows, _ = check_file(saved(book, tmp_path / "a.xlsx"))
    assert len(rows) == 3
    assert file.notes == [SheetNote("filtered", "Sheet"), SheetNote("hidden-rows", "Sheet", 1)]


def test_a_column_left_blank_in_front_does_no_harm(book: openpyxl.Workbook, tmp_path: Path) -> None:
    fill(book.active, [["", *row] for row in table(person(1))])
    _, rows, _ = check_file(saved(book, tmp_path / "a.xlsx"))
    assert outcomes(rows) == [(2, Outcome.SOUND)]


def test_a_cell_with_an_error_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Data & lain")
    for number, row in enumerate(table(person(1), person(2))):
        sheet.write_row(number, 0, row)
    sheet.write_formula(1, 0, "=VLOOKUP(1,A1:B2,2)", None, "#N/A")
    book.close()
    _, rows, _ = check_file(path)
    assert problems(rows) == [(2, "nama", "unreadable")]


def test_a_formula_that_was_never_worked_out_is_unreadable(
    book: openpyxl.Workbook, tmp_path: Path
) -> None:
    fill(book.active, table(person(1, nama='=HYPERLINK("x")'), person(2)))
    _, rows, _ = check_file(saved(book, tmp_path / "a.xlsx"))
    assert problems(rows) == [(2, "nama", "unreadable")]


@pytest.mark.parametrize("kind", WRITERS)
def test_lines_left_blank_at_the_top_count(tmp_path: Path, kind: str) -> None:
    lines = [[""], [""], *table(person(1))]
    _, rows, _ = check_file(WRITERS[kind](tmp_path / "a", lines))
    assert outcomes(rows) == [(4, Outcome.SOUND)]


def test_a_formula_counts_for_what_it_shows(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    for number, row in enumerate(table(person(1))):
        sheet.write_row(number, 0, row)
    sheet.write_formula(1, 0, '="Siti"&" Rahma"', None, "Siti Rahma")
    book.close()
    _, rows, _ = check_file(path)
    assert rows[0].worker is not None
    assert rows[0].worker.name == "Siti Rahma"


def test_text_that_looks_like_a_formula_is_invalid(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False})
    for number, row in enumerate(table(person(1, nama="=HYPERLINK(1)"))):
        (book.get_worksheet_by_name("Sheet1") or book.add_worksheet()).write_row(number, 0, row)
    book.close()
    _, rows, _ = check_file(path)
    assert problems(rows) == [(2, "nama", "invalid")]


def test_a_huge_cell_of_a_spreadsheet_is_too_long_and_the_others_stand(tmp_path: Path) -> None:
    lines = table(person(1), person(2, nama="a" * 32_767), person(3))
    _, rows, _ = check_file(write_xlsx_in_constant_memory(tmp_path / "a.xlsx", lines))
    assert problems(rows) == [(3, "nama", "too-long")]


# JSON


def test_json_is_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(
        json.dumps({"nib": "8120001110001", "workers": [person(1), person(1)]}).encode()
    )
    file, rows, _ = check_file(path)
    assert outcomes(rows) == [(1, Outcome.SOUND), (2, Outcome.DUPLICATE)]
    assert file.nib == "8120001110001"


def test_a_large_json_roster_reads_as_a_small_one(tmp_path: Path) -> None:
    path = tmp_path / "a"
    workers = [
        *(person(1), person(1), 5, person(2, nama={"a": "b"}), person(3, nik=10**40)),
        *(person(n, nama="b" * 1000) for n in range(4, 10)),
    ]
    path.write_text(json.dumps({"nib": "8120001110001", "workers": workers}))
    _, small, _ = check_file(path)
    path.write_text(path.read_text() + " " * SMALL_JSON_BYTES)
    assert is_read_apart(path)
    file, large, _ = check_file(path)
    assert file.nib == "8120001110001"
    assert [(row.row, row.outcome, row.problems) for row in large] == [
        (row.row, row.outcome, row.problems) for row in small
    ]


def test_a_large_json_roster_is_decoded_in_a_process_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text(json.dumps({"workers": [person(1), {"a": ["\u0100"] * 300_000}]}))
    began = time.thread_time()
    check_file(path)
    assert time.thread_time() - began < 0.2


# Forms


@pytest.mark.parametrize(
    "form",
    [
        RosterForm(RosterKind.XLS),
        RosterForm(RosterKind.CSV, "\t", "utf-16-le", True),
        RosterForm(RosterKind.CSV, ";", "cp1252"),
    ],
)
def test_the_code_of_a_form_is_read_back(form: RosterForm) -> None:
    assert read_form(form.code) == form


def read_all(path: Path) -> None:
    with open_roster(path) as file:
        for _ in file:
            pass


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(tmp_path_factory: pytest.TempPathFactory, body: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(body)
    try:
        read_all(path)
    except StrpError as refused:
        assert refused.code

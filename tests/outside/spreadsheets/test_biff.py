"""What an XLS hides from its reader: errors, hidden rows, filters; and no byte of it does harm."""

import io
import struct
from pathlib import Path

import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from strp.outside.spreadsheets.biff import read_xls_layouts
from strp.outside.spreadsheets.open import open_roster
from tests.rosters import HEADER, check_file, person, problems, table

PHONE = HEADER.index("telepon")
ERRORS = {(2, PHONE): 0x2A, (3, 1): 0x17}  # #N/A and #REF!, by [MS-XLS] 2.5.10


def workbook(*, many: int = 0) -> bytes:
    """Two workers with an error in a column each, a hidden row, and a sheet beside them."""
    book = xlwt.Workbook()
    book.add_sheet("Kosong ‘ñ’").write(0, 0, "catatan")
    sheet = book.add_sheet("Daftar")
    lines = table(*(person(number) for number in range(3 + many)))
    for row, cells in enumerate(lines):
        for column, cell in enumerate(cells):
            if (row, column) in ERRORS:
                sheet.row(row).set_cell_error(column, ERRORS[row, column])
            else:
                sheet.write(row, column, cell)
    sheet.row(1).hidden = True
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


BOOK = workbook()


def test_cells_in_error_and_hidden_rows_are_found_on_their_sheet() -> None:
    found = read_xls_layouts(BOOK)
    assert list(found) == ["Kosong ‘ñ’", "Daftar"]
    assert list(found["Daftar"].errors) == [(2, PHONE), (3, 1)]
    assert (found["Daftar"].hidden_rows, found["Kosong ‘ñ’"].hidden_rows) == (1, 0)


def test_an_error_in_an_xls_is_unreadable_and_never_silence(tmp_path: Path) -> None:
    (tmp_path / "a.xls").write_bytes(BOOK)
    _, rows, _ = check_file(tmp_path / "a.xls")
    assert problems(rows) == [(3, "telepon", "unreadable"), (4, "nik", "unreadable")]


def test_hidden_rows_of_an_xls_are_read_and_said(tmp_path: Path) -> None:
    (tmp_path / "a.xls").write_bytes(BOOK)
    with open_roster(tmp_path / "a.xls") as file:
        assert sum(len(chunk) for chunk in file) == 4
        assert [(note.code, note.rows) for note in file.notes if note.code == "hidden-rows"] == [
            ("hidden-rows", 1)
        ]


def test_a_book_of_many_sectors_is_put_together() -> None:
    assert read_xls_layouts(workbook(many=3000))["Daftar"].hidden_rows == 1


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(BOOK) - 1), st.integers(0, 255)), max_size=8))
def test_a_damaged_book_is_passed_over(changes: list[tuple[int, int]]) -> None:
    content = bytearray(BOOK)
    for place, value in changes:
        content[place] = value
    assert isinstance(read_xls_layouts(bytes(content)), dict)


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=2000))
def test_bytes_that_are_no_book_are_passed_over(content: bytes) -> None:
    assert isinstance(read_xls_layouts(BOOK[:512] + content), dict)


def formulas(*, with_summary: bool = False, result: str | None = None) -> bytes:
    """Two workers whose phones are formulas, as a program writes them that works nothing out."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Daftar")
    for row, cells in enumerate(table(person(1), person(2))):
        for column, cell in enumerate(cells):
            if row and column == PHONE:
                sheet.write(row, column, xlwt.Formula('"0812"&"34567890"'))
            else:
                sheet.write(row, column, cell)
    out = io.BytesIO()
    book.save(out)
    content = bytearray(out.getvalue())
    if result:  # of the first of them: another number than nought
        at = content.index(b"\x03\0\0\0\0\0\xff\xff")
        content[at : at + 8] = struct.pack("<d", float(result))
    return bytes(content) + (SUMMARY if with_summary else b"")


SUMMARY = "\x05SummaryInformation".encode("utf-16-le").ljust(512, b"\0")


def test_formulas_that_no_program_worked_out_are_unreadable(tmp_path: Path) -> None:
    (tmp_path / "a.xls").write_bytes(formulas())
    _, rows, _ = check_file(tmp_path / "a.xls")
    assert problems(rows) == [(2, "telepon", "unreadable"), (3, "telepon", "unreadable")]


def test_a_formula_whose_result_is_empty_is_empty_where_others_were_worked_out(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.xls").write_bytes(formulas(result="81234567890"))
    _, rows, _ = check_file(tmp_path / "a.xls")
    assert problems(rows) == []
    (tmp_path / "b.xls").write_bytes(formulas(with_summary=True))
    _, rows, _ = check_file(tmp_path / "b.xls")
    assert problems(rows) == []

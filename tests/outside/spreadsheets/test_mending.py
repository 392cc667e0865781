"""Cells merged, in error and never worked out, in each kind of spreadsheet."""

import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwt
from hypothesis import given
from hypothesis import strategies as st
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from strp.domain.roster.row import Outcome
from strp.outside.spreadsheets.mending import mend_cells
from tests.outside.spreadsheets.test_open import Rows, fill, saved, write_xlsx
from tests.rosters import HEADER, check_file, outcomes, person, problems, table

MERGED = [(2, 4, "jabatan"), (2, 3, "jenis_lokasi")]


def merged_xlsx(path: Path, lines: Rows) -> Path:
    book = openpyxl.Workbook()
    fill(book.active, lines)
    for first, last, column in MERGED:
        place = HEADER.index(column) + 1
        book.active.merge_cells(start_row=first, end_row=last, start_column=place, end_column=place)
    return saved(book, path)


def merged_xls(path: Path, lines: Rows) -> Path:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Daftar")
    covered = {
        (row, HEADER.index(column)) for first, last, column in MERGED for row in range(first, last)
    }
    for row, cells in enumerate(lines):
        for place, cell in enumerate(cells):
            merged = [m for m in MERGED if m[0] == row + 1 and HEADER.index(m[2]) == place]
            if merged:
                sheet.write_merge(row, merged[0][1] - 1, place, place, cell)
            elif (row, place) not in covered and cell:
                sheet.write(row, place, cell)
    book.save(path)
    return path


def merged_ods(path: Path, lines: Rows) -> Path:
    document = OpenDocumentSpreadsheet()
    sheet = Table(name="Daftar")
    spans = {(f, HEADER.index(column)): last - f + 1 for f, last, column in MERGED}
    for number, cells in enumerate(lines, 1):
        row = TableRow()
        for place, cell in enumerate(cells):
            span = spans.get((number, place), 1)
            extra = {"numberrowsspanned": span, "numbercolumnsspanned": 1} if span > 1 else {}
            element = TableCell(valuetype="string", **extra)
            element.addElement(P(text="" if cell is None else str(cell)))
            row.addElement(element)
        sheet.addElement(row)
    document.spreadsheet.addElement(sheet)
    document.save(path)
    return path


@pytest.mark.parametrize("write", [merged_xlsx, merged_xls, merged_ods])
def test_a_merged_cell_holds_for_every_row_and_an_empty_one_stays_empty(
    tmp_path: Path, write: Any
) -> None:
    lines = table(
        person(1),
        person(2, jabatan=None, jenis_lokasi=None),
        person(3, jabatan=None),
        person(4, jabatan=None),
    )
    _, rows, _ = check_file(write(tmp_path / "a", lines))
    assert problems(rows) == [(5, "jabatan", "missing")]
    assert [row.worker.position for row in rows if row.worker] == ["Operator Produksi"] * 3


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A2" t="e"><v>#SPILL!</v></c>',
        "<c t='e' r='A2'><v>#BLOCKED!</v></c>",
        '<c r="A2" t = "e" ><v>#N/A</v></c>',
        '<c r="A2"><f>B1&amp;"x"</f></c>',
        '<c r="A2"><f t="shared" ref="A2:A3" si="0">B1</f><v></v></c>',
        '<c r="A2" s="1"><f t="shared" si="0"/></c>',
        '<c r="A2"><f><![CDATA[IF(A1<>"",1)]]></f><v/></c>',
    ],
)
def test_a_cell_in_error_or_not_worked_out_is_unreadable(tmp_path: Path, cell: str) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", table(person(1), person(2)))
    rewrite(path, "xl/worksheets/sheet1.xml", r'<c r="A2".*?</c>', cell)
    _, rows, _ = check_file(path)
    assert problems(rows) == [(2, "nama", "unreadable")]
    assert outcomes(rows)[1] == (3, Outcome.SOUND)


def test_a_formula_whose_result_is_no_text_is_empty(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", table(person(1), person(2)))
    empty = '<c r="G2" t="str"><f>IF(A1="","",1)</f><v></v></c>'
    rewrite(path, "xl/worksheets/sheet1.xml", r'<c r="G2".*?</c>', empty)
    _, rows, _ = check_file(path)
    assert problems(rows) == []


def rewrite(path: Path, part: str, old: str, new: str) -> None:
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    text = parts[part].decode()
    parts[part] = re.sub(old, lambda _: new, text, count=1, flags=re.DOTALL).encode()
    assert parts[part] != text.encode()
    with zipfile.ZipFile(path, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)


@given(st.integers(0, 4), st.integers(0, 4), st.sampled_from(["x:", "", "ss:"]))
def test_mending_changes_nothing_but_cells_in_error(good: int, bad: int, prefix: str) -> None:
    sound = f'<{prefix}c r="A1" t="s"><{prefix}v>1</{prefix}v></{prefix}c>'.encode()
    wrong = f'<{prefix}c r="B1" t="e"><{prefix}v>#N/A</{prefix}v></{prefix}c>'.encode()
    mended = mend_cells(sound * good + wrong * bad + sound)
    assert mended.count(sound) == good + 1
    assert mended.count(b"#N/A") == bad
    assert b't="e"' not in mended

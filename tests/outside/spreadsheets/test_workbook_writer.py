"""A workbook that is written straight through is one to other programs, whatever its cells hold."""

import io
import tempfile
import time
import tracemalloc
import zipfile
from itertools import repeat
from pathlib import Path

import openpyxl
import pytest
import python_calamine

from strp.outside.spreadsheets.workbook_writer import WorkbookWriter

TEXTS = [
    *("", " ", "  a  ", "0812", "00", "=1+1", "1e5", "TRUE", "a&b", "<b>", '"x"', "]]>", "&amp;"),
    *("baris\nbaru", "tab\there", "😀", "é", "_x0041_", "_x005F_x0041_", "x" * 300, "2021-07-01"),
]


def written(*sheets: tuple[str, list[list[str | int]]]) -> bytes:
    out = io.BytesIO()
    with WorkbookWriter(out) as book:
        for name, rows in sheets:
            book.begin(name, ("satu", "dua"), (10, 20))
            book.add(rows)
    return out.getvalue()


def read_by_openpyxl(made: bytes) -> dict[str, list[list[object]]]:
    book = openpyxl.load_workbook(io.BytesIO(made))
    return {sheet.title: [list(row) for row in sheet.values] for sheet in book}


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_comes_out_of_other_programs_as_it_went_in(text: str) -> None:
    made = written(("Satu", [[text, 7]]))

    [_, found] = read_by_openpyxl(made)["Satu"]
    sheet = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(made)).get_sheet_by_index(0)

    assert sheet.to_python()[1] == [text, 7]
    if "_x" not in text:  # openpyxl leaves ECMA-376's escapes as they are
        assert [found[0] or "", found[1]] == [text, 7]


def test_sheets_have_their_names_rows_and_headings() -> None:
    rows: list[list[str | int]] = [["a", 1], ["b", 2]]
    found = read_by_openpyxl(written(("A & B", rows), ("Dua", rows[:1])))
    assert found == {
        "A & B": [["satu", "dua"], ["a", 1], ["b", 2]],
        "Dua": [["satu", "dua"], ["a", 1]],
    }


def test_what_xml_has_no_place_for_breaks_nothing() -> None:
    everything = "".join(map(chr, range(0x20))) + "\ud800\udfff\ufffe\uffff" + "a" * 40_000
    [_, [found, _]] = read_by_openpyxl(written(("Satu", [[everything, 1]])))["Satu"]
    assert str(found).endswith("a") and len(str(found)) <= 32_767 + 20


def test_a_workbook_without_sheets_is_one_too() -> None:
    assert read_by_openpyxl(written()) == {"Sheet1": []}


def test_many_columns_have_their_letters() -> None:
    out = io.BytesIO()
    with WorkbookWriter(out) as book:
        book.begin("Satu", [str(number) for number in range(800)])
    sheet = openpyxl.load_workbook(io.BytesIO(out.getvalue())).active
    assert [cell.value for cell in sheet[1]] == [str(number) for number in range(800)]


def test_nothing_lies_beside_a_workbook_while_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    out = io.BytesIO()
    with WorkbookWriter(out) as book:
        book.begin("Satu", ("satu",))
        book.add(repeat(["Siti Aminah"], 50_000))
        assert list(tmp_path.iterdir()) == []


def test_a_hundred_thousand_rows_take_seconds_and_no_memory() -> None:
    row: list[str | int] = [
        "Siti Aminah",
        "0012",
        "6281234567890",
        "https://strp.example/c/" + "A" * 40,
    ]
    with tempfile.TemporaryFile() as out, WorkbookWriter(out) as book:
        book.begin("Satu", ("a", "b", "c", "d"))
        began = time.thread_time()
        for _ in range(20):
            book.add(repeat(row, 500))
        took_s = time.thread_time() - began
        tracemalloc.start()
        for _ in range(20):
            book.add(repeat(row, 500))
        _, peak_bytes = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert 10 * took_s < 8.0
    assert peak_bytes < 3_000_000


def test_parts_are_named_before_they_come() -> None:
    names = zipfile.ZipFile(io.BytesIO(written(("Satu", [])))).namelist()
    assert names[0] == "[Content_Types].xml"

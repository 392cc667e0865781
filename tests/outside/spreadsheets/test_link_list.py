"""The list of private links as a file: whole, harmless, and written in bounded memory."""

import csv
import tracemalloc
from itertools import repeat
from pathlib import Path

import openpyxl
import pytest

from strp.outside.spreadsheets import link_list
from strp.outside.spreadsheets.link_list import LinkLine, LinkList, LinkListForm

LINE = LinkLine("Siti", "0012", "6281234567890", "https://strp.example/c/AAAA")


def written(path: Path, form: LinkListForm, *lines: LinkLine) -> list[list[object]]:
    with LinkList(path, form) as out:
        out.add(lines)
    if form is LinkListForm.CSV:
        return list(map(list, csv.reader(path.read_text("utf-8-sig").splitlines())))
    book = openpyxl.load_workbook(path)
    return [list(row) for sheet in book for row in sheet.values]


@pytest.mark.parametrize("form", LinkListForm)
def test_a_line_comes_out_as_it_went_in(tmp_path: Path, form: LinkListForm) -> None:
    assert written(tmp_path / "a.xlsx", form, LINE)[1] == list(LINE)


@pytest.mark.parametrize("form", LinkListForm)
@pytest.mark.parametrize("name", ["=1+1", "+62 Siti", "-Siti", "@Siti", "＝1", "\t=1"])
def test_no_name_starts_a_formula(tmp_path: Path, form: LinkListForm, name: str) -> None:
    assert written(tmp_path / "a.xlsx", form, LINE._replace(name=name))[1][0] == f"'{name}"


def test_a_list_that_is_longer_than_a_sheet_goes_on_with_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_list, "SHEET_ROWS", 2)
    found = written(tmp_path / "a.xlsx", LinkListForm.XLSX, *repeat(LINE, 5))
    assert sum(row == list(LINE) for row in found) == 5
    assert sum(row[0] == "nama" for row in found) == 3


@pytest.mark.parametrize("form", LinkListForm)
def test_a_long_list_takes_no_more_memory_than_a_short_one(
    tmp_path: Path, form: LinkListForm
) -> None:
    tracemalloc.start()
    with LinkList(tmp_path / "a.xlsx", form) as out:
        out.add(repeat(LINE, 20_000))
        _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak_bytes < 2_000_000

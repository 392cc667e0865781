"""The list of private links that an employer hands out, as CSV or workbook, row by row.

CSV is for programs that write to many people: UTF-8 with a mark, commas, numbers as digits. The
workbook is for people: every cell is text, so that phones and last digits keep their zeros. No
cell starts a formula in either (OWASP, "CSV injection").
"""

import csv
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple, Self

import xlsxwriter

from strp.domain.text import starts_formula

HEADINGS: Final = ("nama", "empat_digit_terakhir", "telepon", "tautan")
SHEET_ROWS: Final = 1_000_000
"""A sheet holds 2^20 lines (ECMA-376); a larger list goes on with the next sheet."""
_WIDTHS: Final = (34, 22, 18, 80)


class LinkListForm(StrEnum):
    """Forms of the list."""

    CSV = "csv"
    XLSX = "xlsx"


class LinkLine(NamedTuple):
    """One worker's line.

    Args:
        name: as on the certificate.
        identity_tail: last four characters of NIK or document.
        phone: digits with the country's code, empty where none was filed.
        address: the private link in full.
    """

    name: str
    identity_tail: str
    phone: str
    address: str


class LinkList:
    """A list that is being written, in bounded memory; use it in a `with` block.

    Args:
        path: the file to write.
        form: of the list.
    """

    def __init__(self, path: Path, form: LinkListForm) -> None:
        self.lines = 0
        self._out: _Csv | _Xlsx = _Csv(path) if form is LinkListForm.CSV else _Xlsx(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self._out.close()

    def add(self, lines: Iterable[LinkLine]) -> None:
        """Write the next lines."""
        for line in lines:
            self.lines += 1
            self._out.write(line._replace(name=_safe(line.name)))


class _Csv:
    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow(HEADINGS)

    def write(self, line: LinkLine) -> None:
        self._writer.writerow(line)

    def close(self) -> None:
        self._file.close()


class _Xlsx:
    def __init__(self, path: Path) -> None:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(str(path), options)
        self._text = self._book.add_format({"num_format": "@"})
        self._bold = self._book.add_format({"bold": True})
        self._row = SHEET_ROWS

    def write(self, line: LinkLine) -> None:
        if self._row == SHEET_ROWS:
            self._begin()
        self._row += 1
        self._put(line, self._text)

    def close(self) -> None:
        self._book.close()

    def _begin(self) -> None:
        self._sheet = self._book.add_worksheet()
        for column, width in enumerate(_WIDTHS):
            self._sheet.set_column(column, column, width, self._text)
        self._sheet.freeze_panes(1, 0)
        self._row = 0
        self._put(HEADINGS, self._bold)

    def _put(self, cells: Iterable[str], style: object) -> None:
        for column, cell in enumerate(cells):
            self._sheet.write_string(self._row, column, cell, style)


def _safe(text: str) -> str:
    return f"'{text}" if starts_formula(text) else text

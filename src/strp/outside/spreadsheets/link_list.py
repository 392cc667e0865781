"""The list of private links that an employer hands out, as CSV or workbook, row by row.

CSV is for programs that write to many people: UTF-8 with a mark, commas, numbers as digits. The
workbook is for people: every cell is text, so that phones and last digits keep their zeros. No
cell starts a formula in either (OWASP, "CSV injection").
"""

import csv
from collections.abc import Iterable, Sequence
from enum import StrEnum
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple, Self

from strp.domain.text import starts_formula
from strp.outside.spreadsheets.workbook_writer import WorkbookWriter

HEADINGS: Final = ("nama", "empat_digit_terakhir", "telepon", "tautan")
SHEET_ROWS: Final = 1_000_000
"""A sheet holds 2^20 lines (ECMA-376); a larger list goes on with the next sheet."""
_WIDTHS: Final = (34, 22, 18, 80)
_AT_ONCE: Final = 500


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
        rest = iter(lines)
        while some := [line._replace(name=_safe(line.name)) for line in islice(rest, _AT_ONCE)]:
            self.lines += len(some)
            self._out.write(some)


class _Csv:
    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow(HEADINGS)

    def write(self, lines: Sequence[LinkLine]) -> None:
        self._writer.writerows(lines)

    def close(self) -> None:
        self._file.close()


class _Xlsx:
    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._book = WorkbookWriter(self._file)
        self._sheets = 0

    def write(self, lines: Sequence[LinkLine]) -> None:
        while lines:
            if not self._sheets or self._book.rows > SHEET_ROWS:
                self._sheets += 1
                self._book.begin(f"Sheet{self._sheets}", HEADINGS, _WIDTHS)
            space = SHEET_ROWS + 1 - self._book.rows
            self._book.add(lines[:space])
            lines = lines[space:]

    def close(self) -> None:
        with self._file:
            self._book.close()


def _safe(text: str) -> str:
    return f"'{text}" if starts_formula(text) else text

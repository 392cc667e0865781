"""Tables of a report, as CSV or as a workbook, in bounded memory.

CSV is for programs: UTF-8 without a mark, commas, numbers as digits. The workbook is for people:
what is text stays text, so that a NIB keeps its zeros, and numbers are numbers. No cell starts a
formula in either (OWASP, "CSV injection"), and no name turns the direction of what follows it.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice
from typing import Final, NamedTuple

from strp.domain.text import clean_line, starts_formula
from strp.outside.spreadsheets.workbook_writer import WorkbookWriter

Value = str | int
_WIDTHS: Final = {"nib": 16, "other_nib": 16, "name": 40, "other_name": 40, "id": 70, "en": 70}
_WIDTH: Final = 14
_AT_ONCE: Final = 500


class Sheet(NamedTuple):
    """A table under a name.

    Args:
        headings: of its columns.
        rows: each as long as the headings.
    """

    name: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Value]]


def write_csv(headings: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """One table as CSV.

    Args:
        headings: of the columns.
        rows: cells in the order of the headings; text that a spreadsheet would compute is disarmed.

    Returns:
        UTF-8, with CRLF behind each row.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(headings)
    for row in rows:
        writer.writerow([_safe(cell) for cell in row])
    return out.getvalue().encode()


def write_workbook(sheets: Iterable[Sheet]) -> bytes:
    """Tables as a workbook, a sheet each."""
    out = io.BytesIO()
    with WorkbookWriter(out) as book:
        for each in sheets:
            book.begin(each.name, each.headings, [_WIDTHS.get(h, _WIDTH) for h in each.headings])
            rows = iter(each.rows)
            while some := list(islice(rows, _AT_ONCE)):
                book.add([[_safe(cell) for cell in row] for row in some])
    return out.getvalue()


def _safe(cell: Value) -> Value:
    return _safe_text(cell) if isinstance(cell, str) else cell


@lru_cache(maxsize=4096)
def _safe_text(cell: str) -> str:
    cleaned = clean_line(cell)
    return f"'{cleaned}" if starts_formula(cleaned) else cleaned

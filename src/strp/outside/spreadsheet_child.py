"""The confined process that reads one spreadsheet; its arguments are the file and the limits.

It sends `["kind", "xlsx"]`, then `["rows", [[row, cells], …]]`, and `["end"]`; or
`["refused", code]`. A hostile file can end this process, by its bounds or by a fault in the
reader, and no other.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import python_calamine

from strp.domain.errors import StrpError
from strp.domain.roster_check import LINES_BEFORE_HEADER
from strp.domain.roster_columns import read_header
from strp.outside.confined_child import confine, send
from strp.outside.roster_form import CELL_CHARACTERS, CHUNK_CHARACTERS, CHUNK_ROWS, RosterLimits
from strp.outside.roster_refusals import refusal
from strp.outside.spreadsheet_package import Package, SheetMarks, inspect_package

ERROR_CELL = "#N/A"
_EXPLAINS = re.compile(
    r"petunjuk|panduan|contoh|instruksi|keterangan|example|sample|instruction|guide|how to", re.I
)
_NO_MARKS = SheetMarks(False, frozenset())

Row = tuple[int, list[Any]]


def main() -> None:
    """Read a spreadsheet and send its rows, or why it is refused."""
    file, given = confine()
    path, limits = Path(file), msgspec.json.decode(given, type=RosterLimits)
    try:
        package = inspect_package(path, limits)
        send("kind", package.kind)
        for rows in _chunks(_rows(path, package, limits)):
            send("rows", rows)
        send("end")
    except StrpError as error:
        send("refused", error.code)
    except MemoryError:
        send("refused", "file-too-large")


def _rows(path: Path, package: Package, limits: RosterLimits) -> Iterator[Row]:
    """Rows of the first sheet with the header of a roster, else of the first one shown."""
    try:
        workbook = python_calamine.CalamineWorkbook.from_path(str(path))
        sheet, errors = _choose(workbook, package, limits)
    except python_calamine.PasswordError:
        raise refusal("encrypted-workbook") from None
    except python_calamine.CalamineError as error:
        is_vast = "limit exceeded" in str(error)
        raise refusal("file-too-large" if is_vast else "file-unreadable") from None
    was_blank = False
    for row, cells in enumerate(sheet.iter_rows()):
        plain = [cell if type(cell) is str or type(cell) is float else _plain(cell)
                 for cell in cells]  # fmt: skip
        if errors:
            _mark_errors(plain, row, errors, sheet)
        is_blank = not any(cell != "" for cell in plain)
        if not (is_blank and was_blank):
            yield row + 1, _cut(plain)
        was_blank = is_blank


def _choose(
    workbook: Any, package: Package, limits: RosterLimits
) -> tuple[Any, frozenset[tuple[int, int]]]:
    first, is_wide = None, False
    for meta in _in_order(workbook.sheets_metadata):
        marks = package.sheets.get(meta.name, _NO_MARKS)
        is_wide = is_wide or marks.is_wide
        sheet = None if marks.is_wide else workbook.get_sheet_by_name(meta.name)
        if sheet is not None and _has_header(sheet):
            if sheet.width > limits.columns:
                raise refusal("too-many-columns")
            return sheet, marks.errors
        first = first or sheet
    if is_wide:
        raise refusal("too-many-columns")
    if first is None or first.height == 0:
        raise refusal("file-empty")
    return first, frozenset()


def _in_order(sheets: Iterable[Any]) -> list[Any]:
    """Visible sheets as they stand; those that only explain come last."""
    visible = python_calamine.SheetVisibleEnum.Visible
    shown = [sheet for sheet in sheets if sheet.visible is visible]
    return sorted(shown, key=lambda sheet: bool(_EXPLAINS.search(sheet.name)))


def _has_header(sheet: Any) -> bool:
    lines = islice(sheet.iter_rows(), LINES_BEFORE_HEADER)
    return any(read_header([_plain(cell) for cell in cells]) for cells in lines)


def _plain(cell: Any) -> Any:
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    return str(cell) if isinstance(cell, timedelta) else cell


def _mark_errors(
    cells: list[Any], row: int, errors: frozenset[tuple[int, int]], sheet: Any
) -> None:
    left = sheet.start[1]
    for place, cell in enumerate(cells):
        if cell == "" and (row, place + left) in errors:
            cells[place] = ERROR_CELL


def _cut(cells: list[Any]) -> list[Any]:
    longest = CELL_CHARACTERS + 1
    return [c[:longest] if type(c) is str and len(c) > longest else c for c in cells]


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Rows in pieces that fit the memory of the parent too."""
    chunk, characters = [], 0
    for row in rows:
        chunk.append(row)
        characters += sum(len(cell) for cell in row[1] if type(cell) is str)
        if len(chunk) == CHUNK_ROWS or characters > CHUNK_CHARACTERS:
            yield chunk
            chunk, characters = [], 0
    if chunk:
        yield chunk


if __name__ == "__main__":
    main()

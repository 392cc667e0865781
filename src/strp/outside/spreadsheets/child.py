"""The confined process that reads one spreadsheet; its arguments are the file and the limits.

It sends `["kind", "xlsx"]`; for each sheet with a list `["sheet", name]` and
`["rows", [[row, cells], …]]`, where `row` carries the number of the sheet; and
`["end", [[code, sheet, count], …]]` with what is to be said of the file. Or `["refused", code]`. A
hostile file can end this process, by its bounds or by a fault in the reader, and no other.
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
from strp.domain.roster.check import LINES_BEFORE_HEADER
from strp.domain.roster.columns import read_header
from strp.domain.roster.row import SHEET_ROWS, SheetNote
from strp.outside.machine.confined_child import confine, send
from strp.outside.spreadsheets.biff import read_xls_layouts
from strp.outside.spreadsheets.form import (
    CELL_CHARACTERS,
    CHUNK_CHARACTERS,
    CHUNK_ROWS,
    RosterKind,
    RosterLimits,
)
from strp.outside.spreadsheets.layout import SheetLayout, fill_merged, read_layouts, show_errors
from strp.outside.spreadsheets.package_check import (
    Package,
    SheetMarks,
    inspect_package,
    mend_every_cell,
)
from strp.outside.spreadsheets.refusals import refusal

_EXPLAINS = re.compile(
    r"petunjuk|panduan|contoh|instruksi|keterangan|example|sample|instruction|guide|how to", re.I
)
MOST_SHEETS = 500

Row = tuple[int, list[Any]]


def main() -> None:
    """Read a spreadsheet and send its rows, or why it is refused."""
    file, given = confine()
    path, limits = Path(file), msgspec.json.decode(given, type=RosterLimits)
    try:
        package = inspect_package(path, limits)
        send("kind", package.kind)
        send("end", _Reading(path, package, limits).send_lists())
    except StrpError as error:
        send("refused", error.code)
    except MemoryError:
        send("refused", "file-too-large")


class _Reading:
    """Reads every sheet that holds a list, and notes what is to be said of the others."""

    def __init__(self, path: Path, package: Package, limits: RosterLimits) -> None:
        self._path, self._package, self._limits = path, package, limits
        self._is_mended = False
        self._notes: list[SheetNote] = []
        self._read = 0
        try:
            self._workbook = _opened(package.mended or str(path))
        except StrpError as refused:
            self._workbook = self._opened_again(refused)
        is_xls = package.kind is RosterKind.XLS
        self._layouts = (
            read_xls_layouts(path.read_bytes()) if is_xls else read_layouts(path, package)
        )

    def send_lists(self) -> list[SheetNote]:
        """Send the rows of every list; returns what is to be said."""
        later, first, is_wide = [], None, False
        for meta in _in_order(self._workbook.sheets_metadata):
            if self._package.sheets.get(meta.name, SheetMarks()).is_wide:
                is_wide = True
                self._notes.append(SheetNote("sheet-too-wide", meta.name))
                continue
            if _EXPLAINS.search(meta.name):
                later.append(meta)
            elif not self._send_list(meta) and first is None and self._sheet(meta).height:
                first = meta
        for meta in later:
            if self._read == 0:
                self._send_list(meta)
            elif self._sheet(meta).height:
                self._notes.append(SheetNote("sheet-explains", meta.name))
        if self._read == 0:
            self._send_other(first or (later[0] if later else None), is_wide=is_wide)
        return self._notes

    def _send_list(self, meta: Any) -> bool:
        sheet = self._sheet(meta)
        if not _has_header(sheet):
            if sheet.height:
                self._notes.append(SheetNote("sheet-without-list", meta.name))
            return False
        if sheet.width > self._limits.columns:
            raise refusal("too-many-columns")
        if self._read == MOST_SHEETS:
            raise refusal("too-many-sheets")
        self._send_sheet(meta, sheet)
        self._note_hidden(meta)
        return True

    def _send_other(self, meta: Any, *, is_wide: bool) -> None:
        """Send a sheet without a header, which the check refuses."""
        if is_wide:
            raise refusal("too-many-columns")
        if not self._workbook.sheets_metadata:
            raise refusal("file-unreadable")
        if meta is None or self._sheet(meta).height == 0:
            raise refusal("file-empty")
        self._send_sheet(meta, self._sheet(meta))

    def _send_sheet(self, meta: Any, sheet: Any) -> None:
        send("sheet", meta.name)
        layout = self._layouts.get(meta.name, SheetLayout())
        merged = sheet.merged_cell_ranges or layout.merged
        rows = _rows(sheet, self._read * SHEET_ROWS)
        if layout.errors:
            rows = show_errors(rows, layout.errors, sheet.start)
        for chunk in _chunks(fill_merged(rows, merged, sheet.start) if merged else rows):
            send("rows", chunk)
        self._read += 1

    def _note_hidden(self, meta: Any) -> None:
        marks = self._package.sheets.get(meta.name, SheetMarks())
        layout = self._layouts.get(meta.name, SheetLayout())
        if meta.visible is not python_calamine.SheetVisibleEnum.Visible:
            self._notes.append(SheetNote("hidden-sheet", meta.name))
        if marks.is_filtered or layout.is_filtered:
            self._notes.append(SheetNote("filtered", meta.name))
        if hidden := marks.hidden_rows or layout.hidden_rows:
            self._notes.append(SheetNote("hidden-rows", meta.name, hidden))

    def _sheet(self, meta: Any) -> Any:
        try:
            return self._workbook.get_sheet_by_name(meta.name)
        except python_calamine.CalamineError as error:
            self._workbook = self._opened_again(_refused(error))
        return self._sheet(meta)

    def _opened_again(self, refused: StrpError) -> Any:
        """The workbook without the cells that the reader gave it up over, once."""
        if self._is_mended or refused.code != "file-unreadable":
            raise refused
        self._is_mended = True
        mended = mend_every_cell(self._path, self._package)
        if mended is None:
            raise refused
        return _opened(mended)


def _opened(source: Any) -> Any:
    try:
        return python_calamine.load_workbook(source)
    except python_calamine.PasswordError:
        raise refusal("encrypted-workbook") from None
    except python_calamine.CalamineError as error:
        raise _refused(error) from None


def _refused(error: Exception) -> StrpError:
    is_vast = "limit exceeded" in str(error)
    return refusal("file-too-large" if is_vast else "file-unreadable")


def _rows(sheet: Any, first: int) -> Iterator[Row]:
    was_blank = False
    for row, cells in enumerate(sheet.iter_rows(), first + 1):
        plain = [cell if type(cell) is str or type(cell) is float else _plain(cell)
                 for cell in cells]  # fmt: skip
        is_blank = not any(cell != "" for cell in plain)
        if not (is_blank and was_blank):
            yield row, _cut(plain)
        was_blank = is_blank


def _in_order(sheets: Iterable[Any]) -> list[Any]:
    """Sheets of cells as they stand, hidden ones last."""
    cells = [meta for meta in sheets if meta.typ is python_calamine.SheetTypeEnum.WorkSheet]
    visible = python_calamine.SheetVisibleEnum.Visible
    return sorted(cells, key=lambda meta: meta.visible is not visible)


def _has_header(sheet: Any) -> bool:
    lines = islice(sheet.iter_rows(), LINES_BEFORE_HEADER)
    return any(read_header([_plain(cell) for cell in cells]) for cells in lines)


def _plain(cell: Any) -> Any:
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    return str(cell) if isinstance(cell, timedelta) else cell


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

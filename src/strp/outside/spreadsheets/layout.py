"""How a sheet is laid out beside its cells: what is merged, hidden and filtered.

The reader tells merged cells of XLSX and XLS; those of an ODS, and its hidden rows, are read here.
Runs inside the confined process only.

Source: OASIS OpenDocument 1.3 part 3, 9.1 and 19.684–19.691.
"""

import zipfile
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from xml.parsers import expat

from strp.domain.roster.row import SHEET_ROWS
from strp.outside.spreadsheets.form import RosterKind
from strp.outside.spreadsheets.package_check import Package
from strp.outside.spreadsheets.refusals import refusal

_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
MOST_MERGED = 200_000
SHOWN_ERROR = "#N/A"

Row = tuple[int, list[Any]]
Corner = tuple[int, int]
Merged = tuple[Corner, Corner]
"""First and last cell, each as row and column from 0."""


class SheetLayout(NamedTuple):
    """Layout of one sheet.

    Args:
        merged: ranges of an ODS.
        errors: cells in error of an XLS, as row and column from 0.
    """

    merged: Sequence[Merged] = ()
    hidden_rows: int = 0
    is_filtered: bool = False
    errors: Sequence[Corner] = ()


def read_layouts(path: Path, package: Package) -> dict[str, SheetLayout]:
    """Layouts by the name of the sheet, of an ODS that has any.

    Args:
        path: of the file.
        package: what `inspect_package` found in it.

    Returns:
        Empty for a file of any other kind.

    Raises:
        InvalidInput: `file-unreadable`; its content is no XML.
    """
    if package.kind is not RosterKind.ODS or not package.has_layout:
        return {}
    reader = _OdsLayout()
    with zipfile.ZipFile(path) as parts, parts.open("content.xml") as content:
        try:
            reader.read(content)
        except (expat.ExpatError, ValueError, LookupError):
            raise refusal("file-unreadable") from None
    return reader.found


def fill_merged(
    rows: Iterable[Row], merged: Iterable[Merged], start: Corner | None
) -> Iterator[Row]:
    """Rows in which a cell merged over several rows holds for each of them.

    A row of which only merged cells reach into it stays as it is: nobody is on it.

    Args:
        rows: of one sheet, in order; numbers from 1, with the number of the sheet.
        merged: ranges of the sheet.
        start: its first cell in use, from which columns are counted; None where it is empty.
    """
    left = start[1] if start else 0
    ahead = deque(
        sorted(
            (first, column - left, last)
            for (first, column), (last, _) in merged
            if last > first and column >= left
        )
    )
    holding: dict[int, tuple[Any, int]] = {}
    for number, cells in rows:
        row = (number - 1) % SHEET_ROWS
        holding = {place: held for place, held in holding.items() if held[1] >= row}
        if holding and any(cell != "" and n not in holding for n, cell in enumerate(cells)):
            for place, (value, _) in holding.items():
                if place < len(cells):
                    cells[place] = value
        while ahead and ahead[0][0] <= row:
            first, place, last = ahead.popleft()
            if first == row and place < len(cells):
                holding[place] = (cells[place], last)
        yield number, cells


def show_errors(
    rows: Iterable[Row], errors: Iterable[Corner], start: Corner | None
) -> Iterator[Row]:
    """Rows in which a cell in error says so, as the text `#N/A`, which no column takes for its own.

    Args:
        rows: of one sheet; numbers from 1, with the number of the sheet.
        errors: cells in error.
        start: first cell in use, from which columns are counted; None where the sheet is empty.
    """
    left = start[1] if start else 0
    places: dict[int, list[int]] = {}
    for row, column in errors:
        places.setdefault(row, []).append(column - left)
    for number, cells in rows:
        for place in places.get((number - 1) % SHEET_ROWS, ()):
            if 0 <= place < len(cells):
                cells[place] = SHOWN_ERROR
        yield number, cells


class _OdsLayout:
    """Follows the tables of an ODS: rows and cells may stand for several."""

    def __init__(self) -> None:
        self.found: dict[str, SheetLayout] = {}
        self._name = ""
        self._merged: list[Merged] = []
        self._hidden, self._is_filtered = 0, False
        self._row = self._column = self._rows = 0

    def read(self, content: Any) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.ParseFile(content)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        match tag.removeprefix(_TABLE):
            case "table":
                self._name = attributes.get(f"{_TABLE}name", "")
                self._merged, self._hidden, self._is_filtered, self._row = [], 0, False, 0
            case "table-row":
                self._column = 0
                self._rows = _number(attributes, "number-rows-repeated")
                hiding = attributes.get(f"{_TABLE}visibility")
                if hiding in ("collapse", "filter") and self._rows < SHEET_ROWS // 4:
                    self._hidden += self._rows
                self._is_filtered = self._is_filtered or hiding == "filter"
            case "table-cell" | "covered-table-cell":
                spanned = _number(attributes, "number-rows-spanned")
                if spanned > 1 and len(self._merged) < MOST_MERGED:
                    first = (self._row, self._column)
                    self._merged.append((first, (self._row + spanned - 1, self._column)))
                self._column += _number(attributes, "number-columns-repeated")

    def _end(self, tag: str) -> None:
        match tag.removeprefix(_TABLE):
            case "table-row":
                self._row += self._rows
            case "table":
                layout = SheetLayout(self._merged, self._hidden, self._is_filtered)
                self.found[self._name] = layout


def _number(attributes: dict[str, str], name: str) -> int:
    told = attributes.get(_TABLE + name, "1")
    return min(int(told), SHEET_ROWS) if told.isascii() and told.isdigit() else 1

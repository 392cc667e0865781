"""Writes the corrections file: the rows to mend, what is wrong, and how to mend it.

It comes in the format of the filed file, so that it can be mended and filed again as it is; the
columns `masalah` and `cara_memperbaiki` are skipped then.

Every cell is cleaned as names are (`clean_line`): marks of direction would make it read otherwise.
No cell starts a formula: text that would is led by an apostrophe (OWASP, "CSV injection"); a mobile
number is written without the `+` of its country instead, and a dash that says "nothing" as nothing.
A number of twelve digits or more is text in every kind of file, because a spreadsheet would show a
NIK as 3.17E+15 and round it: in CSV a tab behind it, which nobody sees, keeps it so. A NIK that
lost digits shows those that are left and question marks, so that it cannot pass for whole.

In a workbook the cells to mend have a colour, and the first of them a note with the advice.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, BinaryIO, Final, NamedTuple, Protocol, assert_never

import msgspec
import xlsxwriter
import xlwt

from strp.domain.roster.advice import problem_detail, problem_title
from strp.domain.roster.cells import PLACEHOLDERS
from strp.domain.roster.columns import REQUIRED, Column, known_column, read_places
from strp.domain.roster.row import Cell, Cells, Problem, sheet_of
from strp.domain.text import Language, Text, clean_line, starts_formula
from strp.outside.spreadsheets.form import CELL_CHARACTERS, RosterForm, RosterKind
from strp.outside.spreadsheets.ods_writer import OdsBook
from strp.outside.text_encoding import NOT_TOLD, UTF_8

ADDED = ("masalah", "cara_memperbaiki")
SHEET_NAME = "Perbaikan"
KEPT_DIGITS = 15  # of a number, by any spreadsheet
MOST_NOTES: Final = 500
"""Notes beside cells of a workbook: each costs a drawing, and the last column says the same."""
NUMBER_SHOWN_WHOLE: Final = 10**11
"""From here on a spreadsheet shows a number as a power of ten."""
BAD_COLOUR = "#FFE08A"
_SEPARATORS = re.compile(r"[\s.,'’]")
_FRACTION = re.compile(r"[.,]0{1,2}$")
_POWER = re.compile(r"(\d)(?:[.,](\d+))?[eE]\+?(\d{1,2})")
_LONGEST_POWER = 20
_MOBILE = re.compile(r"\+(62[\d\s().-]{6,})")
_LED_NUMBER = re.compile(r"['’`](\d{12,})")
_TEXT_WIDTH = 22
_ADVICE_WIDTH = 60
_LONG_NUMBER = re.compile(r"\d{12,}")
LONGEST_SHEET_NAME = 31  # in Excel
_NOT_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_encode = msgspec.json.Encoder(enc_hook=str).encode


class RowToMend(Protocol):
    """A row as it was filed, with its problems; its number carries that of its sheet."""

    @property
    def row(self) -> int: ...

    @property
    def cells(self) -> Cells: ...

    @property
    def problems(self) -> Sequence[Problem]: ...


class ReturnedRow(NamedTuple):
    """A worker whom an officer returned, in the cells of the filed file, and why."""

    row: int
    cells: Cells
    why: Text
    what_to_do: Text
    problems: Sequence[Problem] = ()


class Line(NamedTuple):
    """A line of a table: its cells, and the advice on those to mend, by place."""

    cells: list[Cell]
    notes: Mapping[int, str] = {}


class FiledSheet(NamedTuple):
    """A sheet of the filed file: its name, where there were several, and its header cells."""

    name: str
    header: Sequence[Cell]


Sheets = Iterator[tuple[str, Iterator[Line]]]
"""Name of each sheet to write, with its lines."""


def write_corrections(
    out: BinaryIO,
    *,
    form: RosterForm,
    sheets: Sequence[FiledSheet],
    rows: Iterable[RowToMend],
    language: Language,
    nib: str | None = None,
) -> RosterForm:
    """Write the corrections file, row by row.

    Args:
        out: where it goes.
        form: of the filed file.
        sheets: those that were read; a file of one table has one without a name.
        rows: rows to mend, in order.
        language: of the advice.
        nib: 13 digits, written into JSON.

    Returns:
        The form that was written, which is that of the filed file.
    """
    tables = _tables(sheets, rows, language)
    match form.kind:
        case RosterKind.JSON:
            _write_json(out, rows, language, nib)
        case RosterKind.CSV:
            _write_csv(out, form, tables)
        case RosterKind.XLSX:
            _write_xlsx(out, tables)
        case RosterKind.XLS:
            _write_xls(out, tables)
        case RosterKind.ODS:
            _write_ods(out, tables)
        case _:
            assert_never(form.kind)
    return form


def _tables(sheets: Sequence[FiledSheet], rows: Iterable[RowToMend], language: Language) -> Sheets:
    """A table for each sheet that has rows to mend, under the name that it had."""
    used: set[str] = set()
    for number, own in groupby(rows, key=lambda row: sheet_of(row.row)):
        sheet = sheets[min(number, len(sheets) - 1)]
        name = _sheet_name(sheet.name or SHEET_NAME, used)
        yield name, _table(sheet.header, own, language)


def _sheet_name(name: str, used: set[str]) -> str:
    """A name that any spreadsheet takes, and that no sheet before has."""
    plain = _NOT_IN_SHEET_NAME.sub(" ", name).strip(" '")[:LONGEST_SHEET_NAME] or SHEET_NAME
    number = 1
    while (found := plain if number == 1 else f"{plain[:27]} {number}").casefold() in used:
        number += 1
    used.add(found.casefold())
    return found


def _table(header: Sequence[Cell], rows: Iterable[RowToMend], language: Language) -> Iterator[Line]:
    """The header and each row, without the columns of an earlier corrections file."""
    headings = ["" if cell is None else str(cell) for cell in header]
    kept = [n for n, heading in enumerate(headings) if heading.strip().casefold() not in ADDED]
    places = read_places(headings)
    absent = [column.value for column in REQUIRED if column not in places]
    if Column.DOCUMENT in places and Column.NIK in absent:
        absent.remove(Column.NIK)
    yield Line([*(_safe(headings[n]) for n in kept), *absent, *ADDED])
    shown = {column.value: kept.index(n) for column, n in places.items() if n in kept}
    shown |= {column: len(kept) + n for n, column in enumerate(absent)}
    for row in rows:
        cells = _marked(row, places)
        filed = [cells[n] if n < len(cells) else None for n in kept]
        yield Line(
            [*map(_safe, filed), *[None] * len(absent), *_advice(row, language)],
            _notes(row.problems, shown, language),
        )


def _notes(
    problems: Sequence[Problem], places: Mapping[str, int], language: Language
) -> dict[int, str]:
    """The advice on each cell to mend, by its place in the line."""
    return {
        places[p.column]: problem_detail(p.code, p.column, p.readings).in_(language)
        for p in problems
        if p.column is not None and p.column in places
    }


def _marked(row: RowToMend, places: Mapping[Column, int]) -> list[Cell]:
    cells = list(row.cells.values() if isinstance(row.cells, Mapping) else row.cells)
    for problem in row.problems:
        column = known_column(problem.column)
        place = len(cells) if column is None else places.get(column, len(cells))
        if problem.code == "truncated-by-spreadsheet" and place < len(cells):
            cells[place] = _show_loss(cells[place])
    return cells


def _show_loss(cell: Cell) -> Cell:
    """The digits that are left of a number, and a question mark for each that a sheet lost."""
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else f"{cell}"
    if power := _POWER.fullmatch(text.strip()):
        digits, length = power[1] + (power[2] or ""), int(power[3]) + 1
    else:
        digits = _SEPARATORS.sub("", _FRACTION.sub("", text))
        length = len(digits)
    if not (digits.isascii() and digits.isdigit() and length <= _LONGEST_POWER):
        return cell
    kept = digits[: min(KEPT_DIGITS, length)]
    return kept.ljust(length, "?")


def _advice(row: RowToMend, language: Language) -> tuple[str, str]:
    if isinstance(row, ReturnedRow):
        return clean_line(row.why.in_(language)), row.what_to_do.in_(language)
    problems = row.problems
    titles = [problem_title(p.code, p.column).in_(language) for p in problems]
    details = [problem_detail(p.code, p.column, p.readings).in_(language) for p in problems]
    return "; ".join(titles), " ".join(dict.fromkeys(details))


def _safe(cell: Cell) -> Cell:
    text: Cell = _clean(cell)
    if isinstance(text, int | float) and abs(text) >= NUMBER_SHOWN_WHOLE and _is_whole(text):
        return str(int(text))
    if not isinstance(text, str):
        return text
    if known := _MOBILE.fullmatch(text) or _LED_NUMBER.fullmatch(text):
        return str(known[1])
    if not starts_formula(text):
        return text
    return None if text.strip() in PLACEHOLDERS else f"'{text}"


def _is_whole(number: int | float) -> bool:
    return isinstance(number, int) or number.is_integer()


def _clean(cell: Any) -> Any:
    return clean_line(cell) if isinstance(cell, str) else cell


def _write_json(
    out: BinaryIO, rows: Iterable[RowToMend], language: Language, nib: str | None
) -> None:
    out.write(b'{"nib":' + _encode(nib) + b',"workers":[')
    for number, row in enumerate(rows):
        cells = row.cells if isinstance(row.cells, Mapping) else {}
        worker: dict[str, Any] = {name: _clean(cell) for name, cell in cells.items()}
        worker |= zip(ADDED, _advice(row, language), strict=True)
        out.write((b",\n" if number else b"\n") + _encode(worker))
    out.write(b"\n]}\n")


def _write_csv(out: BinaryIO, form: RosterForm, tables: Sheets) -> None:
    is_told = form.encoding != NOT_TOLD
    text = io.TextIOWrapper(out, form.encoding if is_told else UTF_8, "replace", newline="")
    if form.has_mark or not is_told:
        text.write("\ufeff")
    writer = csv.writer(text, delimiter=form.delimiter, lineterminator="\r\n")
    for _, table in tables:
        for line in table:
            writer.writerow([_as_csv(cell) for cell in line.cells])
    text.detach()


def _as_csv(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = "" if cell is None else str(cell)
    if _LONG_NUMBER.fullmatch(text):
        return f"{text}\t"
    return f"'{text}" if starts_formula(text) else text


def _write_xlsx(out: BinaryIO, tables: Sheets) -> None:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(out, options)
    text, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True})
    bad = book.add_format({"num_format": "@", "bg_color": BAD_COLOUR, "border": 1})
    advice = book.add_format({"text_wrap": True, "valign": "top"})
    notes_left = MOST_NOTES
    for name, table in tables:
        sheet = book.add_worksheet(name)
        for row, (cells, notes) in enumerate(table):
            if row == 0:
                # Cells are text from the start, so that a NIK typed anew keeps its 16 digits.
                sheet.set_column(0, len(cells) - 3, _TEXT_WIDTH, text)
                sheet.set_column(len(cells) - 2, len(cells) - 1, _ADVICE_WIDTH)
                sheet.freeze_panes(1, 0)
            for column, cell in enumerate(cells):
                usual = advice if column >= len(cells) - len(ADDED) else text
                style = bold if row == 0 else bad if column in notes else usual
                _write_cell(sheet, row, column, cell, style)
            for column, note in list(notes.items())[:notes_left]:
                sheet.write_comment(row, column, note, {"x_scale": 2})
                notes_left -= 1
    book.close()


def _write_cell(sheet: Any, row: int, column: int, cell: Cell, style: Any) -> None:
    if isinstance(cell, int | float):
        sheet.write_number(row, column, cell, style)
    elif cell is None or cell == "":
        sheet.write_blank(row, column, None, style)
    else:
        sheet.write_string(row, column, _writable(cell), style)


def _write_xls(out: BinaryIO, tables: Sheets) -> None:
    book = xlwt.Workbook()
    text = xlwt.easyxf(num_format_str="@")
    bad = xlwt.easyxf("pattern: pattern solid, fore_colour light_yellow", num_format_str="@")
    for name, table in tables:
        sheet = book.add_sheet(name)
        for row, (cells, notes) in enumerate(table):
            for column, cell in enumerate(cells):
                sheet.write(row, column, _writable(cell), bad if column in notes else text)
    book.save(out)


def _write_ods(out: BinaryIO, tables: Sheets) -> None:
    with OdsBook(out) as book:
        for name, table in tables:
            book.begin(name)
            for cells, notes in table:
                book.write([_writable(cell) for cell in cells], marked=notes)


def _writable(cell: Cell) -> Any:
    """The cell without characters that no spreadsheet may hold, and no longer than one may be."""
    if isinstance(cell, str):
        return _UNWRITABLE.sub("\ufffd", cell)[:CELL_CHARACTERS]
    return cell if cell is None or isinstance(cell, int | float) else str(cell)

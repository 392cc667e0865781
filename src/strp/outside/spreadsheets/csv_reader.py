"""Reads CSV as offices write it, in any usual delimiter and encoding (RFC 4180)."""

import csv
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final, TextIO

from strp.domain.roster.check import Row
from strp.domain.roster.columns import read_header
from strp.outside.spreadsheets.form import (
    CELL_CHARACTERS,
    CHUNK_CHARACTERS,
    CHUNK_ROWS,
    PIECE_ROWS,
    RECORD_CHARACTERS,
    RECORD_LINES,
    Quoting,
    RosterForm,
    RosterKind,
)
from strp.outside.spreadsheets.refusals import refusal
from strp.outside.text_encoding import marked_encoding, narrow_encoding

DELIMITERS = ",;\t|"
SAMPLE_BYTES = 128 * 1024
LONGEST_LINE = 128 * 1024
_SEPARATOR_LINE = re.compile(r"\ufeff?\"?sep=(.)\"?[\r\n]*", re.I)
_NOT_TEXT = re.compile(rb"[\x00-\x08\x0e-\x19\x1c-\x1f]")
# A worker's line that was quoted as a whole, among lines that were not: it holds a long number.
_WHOLE_WORKER = re.compile(r"(?:\d[ .'-]?){10}")


def detect_csv(path: Path) -> RosterForm:
    """Find out how a CSV file is written.

    Raises:
        InvalidInput: `nul-bytes` where the file is binary, `file-empty` where it is blank.
    """
    with path.open("rb") as file:
        sample = file.read(SAMPLE_BYTES)
    encoding, has_mark = _encoding(sample, path)
    text = sample.decode(encoding, "replace").lstrip("\ufeff")
    if not text.strip("\x00\x1a \t\r\n,;|") and len(sample) < SAMPLE_BYTES:
        raise refusal("file-empty")
    delimiter, quoting = _dialect(text)
    return RosterForm(RosterKind.CSV, delimiter, encoding, has_mark, quoting)


def _encoding(sample: bytes, path: Path) -> tuple[str, bool]:
    if marked := marked_encoding(sample):
        return marked, True
    if wide := _wide_encoding(sample):
        return wide, False
    if len(_NOT_TEXT.findall(sample)) > max(8, len(sample) // 100):
        raise refusal("nul-bytes")
    with path.open("rb") as file:
        return narrow_encoding(file), False


def _wide_encoding(sample: bytes) -> str | None:
    """UTF-16 without a mark: Latin letters have a zero byte beside each."""
    pairs = len(sample) // 2
    high, low = sample[0 : 2 * pairs : 2].count(0), sample[1 : 2 * pairs : 2].count(0)
    if pairs < 4 or (high > pairs // 10 and low > pairs // 10):
        return None
    if low > pairs * 0.6:
        return "utf-16-le"
    return "utf-16-be" if high > pairs * 0.6 else None


def _dialect(sample: str) -> tuple[str, Quoting]:
    """The delimiter and the quotes under which the sample has the header with most columns."""
    lines = sample.splitlines(keepends=True)[:200]
    told = _SEPARATOR_LINE.fullmatch(lines[0]) if lines else None
    delimiters = told[1] if told else DELIMITERS
    delimiter = max(delimiters, key=lambda each: _header_size(lines, each, Quoting.USUAL))
    usual = _header_size(lines, delimiter, Quoting.USUAL)[0]
    if usual:
        single = sum(bool(_UNUSUAL[Quoting.SINGLE].match(line)) for line in lines)
        is_single = 2 * single >= len(lines)
        if is_single and _header_size(lines, delimiter, Quoting.SINGLE)[0] >= usual:
            return delimiter, Quoting.SINGLE
    if any(_UNUSUAL[Quoting.WHOLE_LINES].match(line) for line in lines):
        inner = max(delimiters, key=lambda each: _header_size(lines, each, Quoting.WHOLE_LINES))
        if _header_size(lines, inner, Quoting.WHOLE_LINES)[0] > usual:
            return inner, Quoting.WHOLE_LINES
    return delimiter, Quoting.USUAL


_UNUSUAL = {
    Quoting.SINGLE: re.compile(r"\s*'[^'\n]*'\s*[,;\t|]\s*'"),
    Quoting.WHOLE_LINES: re.compile(r'\s*"[^\n]*[,;\t|][^\n]*"[,;\t| ]*\r?\n?$'),
}


def _header_size(lines: list[str], delimiter: str, quoting: Quoting) -> tuple[int, int]:
    sizes = []
    for line in lines:
        for cells in csv.reader([line], delimiter=delimiter, **_OPTIONS[quoting]):
            if quoting is Quoting.WHOLE_LINES:
                cells = _inner(cells, delimiter)
            header = read_header(cells)
            sizes.append(len(header.places) if header else 0)
    return max(sizes, default=0), sum(line.count(delimiter) for line in lines[:20])


_OPTIONS: Final[dict[Quoting, dict[str, Any]]] = {
    # A space before a quote is no part of the cell: "a", "b, c".
    Quoting.USUAL: {"skipinitialspace": True},
    Quoting.SINGLE: {"quotechar": "'", "skipinitialspace": True},
    Quoting.WHOLE_LINES: {"skipinitialspace": True},
}


def read_csv(path: Path, form: RosterForm, columns: int) -> Iterator[list[Row]]:
    """Read records with their number, blank ones counted, in pieces of bounded size.

    A byte that does not belong to the encoding comes out as a character that no reader takes
    for text, so that only its row suffers. A cell is cut behind what a spreadsheet keeps. A record
    has under RECORD_LINES; a quote that is still open there is taken literally.

    Args:
        path: of the file.
        form: its encoding, delimiter and quotes.
        columns: most cells of a record.

    Raises:
        TooLarge: `too-many-columns` where something stands behind the last of `columns`.
    """
    # The module's own limit is one for the whole process; ours is the line.
    csv.field_size_limit(2 * LONGEST_LINE)
    with path.open(encoding=form.encoding, errors="replace", newline="") as text:
        if form.has_mark:
            text.read(1)
        lines = _Lines(text)
        records: Iterator[Row] = enumerate(_records(lines, form, columns), 1)
        while chunk := list(islice(records, PIECE_ROWS)):
            while lines.characters < CHUNK_CHARACTERS and len(chunk) < CHUNK_ROWS:
                piece = list(islice(records, PIECE_ROWS))
                chunk += piece
                if not piece:
                    break
            lines.characters = 0
            yield chunk


class _Lines:
    """Lines of a text, the very long ones shortened; keeps those since the last record."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._first = text.readline(LONGEST_LINE)
        self._record_end = RECORD_CHARACTERS
        self.recent: list[str] = []
        self.longest = 0
        self.characters = 0

    @property
    def is_full(self) -> bool:
        """Whether one record has as many lines or characters as it may."""
        return len(self.recent) >= RECORD_LINES or self.characters >= self._record_end

    def begin_record(self) -> None:
        """Forget the lines of the record before."""
        self.recent.clear()
        self._record_end = self.characters + RECORD_CHARACTERS

    def __iter__(self) -> Iterator[str]:
        """Lines until the text ends or a record is full; goes on when asked again."""
        first, self._first = self._first, ""
        if first and not _SEPARATOR_LINE.fullmatch(first):
            yield self._keep(first)
        while not self.is_full and (line := self._text.readline(LONGEST_LINE)):
            yield self._keep(line)

    def _keep(self, line: str) -> str:
        if len(line) > self.longest:
            self.longest = len(line)
            if self.longest >= LONGEST_LINE:
                line = self._cut(line)
        self.recent.append(line)
        self.characters += len(line)
        return line

    def _cut(self, line: str) -> str:
        """Leave out the middle of a line that is far too long: its ends hold the other cells."""
        quotes, before, end = line.count('"'), line, line
        while end and end[-1] not in "\r\n":
            before, end = end, self._text.readline(LONGEST_LINE)
            quotes += end.count('"')
        self.longest = LONGEST_LINE - 1
        head, tail = line[: 2 * CELL_CHARACTERS], (before + end)[-CELL_CHARACTERS:]
        is_odd = (head.count('"') + tail.count('"') + quotes) % 2
        return head + '"' * is_odd + tail


def _records(lines: _Lines, form: RosterForm, columns: int) -> Iterator[list[str]]:
    records = _unlimited(lines, form.delimiter, form.quoting)
    if form.quoting is Quoting.WHOLE_LINES:
        records = (_inner(cells, form.delimiter) for cells in records)
    for cells in records:
        if len(cells) > columns:
            if any(cells[columns:]):
                raise refusal("too-many-columns")
            cells = cells[:columns]
        elif cells and (len(cells) == 1 or not cells[1]) and _WHOLE_WORKER.search(cells[0]):
            cells = _inner(cells, form.delimiter)
        yield cells if lines.longest <= CELL_CHARACTERS else _cut_cells(cells)


_LINE_ENDS: Final = str.maketrans("\r\n", "  ")


def _inner(cells: list[str], delimiter: str) -> list[str]:
    """The cells of a record that was quoted as a whole."""
    if not cells or delimiter not in cells[0] or any(cells[1:]):
        return cells
    # A line end inside the quotes is a space of the record, which is one line.
    line = cells[0].translate(_LINE_ENDS)
    return next(csv.reader([line], delimiter=delimiter), cells)


def _unlimited(lines: _Lines, delimiter: str, quoting: Quoting) -> Iterator[list[str]]:
    reader = csv.reader(lines, delimiter=delimiter, **_OPTIONS[quoting])
    recent = lines.recent
    width = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            cells = []
        is_full = lines.is_full
        if is_full or (len(recent) > 1 and _is_unclosed(cells, delimiter, width)):
            yield from _one_by_one(recent, delimiter)
        else:
            width = max(width, len(cells))
            yield cells
        lines.begin_record()
        if is_full:
            reader = csv.reader(lines, delimiter=delimiter, **_OPTIONS[quoting])


def _is_unclosed(cells: list[str], delimiter: str, width: int) -> bool:
    """Whether a lone quote swallowed the lines below it: a cell that holds whole records."""
    if not cells:
        return True
    least = max(2, width - 1)
    return any(
        line.count(delimiter) >= least
        for cell in cells
        if "\n" in cell or "\r" in cell
        for line in cell.splitlines()
    )


def _one_by_one(recent: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    for line in recent:
        if line.count('"') % 2:
            line = line.replace('"', "")
        yield from csv.reader([line], delimiter=delimiter)


def _cut_cells(cells: list[str]) -> list[str]:
    return [cell[: CELL_CHARACTERS + 1] for cell in cells]

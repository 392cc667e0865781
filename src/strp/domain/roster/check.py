"""Checks a roster line by line, in one pass, and accounts for every row."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from operator import itemgetter

from strp.domain.errors import InvalidInput
from strp.domain.regions import RegionCodes
from strp.domain.roster.cells import NIK_DIGITS, PhoneReader, is_blank, read_digits, text_of
from strp.domain.roster.columns import COLUMNS, Column, Header, next_header, read_header, read_keys
from strp.domain.roster.layout import Line, classify, is_column_numbers, looks_like_identity
from strp.domain.roster.nik import birth_dates
from strp.domain.roster.row import (  # fmt: skip
    TWICE,
    Cell,
    Cells,
    CheckedRow,
    Outcome,
    Problem,
    RosterSummary,
    line_of,
)
from strp.domain.roster.service_number import takes_nrp
from strp.domain.roster.worker import Reading, Values, WorkerReader, without_column
from strp.domain.text import Text

LINES_BEFORE_HEADER = 1000
MOST_HELD = 1000
MOST_STRETCHES = 1000
MOST_LAYOUTS = 1000
MOST_USUAL_KEYS = 16
MOST_USUAL_CHARACTERS = 400
ROWS_THAT_TELL = 8

Row = tuple[int, Sequence[Cell]]
Twins = tuple[tuple[Column, tuple[int, ...]], ...]
_new = tuple.__new__
_NO_ROWS = dict.fromkeys(Outcome, 0)
_NO_COLUMNS = Header({}, None, ())
_NIK, _DOCUMENT = COLUMNS.index(Column.NIK), COLUMNS.index(Column.DOCUMENT)

NO_HEADER = Text(
    "Baris judul kolom tidak ditemukan. Pastikan ada satu baris dengan judul kolom seperti nama, "
    "nik, jabatan, jenis_lokasi; atau unduh templat.",
    "No header was found. Make sure that one line names the columns, such as name, nik, position, "
    "site_type; or download the template.",
)
NO_ROWS = Text(
    "Berkas ini tidak berisi satu pun baris pekerja. Isi satu baris untuk setiap pekerja di bawah "
    "judul kolom.",
    "This file holds no line of a worker. Fill in one line for each worker below the header.",
)


def _no_other_phone(_: str) -> None:
    return None


def _header_of(keys: tuple[str, ...]) -> Header:
    """The columns that the keys of a JSON object name; the usual ones are looked up."""
    usual = len(keys) <= MOST_USUAL_KEYS and sum(map(len, keys)) <= MOST_USUAL_CHARACTERS
    return _usual_header(keys) if usual else read_keys(keys)


@lru_cache(maxsize=256)
def _usual_header(keys: tuple[str, ...]) -> Header:
    return read_keys(keys)


@lru_cache(maxsize=256)
def _picker(
    places: tuple[tuple[Column, int], ...], width: int
) -> Callable[[Sequence[Cell]], Values]:
    found = dict(places)
    # A column that is not there reads the None that is put behind the cells.
    return itemgetter(*[found.get(column, width) for column in COLUMNS])


class RosterCheck:
    """Checks one roster; `reader` says whether leavers, or workers at others' sites, were among it.

    Args:
        regions: codes that are known.
        today: civil day in Asia/Jakarta.
        parse_phone: reads a mobile number in an unusual spelling into E.164, or None.
        groups: words in the column `nip` that exempt a row, as the policy has them.
    """

    def __init__(
        self,
        *,
        regions: RegionCodes,
        today: date,
        parse_phone: PhoneReader = _no_other_phone,
        groups: Iterable[str] = (),
    ) -> None:
        self.reader = WorkerReader(regions, birth_dates(today), parse_phone, groups)
        self._header: Header | None = None
        self._layouts: dict[tuple[str, ...], Header] = {}
        self._width = 0
        self._twins: Twins = ()
        self._pick = _picker((), 0)
        self._seen: set[int | str] = set()
        self._counts = _NO_ROWS.copy()
        self._below_worker = False
        self._ended = False
        self._held: list[Row] = []
        self._not_rows: list[list[int]] = []
        self._niks_looked_at = False
        self._sheet = self._header_row = 0
        self._headers: dict[int, tuple[str, ...]] = {}

    def feed(self, rows: Iterable[Row]) -> list[CheckedRow]:
        """Check the next lines of a sheet.

        Args:
            rows: line number as the spreadsheet shows it, with the cells of the line. Give the
                first lines in one piece of at least 50: they tell whether the NIK column as a
                whole went through a spreadsheet as numbers.

        Returns:
            The workers among them, each with its outcome; a line that could be a worker or not
            comes out with a later one.

        Raises:
            InvalidInput: `no-header` after 1,000 lines without one.
        """
        lines = iter(rows)
        if self._header is None:
            self._skip_to_header(lines)
        if not self._niks_looked_at and self._header is not None:
            ahead = list(lines)
            self._look_at_niks(cells for _, cells in ahead)
            lines = iter(ahead)
        checked: list[CheckedRow] = []
        for row, cells in lines:
            found = self._check_normal(row, cells, cells)
            if found is None:
                checked += self._check_line(row, cells)
                continue
            if self._held:
                checked += self._release()
            checked.append(found)
            self._below_worker = True
            self._ended = False
        return checked

    def begin_sheet(self, number: int) -> None:
        """Say which sheet the next lines are of, so that its own header counts from here.

        Args:
            number: among the sheets that are read, from 0.
        """
        if number == self._sheet:
            return
        self._drop_held()
        if self._header is not None:
            self._headers[self._sheet] = self._header.cells
        self._sheet = number
        self._header = None
        self.reader.niks_damaged = self._niks_looked_at = False

    def check_records(self, records: Sequence[object], first_row: int = 1) -> list[CheckedRow]:
        """Check workers that came as JSON objects: each one is a row, `row` its position.

        Args:
            records: objects with the column names as keys, in either language; what is no object
                is a row that cannot be read.
            first_row: position of the first one, counted from 1.
        """
        checked = []
        if self._header is None:
            self._header = _NO_COLUMNS
        for row, record in enumerate(records, first_row):
            if type(record) is not dict:
                checked.append(self._unreadable(row))
                continue
            self._take_keys(tuple(record))
            cells = tuple(record.values())
            if not self._niks_looked_at:
                self._look_at_niks(
                    tuple(other.values()) for other in records if isinstance(other, dict)
                )
            found = self._check_normal(row, cells, record)
            checked.append(found or self._check_any(row, self._values(cells), record))
        return checked

    def finish(self) -> RosterSummary:
        """End the list.

        Raises:
            InvalidInput: `no-header` or `no-rows`; then the file is refused whole.
        """
        self._drop_held()
        rows = sum(self._counts.values())
        if self._header is not None:
            self._headers[self._sheet] = self._header.cells
        if not self._headers or (rows and not self._has_columns()):
            raise InvalidInput("no-header", NO_HEADER)
        if not rows:
            raise InvalidInput("no-rows", NO_ROWS)
        return RosterSummary(
            headers=tuple(self._headers.get(n, ()) for n in range(self._sheet + 1)),
            counts=dict(self._counts),
            not_rows=tuple((first, last) for first, last in self._not_rows),
        )

    def _has_columns(self) -> bool:
        layouts = (self._header, *self._layouts.values())
        found = any(layout is not None and layout.places for layout in layouts)
        return found or len(self._headers) > 1

    # The header, and what it says of the lines below it

    def _skip_to_header(self, lines: Iterator[Row]) -> None:
        for row, cells in lines:
            header = read_header(cells)
            if header is not None:
                self._take(header)
                self._header_row = line_of(row)
                return
            if not all(is_blank(cell) for cell in cells):
                self._note(row)
            if line_of(row) > LINES_BEFORE_HEADER:
                raise InvalidInput("no-header", NO_HEADER)

    def _take(self, header: Header) -> None:
        self._header = header
        self._width = len(header.cells)
        self._twins = header.twins
        self._pick = _picker(tuple(header.places.items()), self._width)
        self.reader.takes_nrp = takes_nrp(header)
        self._below_worker, self._ended = True, False

    def _take_keys(self, keys: tuple[str, ...]) -> None:
        if self._header is not None and keys == self._header.cells:
            return
        header = self._layouts.get(keys) or _header_of(keys)
        if len(self._layouts) < MOST_LAYOUTS:
            self._layouts[keys] = header
        self._take(header)

    def _look_at_niks(self, lines: Iterable[Sequence[Cell]]) -> None:
        """Find out whether the column was kept as numbers: then all its first NIK end in 0."""
        told = 0
        for cells in lines:
            self._niks_looked_at = True
            digits, _ = read_digits(self._values(cells)[_NIK], NIK_DIGITS)
            if digits is not None and digits[-1] != "0":
                return
            told += digits is not None
            if told >= ROWS_THAT_TELL:
                self.reader.niks_damaged = True
                return

    def _values(self, cells: Sequence[Cell]) -> Values:
        missing = max(0, self._width - len(cells))
        return self._pick((*cells[: self._width], *[None] * (missing + 1)))

    # Lines

    def _check_line(self, row: int, cells: Sequence[Cell]) -> list[CheckedRow]:
        if not any(cells):
            self._below_worker = False
            return []
        values = self._values(cells)
        if looks_like_identity(values[_NIK], values[_DOCUMENT]):
            line = Line.WORKER
        elif self._is_header_again(row, cells):
            return []
        else:
            line = classify(
                values, self._number(cells), below_worker=self._below_worker, ended=self._ended
            )
        self._below_worker = line is Line.WORKER
        self._ended = line is not Line.WORKER and (self._ended or line is Line.ENDING)
        match line:
            case Line.WORKER:
                return [*self._release(), self._check_any(row, values, cells)]
            case Line.EITHER:
                self._hold(row, cells)
            case Line.NOTE | Line.ENDING:
                self._note(row)
            case Line.BLANK if not self._is_numbered_ahead(row, cells):
                self._note(row)
            case Line.BLANK:
                pass
        return []

    def _is_header_again(self, row: int, cells: Sequence[Cell]) -> bool:
        if is_column_numbers(cells):
            return True
        if self._header is None:
            return False
        is_second = line_of(row) == self._header_row + 1
        again = next_header(self._header, cells, is_second_line=is_second)
        if again is None:
            return False
        self._drop_held()
        self._take(again)
        return True

    def _number(self, cells: Sequence[Cell]) -> Cell:
        place = self._header.number_place if self._header else None
        return cells[place] if place is not None and place < len(cells) else None

    def _is_numbered_ahead(self, row: int, cells: Sequence[Cell]) -> bool:
        """Whether nothing stands there but the running number of a line that is still free."""
        number = text_of(self._number(cells)) or ""
        alone = sum(not is_blank(cell) for cell in cells) <= bool(number)
        is_next = number.isdigit() and int(number[:9]) == line_of(row) - self._header_row
        return alone and (is_next or not number)

    def _hold(self, row: int, cells: Sequence[Cell]) -> None:
        self._held.append((row, cells))
        if len(self._held) > MOST_HELD:
            self._drop_held()

    def _release(self) -> list[CheckedRow]:
        held, self._held = self._held, []
        return [self._check_any(row, self._values(cells), cells) for row, cells in held]

    def _drop_held(self) -> None:
        for row, _ in self._held:
            self._note(row)
        self._held = []

    def _note(self, row: int) -> None:
        if self._not_rows and self._not_rows[-1][1] == row - 1:
            self._not_rows[-1][1] = row
        elif len(self._not_rows) < MOST_STRETCHES:
            self._not_rows.append([row, row])

    # Rows

    def _check_normal(self, row: int, cells: Sequence[Cell], filed: Cells) -> CheckedRow | None:
        if len(cells) != self._width or self._twins:
            return None
        worker = self.reader.read_normal(row, self._pick((*cells, None)))
        if worker is None:
            return None
        identity = int(worker.nik or 0)
        if identity in self._seen:
            return self._duplicate(row, Column.NIK, filed, ())
        self._seen.add(identity)
        self._counts[Outcome.SOUND] += 1
        return _new(CheckedRow, (row, Outcome.SOUND, worker, (), filed))

    def _check_any(self, row: int, values: Values, filed: Cells) -> CheckedRow:
        identity, worker, problems, is_exempt = self._read(row, values, filed)
        is_seen = identity in self._seen
        if identity is not None:
            self._seen.add(identity)
        if is_exempt:
            return self._count(CheckedRow(row, Outcome.EXEMPT, None, (), filed))
        if worker is None:
            return self._count(CheckedRow(row, Outcome.REJECTED, None, problems, filed))
        if is_seen:
            column = Column.NIK if worker.nik else Column.DOCUMENT
            return self._duplicate(row, column, filed, problems)
        return self._count(CheckedRow(row, Outcome.SOUND, worker, problems, filed))

    def _read(self, row: int, values: Values, filed: Cells) -> Reading:
        """What a line says; a column that stands there twice with other words is `invalid`."""
        if not self._twins:
            return self.reader.read(row, values)
        cells = tuple(filed.values()) if isinstance(filed, Mapping) else filed
        apart: list[Problem] = []
        chosen = list(values)
        for column, places in self._twins:
            told = [cells[n] for n in places if n < len(cells) and not is_blank(cells[n])]
            chosen[COLUMNS.index(column)] = told[0] if told else None
            if len({text_of(cell) for cell in told}) > 1:
                apart.append(Problem(row, column, "invalid", TWICE))
        reading = self.reader.read(row, tuple(chosen))
        if reading.is_exempt or not apart:
            return reading
        others = [p for p in reading.problems if p.column not in {each.column for each in apart}]
        stays = all(problem.is_warning for problem in apart)
        worker = reading.worker if stays else None
        for problem in apart:
            worker = worker and without_column(worker, str(problem.column))
        return Reading(reading.identity, worker, tuple(sorted([*others, *apart])))

    def _duplicate(
        self, row: int, column: Column, filed: Cells, others: tuple[Problem, ...]
    ) -> CheckedRow:
        problems = (Problem(row, column, "duplicate"), *others)
        return self._count(CheckedRow(row, Outcome.DUPLICATE, None, problems, filed))

    def _unreadable(self, row: int) -> CheckedRow:
        problems = (Problem(row, None, "unreadable"),)
        return self._count(CheckedRow(row, Outcome.REJECTED, None, problems, {}))

    def _count(self, checked: CheckedRow) -> CheckedRow:
        self._counts[checked.outcome] += 1
        return checked

"""Nouns of a roster: worker, problem, outcome of a row, and how to mend a problem."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

Cell = str | float | int | bool | date | datetime | None
Cells = Sequence[Cell] | Mapping[str, Cell]


class SiteType(StrEnum):
    """Where a worker works (Inmendagri 18/2021 caps each apart)."""

    SERVICE = "pelayanan"
    ADMINISTRATION = "administrasi"


class Vaccination(StrEnum):
    """How far a worker is vaccinated."""

    NONE = "belum"
    FIRST = "dosis1"
    SECOND = "dosis2"
    BOOSTER = "booster"
    CONTRAINDICATED = "kontraindikasi"


class Severity(StrEnum):
    """Whether a problem costs the row."""

    ERROR = "error"
    WARNING = "warning"


class Outcome(StrEnum):
    """What became of one row at intake; the ledger counts each."""

    SOUND = "sound"
    DUPLICATE = "duplicate"
    EXEMPT = "exempt"
    REJECTED = "rejected"


class WorkerRow(NamedTuple):
    """One worker as filed, every cell in its normal form.

    `nik` has 16 digits, `document` is a KITAS or passport number; at least one is there.
    `region` has 4–10 digits, `phone` is E.164, `nik_notes` are soft remarks for an officer,
    `left_on` is the worker's last day at the employer, where the roster names one; `work_site` is
    the 13-digit NIB of another employer whose site it is, or a name.
    """

    row: int
    name: str
    nik: str | None
    document: str | None
    position: str
    site_type: SiteType
    region: str | None
    vaccination: Vaccination | None
    phone: str | None
    nik_notes: tuple[str, ...] = ()
    left_on: date | None = None
    work_site: str | None = None


SHEET_ROWS = 1 << 21
"""Rows that are kept apart for each sheet of a workbook: the line of the second sheet's first row
is `SHEET_ROWS + 1`. No spreadsheet has more (1,048,576), and no CSV may."""


def line_of(row: int) -> int:
    """The line as the spreadsheet shows it, of a row of any of its sheets."""
    return row % SHEET_ROWS


def sheet_of(row: int) -> int:
    """Which of the sheets that were read a row stands on, from 0."""
    return row // SHEET_ROWS


class Problem(NamedTuple):
    """What is wrong with one cell: line of the sheet, canonical column, stable code.

    `column` is None where the whole row is wrong; `readings` are what a text may mean that allows
    more than one answer.
    """

    row: int
    column: str | None
    code: str
    readings: tuple[str, ...] = ()

    @property
    def is_warning(self) -> bool:
        """Whether the row is accepted all the same, with this column empty."""
        return self.code in WARNINGS or (
            self.column in OPTIONAL_COLUMNS and self.code in WARNINGS_IF_OPTIONAL
        )

    @property
    def severity(self) -> Severity:
        """`warning` where the row is accepted all the same, else `error`."""
        return Severity.WARNING if self.is_warning else Severity.ERROR


class SheetNote(NamedTuple):
    """What is to be said of a sheet of a workbook, or of the letters of a CSV file.

    Args:
        code: `sheet-without-list`, `sheet-explains`, `sheet-too-wide` (not read); `hidden-sheet`,
            `hidden-rows`, `filtered` (read all the same); `read-as-windows-1252` (a CSV file whose
            letters beyond ASCII are to be looked at), `encoding-not-told` (they were not read).
        sheet: its name; empty for a CSV file.
        rows: how many, where it counts them.
        lines: the first of them, where it names them.
    """

    code: str
    sheet: str
    rows: int = 0
    lines: tuple[int, ...] = ()


class CheckedRow(NamedTuple):
    """One row with its outcome; `worker` is there where it is sound, `cells` are as filed."""

    row: int
    outcome: Outcome
    worker: WorkerRow | None
    problems: tuple[Problem, ...]
    cells: Cells


class Remarks(NamedTuple):
    """What was wrong with a roster, and what of its file was not read as workers.

    Args:
        total: number of problems.
        problems: the first 10,000 of them.
        not_rows: first and last line of each stretch that was not read as workers.
        sheets: names of the sheets that were read, where there are several.
        notes: what is to be said of sheets.
        headings: header cells of each sheet that was read, cut short; none for JSON.
        file: name of the file, as `shown_file_name` has it; empty where none was given.
    """

    total: int = 0
    problems: Sequence[Problem] = ()
    not_rows: Sequence[tuple[int, int]] = ()
    sheets: tuple[str, ...] = ()
    notes: tuple[SheetNote, ...] = ()
    headings: tuple[tuple[str, ...], ...] = ()
    file: str = ""

    def sheet_name(self, row: int) -> str | None:
        """Name of the sheet that a row stands on, where several were read."""
        number = sheet_of(row)
        return self.sheets[number] if number < len(self.sheets) else None

    def place_of(self, row: int) -> str:
        """The line as the spreadsheet shows it, with its sheet where several were read."""
        sheet = self.sheet_name(row)
        return f"{line_of(row)}" if sheet is None else f"{sheet}: {line_of(row)}"


MOST_HEADINGS, HEADING_CHARACTERS = 60, 60
"""Of a sheet, that its receipt tells."""


class RosterSummary(NamedTuple):
    """What is to be said of the whole when the list ends.

    Args:
        headers: header cells of each sheet as filed; keys where the roster came as JSON.
        counts: rows by outcome; their sum is the number of rows.
        not_rows: first and last line of each stretch that was not read as workers; blank lines
            and headers are not among them.
    """

    headers: tuple[tuple[str, ...], ...]
    counts: Mapping[Outcome, int]
    not_rows: tuple[tuple[int, int], ...]

    @property
    def headings(self) -> tuple[tuple[str, ...], ...]:
        """Header cells of each sheet as a receipt tells them: no more, and no longer."""
        return tuple(
            tuple(" ".join(cell.split())[:HEADING_CHARACTERS] for cell in header[:MOST_HEADINGS])
            for header in self.headers
        )

    @property
    def header(self) -> tuple[str, ...]:
        """Header cells of the last sheet, or of the only one."""
        return self.headers[-1]


WARNINGS = frozenset(
    {"unknown-region", "no-certificate", "unknown-host", "site-differs", "site-moved"}
)
WARNINGS_IF_OPTIONAL = frozenset({"invalid", "unreadable", "too-long"})
OPTIONAL_COLUMNS = frozenset({"status_vaksin", "kode_wilayah", "telepon"})
TWICE = ("twice",)
"""Readings of a column that stands there twice, with other words."""

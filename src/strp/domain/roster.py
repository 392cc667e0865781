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
    `left_on` is the worker's last day at the employer, where the roster names one.
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


class Problem(NamedTuple):
    """What is wrong with one cell: line of the sheet, canonical column, stable code."""

    row: int
    column: str
    code: str

    @property
    def is_warning(self) -> bool:
        """Whether the row is accepted all the same."""
        return self.code in WARNINGS


class CheckedRow(NamedTuple):
    """One row with its outcome; `worker` is there where it is sound, `cells` are as filed."""

    row: int
    outcome: Outcome
    worker: WorkerRow | None
    problems: tuple[Problem, ...]
    cells: Cells


class RosterSummary(NamedTuple):
    """What is to be said of the whole when the list ends.

    Args:
        header: header cells as filed; keys where the roster came as JSON.
        counts: rows by outcome; their sum is the number of rows.
        not_rows: first and last line of each stretch that was not read as workers; blank lines
            and headers are not among them.
    """

    header: tuple[str, ...]
    counts: Mapping[Outcome, int]
    not_rows: tuple[tuple[int, int], ...]


WARNINGS = frozenset({"unknown-region", "no-certificate"})

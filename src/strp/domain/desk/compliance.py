"""The compliance list: who is neither essential nor critical and filed all the same.

It says what was filed and refused, and nothing else: a suspicion that an inspector may look at,
never a finding. Definitions of its numbers: `domain/figures/definitions.py`.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final, NamedTuple

from strp.domain.employers.activities import activity_of
from strp.domain.errors import FieldError, InvalidInput
from strp.domain.identifiers import Nib
from strp.domain.text import Text


class Size(StrEnum):
    """Size of an employer by its staff (BPS: micro 1–4, small 5–19, medium 20–99, large 100)."""

    MICRO = "micro"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"
    UNKNOWN = "unknown"


SIZE_BOUNDS: Final = ((5, Size.MICRO), (20, Size.SMALL), (100, Size.MEDIUM))
SIZE_NAMES: Final[Mapping[str, Text]] = {
    Size.MICRO: Text("Mikro (1–4)", "Micro (1–4)"),
    Size.SMALL: Text("Kecil (5–19)", "Small (5–19)"),
    Size.MEDIUM: Text("Sedang (20–99)", "Medium (20–99)"),
    Size.LARGE: Text("Besar (100 atau lebih)", "Large (100 or more)"),
    Size.UNKNOWN: Text("Tidak diketahui", "Unknown"),
}
SUSPICION: Final = Text(
    "Daftar ini memuat dugaan, bukan bukti pelanggaran. Perusahaan di dalamnya mengajukan pekerja "
    "yang ditolak aturan; apakah ada yang dipaksa masuk kerja hanya dapat diketahui melalui "
    "pemeriksaan. Setiap perusahaan berhak mengajukan keberatan.",
    "This list holds suspicions, not proof of any offence. The employers in it filed workers whom "
    "the rules refused; whether anybody was made to come to work only an inspection can tell. "
    "Every employer has the right to object.",
)


def size_of(staff: int | None) -> Size:
    """The size of an employer by its registered staff; None or 0 where nobody has said."""
    if not staff:
        return Size.UNKNOWN
    return next((size for below, size in SIZE_BOUNDS if staff < below), Size.LARGE)


class Span(NamedTuple):
    """Days in Jakarta, both of them included."""

    first: date
    last: date


_FIRST_DAY = date(2000, 1, 1)
"""No registry is older; and a brief reads the week before its day, which must be a day too."""


def read_span(first: str, last: str, today: date) -> Span:
    """Read the days of a report.

    Args:
        first: as typed, such as 2021-07-05.
        last: likewise.
        today: civil day in Jakarta.

    Raises:
        InvalidInput: `report-days`: one is no day or lies in the future, or they are reversed.
    """
    wrong: list[FieldError] = []
    read = [_day(text, field, today, wrong) for text, field in ((first, "from"), (last, "until"))]
    days = [day for day in read if day is not None]
    if len(days) == len(read) and days[0] > days[1]:
        wrong.append(FieldError("from", "reversed", _REVERSED))
    if wrong:
        raise InvalidInput("report-days", wrong[0].detail, fields=wrong)
    return Span(*days)


def _day(text: str, field: str, today: date, wrong: list[FieldError]) -> date | None:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        wrong.append(FieldError(field, "invalid", _NOT_A_DAY))
        return None
    if day < _FIRST_DAY:
        wrong.append(FieldError(field, "invalid", _NOT_A_DAY))
        return None
    if day > today:
        wrong.append(FieldError(field, "future", _FUTURE))
        return None
    return day


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedEmployer:
    """One employer of the list, with its name and place as the registry has them now.

    Args:
        sector: code; `N` for one that is neither essential nor critical.
        region: four digits.
        staff: as registered; None where nobody has said.
        kbli: its first business class.
        named_by_two: rows with workers whom another employer has.
    """

    nib: Nib
    name: str
    sector: str
    region: str
    region_name: str
    staff: int | None
    kbli: str
    kbli_edition: int
    attempts: int
    workers: int
    over_cap: int
    named_by_two: int

    @property
    def size(self) -> Size:
        """By its staff."""
        return size_of(self.staff)

    @property
    def activity(self) -> str:
        """Branch of its first business class."""
        return activity_of(self.kbli, self.kbli_edition)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which employers of the list; None: all of them.

    Args:
        search: a part of the name, in lower case, or the first digits of the NIB.
    """

    search: str | None = None
    sector: str | None = None
    region: str | None = None
    size: str | None = None


class Sums(NamedTuple):
    """Sums over some employers of the list."""

    employers: int = 0
    attempts: int = 0
    workers: int = 0
    over_cap: int = 0

    def plus(self, other: "Sums") -> "Sums":
        """Both together."""
        return Sums(*(one + another for one, another in zip(self, other, strict=True)))


class Group(NamedTuple):
    """Employers of the list that have sector, region, size and branch in common, and their sums."""

    sector: str
    region: str
    region_name: str
    size: Size
    activity: str
    sums: Sums


class GroupSums(NamedTuple):
    """Sums of one group, under its code."""

    code: str
    sums: Sums


class Pair(NamedTuple):
    """Two employers who named the same workers; `nib` came later."""

    nib: Nib
    name: str
    other_nib: Nib
    other_name: str
    workers: int


class Apart(NamedTuple):
    """What is counted beside the list; nobody is on it for that.

    Args:
        not_proven_employers: whose sector an officer must establish.
        asked: employers that were only asked about.
        claimed: employers that were only claimed.
        unlisted_site_workers: refused because of the employer whose site it is.
    """

    not_proven_employers: int
    not_proven: int
    not_proven_workers: int
    asked: int
    claimed: int
    unlisted_site_employers: int
    unlisted_site_workers: int


class TakenOff(NamedTuple):
    """An employer whose objection succeeded, and what counts no longer because of it."""

    nib: Nib
    name: str
    about: str
    decided_on: date
    attempts: int
    workers: int
    over_cap: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplianceReport:
    """The compliance list of some days.

    Args:
        made_at: aware.
        exercise: whether it counts filings of an exercise, and nothing else.
        employers: those with the most workers first.
        groups: of all employers of the list.
        pairs: those with the most workers first, at most MOST_PAIRS.
        taken_off: in the order of the decisions.
    """

    span: Span
    made_at: datetime
    exercise: bool
    employers: Sequence[ListedEmployer]
    groups: Sequence[Group]
    pairs: Sequence[Pair]
    apart: Apart
    taken_off: Sequence[TakenOff]

    @property
    def totals(self) -> Sums:
        """Over all employers of the list."""
        return add_up(self.groups)

    @property
    def by_sector(self) -> list[GroupSums]:
        """The most workers first, as all of these."""
        return sums_by(self.groups, lambda group: group.sector)

    @property
    def by_region(self) -> list[GroupSums]:
        """By regency or city, four digits."""
        return sums_by(self.groups, lambda group: group.region)

    @property
    def by_size(self) -> list[GroupSums]:
        """By size."""
        return sums_by(self.groups, lambda group: group.size)

    @property
    def by_activity(self) -> list[GroupSums]:
        """By branch."""
        return sums_by(self.groups, lambda group: group.activity)

    @property
    def region_names(self) -> dict[str, str]:
        """Names of the regions by their codes."""
        return {group.region: group.region_name for group in self.groups}

    @property
    def region_texts(self) -> dict[str, Text]:
        """The same in both languages: a place has one name."""
        return {code: Text(name, name) for code, name in self.region_names.items()}


MOST_PAIRS: Final = 1_000


def add_up(groups: Sequence[Group]) -> Sums:
    """The sums of all groups."""
    total = Sums()
    for group in groups:
        total = total.plus(group.sums)
    return total


def sums_by(groups: Sequence[Group], code_of: Callable[[Group], str]) -> list[GroupSums]:
    """Sums by one property of the groups, the most workers first.

    Args:
        groups: of employers of the list.
        code_of: code of that property.
    """
    found: defaultdict[str, Sums] = defaultdict(Sums)
    for group in groups:
        code = code_of(group)
        found[code] = found[code].plus(group.sums)
    ordered = sorted(found.items(), key=lambda each: (-each[1].workers, -each[1].over_cap, each[0]))
    return [GroupSums(*each) for each in ordered]


_NOT_A_DAY = Text(
    id="Tulis hari sebagai tahun-bulan-tanggal, misalnya 2021-07-05.",
    en="Write a day as year-month-day, such as 2021-07-05.",
)
_FUTURE = Text(
    id="Hari ini belum tiba. Pilih hari yang sudah ada angkanya: paling akhir hari ini (WIB).",
    en="This day is still to come. Choose one that has numbers: today at the latest (Jakarta).",
)
_REVERSED = Text(
    id="Hari pertama sesudah hari terakhir. Tukar keduanya.",
    en="The first day is after the last. Swap them.",
)

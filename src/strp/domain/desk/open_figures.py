"""What the public may know of a day: sums by sector, region and reason, and no small cells.

Nothing names an employer or a worker. A number of one to nine is left out, since few stand behind
it; so is the smallest of the others where the total would give what is left out away. Decisions are
not summed over approved, refused and returned, from which one of these would follow.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from strp.domain.desk.day_figures import DayFigures, Sums
from strp.domain.figures import definitions as figure
from strp.domain.figures.definitions import Figure
from strp.domain.text import Text

SMALLEST: Final = 10
"""The least that is published."""
DAYS: Final = 31
"""Days that are published together, the last that is over among them."""

PUBLISHED: Final[Sequence[Figure]] = (
    figure.APPLICATIONS,
    figure.WORKERS,
    figure.APPROVED,
    figure.REFUSED,
    figure.RETURNED,
)


class OpenRow(NamedTuple):
    """A line of the open figures.

    Args:
        date: day in Jakarta.
        by: `day`, `sector`, `region` or `refused_for`.
        code: of the sector, region or reason; empty for the day.
        numbers: of PUBLISHED by code, and `in_time_percent` for the day; None: left out.
    """

    date: str
    by: str
    code: str
    numbers: Mapping[str, float | int | None]


def open_rows(figures: DayFigures) -> list[OpenRow]:
    """What is published of a day that is over.

    Args:
        figures: of the day.
    """
    date = figures.day.isoformat()
    totals = {each.code: _shown(getattr(figures.totals, each.code)) for each in PUBLISHED}
    share = figures.totals.in_time_percent if figures.totals.final >= SMALLEST else None
    late = figures.totals.late
    if 0 < late < SMALLEST or 0 < figures.totals.final - late < SMALLEST:
        share = None  # the share of a known total would give the few away
    reasons = without_small(dict(figures.by_reason))
    return [
        OpenRow(date, "day", "", {**totals, figure.IN_TIME.code: share}),
        *_grouped(date, "sector", figures.by_sector),
        *_grouped(date, "region", figures.by_region),
        *(
            OpenRow(date, "refused_for", code, {figure.REFUSED.code: number})
            for code, number in sorted(reasons.items())
        ),
    ]


def _grouped(date: str, by: str, groups: Mapping[str, Sums]) -> list[OpenRow]:
    columns = {
        each.code: without_small({code: getattr(sums, each.code) for code, sums in groups.items()})
        for each in PUBLISHED
    }
    return [
        OpenRow(date, by, code, {name: column[code] for name, column in columns.items()})
        for code in sorted(groups)
    ]


def _shown(number: int) -> int | None:
    return None if 0 < number < SMALLEST else number


def without_small(numbers: Mapping[str, int]) -> dict[str, int | None]:
    """Numbers whose sum is published, without those that few stand behind.

    Where those left out add up to less than SMALLEST, as a single one does, the total would tell
    too much of them; then the smallest of the others goes as well.

    Args:
        numbers: by code.
    """
    small = [code for code, number in numbers.items() if 0 < number < SMALLEST]
    others = sorted(
        (code for code in numbers if numbers[code] >= SMALLEST), key=lambda code: numbers[code]
    )
    if small and sum(numbers[code] for code in small) < SMALLEST and others:
        small.append(others[0])
    return {code: None if code in small else number for code, number in numbers.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of the open figures, for the data dictionary."""

    name: str
    meaning: Text


COLUMNS: Final[Sequence[Column]] = (
    Column(name="date", meaning=Text("Hari di Jakarta (WIB).", "Day in Jakarta.")),
    Column(
        name="by",
        meaning=Text(
            "`day`: seluruh hari; `sector`, `region`, `refused_for`: bagiannya.",
            "`day`: the whole day; `sector`, `region`, `refused_for`: parts of it.",
        ),
    ),
    Column(
        name="code",
        meaning=Text(
            "Kode sektor kebijakan, kode wilayah Kemendagri empat angka, atau kode alasan.",
            "Code of the policy's sector, the Kemendagri code of four digits, or the code of the "
            "reason.",
        ),
    ),
    *(Column(name=each.code, meaning=each.meaning) for each in (*PUBLISHED, figure.IN_TIME)),
)

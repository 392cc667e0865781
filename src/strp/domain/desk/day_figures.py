"""The figures of one day in Jakarta, as every door shows them: sums of the same hours.

Each definition stands in `domain/figures/definitions.py`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from strp.domain.civil_time import WIB
from strp.domain.figures import definitions as figure
from strp.domain.figures.definitions import Figure
from strp.domain.figures.hits import TICKETS, HitKind

OF_THE_DAY: Final[Sequence[Figure]] = (
    figure.HITS,
    figure.VISITS,
    figure.TICKETS,
    figure.LET_IN,
    figure.ACCOUNTS,
    figure.APPLICATIONS,
    figure.WORKERS,
    figure.TOLD_APART,
    figure.APPROVED,
    figure.REFUSED,
    figure.RETURNED,
    figure.DECIDED,
)
"""Numbers of a day that are counted, in the order in which they are read; and the share in time."""


class Sums(NamedTuple):
    """Sums over some hours; see OF_THE_DAY for what each means.

    Args:
        late: final answers after the application was due.
        answered: final answers of officers.
        waited_s: seconds from the first filing to each of these, added up.
    """

    hits: int = 0
    visits: int = 0
    tickets: int = 0
    let_in: int = 0
    accounts: int = 0
    applications: int = 0
    workers_filed: int = 0
    workers_told_apart: int = 0
    approved: int = 0
    refused: int = 0
    returned: int = 0
    late: int = 0
    answered: int = 0
    waited_s: int = 0

    @property
    def decided(self) -> int:
        """Workers approved, refused or returned."""
        return self.approved + self.refused + self.returned

    @property
    def final(self) -> int:
        """Workers with a final answer: approved or refused; a return is none."""
        return self.approved + self.refused

    @property
    def in_time_percent(self) -> float | None:
        """Share of the final answers that came in time; None: there were none.

        Rounded down to a tenth: what is not all is not shown as 100.
        """
        if not self.final:
            return None
        return (self.final - self.late) * 1000 // self.final / 10

    @property
    def minutes_to_answer(self) -> int | None:
        """Mean minutes from the first filing to an officer's final answer; None: there was none."""
        return round(self.waited_s / self.answered / 60) if self.answered else None

    def plus(self, other: "Sums") -> "Sums":
        """Both together."""
        return Sums(*(a + b for a, b in zip(self, other, strict=True)))


class Grouping(StrEnum):
    """By what counts were summed up."""

    HOUR = "hour"
    SECTOR = "sector"
    REGION = "region"
    OFFICER = "officer"
    REASON = "reason"


class GroupSums(NamedTuple):
    """Sums of those that share one hour, sector, region, officer or reason.

    Args:
        by: which of these.
        key: code of the sector, region or reason, or number of the officer's account.
        hour: aware, its beginning; None where they do not share one.
    """

    by: Grouping
    key: str
    hour: datetime | None
    sums: Sums


class Hits(NamedTuple):
    """Requests, or tickets, of one hour and kind."""

    hour: datetime
    kind: str
    number: int

    @property
    def sums(self) -> Sums:
        """As a part of the day's figures."""
        if self.kind == TICKETS:
            return Sums(tickets=self.number)
        return Sums(hits=self.number, visits=self.number if self.kind == HitKind.VISIT else 0)


NOTHING: Final = Sums()


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFigures:
    """A day.

    Args:
        day: in Jakarta.
        exercise: whether the filings counted are those of an exercise.
        totals: of the whole day, or of what has passed of it.
        by_hour: the 24 hours of the day.
        by_sector: by code; what no filing belongs to is not in it.
        by_region: by four-digit code.
        by_officer: decisions by number of the account; 0: the rules.
        by_reason: refused workers by code of the reason.
        returned_for: returned workers likewise.
        turned_away: hits that were told to come again later.
        failed: hits that got a server's error.
    """

    day: date
    exercise: bool
    totals: Sums
    by_hour: Sequence[Sums]
    by_sector: Mapping[str, Sums]
    by_region: Mapping[str, Sums]
    by_officer: Mapping[int, Sums]
    by_reason: Mapping[str, int]
    returned_for: Mapping[str, int] = field(default_factory=dict)
    turned_away: int = 0
    failed: int = 0


def bounds_of(day: date) -> tuple[datetime, datetime]:
    """Beginning of a day in Jakarta, and of the next (aware)."""
    begins = datetime.combine(day, time(0), WIB)
    return begins, begins + timedelta(days=1)


def figures_of(
    day: date, groups: Sequence[GroupSums], hits: Sequence[Hits], *, exercise: bool
) -> DayFigures:
    """Put together what was counted of a day.

    Args:
        day: in Jakarta.
        groups: sums by hour, sector, region, officer and reason, of one moment.
        hits: requests and tickets.
        exercise: whether the filings counted are those of an exercise.
    """
    hours = [NOTHING] * 24
    of_hours = [(each.hour, each.sums) for each in groups if each.hour is not None]
    for hour, sums in [*of_hours, *((each.hour, each.sums) for each in hits)]:
        n = hour.astimezone(WIB).hour
        hours[n] = hours[n].plus(sums)
    reasons = _of(groups, Grouping.REASON)
    officers = _of(groups, Grouping.OFFICER)
    return DayFigures(
        day=day,
        exercise=exercise,
        totals=total(hours),
        by_hour=hours,
        by_sector=_of(groups, Grouping.SECTOR),
        by_region=_of(groups, Grouping.REGION),
        by_officer={int(key): sums for key, sums in officers.items() if sums.decided},
        by_reason=_most({key: sums.refused for key, sums in reasons.items()}),
        returned_for=_most({key: sums.returned for key, sums in reasons.items()}),
        turned_away=sum(each.number for each in hits if each.kind == HitKind.TURNED_AWAY),
        failed=sum(each.number for each in hits if each.kind == HitKind.FAILED),
    )


def total(sums: Iterable[Sums]) -> Sums:
    """All of them together."""
    found = NOTHING
    for each in sums:
        found = found.plus(each)
    return found


def _of(groups: Sequence[GroupSums], by: Grouping) -> dict[str, Sums]:
    """Those of one grouping that filings or decisions belong to, the largest first."""
    found = {
        each.key: each.sums
        for each in groups
        if each.by is by and (each.sums.applications or each.sums.decided)
    }
    return dict(sorted(found.items(), key=lambda one: (-one[1].decided, -one[1].applications)))


def _most(numbers: Mapping[str, int]) -> dict[str, int]:
    return {key: number for key, number in Counter(numbers).most_common() if number}

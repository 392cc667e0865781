"""What a day brings: employers, and the rosters that they file, in the shares of July 2021.

Everything follows from a seed, so that a day can be had again.

Sources: DPMPTSP DKI Jakarta by way of the press (docs/engine.md, "The day"): 1,206,098 workers in
134,927 collective filings until 14 July, 22,283 essential and critical companies, filings by
sector, one filing in nine refused; 851,661 drivers through four platforms.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log
from random import Random
from typing import NamedTuple

from strp.domain.identifiers import Nib

FIRST_NIB = 9_000_000_000_000
MEAN_WORKERS = 1_206_098 / 134_927
FILINGS_AN_EMPLOYER = 134_927 / 22_283
MOST_EMPLOYERS = 85_335
"""Companies in Jakarta (Disnakertrans, 8 July 2021)."""
PLATFORMS = 4
PLATFORM_SHARE = 0.1
"""Of all workers. It was 0.41 in July 2021; a large file is the cheaper one, so this is harder."""
SHARE_WITH_MISTAKES = 1 / 3
MOST_WORKERS = 5_000
# Log-normal: two filings of three bring five workers or fewer, one in a hundred more than eighty.
_MEDIAN, _SIGMA = 3.47, 1.37

# Filings by sector until 14 July; construction from its share on 9 July; the rest is ours.
SECTORS: Sequence[tuple[int, Sequence[str]]] = (
    (15_074, ("64125", "65111", "64951", "66121")),
    (11_916, ("10710", "11050", "46339", "47242")),
    (10_588, ("86101", "86104", "21012", "47721")),
    (9_675, ("49431", "52101", "53201", "50131")),
    (9_450, ("61100", "63111", "61922", "60102", "62019")),
    (14_043, ("42101", "42201", "42102", "42911", "41011")),
    (46_618, ("36001", "06100", "35111", "20111", "47111", "55110", "01111")),
    (16_214, ("70201", "74100", "73100")),
    (1_349, ("84111",)),
)
GOVERNMENT = "84111"
PLATFORM_KBLI = "49426"


@dataclass(frozen=True, slots=True)
class DayEmployer:
    """An employer of the day, as a line of the registry.

    Args:
        staff: at service sites and in offices; None where the registry does not know.
    """

    nib: Nib
    kbli: str
    staff: int | None

    def line(self) -> str:
        """The employer as a line of the registry extract."""
        kind = "government" if self.kbli == GOVERNMENT else "private"
        staff = "" if self.staff is None else str(self.staff)
        return (
            f"{self.nib},PT Latihan Sejahtera {self.nib % 1_000_000},{self.kbli},2020,{kind},"
            f"317{1 + self.nib % 5},{staff},{staff},\n"
        )


class DayFiling(NamedTuple):
    """One filing: whose, which people, and whether their roster has mistakes."""

    employer: DayEmployer
    first: int
    workers: int
    has_mistakes: bool


@dataclass(frozen=True, slots=True)
class DayPlan:
    """A day of so many workers.

    Args:
        workers: rows of all rosters together.
        seed: of everything that is drawn.
        first: number of the first person; a second day goes on where the first ended.
    """

    workers: int
    seed: int = 20210705
    first: int = 0

    @property
    def platform_workers(self) -> int:
        """Workers of each platform's roster."""
        return int(self.workers * PLATFORM_SHARE / PLATFORMS)

    def employers(self) -> list[DayEmployer]:
        """Everybody who files, the platforms first."""
        random = Random(self.seed)
        filings = self.workers * (1 - PLATFORM_SHARE) / MEAN_WORKERS
        count = max(10, min(MOST_EMPLOYERS, round(filings / FILINGS_AN_EMPLOYER)))
        sectors = random.choices(
            [codes for _, codes in SECTORS], [share for share, _ in SECTORS], k=count
        )
        others = [
            DayEmployer(Nib(FIRST_NIB + PLATFORMS + n), random.choice(codes), _staff(random))
            for n, codes in enumerate(sectors)
        ]
        platforms = [
            DayEmployer(Nib(FIRST_NIB + n), PLATFORM_KBLI, 9_000_000) for n in range(PLATFORMS)
        ]
        return platforms + others

    def platform_filings(self, employers: Sequence[DayEmployer]) -> Iterator[DayFiling]:
        """The rosters of the platforms."""
        size = self.platform_workers
        for number, employer in enumerate(employers[:PLATFORMS]):
            if size:
                yield DayFiling(employer, self.first + number * size, size, True)

    def filings(self, employers: Sequence[DayEmployer]) -> Iterator[DayFiling]:
        """The rosters of everybody else, in the order in which they are sent."""
        random = Random(self.seed + 1 + self.first)
        others = employers[PLATFORMS:]
        first, end = self.first + PLATFORMS * self.platform_workers, self.first + self.workers
        while first < end:
            size = min(filing_size(random), end - first)
            has_mistakes = random.random() < SHARE_WITH_MISTAKES
            yield DayFiling(random.choice(others), first, size, has_mistakes)
            first += size


def filing_size(random: Random) -> int:
    """Workers of one filing."""
    drawn = round(random.lognormvariate(log(_MEDIAN), _SIGMA))
    return min(max(1, drawn), MOST_WORKERS)


def _staff(random: Random) -> int | None:
    """Most have room under the caps; some are small, and of some the registry knows no staff."""
    drawn = random.random()
    return None if drawn < 0.01 else 12 if drawn < 0.03 else 40_000

"""What a rehearsal counts, second by second."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from strp.rehearsal.surge_visitor import Ending, Kind

IN_TIME_S: Final = 2.0
_BEST_OVER_S: Final = 10
GOODPUT: Final = (Kind.PAGE, Kind.FILING, Kind.RECEIPT)
COUNTED: Final = ("arrived", "admitted", "filed", "gave_up", "good", "shed", "errors")


@dataclass(slots=True)
class Second:
    """One second of a rehearsal."""

    counts: Counter[str] = field(default_factory=Counter)
    waiting: int = 0
    rss_bytes: int = 0
    delays_s: list[float] = field(default_factory=list)


class Tally:
    """Counts of a whole run."""

    def __init__(self) -> None:
        self.seconds: list[Second] = []
        self.requests: Counter[str] = Counter()
        self.statuses: Counter[int] = Counter()
        self.endings: Counter[str] = Counter()
        self.waiting_delays_s: list[float] = []
        self.filing_delays_s: list[float] = []
        self.receipts: list[int] = []
        self.admitted = 0
        self.lost_connections = 0

    def at(self, second: float) -> Second:
        """The counts of one second."""
        while len(self.seconds) <= int(second):
            self.seconds.append(Second())
        return self.seconds[int(second)]

    def answered(
        self, kind: Kind, status: int, delay_s: float, second: float, *, waits: bool
    ) -> None:
        """Count one answer.

        Args:
            kind: what was asked for.
            status: HTTP status, 0 where none came.
            delay_s: since it was due to be asked.
            second: of the run.
            waits: the answer was a page of the waiting room, or its document.
        """
        now = self.at(second)
        self.requests[kind] += 1
        self.statuses[status] += 1
        now.delays_s.append(delay_s)
        if waits:
            self.waiting_delays_s.append(delay_s)
        if kind is Kind.FILING and status == 202:
            self.filing_delays_s.append(delay_s)
        if status == 0:
            self.lost_connections += 1
            now.counts["errors"] += 1
        elif status in {429, 503}:
            now.counts["shed"] += 1
        elif status >= 500:
            now.counts["errors"] += 1
        elif kind in GOODPUT and not waits and status < 400 and delay_s <= IN_TIME_S:
            now.counts["good"] += 1

    def ended(self, ending: Ending, second: float) -> None:
        """Count the end of a visit."""
        self.endings[ending] += 1
        if ending in {Ending.FILED, Ending.GAVE_UP}:
            self.at(second).counts[ending.value] += 1

    def goodput_ratio(self, arrivals_s: float) -> float:
        """Goodput while the line stood, against the best ten seconds of the run.

        Args:
            arrivals_s: seconds over which visitors arrived.
        """
        good = [second.counts["good"] for second in self.seconds[: int(arrivals_s)]]
        waiting = [n for n, second in enumerate(self.seconds[: int(arrivals_s)]) if second.waiting]
        if not waiting or waiting[-1] - waiting[0] < 2 * _BEST_OVER_S:
            return 1.0
        windows = [
            sum(good[n : n + _BEST_OVER_S]) / _BEST_OVER_S
            for n in range(0, max(1, len(good) - _BEST_OVER_S + 1))
        ]
        loaded = good[waiting[0] : waiting[-1] + 1]
        return round(sum(loaded) / len(loaded) / max(*windows, 1e-9), 3)


def percentile(values: list[float], share: float) -> float:
    """The value that a share of all do not exceed; 0 where there are none."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

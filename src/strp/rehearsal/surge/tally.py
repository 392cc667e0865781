"""What a rehearsal counts, second by second; its size does not grow with the crowd."""

from collections import Counter
from dataclasses import dataclass, field
from math import exp, floor, log
from typing import Final

from strp.rehearsal.surge.visitor import Ending, Kind

IN_TIME_S: Final = 2.0
_BEST_OVER_S, _BEST_AT_LEAST_OVER_S = 30, 10
"""Long enough that the best is not chance: at 300 a second, a window's deviation is 1 %."""
_STEPS_A_FACTOR_E: Final = 100
_LEAST_S: Final = 1e-5
GOODPUT: Final = (Kind.PAGE, Kind.FILING, Kind.RECEIPT)
COUNTED: Final = ("arrived", "admitted", "filed", "gave_up", "good", "shed", "errors")


class Delays:
    """Delays, counted in steps of 1 %."""

    __slots__ = ("_counts",)

    def __init__(self) -> None:
        self._counts: Counter[int] = Counter()

    def add(self, delay_s: float) -> None:
        """Count one more."""
        self._counts[floor(_STEPS_A_FACTOR_E * log(max(delay_s, _LEAST_S)))] += 1

    def percentile_ms(self, share: float) -> float:
        """Milliseconds that a share of all did not exceed, to 1 %; 0 where there are none."""
        left = share * self._counts.total()
        for step in sorted(self._counts):
            left -= self._counts[step]
            if left <= 0:
                return round(1000 * exp((step + 1) / _STEPS_A_FACTOR_E), 1)
        return 0.0


@dataclass(slots=True)
class Second:
    """One second of a rehearsal."""

    counts: Counter[str] = field(default_factory=Counter)
    waiting: int = 0
    rss_bytes: int = 0
    delays: Delays = field(default_factory=Delays)


class Tally:
    """Counts of a whole run."""

    def __init__(self) -> None:
        self.seconds: list[Second] = []
        self.requests: Counter[str] = Counter()
        self.statuses: Counter[int] = Counter()
        self.endings: Counter[str] = Counter()
        self.waiting_delays = Delays()
        self.filing_delays = Delays()
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
        now.delays.add(delay_s)
        if waits:
            self.waiting_delays.add(delay_s)
        if kind is Kind.FILING and status == 202:
            self.filing_delays.add(delay_s)
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
        """Count the end of a visit.

        Args:
            ending: how.
            second: since the run began.
        """
        self.endings[ending] += 1
        if ending in {Ending.FILED, Ending.GAVE_UP}:
            self.at(second).counts[ending.value] += 1

    def goodput_ratio(self, arrivals_s: float) -> float:
        """Goodput while the line stood, against the best half minute of the run.

        Where it stood for less than a minute, against the best span half as long as it stood; 1
        where it stood for less than twenty seconds.

        Args:
            arrivals_s: seconds over which visitors arrived.
        """
        good = [second.counts["good"] for second in self.seconds[: int(arrivals_s)]]
        waiting = [n for n, second in enumerate(self.seconds[: int(arrivals_s)]) if second.waiting]
        width = min((waiting[-1] - waiting[0]) // 2, _BEST_OVER_S) if waiting else 0
        if width < _BEST_AT_LEAST_OVER_S:
            return 1.0
        windows = [sum(good[n : n + width]) / width for n in range(len(good) - width + 1)]
        loaded = good[waiting[0] : waiting[-1] + 1]
        return round(sum(loaded) / len(loaded) / max(*windows, 1e-9), 3)

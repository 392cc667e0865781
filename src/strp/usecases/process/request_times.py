"""How many requests a process answered and how long they took: by route, method and status.

A route is a template of ours or one word of the front, never what somebody typed, so that their
number is bounded. Two additions and a look into a list a request: about a microsecond.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

BUCKETS_S: Final = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
FRONT: Final = "(front)"
"""What the front answers itself: kept pages, files, the waiting page, refusals."""
OTHER: Final = "(other)"
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Times(NamedTuple):
    """Durations of one route: how many took at most each bound of BUCKETS_S, and their sum."""

    route: str
    method: str
    counts: list[int]
    sum_s: float


class RequestTimes:
    """Counts of one process."""

    __slots__ = ("_counts", "_sums", "answers", "visits")

    def __init__(self) -> None:
        self.answers: Counter[tuple[str, str, int]] = Counter()
        self.visits = 0  # of the answers by the front, those with the front page
        self._counts: dict[tuple[str, str], list[int]] = {}
        self._sums: dict[tuple[str, str], float] = {}

    def count(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one answer.

        Args:
            route: a template of ours, or FRONT or OTHER.
            method: as sent; an unknown one counts as OTHER.
            status: of the answer.
            seconds: since its head was here.
        """
        known = method if method in _METHODS else OTHER
        self.answers[route, known, status] += 1
        key = (route, known)
        counts = self._counts.get(key)
        if counts is None:
            counts = self._counts[key] = [0] * (len(BUCKETS_S) + 1)
            self._sums[key] = 0.0
        counts[bisect_left(BUCKETS_S, seconds)] += 1
        self._sums[key] += seconds

    def times(self) -> Iterator[Times]:
        """Durations of every route that was asked for."""
        sums: Mapping[tuple[str, str], float] = self._sums
        for (route, method), counts in self._counts.items():
            yield Times(route, method, counts, sums[route, method])

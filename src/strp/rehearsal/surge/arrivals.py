"""When the visitors of an opening day arrive."""

from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from math import exp

VISITORS = 17_000_000
"""Registrations that the governor named for 5 July 2021 (kompas.com, 2021-07-05)."""
DAY_S = 86_400
_STEPS = 2000

Curve = Callable[[float], float]


def opening_day(share: float) -> float:
    """Intensity at a share of the day: a morning peak, a second one after noon, a quiet night.

    The hours are those of 5 July 2021 in the press: unreachable from 06.30, worst until 14.45,
    back at 19.00. The heights are ours.
    """
    hour = share * 24
    peaks = ((8.0, 1.3, 1.0), (13.0, 2.2, 0.55), (19.0, 2.0, 0.25))
    return 0.04 + sum(height * exp(-(((hour - at) / width) ** 2)) for at, width, height in peaks)


def flat(_share: float) -> float:
    """The same intensity all the time."""
    return 1.0


CURVES: dict[str, Curve] = {"day": opening_day, "flat": flat}


class Arrivals:
    """The times of arrival of a number of visitors over some seconds.

    Args:
        visitors: how many.
        duration_s: over how long.
        curve: intensity by share of the time.
    """

    def __init__(self, visitors: int, duration_s: float, curve: Curve) -> None:
        self.visitors, self.duration_s = visitors, duration_s
        weights = [curve((step + 0.5) / _STEPS) for step in range(_STEPS)]
        total = sum(weights)
        self._reached: Sequence[float] = [0.0, *(w / total for w in accumulate(weights))]

    def until(self, seconds: float) -> int:
        """How many have arrived after so many seconds."""
        place = min(max(seconds / self.duration_s, 0.0), 1.0) * _STEPS
        step = min(int(place), _STEPS - 1)
        low, high = self._reached[step], self._reached[step + 1]
        return round(self.visitors * (low + (high - low) * (place - step)))

    def times(self) -> Iterator[float]:
        """When each arrives, in order, in seconds."""
        step = 1
        for number in range(self.visitors):
            share = (number + 0.5) / self.visitors
            while step < _STEPS and self._reached[step] < share:
                step += 1
            low, high = self._reached[step - 1], self._reached[step]
            part = (share - low) / (high - low) if high > low else 0.0
            yield (step - 1 + part) / _STEPS * self.duration_s

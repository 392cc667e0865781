"""How much may happen: the rate rule for what is counted by subject, and a bucket for one process.

Source: the generic cell rate algorithm (ITU-T I.371, Annex A).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import NamedTuple


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    """At most `burst` at once, and one more every `interval`."""

    burst: int
    interval: timedelta


# Machines that share a limit may disagree about the time by this much.
CLOCK_SLACK = timedelta(minutes=5)


class RateDecision(NamedTuple):
    """Answer of the rate rule.

    Args:
        allowed: whether it may happen now.
        retry_after_s: whole seconds until it may; 0 where it may now.
        state: what to remember for the next time.
    """

    allowed: bool
    retry_after_s: int
    state: datetime


def decide_rate(limit: RateLimit, state: datetime | None, now: datetime) -> RateDecision:
    """Whether one more may happen now.

    Args:
        limit: the burst and the interval.
        state: what the last decision said to remember: when all of the burst is free again. One
            much later than that can be is of a clock that stepped back, and not believed.
        now: aware time.

    Source: ITU-T I.371 Annex A (virtual scheduling), as in letsencrypt/boulder's rate limits.
    """
    whole = limit.burst * limit.interval
    latest = now + whole + CLOCK_SLACK
    busy_until = now if state is None or state > latest else max(state, now)
    next_state = busy_until + limit.interval
    wait = next_state - whole - now
    if wait > timedelta(0):
        return RateDecision(
            allowed=False, retry_after_s=ceil(wait.total_seconds()), state=busy_until
        )
    return RateDecision(allowed=True, retry_after_s=0, state=next_state)


class TokenBucket:
    """How much happens at one moment: a bucket that refills at a rate, which may change.

    Args:
        burst: what may always happen at once.
        least_per_s: what may always happen a second, whatever the rate.
        saved_s: seconds of the rate that may come at once where that is more than the burst.
    """

    __slots__ = ("_at", "_burst", "_least", "_left", "_saved_s")

    def __init__(self, burst: float, least_per_s: float, saved_s: float = 0.0) -> None:
        self._burst, self._least, self._saved_s = burst, least_per_s, saved_s
        self._left, self._at = burst, 0.0

    def has_room(self, rate: float, monotonic_s: float) -> bool:
        """Count one more.

        Args:
            rate: what may happen a second now.
            monotonic_s: seconds on any clock that does not jump.
        """
        self.refill(rate, monotonic_s)
        if self._left < 1.0:
            return False
        self._left -= 1.0
        return True

    @property
    def left(self) -> float:
        """What is left; below 0 where more was spent at once."""
        return self._left

    def refill(self, rate: float, monotonic_s: float) -> None:
        """Fill up by the time that has passed.

        Args:
            rate: what may happen a second now.
            monotonic_s: seconds on any clock that does not jump.
        """
        filled = max(rate, self._least) * (monotonic_s - self._at)
        burst = max(self._burst, self._saved_s * rate)
        self._left, self._at = min(burst, self._left + filled), monotonic_s

    def spend(self, cost: float) -> None:
        """Take out what something cost that was let happen.

        Args:
            cost: in the unit of the rate.
        """
        self._left -= cost

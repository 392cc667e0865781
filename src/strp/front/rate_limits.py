"""How much one client may take: the rate rule over a table in memory that cannot grow."""

from collections import OrderedDict
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Final

from strp.domain.rate_limit import RateLimit, decide_rate

MOST_KEPT: Final = 50_000
LOOKED_AT: Final = 8
STEP_BACK: Final = timedelta(seconds=1)

DOOR_PER_BLOCK = RateLimit(burst=2000, interval=timedelta(milliseconds=5))
TICKETS_PER_BLOCK = RateLimit(burst=2000, interval=timedelta(milliseconds=20))
UNQUEUED_PER_BLOCK = RateLimit(burst=20, interval=timedelta(seconds=15))
REPEATS_PER_BLOCK = RateLimit(burst=200, interval=timedelta(seconds=10))
REPEATS_IN_ALL = RateLimit(burst=5000, interval=timedelta(milliseconds=20))
UNPROVEN_PER_BLOCK = RateLimit(burst=20, interval=timedelta(seconds=3))
REQUESTS_PER_SEAT = RateLimit(burst=120, interval=timedelta(milliseconds=500))
REQUESTS_PER_ACCOUNT = RateLimit(burst=600, interval=timedelta(milliseconds=50))
REQUESTS_PER_KEY = RateLimit(burst=2000, interval=timedelta(milliseconds=2))
"""An address block may be a whole mobile network; a seat is one person, a key one employer's
program. One admission that is passed around gives all its holders together what one may have.
Repeats are tickets kept in the database under an Idempotency-Key, a row for a day each; beyond
that, and beyond those of all blocks together, this process alone remembers.
Unqueued are admissions taken while nobody waits that hold when a line forms, new or renewed: 80 at
most in the 15 minutes that one lasts. Unproven are the tickets of browsers that cannot compute,
where STRP_PROOF_OF_WORK is on."""


def share(limit: RateLimit, processes: int) -> RateLimit:
    """One process's share of a limit, so that the shares of all of them are the limit.

    Args:
        limit: of all web processes of this machine together.
        processes: how many they are.
    """
    burst = max(1, limit.burst // processes)
    return RateLimit(burst=burst, interval=limit.interval * processes)


class Limiter:
    """Counts by subject, for this process alone; what it forgets only lets somebody through.

    Where it is full, a new subject takes the place of the one that had taken least, of a few that
    came long ago. So a flood of made-up subjects forgets itself: whoever has used up a share is
    forgotten only among others that have used up theirs.

    Where the clock steps back, all is forgotten: else it would keep everybody out until the step
    is made up for.

    Args:
        limit: burst and interval.
        most: subjects that it remembers.
    """

    def __init__(self, limit: RateLimit, most: int = MOST_KEPT) -> None:
        self._limit = limit
        self._most = most
        self._busy_until: OrderedDict[str, datetime] = OrderedDict()
        self._last = datetime.min.replace(tzinfo=UTC)

    @property
    def remembered(self) -> int:
        """Subjects that it remembers."""
        return len(self._busy_until)

    def retry_after_s(self, subject: str, now: datetime) -> int:
        """Count one more; 0 where it may happen now.

        Args:
            subject: whose share it is.
            now: aware time.
        """
        if self._last - now > STEP_BACK:
            self._busy_until.clear()
        self._last = now
        decision = decide_rate(self._limit, self._busy_until.get(subject), now)
        if decision.allowed:
            if subject not in self._busy_until and len(self._busy_until) >= self._most:
                self._forget_one()
            self._busy_until[subject] = decision.state
        return decision.retry_after_s

    def _forget_one(self) -> None:
        """Drop the one that owes least, of those that were looked at longest ago."""
        oldest = list(islice(self._busy_until.items(), LOOKED_AT))
        for subject, _ in oldest:
            self._busy_until.move_to_end(subject)
        least, _ = min(oldest, key=lambda pair: pair[1])
        del self._busy_until[least]

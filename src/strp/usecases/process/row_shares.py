"""How many workers one key or account may read, in rows, beside what it may ask."""

from datetime import datetime, timedelta
from typing import Final

from strp.domain.overload import too_many_requests
from strp.domain.rate_limit import RateLimit, decide_rate
from strp.usecases.process.recent import Recent

ROWS_AT_ONCE: Final = 100
WORKERS_READ: Final = RateLimit(burst=300, interval=timedelta(milliseconds=50))
"""In hundreds of rows: 30,000 at once and 2,000 a second. A row costs some 60 microseconds."""
MOST_READERS: Final = 50_000


class RowShares:
    """Counts rows by reader, for this process alone."""

    def __init__(self) -> None:
        self._busy_until: Recent[str, datetime] = Recent(MOST_READERS)

    def check(self, reader: str, now: datetime) -> None:
        """Refuse who has read more than its share.

        Args:
            reader: label of a key or an account.
            now: aware time.

        Raises:
            TooMany: `too-many-requests`; it may read on later.
        """
        decision = decide_rate(WORKERS_READ, self._busy_until.get(reader), now)
        if not decision.allowed:
            raise too_many_requests(decision.retry_after_s)

    def count(self, reader: str, rows: int, now: datetime) -> None:
        """Count rows that were read; none counts as one hundred.

        Args:
            reader: label of a key or an account.
            rows: that it was given.
            now: aware time.
        """
        busy_until = max(self._busy_until.get(reader) or now, now)
        hundreds = max(1, -(-rows // ROWS_AT_ONCE))
        self._busy_until[reader] = busy_until + hundreds * WORKERS_READ.interval

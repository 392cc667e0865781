"""One clock for all: the database's, so that no machine's own clock decides anything."""

import time
from datetime import UTC, datetime

from strp.store.engine.database import Database
from strp.store.engine.durability import server_time


class SharedClock:
    """The database's time, carried on between looks by a clock that does not jump.

    So leases, deadlines and sessions mean the same to every process on every machine, also to one
    whose own clock steps back or forward. Before the first look it is the machine's own.
    """

    __slots__ = ("_ahead_s",)

    def __init__(self) -> None:
        self._ahead_s = time.time() - _steady_s()

    def __call__(self) -> datetime:
        """The time now, aware UTC."""
        return datetime.fromtimestamp(_steady_s() + self._ahead_s, UTC)

    async def look(self, database: Database) -> None:
        """Ask the database for the time; a difference smaller than the look took says nothing.

        Raises:
            Unavailable: the database does not answer; the clock goes on by itself.
        """
        async with database.connection() as conn:
            asked_s = _steady_s()
            shown = await server_time(conn)
            took_s = _steady_s() - asked_s
        ahead_s = shown.timestamp() - asked_s - took_s / 2
        if abs(ahead_s - self._ahead_s) > took_s:
            self._ahead_s = ahead_s


def _steady_s() -> float:
    """Seconds that only go forward, sleep of the machine included where it counts it."""
    return time.clock_gettime(_STEADY)


_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)

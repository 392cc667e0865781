"""One clock for all: the database's, so that no machine's own clock decides anything."""

import time
from datetime import UTC, datetime
from time import clock_gettime
from typing import Final

import structlog

from strp.store.engine.database import Database
from strp.store.engine.durability import server_time

log = structlog.get_logger()

TOLD_FROM_S: Final = 2.0
"""A difference, or a jump, that is told; less is the work of time services."""


class SharedClock:
    """The database's time, carried on between looks by a clock that does not jump.

    So leases, deadlines and sessions mean the same to every process on every machine, also to one
    whose own clock steps back or forward. Before the first look it is the machine's own.
    """

    __slots__ = ("_ahead_s", "_differs", "_has_looked")

    def __init__(self) -> None:
        self._ahead_s = time.time() - _steady_s()
        self._has_looked = False
        self._differs = False

    def __call__(self) -> datetime:
        """The time now, aware UTC."""
        # Each request asks several times, so what `_steady_s` does is written here once more.
        return datetime.fromtimestamp(clock_gettime(_STEADY) + self._ahead_s, UTC)

    @property
    def ahead_of_machine_s(self) -> float:
        """Seconds by which the database's clock is before this machine's own; behind: negative."""
        return _steady_s() + self._ahead_s - time.time()

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
        moved_s = ahead_s - self._ahead_s
        if abs(moved_s) > took_s:
            self._ahead_s = ahead_s
            self._tell(moved_s if self._has_looked else 0.0)
        self._has_looked = True
        self._compare()

    def _tell(self, moved_s: float) -> None:
        if abs(moved_s) > TOLD_FROM_S:
            log.error("clock_jumped", by_s=round(moved_s, 1))

    def _compare(self) -> None:
        """Say once that the clocks differ, and once that they agree again."""
        off_s = self.ahead_of_machine_s
        if (abs(off_s) > TOLD_FROM_S) is self._differs:
            return
        self._differs = not self._differs
        if self._differs:
            log.warning("clock_differs", off_s=round(off_s, 1))
        else:
            log.warning("clock_agrees", off_s=round(off_s, 1))


def _steady_s() -> float:
    """Seconds that only go forward, sleep of the machine included where it counts it."""
    return clock_gettime(_STEADY)


_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)

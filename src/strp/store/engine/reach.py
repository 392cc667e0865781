"""Whether a process reaches its database: one line in the log when it is away, one when it is back.

Loops and requests that fail meanwhile are no news; what they are told is the code alone.
"""

import time
from typing import Any, Final, Self

import psycopg
import structlog

from strp.domain.errors import StrpError, Unavailable
from strp.store.engine.slow_statements import TimedCursor
from strp.store.engine.troubles import AWAY, explained

# A server that shuts down, has crashed or still starts (PostgreSQL, appendix A, class 57P0).
_CUT: Final = frozenset({"57P01", "57P02", "57P03"})

log = structlog.get_logger()


def is_database_away(error: BaseException | None) -> bool:
    """Whether an error says nothing but that the database is away, through whatever wraps it."""
    while error is not None:
        if isinstance(error, StrpError):
            return error.code == AWAY
        if isinstance(error, psycopg.OperationalError) and error.sqlstate is None:
            return True
        if getattr(error, "sqlstate", None) in _CUT:
            return True
        error = error.__cause__ or error.__context__
    return False


class Reach:
    """What one pool knows of its server."""

    def __init__(self) -> None:
        self._lost_at: float | None = None
        self.trouble: Unavailable | None = None

    @property
    def is_away(self) -> bool:
        """Whether the last tries to connect have failed."""
        return self._lost_at is not None

    @property
    def away_s(self) -> float:
        """Seconds since it was lost; 0 while it is there."""
        return 0.0 if self._lost_at is None else time.monotonic() - self._lost_at

    def fail(self, error: psycopg.Error) -> None:
        """Note why a try to connect failed."""
        self.trouble = explained(error)

    def lose(self) -> None:
        """Tries to connect have failed for a while."""
        if self._lost_at is not None:
            return
        self._lost_at = time.monotonic()
        trouble = self.trouble
        log.error(
            "database_away",
            code=AWAY if trouble is None else trouble.code,
            said="" if trouble is None else trouble.text.en,
        )

    def find(self) -> None:
        """It answers."""
        if self._lost_at is not None:
            log.warning("database_back", away_s=round(self.away_s, 1))
        self._lost_at = self.trouble = None


class NotingConnection(psycopg.AsyncConnection[Any]):
    """Tells a pool's `Reach` why a try to connect failed: the pool itself keeps it to itself."""

    slow_s: float | None = None

    @classmethod
    async def connect(  # type: ignore[override]
        cls, conninfo: str = "", *, reach: Reach, slow_s: float | None = None, **options: Any
    ) -> Self:
        """Connect as psycopg does.

        Args:
            reach: is told of a failure.
            slow_s: seconds from which a statement is logged; None: none is.
        """
        try:
            conn = await super().connect(conninfo, cursor_factory=TimedCursor, **options)
            conn.slow_s = slow_s
            return conn
        except psycopg.Error as error:
            reach.fail(error)
            raise

"""Connections and transactions: the one door to PostgreSQL."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, Self

import psycopg
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout, TooManyRequests

from strp.domain.errors import Unavailable
from strp.domain.text import Text

Connection = psycopg.AsyncConnection[Any]

_SET_TIMEOUTS = """
SELECT set_config('statement_timeout', %s, false), set_config('lock_timeout', %s, false)
"""
_RETRY_AFTER_S = 5


class Database:
    """A pool of connections to one PostgreSQL.

    Args:
        url: address of the database.
        connections: most connections held at once.
        statement_timeout_s: longest that one statement may take.
        lock_timeout_s: longest that one statement may wait for a lock.
        wait_s: longest that a caller waits for a free connection.
    """

    def __init__(
        self,
        url: str,
        *,
        connections: int = 12,
        statement_timeout_s: int = 60,
        lock_timeout_s: int = 10,
        wait_s: float = 10,
    ) -> None:
        self.url = url
        self._timeouts = [f"{statement_timeout_s}s", f"{lock_timeout_s}s"]
        self._pool = AsyncConnectionPool(
            url,
            min_size=1,
            max_size=connections,
            timeout=wait_s,
            max_waiting=50 * connections,
            kwargs={"autocommit": True, "connect_timeout": 5},
            configure=self._configure,
            open=False,
        )

    async def open(self) -> None:
        """Start the pool; connections are made in the background.

        A database that is away is no reason to fail here: each use says so until it is back.
        """
        await self._pool.open()

    async def close(self) -> None:
        """Close every connection."""
        await self._pool.close()

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A connection for reading: each statement stands for itself.

        Raises:
            Unavailable: the database does not answer, or is too busy.
        """
        try:
            async with self._pool.connection() as conn:
                yield conn
        except (psycopg.OperationalError, PoolTimeout, PoolClosed, TooManyRequests) as error:
            raise _unavailable() from error

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """A transaction: everything in it is stored when it ends, or nothing is.

        Raises:
            Unavailable: the database does not answer, or is too busy.
        """
        async with self.connection() as conn, conn.transaction():
            yield conn

    async def _configure(self, conn: Connection) -> None:
        await conn.execute(_SET_TIMEOUTS, self._timeouts)


@asynccontextmanager
async def single_connection(url: str) -> AsyncIterator[Connection]:
    """One connection in autocommit mode, for a command that needs no pool.

    Raises:
        Unavailable: the database does not answer.
    """
    try:
        async with await psycopg.AsyncConnection.connect(
            url, autocommit=True, connect_timeout=10
        ) as conn:
            yield conn
    except psycopg.OperationalError as error:
        raise _unavailable() from error


def _unavailable() -> Unavailable:
    return Unavailable(
        "database-unavailable",
        Text(
            "Basis data tidak menjawab. Coba lagi sebentar lagi; tidak ada yang tercatat dua kali.",
            "The database does not answer. Try again in a moment; nothing is filed twice.",
        ),
        retry_after_s=_RETRY_AFTER_S,
    )

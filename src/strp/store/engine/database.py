"""Connections and transactions: the one door to PostgreSQL."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, Self

import psycopg
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout, TooManyRequests

from strp.domain.errors import InvalidInput, Unavailable
from strp.domain.overload import storage_full
from strp.domain.text import Text
from strp.store.engine.reach import NotingConnection, Reach
from strp.store.engine.troubles import AWAY, address_invalid, explained, no_rights

__all__ = ["AWAY", "Connection", "Database"]

Connection = psycopg.AsyncConnection[Any]

# A machine that lost its power says no goodbye: the server asks after it, and does not keep what it
# had locked. Over a Unix socket the last three mean nothing.
_SET_TIMEOUTS = """
SELECT set_config('statement_timeout', %s, false), set_config('lock_timeout', %s, false),
       set_config('idle_in_transaction_session_timeout', '60s', false),
       set_config('tcp_keepalives_idle', '10', false),
       set_config('tcp_keepalives_interval', '5', false),
       set_config('tcp_user_timeout', '20s', false)
"""
BEING_CHANGED = "being-changed"
TOO_SLOW = "database-slow"
_LOCKED = (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected)
_RETRY_AFTER_S = 5
# Who waits for a connection looks up as often, so that the news that the database is away, and
# answers that need none, come quickly.
_LOOK_UP_EVERY_S = 1.0
_GIVE_UP_CONNECTING_S = 1.0
_SILENCE_MS = 20_000  # of a network: what was sent and not acknowledged for so long is lost


class Database:
    """A pool of connections to one PostgreSQL.

    Args:
        url: address of the database.
        connections: most connections held at once.
        statement_timeout_s: longest that one statement may take.
        lock_timeout_s: longest that one statement may wait for a lock.
        wait_s: longest that a caller waits for a free connection.
        slow_s: seconds from which a statement is logged by its name; None: none is.
    """

    def __init__(
        self,
        url: str,
        *,
        connections: int = 12,
        statement_timeout_s: int = 60,
        lock_timeout_s: int = 5,
        wait_s: float = 10,
        slow_s: float | None = None,
    ) -> None:
        self.url = url
        self._timeouts = [f"{statement_timeout_s}s", f"{lock_timeout_s}s"]
        self._wait_s = wait_s
        self.reach = Reach()
        self._checking: asyncio.Task[None] | None = None
        self._pool = AsyncConnectionPool(
            url,
            connection_class=NotingConnection,
            min_size=1,
            max_size=connections,
            timeout=wait_s,
            max_waiting=50 * connections,
            reconnect_timeout=_GIVE_UP_CONNECTING_S,
            reconnect_failed=lambda _: self.reach.lose(),
            kwargs={
                "reach": self.reach,
                "slow_s": slow_s,
                "autocommit": True,
                "connect_timeout": 5,
                "tcp_user_timeout": _SILENCE_MS,
            },
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
        if self._checking is not None:
            self._checking.cancel()
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
        """A connection without a transaction: each statement stands for itself.

        Raises:
            Unavailable: the database does not answer, or is too busy; or a lock or a statement
                took longer than it may; or the role lacks a right.
            InvalidInput: `bad-request`: a text holds a character that PostgreSQL has no place for,
                or a number is larger than any that it numbers rows by.
        """
        conn: NotingConnection | None = None
        try:
            conn = await self._get()
            try:
                async with conn:
                    yield conn
            finally:
                await self._pool.putconn(conn)
        except (PoolTimeout, PoolClosed, TooManyRequests) as error:
            raise unavailable() from error
        except psycopg.errors.InsufficientPrivilege as error:
            raise no_rights(error) from error
        except psycopg.errors.DiskFull as error:
            raise storage_full() from error
        except _LOCKED as error:
            raise _being_changed() from error
        except psycopg.errors.QueryCanceled as error:
            raise _too_slow() from error
        except psycopg.DataError as error:
            if isinstance(error, psycopg.errors.CharacterNotInRepertoire) or _has_nul(error):
                raise _not_storable() from None
            if isinstance(error, psycopg.errors.NumericValueOutOfRange):
                raise _no_such_number() from None
            raise
        except psycopg.OperationalError as error:
            if conn is not None and conn.broken:
                self._check_all()
            raise unavailable() from error

    async def _get(self) -> NotingConnection:
        """A connection; who waits for one gives up early where the database turns out away."""
        deadline = time.monotonic() + self._wait_s
        while True:
            left_s = max(0.0, deadline - time.monotonic())
            try:
                return await self._pool.getconn(timeout=min(left_s, _LOOK_UP_EVERY_S))
            except PoolTimeout:
                if self.reach.is_away or left_s <= _LOOK_UP_EVERY_S:
                    raise

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """A transaction: everything in it is stored when it ends, or nothing is.

        Raises:
            Unavailable: the database does not answer, or is too busy.
        """
        async with self.connection() as conn, conn.transaction():
            yield conn

    def pool_stats(self) -> Mapping[str, int]:
        """Numbers of the pool as psycopg counts them (`psycopg_pool.ConnectionPool.get_stats`)."""
        return self._pool.get_stats()

    def _check_all(self) -> None:
        """Sort out connections that died with this one, before others are handed them."""
        if self._checking is None or self._checking.done():
            self._checking = asyncio.create_task(self._pool.check())

    async def _configure(self, conn: Connection) -> None:
        self.reach.find()
        await conn.execute(_SET_TIMEOUTS, self._timeouts)


@asynccontextmanager
async def single_connection(url: str) -> AsyncIterator[Connection]:
    """One connection in autocommit mode, for a command that needs no pool.

    Raises:
        Unavailable: the database does not answer, or does not let us in; says why.
    """
    try:
        async with await psycopg.AsyncConnection.connect(
            url, autocommit=True, connect_timeout=10
        ) as conn:
            yield conn
    except _LOCKED as error:
        raise _being_changed() from error
    except psycopg.errors.InsufficientPrivilege as error:
        raise no_rights(error) from error
    except psycopg.ProgrammingError as error:
        if error.sqlstate is None:  # libpq could not read the address
            raise address_invalid() from None
        raise
    except psycopg.OperationalError as error:
        raise explained(error) or unavailable() from error


async def answer(conn: Connection) -> None:
    """Have the database answer, and nothing more."""
    await conn.execute("SELECT 1")


def unavailable() -> Unavailable:
    """The error for a database that does not answer."""
    return Unavailable(
        AWAY,
        Text(
            "Basis data tidak menjawab. Coba lagi sebentar lagi; tidak ada yang tercatat dua kali.",
            "The database does not answer. Try again in a moment; nothing is filed twice.",
        ),
        retry_after_s=_RETRY_AFTER_S,
    )


def _has_nul(error: psycopg.DataError) -> bool:
    """Whether psycopg refused a text before it was sent; it gives no code."""
    return error.sqlstate is None and "NUL" in str(error)


def _not_storable() -> InvalidInput:
    return InvalidInput(
        "bad-request",
        Text(
            "Permintaan memuat karakter yang tidak dapat disimpan (NUL). Hapus karakter itu.",
            "The request holds a character that cannot be stored (NUL). Leave it out.",
        ),
    )


def _no_such_number() -> InvalidInput:
    return InvalidInput(
        "bad-request",
        Text(
            "Permintaan memuat bilangan yang terlalu besar. Periksa alamat atau isiannya.",
            "The request holds a number that is too large. Check the address, or what you entered.",
        ),
    )


def _being_changed() -> Unavailable:
    return Unavailable(
        BEING_CHANGED,
        Text(
            "Yang akan diubah ini sedang diubah oleh proses lain. Coba lagi sebentar lagi; "
            "tidak ada yang tercatat.",
            "What this would change is being changed by somebody else at this moment. Try again "
            "in a moment; nothing was stored.",
        ),
        retry_after_s=_RETRY_AFTER_S,
    )


def _too_slow() -> Unavailable:
    return Unavailable(
        TOO_SLOW,
        Text(
            "Basis data memerlukan waktu terlalu lama untuk ini, jadi tidak ada yang tercatat. "
            "Coba lagi setelah waktu yang disebut; bila gagal lagi, hubungi operator.",
            "The database took too long over this, so nothing was stored. Try again after the "
            "time named; if it fails again, tell the operator.",
        ),
        retry_after_s=30,
    )

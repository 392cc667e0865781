"""Asks PostgreSQL whether a receipt that rests on it is safe."""

import asyncio
from datetime import datetime
from typing import Final

import psycopg
from psycopg import sql

from strp.domain.errors import Unavailable
from strp.domain.text import Text
from strp.store.engine.database import Connection

OLDEST_VERSION = 16
SAFETY_SETTINGS = ("fsync", "full_page_writes", "synchronous_commit")


async def require_durable(conn: Connection) -> None:
    """Refuse a server that is too old, or that may lose what it has acknowledged.

    Raises:
        Unavailable: `database-too-old` or `database-not-durable`.
    """
    version = conn.info.server_version // 10000
    if version < OLDEST_VERSION:
        raise Unavailable(
            "database-too-old",
            Text(
                f"PostgreSQL {version} terlalu lama; STRP memerlukan {OLDEST_VERSION} ke atas.",
                f"PostgreSQL {version} is too old; STRP needs {OLDEST_VERSION} or newer.",
            ),
        )
    off = [name for name in SAFETY_SETTINGS if await server_setting(conn, name) == "off"]
    if off:
        raise Unavailable(
            "database-not-durable",
            Text(
                f"PostgreSQL ini dapat kehilangan data yang sudah diterima: {', '.join(off)} "
                "mati. Nyalakan, lalu jalankan lagi.",
                f"This PostgreSQL may lose what it has accepted: {', '.join(off)} is off. "
                "Turn it on and start again.",
            ),
        )


_POOLED_WITHIN_S: Final = 5


async def require_own_session(conn: Connection, url: str) -> None:
    """Refuse a pooler that hands a connection's transactions to several server processes.

    STRP keeps things in its sessions: timeouts, prepared statements, LISTEN. A pooler in session
    mode keeps them too. Nothing but a pooler tells another process number than the server's own.

    Args:
        conn: in autocommit mode.
        url: of the same database, for a second connection.

    Raises:
        Unavailable: `database-pooled`.
    """
    own = await _server_process(conn)
    if conn.info.backend_pid != own and await _is_shared(conn, own, url):
        raise Unavailable(
            "database-pooled",
            Text(
                "Di depan PostgreSQL ada pooler (misalnya pgbouncer) dalam mode transaction atau "
                "statement, padahal STRP memerlukan sesinya sendiri. Hubungkan STRP_DATABASE_URL "
                "langsung ke PostgreSQL, atau setel pool_mode=session; lihat "
                "docs/trouble/connections.md.",
                "A pooler such as pgbouncer stands before PostgreSQL in transaction or statement "
                "mode, and STRP needs sessions of its own. Have STRP_DATABASE_URL lead to "
                "PostgreSQL itself, or set pool_mode=session; see docs/trouble/connections.md.",
            ),
        )


async def _is_shared(conn: Connection, own: int, url: str) -> bool:
    """Whether a second connection gets this one's process while it is idle, or takes its place."""
    try:
        async with asyncio.timeout(_POOLED_WITHIN_S):
            connect = psycopg.AsyncConnection.connect
            async with await connect(url, autocommit=True) as other, other.transaction():
                return await _server_process(other) == own or await _server_process(conn) != own
    except (psycopg.Error, TimeoutError):
        return True  # no transactions, or no second process while the first is held


async def _server_process(conn: Connection) -> int:
    row = await (await conn.execute("SELECT pg_backend_pid()", prepare=False)).fetchone()
    assert row is not None
    return int(row[0])


async def server_setting(conn: Connection, name: str) -> str:
    """A setting as the server shows it, for example `128MB`."""
    found = await conn.execute(sql.SQL("SHOW {}").format(sql.Identifier(name)))
    row = await found.fetchone()
    return str(row[0]) if row else ""


async def server_time(conn: Connection) -> datetime:
    """The time that the server shows, aware."""
    row = await (await conn.execute("SELECT clock_timestamp()")).fetchone()
    assert row is not None
    shown: datetime = row[0]
    return shown

"""Asks PostgreSQL whether a receipt that rests on it is safe."""

from datetime import datetime

from psycopg import sql

from strp.domain.errors import Unavailable
from strp.domain.text import Text
from strp.store.database import Connection

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

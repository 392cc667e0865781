"""Makes a database fit to work with, or says why it is not."""

import asyncio
import contextlib
from datetime import datetime
from typing import Final

from strp.domain.errors import Unavailable
from strp.domain.text import Text
from strp.store import audit
from strp.store.engine.database import Connection, single_connection
from strp.store.engine.durability import (
    SAFETY_SETTINGS,
    require_durable,
    require_own_session,
    server_setting,
    server_time,
)
from strp.store.engine.migrate import MigrationStatus, migrate, migration_status
from strp.store.engine.reach import Reach
from strp.store.engine.troubles import passes
from strp.usecases.process.system import System

LOOK_EVERY_S: Final = 2.0
_SHOWN = (*SAFETY_SETTINGS, "server_version", "shared_buffers", "wal_compression", "max_wal_size")


async def migrate_database(url: str) -> list[str]:
    """Apply the migrations that wait.

    Args:
        url: address of the database.

    Returns:
        Names of those applied now.

    Raises:
        Unavailable: it does not answer, is too old, may lose what it commits, or stands behind
            a pooler that takes our sessions away.
        Conflict: `migration-changed` or `database-newer`.
    """
    async with single_connection(url) as conn:
        await _require_fit(conn, url)
        return [f"{migration.number:04d}_{migration.name}" for migration in await migrate(conn)]


async def database_status(url: str) -> MigrationStatus:
    """Which migrations are applied and which wait; raises as `migrate_database`."""
    async with single_connection(url) as conn:
        await _require_fit(conn, url)
        return await migration_status(conn)


async def _require_fit(conn: Connection, url: str) -> None:
    await require_durable(conn)
    await require_own_session(conn, url)


async def require_migrated(url: str) -> None:
    """Go on only where the database is durable and fits this release.

    Raises:
        Unavailable: as `migrate_database`, or `database-not-migrated`.
        Conflict: as `migrate_database`.
    """
    if (await database_status(url)).pending:
        raise Unavailable(
            "database-not-migrated",
            Text(
                "Skema basis data belum sesuai rilis ini. Jalankan `strp db migrate`.",
                "The database does not have the schema of this release. Run `strp db migrate`.",
            ),
        )


async def wait_for_database(url: str, stop: asyncio.Event) -> bool:
    """Wait for a database that does not answer yet, and say so once.

    Args:
        url: address of the database.
        stop: set where nobody wants to wait any longer.

    Returns:
        Whether it answers; else it was told to stop.

    Raises:
        Unavailable: what does not pass by itself, such as a wrong password.
    """
    reach = Reach()
    while not stop.is_set():
        try:
            async with single_connection(url):
                reach.find()
                return True
        except Unavailable as error:
            if not passes(error):
                raise
            reach.trouble = error
            reach.lose()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOK_EVERY_S):
                await stop.wait()
    return False


async def server_settings(url: str) -> dict[str, str]:
    """Settings of PostgreSQL that an operator wants to see, as the server shows them."""
    async with single_connection(url) as conn:
        return {name: await server_setting(conn, name) for name in _SHOWN}


async def newest_record(system: System) -> datetime | None:
    """When the newest event of the record was written; None: there is none yet."""
    async with system.database.connection() as conn:
        return await audit.newest_at(conn)


async def database_clock(system: System) -> datetime:
    """The time that the database shows, aware."""
    async with system.database.connection() as conn:
        return await server_time(conn)

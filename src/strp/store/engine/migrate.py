"""Applies the numbered files in `migrations/`: forward only.

Each runs in one transaction, or step by step where it says so (`migration_steps`).
"""

import asyncio
import hashlib
import runpy
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, cast

from psycopg.rows import args_row

from strp.domain.errors import Conflict
from strp.domain.text import Text
from strp.store.engine.database import Connection
from strp.store.engine.migration_steps import (
    LOCK_TIMEOUT_S,
    run_steps,
    runs_step_by_step,
    set_timeouts,
    with_tries,
)

MIGRATIONS_DIR = Path(__file__).parent / "migrations"

# Any number that no other program uses in this database.
_LOCK = 5_072_021
_LOOK_EVERY_S = 0.2

_CREATE_TABLE = """
CREATE TABLE IF NOT EXISTS schema_migration (
    number     smallint PRIMARY KEY,
    name       text NOT NULL,
    sha256     bytea NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
)
"""
_TABLE_EXISTS = "SELECT to_regclass('schema_migration') IS NOT NULL"
_SELECT = "SELECT number, name, sha256, applied_at FROM schema_migration ORDER BY number"
_INSERT = "INSERT INTO schema_migration (number, name, sha256) VALUES (%s, %s, %s)"


class Migration(NamedTuple):
    """One numbered file: `0003_filing.sql`, or `.py` with the statements in `SQL`."""

    number: int
    name: str
    path: Path

    @property
    def sha256(self) -> bytes:
        """Digest of the file, 32 bytes."""
        return hashlib.sha256(self.path.read_bytes()).digest()

    def statements(self) -> str:
        """The SQL to run."""
        if self.path.suffix == ".sql":
            return self.path.read_text(encoding="utf-8")
        return cast(str, runpy.run_path(str(self.path))["SQL"])


class AppliedMigration(NamedTuple):
    """A row of `schema_migration`."""

    number: int
    name: str
    sha256: bytes
    applied_at: datetime


class MigrationStatus(NamedTuple):
    """What has been applied, and what waits, both by number."""

    applied: list[AppliedMigration]
    pending: list[Migration]


def shipped_migrations(folder: Path = MIGRATIONS_DIR) -> list[Migration]:
    """Every migration of this release, by number."""
    files = sorted(path for path in folder.iterdir() if path.name[:4].isdigit())
    return [Migration(int(path.name[:4]), path.stem[5:], path) for path in files]


def newest_migration(folder: Path = MIGRATIONS_DIR) -> int:
    """Number of the newest migration of this release."""
    return shipped_migrations(folder)[-1].number


async def migration_status(conn: Connection, folder: Path = MIGRATIONS_DIR) -> MigrationStatus:
    """Compare the database with this release.

    Args:
        conn: connection in autocommit mode.
        folder: where the migrations of the release are.

    Raises:
        Conflict: `migration-changed`, where a file differs from what was applied, or
            `database-newer`, where a newer release has migrated the database.
    """
    exists = await (await conn.execute(_TABLE_EXISTS)).fetchone()
    applied = await _applied(conn) if exists and exists[0] else []
    shipped = {migration.number: migration for migration in shipped_migrations(folder)}
    for done in applied:
        if done.number not in shipped:
            raise _newer(done)
        if done.sha256 != shipped[done.number].sha256:
            raise _changed(done)
    numbers = {done.number for done in applied}
    return MigrationStatus(applied, [m for n, m in shipped.items() if n not in numbers])


async def migrate(conn: Connection, folder: Path = MIGRATIONS_DIR) -> list[Migration]:
    """Apply what waits, and return it. Two starters at once do not clash: one waits.

    Args:
        conn: connection in autocommit mode.
        folder: where the migrations of the release are.

    Raises:
        Conflict: as `migration_status`.
        psycopg.errors.LockNotAvailable: others hold a table for longer than all tries.
    """
    await _lock(conn)
    try:
        await conn.execute(_CREATE_TABLE)
        pending = (await migration_status(conn, folder)).pending
        for migration in pending:
            await _apply(conn, migration)
        return pending
    finally:
        await conn.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


async def _lock(conn: Connection) -> None:
    """Wait until no other starter migrates, without a statement that stays open meanwhile: an
    index that is built concurrently waits for every older statement, so the two would meet."""
    while True:
        row = await (await conn.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])).fetchone()
        if row is not None and row[0]:
            return
        await asyncio.sleep(_LOOK_EVERY_S)


async def _apply(conn: Connection, migration: Migration) -> None:
    """Run a migration and note it; one that was killed on its way runs again from its start."""
    statements = migration.statements()
    noted = [migration.number, migration.name, migration.sha256]
    if runs_step_by_step(statements):
        await run_steps(conn, statements)
        await conn.execute(_INSERT, noted)
        return

    async def run() -> int:
        async with conn.transaction():
            await conn.execute(statements.encode())
            await conn.execute(_INSERT, noted)
        return 0

    await set_timeouts(conn, lock_s=LOCK_TIMEOUT_S)
    await with_tries(run)


async def _applied(conn: Connection) -> list[AppliedMigration]:
    async with conn.cursor(row_factory=args_row(AppliedMigration)) as cursor:
        return await (await cursor.execute(_SELECT)).fetchall()


def _changed(done: AppliedMigration) -> Conflict:
    return Conflict(
        "migration-changed",
        Text(
            f"Berkas migrasi {done.number:04d}_{done.name} berbeda dari yang sudah dijalankan. "
            "Pasang rilis yang asli; perubahan masuk ke migrasi baru.",
            f"Migration {done.number:04d}_{done.name} differs from what was applied. "
            "Install the release as published; a change goes into a new migration.",
        ),
    )


def _newer(done: AppliedMigration) -> Conflict:
    return Conflict(
        "database-newer",
        Text(
            f"Basis data sudah dimigrasi oleh rilis yang lebih baru ({done.number:04d}_"
            f"{done.name}). Pasang rilis itu.",
            f"The database was migrated by a newer release ({done.number:04d}_{done.name}). "
            "Install that release.",
        ),
    )

import asyncio
import shutil
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

import psycopg
import pytest

from strp.domain.errors import Conflict
from strp.store.engine.database import Connection, single_connection
from strp.store.engine.migrate import MIGRATIONS_DIR, migrate, migration_status, shipped_migrations
from strp.store.engine.migration_steps import MARKER, REPEAT

INSERT_RECORD = """
INSERT INTO audit_event (at, actor, action, subject, detail)
VALUES (now(), 'a', 'b', 'c', '{}')
"""
INDEX_IS_VALID = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('record_by_actor')"
BUILD = f"{MARKER}\nCREATE INDEX CONCURRENTLY record_by_actor ON audit_event (actor);\n"
NEXT = len(shipped_migrations()) + 1

pytestmark = pytest.mark.anyio


class CreateDatabase(Protocol):
    def __call__(self) -> AbstractContextManager[str]: ...


@pytest.fixture
def empty_url(create_database: CreateDatabase) -> Iterator[str]:
    with create_database() as url:
        yield url


async def test_two_starters_at_once_apply_each_migration_once(empty_url: str) -> None:
    async def start() -> int:
        async with single_connection(empty_url) as conn:
            return len(await migrate(conn))

    counts = await asyncio.gather(start(), start())
    assert sorted(counts) == [0, len(shipped_migrations())]


async def test_an_empty_database_waits_for_every_migration(empty_url: str) -> None:
    async with single_connection(empty_url) as conn:
        status = await migration_status(conn)
    assert (status.applied, len(status.pending)) == ([], len(shipped_migrations()))


async def test_a_migration_that_was_edited_afterwards_is_noticed(database_url: str) -> None:
    async with single_connection(database_url) as conn:
        await conn.execute("UPDATE schema_migration SET sha256 = 'other' WHERE number = 2")
        with pytest.raises(Conflict, match="0002") as raised:
            await migrate(conn)
    assert raised.value.code == "migration-changed"


async def test_a_database_of_a_newer_release_is_noticed(database_url: str) -> None:
    async with single_connection(database_url) as conn:
        await conn.execute(
            "INSERT INTO schema_migration (number, name, sha256) VALUES (999, 'later', 'x')"
        )
        with pytest.raises(Conflict) as raised:
            await migration_status(conn)
    assert raised.value.code == "database-newer"


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """The migrations of this release, for a test to add the next one."""
    return Path(shutil.copytree(MIGRATIONS_DIR, tmp_path / "migrations"))


def add(release: Path, text: str) -> None:
    (release / f"{NEXT:04d}_next.sql").write_text(text)


async def until_begun(conn: Connection) -> None:
    """Wait until the build has entered its index, invalid as yet."""
    for _ in range(500):
        if await (await conn.execute(INDEX_IS_VALID)).fetchone() is not None:
            return
        await asyncio.sleep(0.02)
    pytest.fail("the build never began")


async def test_rows_are_written_while_an_index_is_built(database_url: str, release: Path) -> None:
    add(release, BUILD)
    async with (
        single_connection(database_url) as old,
        single_connection(database_url) as migrating,
        single_connection(database_url) as writing,
    ):
        async with old.transaction():  # an index that is built concurrently waits for its end
            await old.execute(INSERT_RECORD)
            building = asyncio.create_task(migrate(migrating, release))
            await until_begun(writing)
            await writing.execute("SET lock_timeout = '2s'")
            await writing.execute(INSERT_RECORD)
            assert not building.done()
        assert [migration.number for migration in await building] == [NEXT]
        assert await (await writing.execute(INDEX_IS_VALID)).fetchone() == (True,)


async def test_a_second_starter_does_not_stop_an_index(database_url: str, release: Path) -> None:
    add(release, BUILD)

    async def start() -> int:
        async with single_connection(database_url) as conn:
            return len(await migrate(conn, release))

    async with single_connection(database_url) as old:
        async with old.transaction():
            await old.execute(INSERT_RECORD)
            starting = [asyncio.create_task(start()) for _ in range(2)]
            await asyncio.sleep(1.5)  # longer than deadlock_timeout
        assert sorted(await asyncio.gather(*starting)) == [0, 1]


async def test_an_index_that_a_killed_build_left_invalid_is_built_anew(
    database_url: str, release: Path
) -> None:
    add(release, BUILD)
    async with single_connection(database_url) as old, single_connection(database_url) as looking:
        async with old.transaction():
            await old.execute(INSERT_RECORD)
            async with single_connection(database_url) as killed:
                pid = killed.info.backend_pid
                building = asyncio.create_task(migrate(killed, release))
                await until_begun(looking)
                await looking.execute("SELECT pg_terminate_backend(%s)", [pid])
                with pytest.raises(psycopg.OperationalError):
                    await building
        assert await (await looking.execute(INDEX_IS_VALID)).fetchone() == (False,)
        assert [m.number for m in await migrate(looking, release)] == [NEXT]
        assert await (await looking.execute(INDEX_IS_VALID)).fetchone() == (True,)


async def test_a_migration_that_was_killed_after_its_index_goes_on_behind_it(
    database_url: str, release: Path
) -> None:
    add(release, BUILD)
    async with single_connection(database_url) as conn:
        await conn.execute("CREATE INDEX record_by_actor ON audit_event (actor)")
        assert [m.number for m in await migrate(conn, release)] == [NEXT]


async def test_a_batch_runs_until_it_changes_no_row(database_url: str, release: Path) -> None:
    batch = """UPDATE rate_limit SET busy_until = 'infinity' WHERE ctid IN
    (SELECT ctid FROM rate_limit WHERE busy_until < 'infinity' LIMIT 10);"""
    add(release, f"{MARKER}\n{REPEAT}\n{batch}\n")
    async with single_connection(database_url) as conn:
        await conn.execute(
            "INSERT INTO rate_limit SELECT n::text::bytea, now() FROM generate_series(1, 35) AS n"
        )
        await migrate(conn, release)
        left = await conn.execute("SELECT count(*) FROM rate_limit WHERE busy_until < 'infinity'")
        assert await left.fetchone() == (0,)


MIGRATE = """
import asyncio, pathlib, sys
from strp.store.engine.database import single_connection
from strp.store.engine.migrate import migrate

async def run():
    async with single_connection(sys.argv[1]) as conn:
        await migrate(conn, pathlib.Path(sys.argv[2]))

asyncio.run(run())
"""
YEAR_2000, YEAR_2001 = "2000-01-01", "2001-01-01"
BATCHES = f"""{MARKER}
{REPEAT}
UPDATE rate_limit SET busy_until = '{YEAR_2001}' WHERE ctid IN
    (SELECT ctid FROM rate_limit WHERE busy_until = '{YEAR_2000}' ORDER BY bucket LIMIT 10);
"""
DONE = f"SELECT bucket, xmin::text FROM rate_limit WHERE busy_until = '{YEAR_2001}'"


async def test_a_batch_whose_process_was_killed_goes_on_where_it_was(
    database_url: str, release: Path
) -> None:
    add(release, BATCHES)
    async with single_connection(database_url) as holding, single_connection(database_url) as conn:
        rows = f"SELECT int4send(n), '{YEAR_2000}' FROM generate_series(1, 45) AS n"
        await conn.execute(f"INSERT INTO rate_limit (bucket, busy_until) {rows}".encode())
        command = [sys.executable, "-c", MIGRATE, database_url, str(release)]
        async with holding.transaction():  # the third batch meets this row, and waits for it
            await holding.execute("SELECT FROM rate_limit WHERE bucket = int4send(25) FOR UPDATE")
            process = await asyncio.create_subprocess_exec(*command)
            try:
                before = await until_done(conn, 20)
            finally:
                process.kill()
                await process.wait()
            await conn.execute("INSERT INTO rate_limit VALUES (int4send(46), 'infinity')")
        assert [migration.number for migration in await migrate(conn, release)] == [NEXT]
        after = dict(await (await conn.execute(DONE.encode())).fetchall())
    assert len(after) == 45
    assert before.items() <= after.items()


async def until_done(conn: Connection, rows: int) -> dict[bytes, str]:
    """Rows that are done and the transaction of each, once so many are."""
    for _ in range(3000):
        done = dict(await (await conn.execute(DONE.encode())).fetchall())
        if len(done) >= rows:
            return done
        await asyncio.sleep(0.02)
    pytest.fail("the batches never came so far")


async def test_a_short_change_waits_for_a_long_transaction_in_short_tries(
    database_url: str, release: Path
) -> None:
    add(release, "ALTER TABLE audit_event ADD COLUMN note text;")
    async with (
        single_connection(database_url) as old,
        single_connection(database_url) as migrating,
        single_connection(database_url) as writing,
    ):
        async with old.transaction():
            await old.execute(INSERT_RECORD)
            changing = asyncio.create_task(migrate(migrating, release))
            await asyncio.sleep(0.3)
            await writing.execute("SET lock_timeout = '4s'")
            await writing.execute(INSERT_RECORD)  # behind the change, and past it after its try
            assert not changing.done()
        assert [migration.number for migration in await changing] == [NEXT]

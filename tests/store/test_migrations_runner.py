import asyncio
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Protocol

import pytest

from strp.domain.errors import Conflict
from strp.store.database import single_connection
from strp.store.migrations_runner import migrate, migration_status, shipped_migrations

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

import pytest
from psycopg import DataError

from strp.domain.errors import InvalidInput, Unavailable
from strp.store.engine.database import Database, single_connection

pytestmark = pytest.mark.anyio


async def test_a_transaction_that_fails_stores_nothing(database: Database) -> None:
    with pytest.raises(RuntimeError):
        async with database.transaction() as conn:
            await conn.execute("INSERT INTO region (code, name) VALUES ('31.71', 'Jakarta')")
            raise RuntimeError
    async with database.connection() as conn:
        assert await (await conn.execute("SELECT FROM region")).fetchone() is None


async def test_a_transaction_that_ends_is_stored(database: Database) -> None:
    async with database.transaction() as conn:
        await conn.execute("INSERT INTO region (code, name) VALUES ('31.71', 'Jakarta')")
    async with database.connection() as conn:
        found = await (await conn.execute("SELECT name FROM region")).fetchone()
    assert found == ("Jakarta",)


async def test_a_database_that_is_away_is_said_to_be_unavailable() -> None:
    async with Database("postgresql://127.0.0.1:1/none", connections=1, wait_s=0.1) as away:
        with pytest.raises(Unavailable) as raised:
            async with away.connection():
                pass
    assert (raised.value.code, raised.value.retry_after_s) == ("database-unavailable", 5)


async def test_a_statement_that_takes_too_long_is_given_up(database_url: str) -> None:
    async with Database(database_url, connections=1, statement_timeout_s=1) as database:
        with pytest.raises(Unavailable) as raised:
            async with database.connection() as conn:
                await conn.execute("SELECT pg_sleep(3)")
    assert raised.value.code == "database-slow"


async def test_a_lock_that_is_not_free_in_time_is_told_as_what_it_is(database_url: str) -> None:
    async with (
        single_connection(database_url) as other,
        Database(database_url, connections=1, lock_timeout_s=1) as database,
    ):
        await other.execute("SELECT pg_advisory_lock(1)")
        with pytest.raises(Unavailable) as raised:
            async with database.connection() as conn:
                await conn.execute("SELECT pg_advisory_lock(1)")
    assert raised.value.code == "being-changed"


@pytest.mark.parametrize("value", ["a\0b", ["a\0b"]])
async def test_a_text_that_postgresql_has_no_place_for_is_the_askers_fault(
    database: Database, value: object
) -> None:
    with pytest.raises(InvalidInput) as raised:
        async with database.transaction() as conn:
            await conn.execute("SELECT %s", (value,))
    assert raised.value.code == "bad-request"


async def test_a_number_beyond_all_that_are_given_is_the_askers_fault(database: Database) -> None:
    with pytest.raises(InvalidInput) as raised:
        async with database.connection() as conn:
            await conn.execute("SELECT %s::bigint", (10**20,))
    assert raised.value.code == "bad-request"


async def test_other_wrong_values_stay_faults_of_ours(database: Database) -> None:
    with pytest.raises(DataError):
        async with database.connection() as conn:
            await conn.execute("SELECT 1 / %s", (0,))

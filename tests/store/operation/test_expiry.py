from datetime import UTC, datetime

import pytest

from strp.store.engine.database import Database, single_connection
from strp.store.operation.expiry import EXPIRIES, Expiry, remove_some

pytestmark = pytest.mark.anyio
NOW = datetime(2021, 7, 5, tzinfo=UTC)
BUCKETS = Expiry("rate_limit", "busy_until")
ADD_BUCKETS = "INSERT INTO rate_limit SELECT n::text::bytea, %s FROM generate_series(1, %s) AS n"


@pytest.mark.parametrize("expiry", EXPIRIES, ids=lambda one: f"{one.table}-{one.column}")
async def test_what_time_ends_is_found_by_an_index(database: Database, expiry: Expiry) -> None:
    async with database.transaction() as conn:
        await conn.execute("SET LOCAL enable_seqscan = off")
        await conn.execute("SET LOCAL enable_sort = off")
        plan = await conn.execute(f"EXPLAIN {expiry.statement}".encode(), (NOW, 1000))
        lines = [line for (line,) in await plan.fetchall()]
    assert not [line for line in lines if "Seq Scan" in line or "Sort" in line], lines


async def test_a_batch_removes_no_more_than_it_may(database: Database) -> None:
    async with database.connection() as conn:
        await conn.execute(ADD_BUCKETS, (NOW, 25))
        removed = [await remove_some(conn, BUCKETS, NOW, 10) for _ in range(4)]
    assert removed == [10, 10, 5, 0]


async def test_what_is_still_of_use_stays(database: Database) -> None:
    async with database.connection() as conn:
        await conn.execute(ADD_BUCKETS, ("infinity", 5))
        assert await remove_some(conn, BUCKETS, NOW, 10) == 0


async def test_a_row_that_somebody_holds_keeps_no_batch_waiting(database: Database) -> None:
    async with single_connection(database.url) as other, database.connection() as conn:
        await conn.execute(ADD_BUCKETS, (NOW, 5))
        async with other.transaction():
            await other.execute("SELECT FROM rate_limit WHERE bucket = '1' FOR UPDATE")
            assert await remove_some(conn, BUCKETS, NOW, 10) == 4

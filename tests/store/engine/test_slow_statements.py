"""Statements that take long are logged by their names, and nothing of their values is."""

import pytest
from structlog.testing import capture_logs

from strp.store.engine.database import Database
from strp.store.engine.slow_statements import statement_name
from strp.store.filing import workers

pytestmark = pytest.mark.anyio


async def test_a_slow_statement_is_logged_without_its_values(database_url: str) -> None:
    async with Database(database_url, connections=1, slow_s=0.05) as database:
        with capture_logs() as logs:
            async with database.connection() as conn:
                await conn.execute("SELECT pg_sleep(0.1), %s", ("Siti Aminah",))
                async with conn.cursor(binary=True) as cursor:
                    await cursor.execute("SELECT pg_sleep(%s)", (0.1,))
    told = [log for log in logs if log["event"] == "slow_statement"]

    assert [log["statement"] for log in told] == ["SELECT pg_sleep(0.1), %s", "SELECT pg_sleep(%s)"]
    assert all(log["ms"] >= 100 for log in told)
    assert "Siti" not in str(logs)


async def test_quick_statements_are_not_logged(database_url: str) -> None:
    async with Database(database_url, connections=1, slow_s=5) as database:
        with capture_logs() as logs:
            async with database.connection() as conn:
                await conn.execute("SELECT 1")

    assert logs == []


async def test_a_statement_of_the_store_has_the_name_of_its_constant() -> None:
    assert statement_name(workers.PAGE_OF_ALL) == "filing.workers.PAGE_OF_ALL"


async def test_a_statement_that_is_given_up_is_logged_too(database_url: str) -> None:
    async with Database(database_url, connections=1, slow_s=0.05) as database:
        with capture_logs() as logs, pytest.raises(Exception, match="database-slow"):
            async with database.connection() as conn:
                await conn.execute("SET statement_timeout = '100ms'")
                await conn.execute("SELECT pg_sleep(3)")

    assert [log["statement"] for log in logs if log["event"] == "slow_statement"] == [
        "SELECT pg_sleep(3)"
    ]

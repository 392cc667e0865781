"""Filings made before the counts came are counted by the migration that brought them."""

from collections.abc import AsyncIterator

import pytest

from strp.domain.people.account import OPERATOR
from strp.store.engine.migrate import shipped_migrations
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.system import System
from tests.journeys.running import fresh_workers
from tests.usecases.desk.test_compliance import BANK, LAW, SHOP, add_up_all, file
from tests.usecases.desk.test_rule_employer import register

pytestmark = pytest.mark.anyio
COUNTS = """
SELECT nib, day, kind, other_nib, exercise, sector, filings, workers FROM refusal_count
ORDER BY nib, day, kind, other_nib
"""


@pytest.fixture(autouse=True)
async def rules(system: System) -> AsyncIterator[None]:
    await load_reference(system, OPERATOR)
    yield


async def counts(system: System) -> list[tuple[object, ...]]:
    async with system.database.connection() as conn:
        return list(await (await conn.execute(COUNTS)).fetchall())


async def test_the_migration_counts_what_filings_themselves_would_have(system: System) -> None:
    await register(system, "69100", nib=LAW)
    await register(system, "64121", nib=BANK)
    await register(system, "81210", nib=SHOP)
    shared = fresh_workers(2)
    await file(system, LAW, fresh_workers(3))
    await file(system, LAW, fresh_workers(1))
    await file(system, BANK, [*shared, *fresh_workers(9)])
    await file(system, SHOP, [*shared, *fresh_workers(2)])
    await add_up_all(system)
    counted = await counts(system)
    [made] = [each for each in shipped_migrations() if each.name == "refusal_counts"]
    first, *backfill = made.statements().split("-- Filings made before this")
    assert first and len(backfill) == 1
    statements = "-- " + backfill[0]
    async with system.database.transaction() as conn:
        await conn.execute("DELETE FROM refusal_count")
        await conn.execute(statements.encode())

    assert {row[2] for row in counted} == {"attempt", "over_cap", "not_proven", "named_by_two"}
    assert await counts(system) == counted

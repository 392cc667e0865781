"""What a release before revoked is booked out of the caps by the migration."""

from collections.abc import AsyncIterator

import pytest

from strp.domain.people.account import OPERATOR
from strp.store.engine.database import single_connection
from strp.store.engine.migrate import shipped_migrations
from strp.store.engine.migration_steps import run_steps
from strp.usecases.employers.import_registry import import_employers
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.system import System
from tests.journeys.running import fresh_workers
from tests.usecases.certificates.test_change import ROOT, file, quota, serials, wrong_rules

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
async def ready(system: System) -> AsyncIterator[None]:
    await load_reference(system, OPERATOR)
    await import_employers(system, OPERATOR, ROOT / "samples" / "employers.csv")
    yield


async def test_what_a_release_before_revoked_is_booked_out_by_the_migration(
    system: System,
) -> None:
    people = fresh_workers(2)
    serial, _ = await serials(system, (await file(system, people)).application_id)
    number = system.keys.serials.read(serial)
    async with system.database.connection() as conn:
        await conn.execute(
            "INSERT INTO revocation (serial_no, status, reason, actor, revoked_at)"
            " VALUES (%s, 1, 'contoh', 'operator', now())",
            (number,),
        )
    [migration] = [each for each in shipped_migrations() if each.name == "certificate_life"]

    async with single_connection(system.database.url) as conn:
        await run_steps(conn, migration.statements())

    assert await quota(system) == 1
    assert await wrong_rules(system) == set()
    assert (await file(system, people)).ledger.accepted == 1

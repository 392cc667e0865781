"""A process that is killed in the midst of a bulk decision leaves nothing half decided."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from strp.domain.desk.bulk import BulkState
from strp.domain.identifiers import ApplicationId
from strp.domain.people.account import Actor
from strp.store.engine.database import single_connection
from strp.usecases.desk.decide_bulk import carry_out_due, make_bulk, show_bulk
from strp.usecases.process.system import System
from tests.usecases.desk.test_decide_bulk import file_more, given, officer
from tests.usecases.desk.test_review import filed, wrong_rules
from tests.usecases.stage import Clock

pytestmark = pytest.mark.anyio
__all__ = ["filed", "officer"]
APPLICATIONS, BEFORE = 20, 8
WITHIN_S = 60

WORKER = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from strp.outside.keys import load_keys
from strp.settings import Settings
from strp.store.engine.database import Database
from strp.usecases.desk.decide_bulk import carry_out_due
from strp.usecases.filing.batches import Intake
from strp.usecases.process.issuer_wakeup import IssuerWakeup
from strp.usecases.process.system import System

async def main(url, folder):
    async with Database(url, connections=2, lock_timeout_s=60) as database:
        keys, bell = load_keys(Path(folder)), IssuerWakeup(database)
        settings = Settings(data_dir=folder, exercise=True)
        await carry_out_due(System(settings=settings, authority=settings.authority,
            database=database, keys=keys, clock=lambda: datetime.now(UTC),
            intake=Intake(database, keys, bell), bell=bell))

asyncio.run(main(*sys.argv[1:]))
"""


async def pending(system: System) -> dict[int, tuple[int, int]]:
    """Of each application the workers that wait, and the decisions that are written."""
    query = """
        SELECT a.application_id, a.pending, (SELECT count(*) FROM decision d
            WHERE d.nib = a.nib AND d.application_id = a.application_id) FROM application a"""
    async with system.database.connection() as conn:
        rows = await (await conn.execute(query)).fetchall()
    return {number: (waiting, written) for number, waiting, written in rows}


@asynccontextmanager
async def locked(system: System, number: ApplicationId) -> AsyncIterator[None]:
    """Whoever decides an application stops in the midst of it."""
    query = "SELECT FROM application WHERE application_id = %s FOR UPDATE"
    async with single_connection(system.database.url) as conn, conn.transaction():
        await conn.execute(query, (number,))
        yield


async def wait_until_stopped(system: System, count: int) -> None:
    """Until so many are decided, and a statement waits for the next."""
    done = "SELECT count(*) FROM bulk_application WHERE done_at IS NOT NULL"
    waits = """SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'"""
    async with asyncio.timeout(WITHIN_S), system.database.connection() as conn:
        while True:
            [(decided,)] = await (await conn.execute(done)).fetchall()
            [(waiting,)] = await (await conn.execute(waits)).fetchall()
            if decided == count and waiting:
                return
            await asyncio.sleep(0.05)


async def killed_in_the_midst(
    system: System, folder: Path, numbers: Sequence[ApplicationId]
) -> None:
    """Start a process that carries the decision out, and kill it while it decides one."""
    async with locked(system, numbers[BEFORE]):
        worker = await asyncio.create_subprocess_exec(
            sys.executable, "-c", WORKER, system.database.url, str(folder)
        )
        try:
            await wait_until_stopped(system, BEFORE)
        finally:
            worker.send_signal(signal.SIGKILL)
            await worker.wait()


async def test_nothing_is_half_decided_and_another_process_goes_on(
    system: System, clock: Clock, filed: ApplicationId, officer: Actor, tmp_path: Path
) -> None:
    numbers = sorted([filed, *await file_more(system, APPLICATIONS - 1)])
    before = await pending(system)
    bulk_id = await make_bulk(system, officer, await given(system, officer))
    await killed_in_the_midst(system, tmp_path / "worker", numbers)

    after = await pending(system)
    assert [after[n][0] for n in numbers[:BEFORE]] == [0] * BEFORE
    assert all(after[number] == before[number] for number in numbers[BEFORE:])
    stopped, _ = await show_bulk(system, officer, bulk_id)
    assert (stopped.state, stopped.done) == (BulkState.RUNNING, BEFORE)

    clock.now = datetime.now(UTC)
    await carry_out_due(system)
    done, left = await show_bulk(system, officer, bulk_id)
    workers = sum(waiting for waiting, _ in before.values())
    assert (done.state, done.done, left) == (BulkState.DONE, APPLICATIONS, [])
    assert done.decided_workers == workers
    assert sum(written for _, written in (await pending(system)).values()) == workers
    assert await wrong_rules(system) == set()

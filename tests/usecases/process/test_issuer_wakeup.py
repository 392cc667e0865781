"""The bell: issuers are woken after the commit, and no filing waits for it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from strp.domain.people.account import OPERATOR
from strp.store.engine.database import Connection, Database
from strp.usecases.employers.import_registry import import_employers
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.issuer_wakeup import IssuerWakeup
from strp.usecases.process.system import System
from tests.usecases.filing.test_batches import SAMPLES, file

pytestmark = pytest.mark.anyio


@pytest.fixture
async def at_rest(system: System) -> System:
    """An installation whose bell is silent."""
    await load_reference(system, OPERATOR)
    await import_employers(system, OPERATOR, SAMPLES)
    return system


@asynccontextmanager
async def listening(system: System) -> AsyncIterator[Connection]:
    async with system.database.connection() as conn:
        await conn.execute("LISTEN strp_issue")
        yield conn


async def rings(conn: Connection, within_s: float) -> int:
    return len([one async for one in conn.notifies(timeout=within_s)])


async def test_a_filing_that_is_approved_at_once_wakes_the_issuers(at_rest: System) -> None:
    async with listening(at_rest) as conn:
        await file(at_rest)

        assert [one async for one in conn.notifies(timeout=10, stop_after=1)]


async def test_many_rings_of_a_moment_are_one(at_rest: System) -> None:
    async with listening(at_rest) as conn:
        for _ in range(1000):
            at_rest.bell.notify()
        await at_rest.bell.drain()

        assert await rings(conn, 0.2) == 1


async def test_a_ring_while_the_bell_rings_is_not_lost(at_rest: System) -> None:
    async with listening(at_rest) as conn:
        at_rest.bell.notify()
        await asyncio.sleep(0.01)
        at_rest.bell.notify()
        await at_rest.bell.drain()

        assert await rings(conn, 0.2) == 2


async def test_a_bell_that_cannot_ring_harms_nobody() -> None:
    bell = IssuerWakeup(Database("postgresql:///nowhere"))
    bell.notify()

    await bell.drain()

"""Filings that share a transaction: who goes away takes nobody along."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from strp.domain.errors import Unavailable
from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR
from strp.store.engine.database import single_connection
from strp.usecases.employers.import_registry import import_employers
from strp.usecases.filing import batches
from strp.usecases.filing.file import Receipt, file_workers
from strp.usecases.filing.show import list_applications
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.system import System
from tests.journeys.running import fresh_workers

pytestmark = pytest.mark.anyio
SAMPLES = Path(__file__).parents[3] / "samples" / "employers.csv"
BANK = Nib(8120001110001)


@pytest.fixture
async def open_system(system: System) -> AsyncIterator[System]:
    await load_reference(system, OPERATOR)
    await import_employers(system, OPERATOR, SAMPLES)
    await file(system)  # what is looked up first is known from here on
    yield system


async def file(system: System) -> Receipt:
    return await file_workers(system, OPERATOR, BANK, fresh_workers(1), digest=bytes(16))


async def one_goes_away(system: System) -> Receipt:
    """Two file at once, the first goes away while its set is written; the other's receipt."""
    gone, stays = asyncio.create_task(file(system)), asyncio.create_task(file(system))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.wait({gone})
    return await stays


async def test_who_goes_away_takes_nobody_along(open_system: System) -> None:
    receipt = await one_goes_away(open_system)

    assert receipt.ledger.accepted == 1


async def test_what_was_sent_is_filed_though_its_sender_went_away(open_system: System) -> None:
    await one_goes_away(open_system)

    assert len(await list_applications(open_system, OPERATOR, BANK)) == 3


async def test_where_the_task_that_stores_is_ended_whoever_waits_is_told_and_filing_goes_on(
    open_system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, store = asyncio.Event(), open_system.intake._store

    async def hangs(_sents: object) -> None:
        begun.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(open_system.intake, "_store", hangs)
    taken = asyncio.create_task(file(open_system))
    await begun.wait()
    waits = asyncio.create_task(file(open_system))
    while not open_system.intake._waiting:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    monkeypatch.setattr(open_system.intake, "_store", store)
    assert open_system.intake._committing is not None
    open_system.intake._committing.cancel()
    told = await asyncio.wait_for(asyncio.gather(taken, waits, return_exceptions=True), 10)
    assert [getattr(error, "code", error) for error in told] == ["too-busy", "too-busy"]
    assert open_system.intake.waiting_rows == 0
    assert (await file(open_system)).ledger.accepted == 1


POISON = b"p" * 16
FAIL_ON_POISON = """
CREATE FUNCTION fail_on_poison() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.body_digest = decode(repeat('70', 16), 'hex') THEN
        PERFORM pg_sleep(0.1);
        RAISE EXCEPTION 'poisoned';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER poison BEFORE INSERT ON application FOR EACH ROW EXECUTE FUNCTION fail_on_poison();
"""
HOSPITAL = Nib(8120001110003)
LOCK = "SELECT pg_advisory_xact_lock(%s)"


async def test_others_are_filed_while_a_failed_set_is_halved(open_system: System) -> None:
    system, order = open_system, []
    async with system.database.connection() as conn:
        await conn.execute(FAIL_ON_POISON)

    async def file_as(name: str, digest: bytes, nib: Nib = BANK) -> None:
        try:
            await file_workers(system, OPERATOR, nib, fresh_workers(1), digest=digest)
            order.append(name)
        except Unavailable as error:
            order.append(error.code)

    set_of_twenty = [file_as("shared", bytes(16)) for _ in range(19)]
    filing = [asyncio.create_task(one) for one in (*set_of_twenty, file_as("", POISON))]
    await asyncio.sleep(0.05)  # the set is being stored
    filing.append(asyncio.create_task(file_as("later", bytes(16), HOSPITAL)))
    await asyncio.gather(*filing)

    assert sorted(order) == ["filing-failed", "later", *["shared"] * 19]
    assert order.index("later") < order.index("filing-failed")


async def test_a_filing_waits_for_an_employer_that_is_locked_and_others_do_not(
    open_system: System,
) -> None:
    system = open_system
    async with single_connection(system.database.url) as giant:
        async with giant.transaction():
            await giant.execute(LOCK, [BANK])
            behind = [asyncio.create_task(file(system)) for _ in range(20)]
            await asyncio.sleep(0.1)
            people = fresh_workers(1)
            other = await file_workers(system, OPERATOR, HOSPITAL, people, digest=bytes(16))
            assert other.ledger.accepted == 1
            assert not any(one.done() for one in behind)
        assert all(one.ledger.accepted == 1 for one in await asyncio.gather(*behind))


async def test_a_filing_that_waited_in_vain_is_told_that_its_employer_is_busy(
    open_system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "EMPLOYER_WAIT_S", 0.3)
    async with single_connection(open_system.database.url) as giant, giant.transaction():
        await giant.execute(LOCK, [BANK])
        with pytest.raises(Unavailable) as raised:
            await file(open_system)
    assert (raised.value.code, raised.value.retry_after_s) == ("employer-busy", 10)

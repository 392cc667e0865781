"""Filings that share a transaction: who goes away takes nobody along."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from strp.domain.account import OPERATOR
from strp.domain.identifiers import Nib
from strp.usecases.file_roster import Receipt, file_workers
from strp.usecases.import_employers import import_employers
from strp.usecases.load_policies import load_reference
from strp.usecases.show_application import list_applications
from strp.usecases.system import System
from tests.journeys.running import fresh_workers

pytestmark = pytest.mark.anyio
SAMPLES = Path(__file__).parents[2] / "samples" / "employers.csv"
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

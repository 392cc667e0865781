"""Filings that bring nothing new have a bound; filings that bring something have none."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from strp.domain.civil_time import civil_day
from strp.domain.errors import TooMany
from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR, Actor, ActorKind
from strp.usecases.employers.import_registry import import_employers
from strp.usecases.filing.file import Receipt, file_workers
from strp.usecases.filing.idle_filings import IDLE_PER_SENDER
from strp.usecases.filing.withdraw import withdraw
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.system import System
from tests.usecases.stage import Clock

pytestmark = pytest.mark.anyio
SAMPLES = Path(__file__).parents[3] / "samples" / "employers.csv"
BANK, LOGISTICS, BUILDER = Nib(8120001110001), Nib(8120001110004), Nib(8120001110016)
KEY = Actor(kind=ActorKind.API_KEY, id=1, nibs=frozenset({BANK}))


@pytest.fixture
async def city(system: System) -> AsyncIterator[System]:
    await load_reference(system, OPERATOR)
    await import_employers(system, OPERATOR, SAMPLES)
    yield system


def worker(number: int) -> dict[str, str]:
    return {
        "nama": "Siti Aminah",
        "nik": f"317405550678{number:04d}",
        "jabatan": "Teller",
        "jenis_lokasi": "pelayanan",
    }


async def file(
    city: System, number: int = 1, nib: Nib = BANK, key: str | None = None, actor: Actor = OPERATOR
) -> Receipt:
    digest = number.to_bytes(16)
    return await file_workers(
        city, actor, nib, [worker(number)], digest=digest, idempotency_key=key
    )


async def leave(city: System, number: int, days: int = 0) -> None:
    day = civil_day(city.clock()) + timedelta(days=days)
    leaver = worker(number) | {"keluar": f"{day:%d/%m/%Y}"}
    await file_workers(city, OPERATOR, BANK, [leaver], digest=bytes(16))


async def count_of(city: System, table: str) -> int:
    async with city.database.connection() as conn:
        cursor = await conn.execute(f"SELECT count(*) FROM {table}".encode())
        [(rows,)] = await cursor.fetchall()
    return int(rows)


async def repeat(city: System) -> None:
    """File one roster until it brings nothing for as often as it may."""
    for _ in range(IDLE_PER_SENDER.burst + 1):
        await file(city)


async def test_a_roster_sent_over_and_over_is_turned_away_with_a_time_to_come_back(
    city: System,
) -> None:
    await repeat(city)
    with pytest.raises(TooMany) as raised:
        await file(city)
    assert 0 < (raised.value.retry_after_s or 0) <= IDLE_PER_SENDER.interval.total_seconds()


async def test_what_was_turned_away_takes_no_row(city: System) -> None:
    await repeat(city)
    with pytest.raises(TooMany):
        await file(city)
    assert await count_of(city, "application") == IDLE_PER_SENDER.burst + 1


async def test_a_key_that_repeats_itself_brings_in_a_new_worker_all_the_same(city: System) -> None:
    await repeat(city)
    assert (await file(city, 2)).ledger.accepted == 1


async def test_a_key_that_repeats_itself_stops_no_other_key(city: System) -> None:
    await repeat(city)
    assert (await file(city, actor=KEY)).ledger.unchanged == 1


async def test_leavers_whom_the_employer_does_not_have_bring_nothing(city: System) -> None:
    for number in range(1, IDLE_PER_SENDER.burst + 1):
        await leave(city, number)
    with pytest.raises(TooMany):
        await leave(city, 1)
    assert await count_of(city, "worker") == IDLE_PER_SENDER.burst


async def test_one_who_leaves_is_always_told_and_again_only_within_the_share(city: System) -> None:
    await repeat(city)
    await leave(city, 1, days=5)
    with pytest.raises(TooMany):
        await leave(city, 1, days=5)


async def test_one_worker_is_not_filed_and_withdrawn_for_ever(city: System) -> None:
    for _ in range(IDLE_PER_SENDER.burst + 1):
        receipt = await file(city, nib=BUILDER)
        await withdraw(city, OPERATOR, receipt.application_id)
    with pytest.raises(TooMany):
        await file(city, nib=BUILDER)


async def test_after_that_time_the_employer_files_again(city: System, clock: Clock) -> None:
    await repeat(city)
    clock.now += IDLE_PER_SENDER.interval
    await file(city)


async def test_another_employer_files_meanwhile(city: System) -> None:
    await repeat(city)
    await file(city, 2, LOGISTICS)


async def test_a_program_that_files_worker_by_worker_never_meets_the_bound(city: System) -> None:
    for number in range(IDLE_PER_SENDER.burst + 5):
        await file(city, number, LOGISTICS)


async def test_asking_again_under_the_same_key_is_no_filing(city: System) -> None:
    for _ in range(IDLE_PER_SENDER.burst + 5):
        await file(city, key="senin")

"""Filings that bring nothing new have a bound; filings that bring something have none."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from strp.domain.account import OPERATOR
from strp.domain.errors import TooMany
from strp.domain.identifiers import Nib
from strp.usecases.file_roster import file_workers
from strp.usecases.idle_filings import IDLE_PER_EMPLOYER
from strp.usecases.import_employers import import_employers
from strp.usecases.load_policies import load_reference
from strp.usecases.system import System
from tests.usecases.stage import Clock

pytestmark = pytest.mark.anyio
SAMPLES = Path(__file__).parents[2] / "samples" / "employers.csv"
BANK, LOGISTICS = Nib(8120001110001), Nib(8120001110004)


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


async def file(city: System, number: int = 1, nib: Nib = BANK, key: str | None = None) -> None:
    digest = number.to_bytes(16)
    await file_workers(city, OPERATOR, nib, [worker(number)], digest=digest, idempotency_key=key)


async def repeat(city: System) -> None:
    """File one roster until it brings nothing for as often as it may."""
    for _ in range(IDLE_PER_EMPLOYER.burst + 1):
        await file(city)


async def test_a_roster_sent_over_and_over_is_turned_away_with_a_time_to_come_back(
    city: System,
) -> None:
    await repeat(city)
    with pytest.raises(TooMany) as raised:
        await file(city)
    assert 0 < (raised.value.retry_after_s or 0) <= IDLE_PER_EMPLOYER.interval.total_seconds()


async def test_what_was_turned_away_takes_no_row(city: System) -> None:
    await repeat(city)
    with pytest.raises(TooMany):
        await file(city)
    async with city.database.connection() as conn:
        rows = await (await conn.execute("SELECT count(*) FROM application")).fetchone()
    assert rows == (IDLE_PER_EMPLOYER.burst + 1,)


async def test_after_that_time_the_employer_files_again(city: System, clock: Clock) -> None:
    await repeat(city)
    clock.now += IDLE_PER_EMPLOYER.interval
    await file(city)


async def test_another_employer_files_meanwhile(city: System) -> None:
    await repeat(city)
    await file(city, 2, LOGISTICS)


async def test_a_program_that_files_worker_by_worker_never_meets_the_bound(city: System) -> None:
    for number in range(IDLE_PER_EMPLOYER.burst + 5):
        await file(city, number, LOGISTICS)


async def test_asking_again_under_the_same_key_is_no_filing(city: System) -> None:
    for _ in range(IDLE_PER_EMPLOYER.burst + 5):
        await file(city, key="senin")

"""The books balance after the main job, and whoever breaks one rule is found out by that rule."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR
from strp.store.operation import books
from strp.usecases.certificates.issue import Issuer
from strp.usecases.employers.import_registry import import_employers
from strp.usecases.filing.file import body_digest, file_roster, file_workers
from strp.usecases.filing.withdraw import withdraw
from strp.usecases.operation.books import MEANINGS, check_books
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.system import System

pytestmark = pytest.mark.anyio
ROSTERS = Path(__file__).parents[2] / "vectors" / "rosters"
SAMPLES = Path(__file__).parents[3] / "samples" / "employers.csv"
BANK, LOGISTICS = Nib(8120001110001), Nib(8120001110004)
WORKER = {
    "nama": "Siti Aminah",
    "nik": "3174055506783204",
    "jabatan": "Teller",
    "jenis_lokasi": "pelayanan",
}
BREAKS = {
    "counts": "DELETE FROM worker WHERE row_no = 3",
    "certificates": "UPDATE worker SET state = 'refused' WHERE row_no = 3",
    "serials": "UPDATE certificate SET serial_no = 7",
    "issuing": "DELETE FROM certificate WHERE row_no = 3",
    "desk": "DELETE FROM desk",
    "engagements": "DELETE FROM engagement WHERE row_no = 3",
    "proposals": "INSERT INTO proposal VALUES (1, 2, 3, 4, NULL, now())",
    "quota": "UPDATE quota_use SET service = service + 1",
}


@pytest.fixture
async def city(system: System) -> AsyncIterator[System]:
    """A system where a roster is issued, and a worker claimed twice waits for an officer."""
    await load_reference(system, OPERATOR)
    await import_employers(system, OPERATOR, SAMPLES)
    path = ROSTERS / "bank-20.xlsx"
    await file_roster(system, OPERATOR, BANK, path, digest=body_digest(path.read_bytes()))
    await Issuer(system).issue_some()
    for nib in (BANK, LOGISTICS):
        await file_workers(system, OPERATOR, nib, [WORKER], digest=bytes(16))
    yield system


async def wrong_rules(system: System) -> set[str]:
    return {rule.rule for rule in await check_books(system) if rule.wrong}


async def test_the_books_balance_while_work_is_under_way(city: System) -> None:
    assert await wrong_rules(city) == set()


async def test_the_books_balance_after_a_withdrawal(city: System) -> None:
    second = await file_workers(
        city, OPERATOR, LOGISTICS, [{**WORKER, "nik": "3175031606711301"}], digest=bytes(16)
    )
    await withdraw(city, OPERATOR, second.application_id)

    assert await wrong_rules(city) == set()


@pytest.mark.parametrize("rule", BREAKS)
async def test_a_broken_rule_is_found(city: System, rule: str) -> None:
    async with city.database.transaction() as conn:
        await conn.execute(BREAKS[rule])

    assert rule in await wrong_rules(city)


async def test_rules_for_which_there_is_no_time_are_told_as_not_asked(system: System) -> None:
    asked = await check_books(system, within_s=0)

    assert [rule.wrong for rule in asked] == [None] * len(MEANINGS)


async def test_a_rule_that_takes_too_long_stops_none_of_the_others(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(books.RULES, "desk", "SELECT 1 FROM pg_sleep(5)")  # type: ignore[arg-type]
    async with system.database.transaction() as conn:
        await books.read_as_of_now(conn)
        told = [await books.imbalances(conn, rule, 1, 0.1) for rule in ("desk", "ledger")]

    assert told == [None, []]

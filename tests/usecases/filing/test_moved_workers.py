"""Who waits for one site and is filed again for another: the later word counts."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from strp.domain.filing.application import WorkerState
from strp.domain.people.account import OPERATOR
from strp.store.desk.decisions import decide_chosen
from strp.store.engine.database import Connection
from strp.usecases.desk.review import take_application
from strp.usecases.filing.file import file_roster, file_workers
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.system import System
from tests.journeys.running import fresh_workers
from tests.usecases.desk.test_hosting import BANK, CLINIC, GUARDS, confirm, file_at, say
from tests.usecases.desk.test_rule_employer import ANI, books_are_true, counts, reasons, register

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
async def ready(system: System) -> AsyncIterator[None]:
    await load_reference(system, OPERATOR)
    await register(system, "69100", nib=GUARDS)
    await register(system, "64121", staff=(20, 20), nib=BANK)
    yield


async def test_who_waits_for_one_site_and_is_filed_for_another_goes_there(system: System) -> None:
    """Held back for the first host, they wait for the second; nobody counts twice."""
    await register(system, "64121", staff=(20, 20), nib=CLINIC)
    people = fresh_workers(3)
    first = await file_at(system, str(CLINIC), workers=people)

    second = await file_at(system, str(BANK), workers=people)
    await say(system, confirm(2))

    assert await counts(system, first) == (0, 0, 0, 3)
    assert await reasons(system, first) == {"host-unconfirmed", "filed-again"}
    assert await counts(system, second) == (1, 2, 0, 0)
    assert await books_are_true(system)


async def test_who_is_filed_again_without_a_nib_or_with_the_same_one_is_unchanged(
    system: System,
) -> None:
    people = fresh_workers(2)
    first = await file_at(system, str(BANK), workers=people)
    for site in (str(BANK), "", "Gedung Bank Contoh", None):
        sent = [{**row, "jenis_lokasi": "pelayanan", "lokasi_kerja": site} for row in people]
        again = await file_workers(system, OPERATOR, GUARDS, sent, digest=bytes(16))
        assert again.ledger.unchanged == 2
    assert await counts(system, first) == (2, 0, 0, 0)


async def test_whose_certificate_stands_keeps_its_site_and_the_row_says_so(system: System) -> None:
    await register(system, "64121", staff=(20, 20), nib=CLINIC)
    people = fresh_workers(2)
    await file_at(system, str(BANK), workers=people)
    await say(system, confirm(2))
    sent = [{**row, "jenis_lokasi": "pelayanan", "lokasi_kerja": str(CLINIC)} for row in people]

    again = await file_workers(system, OPERATOR, GUARDS, sent, digest=bytes(16))

    assert again.ledger.unchanged == 2
    assert [each.code for each in again.remarks.problems] == ["site-differs"] * 2
    assert await books_are_true(system)


async def test_ones_own_people_leave_their_places_for_a_site_of_others_and_come_back(
    system: System,
) -> None:
    """A cleaner whose sector is open keeps places under its own caps, until they move."""
    await register(system, "81210", staff=(5, 5), nib=CLINIC)
    people = fresh_workers(3)
    first = await file_at(system, str(CLINIC), nib=CLINIC, workers=people)
    assert await counts(system, first) == (3, 0, 0, 0)

    second = await file_at(system, str(BANK), nib=CLINIC, workers=people)
    assert await counts(system, second) == (3, 0, 0, 0)
    assert await reasons(system, second) == {"host-unconfirmed"}
    assert await books_are_true(system)

    third = await file_at(system, str(CLINIC), nib=CLINIC, workers=people)
    assert await counts(system, second) == (0, 0, 0, 3)
    assert await counts(system, third) == (3, 0, 0, 0)
    assert await books_are_true(system)


async def test_a_large_roster_moves_its_people_too(
    system: System, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that streams, chunk by chunk."""
    monkeypatch.setattr("strp.outside.spreadsheets.csv_reader.CHUNK_ROWS", 4)
    await register(system, "64121", staff=(20, 20), nib=CLINIC)
    people = fresh_workers(10)
    first = await file_at(system, str(CLINIC), workers=people)
    path = tmp_path / "roster.csv"
    lines = [f"{row['nama']};{row['nik']};Satpam;pelayanan;{BANK}" for row in people]
    path.write_text("nama;nik;jabatan;jenis_lokasi;lokasi_kerja\n" + "\n".join(lines))

    receipt = await file_roster(system, OPERATOR, GUARDS, path, digest=bytes(16))

    assert receipt.ledger.accepted == 10
    assert await counts(system, first) == (0, 0, 0, 10)
    assert await books_are_true(system)


async def test_whom_an_officer_decides_at_that_moment_stays_where_they_were(
    system: System,
) -> None:
    await register(system, "64121", staff=(20, 20), nib=CLINIC)
    people = fresh_workers(2)
    first = await file_at(system, str(CLINIC), workers=people)
    await take_application(system, ANI, first)
    async with system.database.transaction() as conn:
        decisions = [(1, WorkerState.APPROVED, None, None)]
        now = system.clock()
        await decide_chosen(conn, first, ANI, now=now, decisions=decisions)
        moving = asyncio.create_task(file_at(system, str(BANK), workers=people))
        async with asyncio.timeout(20):
            while not await is_anybody_waiting(conn):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
    second = await moving

    assert await counts(system, first) == (0, 1, 0, 1)
    assert await counts(system, second) == (1, 0, 0, 0)
    assert await books_are_true(system)


async def is_anybody_waiting(conn: Connection) -> bool:
    waiting = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"
    row = await (await conn.execute(waiting)).fetchone()
    return row == (True,)

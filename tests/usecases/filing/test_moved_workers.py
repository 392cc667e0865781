"""Who waits for one site and is filed again for another: the later word counts."""

import asyncio
from collections.abc import AsyncIterator
from itertools import zip_longest
from pathlib import Path

import pytest

from strp.domain.filing.application import WorkerState
from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR
from strp.store import audit
from strp.store.desk.decisions import decide_chosen
from strp.store.desk.proposals import propose, proposed_rows
from strp.store.engine.database import Connection
from strp.usecases.certificates.show import certificates_of
from strp.usecases.desk.review import take_application
from strp.usecases.filing.file import Receipt, file_roster, file_workers
from strp.usecases.filing.show import remarks_on, show_application
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.system import System
from tests.journeys.running import fresh_workers
from tests.usecases.desk.test_hosting import (
    BANK,
    CLINIC,
    DECLINE,
    GUARDS,
    confirm,
    file_at,
    issue,
    say,
)
from tests.usecases.desk.test_rule_employer import ANI, books_are_true, counts, reasons, register
from tests.usecases.stage import Clock

pytestmark = pytest.mark.anyio
Sent = list[dict[str, object]]


@pytest.fixture(autouse=True)
async def ready(system: System) -> AsyncIterator[None]:
    await load_reference(system, OPERATOR)
    await register(system, "69100", nib=GUARDS)
    await register(system, "64121", staff=(20, 20), nib=BANK)
    yield


def at(site: object, people: list[dict[str, str]], kind: str = "pelayanan") -> Sent:
    return [{**row, "jenis_lokasi": kind, "lokasi_kerja": site} for row in people]


async def send(system: System, sent: Sent, nib: Nib = GUARDS) -> Receipt:
    return await file_workers(system, OPERATOR, nib, sent, digest=bytes(16))


async def use_of(system: System, nib: Nib) -> tuple[int, int]:
    """Places under its caps that an employer's people have."""
    async with system.database.connection() as conn:
        query = "SELECT service, administration FROM quota_use WHERE nib = %s"
        row = await (await conn.execute(query, (nib,))).fetchone()
    assert row is not None
    return row[0], row[1]


async def test_who_waits_for_one_site_and_is_filed_for_another_waits_there_under_the_first_receipt(
    system: System,
) -> None:
    """The row is `unchanged`, for the employer has the worker; nobody counts twice."""
    await register(system, "64121", staff=(20, 20), nib=CLINIC)
    people = fresh_workers(3)
    first = await file_at(system, str(CLINIC), workers=people)

    again = await send(system, at(str(BANK), people))

    assert (again.ledger.accepted, again.ledger.unchanged) == (0, 3)
    assert [each.code for each in again.remarks.problems] == ["site-moved"] * 3
    assert all(each.is_warning for each in again.remarks.problems)
    assert await counts(system, first) == (3, 0, 0, 0)
    assert await reasons(system, first) == {"host-unconfirmed"}
    assert await counts(system, again.application_id) == (0, 0, 0, 0)
    await say(system, confirm(2))
    assert await counts(system, first) == (1, 2, 0, 0)
    assert await books_are_true(system)


async def test_the_due_time_is_that_of_the_first_filing(system: System, clock: Clock) -> None:
    people = fresh_workers(2)
    first = await file_at(system, str(CLINIC), workers=people)
    due = (await show_application(system, OPERATOR, first)).due_at
    clock.pass_(hours=3)

    await send(system, at(str(BANK), people))

    assert (await show_application(system, OPERATOR, first)).due_at == due


async def test_who_moves_to_a_site_that_is_confirmed_passes_there_at_once(system: System) -> None:
    await file_at(system, str(BANK), 1)
    await say(system, confirm(2))
    people = fresh_workers(3)
    first = await file_at(system, str(CLINIC), workers=people)
    assert await reasons(system, first) == {"host-unknown"}

    again = await send(system, at(str(BANK), people))

    assert again.ledger.unchanged == 3
    assert await counts(system, first) == (2, 1, 0, 0), "one of the two places was taken"
    await issue(system)
    [one] = [each async for each in certificates_of(system, OPERATOR, first)]
    assert one.claims.sector == "E-a"
    assert await books_are_true(system)


async def test_the_place_that_a_mover_leaves_is_free_for_who_comes_with_the_same_filing(
    system: System,
) -> None:
    """Who waits for an officer holds a place that was confirmed, until they move."""
    await register(system, "64121", staff=(20, 20), nib=CLINIC)
    doubtful, comes = fresh_workers(1), fresh_workers(1)
    await file_at(system, "", nib=BANK, workers=doubtful)
    first = await file_at(system, str(BANK), workers=doubtful)
    await say(system, confirm(1))
    assert await reasons(system, first) == {"claimed-elsewhere"}

    again = await send(system, at(str(CLINIC), doubtful) + at(str(BANK), comes))

    assert (again.ledger.accepted, again.ledger.unchanged) == (1, 1)
    assert await counts(system, again.application_id) == (0, 1, 0, 0)
    assert await reasons(system, first) == {"host-unconfirmed", "claimed-elsewhere"}
    assert await books_are_true(system)


async def test_who_moves_to_a_site_that_was_declined_is_refused_under_the_first_receipt(
    system: System,
) -> None:
    """And may be filed again for a third one."""
    await register(system, "64121", staff=(20, 20), nib=CLINIC)
    await file_at(system, str(BANK), 1)
    await say(system, DECLINE)
    people = fresh_workers(2)
    first = await file_at(system, str(CLINIC), workers=people)

    await send(system, at(str(BANK), people))
    assert await counts(system, first) == (0, 0, 2, 0)
    assert (await show_application(system, OPERATOR, first)).state == "decided"

    third = await send(system, at(str(CLINIC), people))
    assert third.ledger.accepted == 2
    assert await books_are_true(system)


async def test_the_kind_of_site_goes_with_the_site(system: System) -> None:
    await register(system, "64121", staff=(20, 20), nib=CLINIC)
    people = fresh_workers(2)
    first = await file_at(system, str(CLINIC), workers=people)

    await send(system, at(str(BANK), people, "administrasi"))
    await say(system, confirm(0, 2))

    assert await counts(system, first) == (0, 2, 0, 0)
    assert await books_are_true(system)


async def test_the_host_that_is_named_now_is_asked_and_the_filing_can_be_repeated(
    system: System,
) -> None:
    await register(system, "64121", staff=(20, 20), nib=CLINIC)
    people = fresh_workers(2)
    first = await file_at(system, str(CLINIC), workers=people)
    for _ in range(3):
        again = await send(system, at(str(BANK), people))
        assert again.ledger.unchanged == 2
    back = await send(system, at(str(CLINIC), people))
    assert [each.code for each in back.remarks.problems] == ["site-moved"] * 2
    await send(system, at(str(BANK), people))

    await say(system, confirm(2))
    assert await counts(system, first) == (0, 2, 0, 0)
    assert await books_are_true(system)


async def test_a_proposed_approval_ends_with_the_move(system: System) -> None:
    """It was made for another site: both officials look again."""
    await register(system, "64121", staff=(20, 20), nib=CLINIC)
    people = fresh_workers(1)
    first = await file_at(system, str(CLINIC), workers=people)
    async with system.database.transaction() as conn:
        await propose(conn, GUARDS, first, [1], officer_id=1, remark=None, at=system.clock())

    await send(system, at(str(BANK), people))

    async with system.database.connection() as conn:
        assert await proposed_rows(conn, GUARDS, first, [1]) == {}


async def test_the_record_says_who_moved_whom(system: System) -> None:
    people = fresh_workers(2)
    first = await file_at(system, str(CLINIC), workers=people)
    again = await send(system, at(str(BANK), people))

    async with system.database.connection() as conn:
        events = await audit.events_of(conn, [f"application:{first}"])
    [moved] = [each for each in events if each.action == "workers-moved"]
    assert moved.detail == {"rows": [1, 2], "count": 2, "filed_again": again.application_id}


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

    await send(system, at(str(BANK), people), CLINIC)
    assert await counts(system, first) == (3, 0, 0, 0)
    assert await reasons(system, first) == {"host-unconfirmed"}
    assert await use_of(system, CLINIC) == (0, 0)
    assert await books_are_true(system)

    await send(system, at(str(CLINIC), people), CLINIC)
    assert await counts(system, first) == (3, 0, 0, 0)
    assert "host-unconfirmed" not in await reasons(system, first)
    assert await use_of(system, CLINIC) == (3, 0)
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

    assert (receipt.ledger.accepted, receipt.ledger.unchanged) == (0, 10)
    await say(system, confirm(7))
    assert await counts(system, first) == (3, 7, 0, 0)
    assert await books_are_true(system)


async def test_a_large_roster_counts_its_own_who_come_and_its_own_who_go(
    system: System, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chunk by chunk the use of the caps stays that of the workers."""
    monkeypatch.setattr("strp.outside.spreadsheets.csv_reader.CHUNK_ROWS", 4)
    await register(system, "81210", staff=(50, 50), nib=CLINIC)
    go, come, stay = fresh_workers(5), fresh_workers(5), fresh_workers(6)
    await file_at(system, str(CLINIC), nib=CLINIC, workers=go)
    await file_at(system, str(BANK), nib=CLINIC, workers=come)
    lines = []
    for one, other, third in zip_longest(go, come, stay):
        for row, site in ((one, BANK), (other, CLINIC), (third, CLINIC)):
            if row is not None:
                lines.append(f"{row['nama']};{row['nik']};Satpam;pelayanan;{site}")
    path = tmp_path / "roster.csv"
    path.write_text("nama;nik;jabatan;jenis_lokasi;lokasi_kerja\n" + "\n".join(lines))

    receipt = await file_roster(system, OPERATOR, CLINIC, path, digest=bytes(16))

    assert (receipt.ledger.accepted, receipt.ledger.unchanged) == (6, 10)
    assert await use_of(system, CLINIC) == (11, 0)
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

    assert await counts(system, first) == (1, 1, 0, 0)
    assert await reasons(system, first) >= {"host-unconfirmed"}
    found = await show_application(system, OPERATOR, second)
    codes = sorted(each.code for each in remarks_on(found).problems)
    assert (found.unchanged, codes) == (2, ["site-differs", "site-moved"])
    assert await books_are_true(system)


async def is_anybody_waiting(conn: Connection) -> bool:
    waiting = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"
    row = await (await conn.execute(waiting)).fetchone()
    return row == (True,)

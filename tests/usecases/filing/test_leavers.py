"""Leavers in a roster: certificates end, places are free, and every row is accounted for."""

from collections.abc import AsyncIterator
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
import xlsxwriter

from strp.domain.civil_time import civil_day
from strp.domain.desk.review import Decision
from strp.domain.identifiers import ApplicationId, Nib
from strp.domain.people.account import OPERATOR, Actor, ActorKind, Role
from strp.usecases.certificates.end_leavers import end_leavers
from strp.usecases.certificates.issue import Issuer
from strp.usecases.desk.review import decide_rest, take_application
from strp.usecases.employers.import_registry import import_employers
from strp.usecases.filing.file import Receipt, body_digest, file_roster, file_workers
from strp.usecases.filing.show import ShownWorker, show_application, show_workers
from strp.usecases.operation.books import check_books
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.system import System
from tests.journeys.running import fresh_workers
from tests.usecases.stage import Clock

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[3]
BANK, BUILDER = Nib(8120001110001), Nib(8120001110016)
OFFICER = Actor(kind=ActorKind.ACCOUNT, id=1, role=Role.OFFICER)
People = list[dict[str, str]]


@pytest.fixture(autouse=True)
async def ready(system: System) -> AsyncIterator[None]:
    await load_reference(system, OPERATOR)
    await import_employers(system, OPERATOR, ROOT / "samples" / "employers.csv")
    yield


async def file(system: System, people: People, nib: Nib = BANK) -> Receipt:
    receipt = await file_workers(system, OPERATOR, nib, people, digest=bytes(16))
    await issue_all(system)
    return receipt


async def issue_all(system: System) -> None:
    while await Issuer(system).issue_some():
        pass


def leaving(people: People, clock: Clock, days: int = 0) -> People:
    day = civil_day(clock()) + timedelta(days=days)
    return [{**person, "keluar": f"{day:%d/%m/%Y}"} for person in people]


async def workers(system: System, number: ApplicationId) -> list[ShownWorker]:
    return list((await show_workers(system, OPERATOR, number)).workers)


async def statuses(system: System, number: ApplicationId) -> list[str | None]:
    shown = await workers(system, number)
    return [each.certificate.status if each.certificate else None for each in shown]


async def used(system: System, nib: Nib = BANK) -> int:
    async with system.database.connection() as conn:
        cursor = await conn.execute("SELECT sum(service) FROM quota_use WHERE nib = %s", (nib,))
        [(count,)] = await cursor.fetchall()
    return int(count)


async def wrong_rules(system: System) -> set[str]:
    return {rule.rule for rule in await check_books(system) if rule.wrong}


async def test_who_has_left_is_accepted_and_the_certificate_ends_at_once(
    system: System, clock: Clock
) -> None:
    people = fresh_workers(2)
    before = await file(system, people)

    told = await file(system, leaving(people[:1], clock))

    assert (told.ledger.accepted, told.remarks.total) == (1, 0)
    assert await statuses(system, before.application_id) == ["ended", "standing"]
    [row] = await workers(system, told.application_id)
    assert (row.state, [each.code for each in row.reasons], row.certificate) == (
        "approved",
        ["left"],
        None,
    )
    assert (await show_application(system, OPERATOR, told.application_id)).state == "decided"
    assert (await used(system), await wrong_rules(system)) == (1, set())


async def test_who_comes_in_the_same_roster_finds_the_place_of_who_goes(
    system: System, clock: Clock
) -> None:
    async with system.database.connection() as conn:
        await conn.execute("UPDATE employer SET staff_service = 4 WHERE nib = %s", (BANK,))
    full = fresh_workers(2)
    await file(system, full)
    newcomer = fresh_workers(1)

    told = await file(system, [*newcomer, *leaving(full[:1], clock)])

    assert await statuses(system, told.application_id) == ["standing", None]
    assert (await used(system), await wrong_rules(system)) == (2, set())


async def test_a_day_to_come_ends_the_certificate_after_its_end(
    system: System, clock: Clock
) -> None:
    people = fresh_workers(1)
    before = await file(system, people)

    told = await file(system, leaving(people, clock, days=1))

    assert told.ledger.accepted == 1
    clock.pass_(days=1)
    assert await end_leavers(system) == 0
    assert await statuses(system, before.application_id) == ["standing"]
    clock.pass_(days=1)
    assert await end_leavers(system) == 1
    assert await statuses(system, before.application_id) == ["ended"]
    assert (await used(system), await wrong_rules(system)) == (0, set())


async def test_a_newcomer_who_leaves_later_is_filed_as_everybody(
    system: System, clock: Clock
) -> None:
    told = await file(system, leaving(fresh_workers(1), clock, days=3))
    assert await statuses(system, told.application_id) == ["standing"]

    clock.pass_(days=4)
    await end_leavers(system)

    assert await statuses(system, told.application_id) == ["ended"]
    assert await wrong_rules(system) == set()


async def test_a_leaver_whom_the_employer_does_not_have_is_a_warning(
    system: System, clock: Clock
) -> None:
    told = await file(system, leaving(fresh_workers(1), clock))

    [problem] = told.remarks.problems
    assert (problem.column, problem.code, problem.is_warning) == ("keluar", "no-certificate", True)
    assert (told.ledger.accepted, told.ledger.balances) == (1, True)
    assert await statuses(system, told.application_id) == [None]
    assert await wrong_rules(system) == set()


async def test_a_leaver_filed_twice_is_ended_once(system: System, clock: Clock) -> None:
    people = fresh_workers(1)
    before = await file(system, people)
    await file(system, leaving(people, clock))

    again = await file(system, leaving(people, clock))

    assert [each.code for each in again.remarks.problems] == ["no-certificate"]
    assert await statuses(system, before.application_id) == ["ended"]
    assert await wrong_rules(system) == set()


async def test_a_last_day_that_is_no_date_rejects_the_row(system: System) -> None:
    people = fresh_workers(2)

    told = await file(system, [{**people[0], "keluar": "besok"}, people[1]])

    [problem] = told.remarks.problems
    assert (problem.column, problem.code, problem.is_warning) == ("keluar", "invalid", False)
    assert (told.ledger.rejected, told.ledger.accepted) == (1, 1)


async def test_who_left_may_come_back(system: System, clock: Clock) -> None:
    people = fresh_workers(1)
    await file(system, people)
    await file(system, leaving(people, clock))

    back = await file(system, people)

    assert back.ledger.accepted == 1
    assert await statuses(system, back.application_id) == ["standing"]
    assert await wrong_rules(system) == set()


async def test_who_leaves_before_the_decision_is_ended_as_soon_as_there_is_a_certificate(
    system: System, clock: Clock
) -> None:
    people = fresh_workers(1)
    number = (await file(system, people, BUILDER)).application_id
    await file(system, leaving(people, clock), BUILDER)
    assert await end_leavers(system) == 0

    await take_application(system, OFFICER, number)
    await decide_rest(system, OFFICER, number, Decision.APPROVE)
    await issue_all(system)
    await end_leavers(system)

    assert await statuses(system, number) == ["ended"]
    assert (await used(system, BUILDER), await wrong_rules(system)) == (0, set())


async def test_a_large_roster_frees_and_fills_in_one_transaction(
    system: System, clock: Clock, tmp_path: Path
) -> None:
    people = fresh_workers(40)
    before = await file(system, people)
    day = civil_day(clock()).isoformat()
    lines = [(*person.values(), "") for person in fresh_workers(6_000)]
    lines[3_000:3_000] = [(*person.values(), day) for person in people]
    roster = tmp_path / "large.csv"
    heading = "nama,nik,jabatan,jenis_lokasi,keluar\n"
    roster.write_text(heading + "\n".join(",".join(line) for line in lines) + "\n")
    async with system.database.connection() as conn:
        await conn.execute("UPDATE employer SET staff_service = 12000 WHERE nib = %s", (BANK,))
    clock.pass_(minutes=1)

    digest = body_digest(roster.read_bytes())
    told = await file_roster(system, OPERATOR, BANK, roster, digest=digest)

    assert told.ledger.accepted == 6_040
    assert set(await statuses(system, before.application_id)) == {"ended"}
    assert await used(system) == 6_000
    assert await wrong_rules(system) == set()


async def test_a_spreadsheet_names_the_last_day_as_a_date(
    system: System, clock: Clock, tmp_path: Path
) -> None:
    people = fresh_workers(2)
    before = await file(system, people)
    path = tmp_path / "keluar.xlsx"
    book = xlsxwriter.Workbook(path)
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Nama Lengkap", "No. KTP", "Jabatan", "Jenis Lokasi", "Tanggal Keluar"])
    for line, person in enumerate(people, 1):
        sheet.write_row(line, 0, list(person.values()))
    sheet.write_datetime(1, 4, datetime.combine(civil_day(clock()), time.min), day)
    book.close()

    digest = body_digest(path.read_bytes())
    told = await file_roster(system, OPERATOR, BANK, path, digest=digest)

    assert (told.ledger.accepted, told.ledger.unchanged) == (1, 1)
    assert await statuses(system, before.application_id) == ["ended", "standing"]

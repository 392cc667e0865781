"""The compliance report counts what the gate refused, once, and adds up."""

import csv
import io
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from psycopg import AsyncConnection, OperationalError

from strp.domain.desk.compliance import ComplianceReport, Filter, Span
from strp.domain.desk.handover import ReportForm
from strp.domain.desk.objection import About, Outcome
from strp.domain.errors import Forbidden, InvalidInput
from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR, Actor, ActorKind, Role
from strp.domain.text import Language
from strp.store.desk.compliance import add_up
from strp.usecases.desk.compliance import report_on, report_page, sums_of_employer
from strp.usecases.desk.compliance_files import report_file
from strp.usecases.desk.object import decide_objection, file_objection
from strp.usecases.employers.claim import claim_employer
from strp.usecases.filing.file import file_workers
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.system import System
from strp.usecases.rules.eligibility import count_asked, tell_employer
from tests.journeys.running import fresh_workers
from tests.usecases.desk.test_object import CICI, representative
from tests.usecases.desk.test_rule_employer import draft, register, rule_with_two
from tests.usecases.stage import Clock, add_representative

pytestmark = pytest.mark.anyio
LAW, BANK, SHOP = (Nib(8120001119101 + n) for n in range(3))
SUPERVISOR = Actor(kind=ActorKind.ACCOUNT, id=5, role=Role.SUPERVISOR)
TODAY = "2021-07-05"


@pytest.fixture(autouse=True)
async def rules(system: System) -> AsyncIterator[None]:
    await load_reference(system, OPERATOR)
    yield


async def file(
    system: System, nib: Nib, workers: list[dict[str, str]], key: str | None = None
) -> None:
    await file_workers(system, OPERATOR, nib, workers, digest=bytes(16), idempotency_key=key)


async def today(system: System) -> ComplianceReport:
    return await report_on(system, SUPERVISOR, TODAY, TODAY)


async def add_up_all(system: System) -> None:
    async with system.database.transaction() as conn:
        await add_up(conn)


async def rename(system: System, nib: Nib, name: str, region: str = "3171") -> None:
    async with system.database.transaction() as conn:
        await conn.execute(
            "UPDATE employer SET name = %s, region = %s WHERE nib = %s", (name, region, nib)
        )


async def test_an_attempt_is_a_filing_of_which_the_sector_gate_refused_rows(
    system: System,
) -> None:
    await register(system, "69100", nib=LAW)
    await file(system, LAW, fresh_workers(3))
    await file(system, LAW, fresh_workers(2))

    [found] = (await today(system)).employers

    assert (found.nib, found.sector, found.region) == (LAW, "N", "3171")
    assert (found.attempts, found.workers, found.over_cap) == (2, 5, 0)
    assert found.activity == "M"


async def test_the_same_idempotency_key_counts_once(system: System) -> None:
    await register(system, "69100", nib=LAW)
    workers = fresh_workers(3)
    await file(system, LAW, workers, "satu")
    await file(system, LAW, workers, "satu")

    [found] = (await today(system)).employers

    assert (found.attempts, found.workers) == (1, 3)


async def test_an_employer_whom_the_rules_let_in_is_not_on_the_list(system: System) -> None:
    await register(system, "64121", nib=BANK)
    await file(system, BANK, fresh_workers(3))

    report = await today(system)

    assert not report.employers
    assert tuple(report.totals) == (0, 0, 0, 0)


async def test_rows_over_the_cap_are_counted_by_employer(system: System) -> None:
    await register(system, "64121", staff=(10, 10), nib=BANK)
    await file(system, BANK, fresh_workers(9))

    [found] = (await today(system)).employers

    assert (found.nib, found.attempts, found.workers) == (BANK, 0, 0)
    assert found.over_cap > 0
    assert found.sector != "N"


async def test_a_sector_that_is_not_proven_is_counted_apart(system: System) -> None:
    await register(system, "81210", nib=SHOP)
    await file(system, SHOP, fresh_workers(4))

    report = await today(system)

    assert not report.employers
    assert report.apart.not_proven_employers == 1
    assert (report.apart.not_proven, report.apart.not_proven_workers) == (1, 4)


async def test_the_same_workers_named_by_two_employers_are_shown_as_a_pair(
    system: System,
) -> None:
    await register(system, "64121", staff=(100, 100), nib=BANK)
    await register(system, "64121", staff=(100, 100), nib=SHOP)
    workers = fresh_workers(3)
    await file(system, BANK, workers)
    await file(system, SHOP, workers[:2])

    [pair] = (await today(system)).pairs

    assert (pair.nib, pair.other_nib, pair.workers) == (SHOP, BANK, 2)


async def test_filings_of_an_exercise_are_counted_by_its_reports_alone(system: System) -> None:
    await register(system, "69100", nib=LAW)
    await file(system, LAW, fresh_workers(3))
    await add_up_all(system)
    report = await today(system)
    made = json.loads(await report_file(system, report, ReportForm.JSON))
    async with system.database.transaction() as conn:
        await conn.execute("UPDATE refusal_count SET exercise = false")

    assert (report.exercise, made["mark"]) == (True, "EXERCISE")
    assert not (await today(system)).employers


async def test_a_day_is_a_day_in_jakarta(system: System, clock: Clock) -> None:
    await register(system, "69100", nib=LAW)
    clock.now = clock.now.replace(hour=16, minute=59)
    await file(system, LAW, fresh_workers(1))
    clock.now += timedelta(minutes=2)
    await file(system, LAW, fresh_workers(2))

    first = await today(system)
    second = await report_on(system, SUPERVISOR, "2021-07-06", "2021-07-06")

    assert (first.totals.workers, second.totals.workers) == (1, 2)


async def test_an_objection_that_succeeds_takes_off_with_a_note(system: System) -> None:
    nib = await register(system, "69100", staff=(1000, 1000), nib=LAW)
    await file(system, nib, fresh_workers(3))
    objector = representative(nib)
    made = await file_objection(system, objector, About.SECTOR, f"{nib:013d}", "Kami rumah sakit")
    await add_up_all(system)
    before = await sums_of_employer(system, objector, nib)
    await rule_with_two(system, nib, draft("K-l"))
    await decide_objection(system, CICI, made.objection_id, Outcome.UPHELD, "Benar")

    report = await today(system)

    assert (before.attempts, before.workers) == (1, 3)
    assert not report.employers
    [note] = report.taken_off
    assert (note.nib, note.about, note.attempts, note.workers) == (nib, "sector", 1, 3)
    assert (await sums_of_employer(system, objector, nib)).employers == 0


async def test_the_next_report_has_the_note_whichever_days_it_is_about(
    system: System, clock: Clock
) -> None:
    nib = await register(system, "69100", staff=(1000, 1000), nib=LAW)
    await file(system, nib, fresh_workers(3))
    clock.pass_(days=1)
    made = await file_objection(system, representative(nib), About.SECTOR, f"{nib:013d}", "Bukan")
    await rule_with_two(system, nib, draft("K-l"))
    await decide_objection(system, CICI, made.objection_id, Outcome.UPHELD, "Benar")

    report = await report_on(system, SUPERVISOR, "2021-07-06", "2021-07-06")

    assert [each.nib for each in report.taken_off] == [nib]


async def test_an_employer_that_was_renamed_and_moved_is_one_line_under_its_new_name(
    system: System,
) -> None:
    await register(system, "69100", nib=LAW)
    await file(system, LAW, fresh_workers(1))
    await rename(system, LAW, "PT Nama Baru", "3174")
    await file(system, LAW, fresh_workers(1))

    report = await today(system)

    [found] = report.employers
    assert (found.name, found.attempts) == ("PT Nama Baru", 2)
    assert [(each.code, each.sums.attempts) for each in report.by_region] == [("3174", 2)]


async def test_an_employer_that_the_registry_holds_no_more_is_still_counted(
    system: System,
) -> None:
    await register(system, "69100", nib=LAW)
    await file(system, LAW, fresh_workers(2))
    async with system.database.transaction() as conn:
        await conn.execute("DELETE FROM employer WHERE nib = %s", (LAW,))

    report = await today(system)

    assert (report.totals.workers, report.employers[0].name) == (2, "")


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        ("2021-07-06", "2021-07-06", "future"),
        ("2021-07-05", "2021-07-04", "reversed"),
        ("kemarin", "2021-07-05", "invalid"),
    ],
)
async def test_days_that_cannot_be_reported_are_refused_with_what_to_do(
    system: System, first: str, last: str, code: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        await report_on(system, SUPERVISOR, first, last)
    assert next(each.code for each in refused.value.fields) == code


@pytest.mark.parametrize("role", [None, *(role for role in Role)])
async def test_supervisors_and_auditors_alone_read_the_report(
    system: System, role: Role | None
) -> None:
    kind = ActorKind.API_KEY if role is None else ActorKind.ACCOUNT
    actor = Actor(kind=kind, id=9, role=role, nibs=frozenset({LAW}))
    if role in {Role.SUPERVISOR, Role.AUDITOR}:
        assert (await report_on(system, actor, TODAY, TODAY)).span.first.isoformat() == TODAY
    else:
        with pytest.raises(Forbidden):
            await report_on(system, actor, TODAY, TODAY)


async def test_names_with_a_comma_a_formula_or_arabic_stay_harmless_in_every_form(
    system: System, tmp_path: Path
) -> None:
    names = {LAW: "=cmd|' /C calc'!A0", BANK: 'PT "Satu", Dua', SHOP: "مؤسسة الأمانة"}
    for nib, name in names.items():
        await register(system, "69100", nib=nib)
        await rename(system, nib, name)
        await file(system, nib, fresh_workers(1))
    report = await today(system)

    text = (await report_file(system, report, ReportForm.CSV)).decode()
    lines = list(csv.DictReader(io.StringIO(text)))
    book = openpyxl.load_workbook(io.BytesIO(await report_file(system, report, ReportForm.XLSX)))
    cells = [list(row) for row in book.worksheets[0].iter_rows(min_row=2)]
    pdf = await report_file(system, report, ReportForm.PDF)

    assert {line["name"] for line in lines} == {f"'{names[LAW]}", names[BANK], names[SHOP]}
    assert {line["nib"] for line in lines} == {f"{nib:013d}" for nib in names}
    assert {row[1].value for row in cells} == {f"'{names[LAW]}", names[BANK], names[SHOP]}
    assert {cell.data_type for row in cells for cell in row} <= {"s", "n"}
    assert pdf.startswith(b"%PDF")


async def test_the_page_finds_by_name_nib_and_property(system: System) -> None:
    await register(system, "69100", nib=LAW)
    await register(system, "70209", nib=SHOP)
    await rename(system, SHOP, "Toko Maju", "3174")
    for nib in (LAW, SHOP):
        await file(system, nib, fresh_workers(1))
    span = Span(*(2 * [(await today(system)).span.first]))

    async def found(only: Filter) -> list[Nib]:
        shown = (await report_page(system, SUPERVISOR, span, only, 0)).report
        assert shown.totals.employers == len(shown.employers)
        return [each.nib for each in shown.employers]

    assert await found(Filter(search="maju")) == [SHOP]
    assert await found(Filter(search=f"{LAW:013d}")) == [LAW]
    assert await found(Filter(region="3174")) == [SHOP]
    assert await found(Filter(size="medium", sector="N")) == [LAW, SHOP]
    assert await found(Filter(size="large")) == []


async def test_who_only_asked_or_only_claimed_is_counted_apart_and_not_on_the_list(
    system: System,
) -> None:
    for nib in (LAW, BANK, SHOP):
        await register(system, "69100", nib=nib)
    stranger = Actor(
        kind=ActorKind.ACCOUNT,
        id=await add_representative(system, "w@contoh.example"),
        role=Role.REPRESENTATIVE,
    )
    await tell_employer(system, LAW)
    await tell_employer(system, LAW)
    await claim_employer(system, stranger, BANK, client_block="192.0.2.0/24", language=Language.ID)
    await tell_employer(system, SHOP)
    await count_asked(system)
    await file(system, SHOP, fresh_workers(1))

    report = await today(system)

    assert (report.apart.asked, report.apart.claimed) == (1, 1)
    assert [each.nib for each in report.employers] == [SHOP]


async def test_an_employer_that_the_rules_let_in_is_not_counted_for_asking(
    system: System,
) -> None:
    await register(system, "64121", nib=BANK)
    await tell_employer(system, BANK)
    await count_asked(system)

    assert (await today(system)).apart.asked == 0


async def test_adding_up_changes_no_number_and_neither_does_doing_it_again(
    system: System,
) -> None:
    await register(system, "69100", nib=LAW)
    await register(system, "64121", nib=BANK)
    for nib in (LAW, LAW, BANK):
        await file(system, nib, fresh_workers(9))
    before = await today(system)

    await add_up_all(system)
    once = await today(system)
    await add_up_all(system)

    assert once.employers == before.employers == (await today(system)).employers
    await file(system, LAW, fresh_workers(1))
    assert (await today(system)).totals.workers == before.totals.workers + 1


async def test_a_count_that_is_killed_in_the_middle_loses_and_doubles_nothing(
    system: System, database_url: str
) -> None:
    await register(system, "69100", nib=LAW)
    await file(system, LAW, fresh_workers(3))
    async with await AsyncConnection.connect(database_url) as counting:
        await counting.execute("SELECT 1")
        await add_up(counting)
        async with system.database.connection() as conn:
            await conn.execute("SELECT pg_terminate_backend(%s)", (counting.info.backend_pid,))
        with pytest.raises(OperationalError):
            await counting.commit()

    before = await today(system)
    await add_up_all(system)

    assert (before.totals.attempts, before.totals.workers) == (1, 3)
    assert (await today(system)).totals == before.totals

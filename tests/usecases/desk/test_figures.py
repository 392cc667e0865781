"""The figures of a day are what happened in it, by every door, and their parts add up."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from strp.domain.civil_time import WIB, civil_day
from strp.domain.desk.day_figures import DayFigures, Sums, total
from strp.domain.desk.review import Decision
from strp.domain.errors import Forbidden, InvalidInput
from strp.domain.identifiers import ApplicationId, Nib
from strp.domain.people.account import OPERATOR, Actor, ActorKind, Role
from strp.domain.text import Language
from strp.store.desk import figures as store
from strp.usecases.desk.brief import BriefForm, brief_file, document, make_brief
from strp.usecases.desk.figures import add_up, figures_of_day
from strp.usecases.desk.review import decide_rest, take_next
from strp.usecases.employers.import_registry import import_employers
from strp.usecases.filing.file import file_workers
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.people.accounts import add_account
from strp.usecases.process.system import System
from tests.journeys.running import fresh_workers
from tests.usecases.stage import Clock

pytestmark = pytest.mark.anyio
SAMPLES = Path(__file__).parents[3] / "samples" / "employers.csv"
BUILDER, BANK = Nib(8120001110016), Nib(8120001110001)
ANI = Actor(kind=ActorKind.ACCOUNT, id=1, role=Role.OFFICER)

RECOUNT = """
SELECT (SELECT count(*) FROM application),
       (SELECT sum(accepted) FROM application),
       (SELECT count(DISTINCT nik_index) FROM worker WHERE screening <> 'REFUSE'),
       (SELECT count(*) FROM worker WHERE state = 'approved'),
       (SELECT count(*) FROM worker WHERE state = 'refused'),
       (SELECT count(*) FROM worker WHERE state = 'returned')
"""


@pytest.fixture
async def city(system: System) -> AsyncIterator[System]:
    await load_reference(system, OPERATOR)
    await import_employers(system, OPERATOR, SAMPLES)
    yield system


async def file(system: System, nib: Nib, workers: list[dict[str, Any]]) -> ApplicationId:
    return (await file_workers(system, OPERATOR, nib, workers, digest=bytes(16))).application_id


async def today(system: System) -> DayFigures:
    return await figures_of_day(system, civil_day(system.clock()))


async def a_small_day(system: System) -> None:
    """A contractor's four workers of whom an officer refuses all, a bank's three, each once."""
    refused = await file(system, BUILDER, fresh_workers(4))
    await file(system, BANK, fresh_workers(3))
    await file(system, BUILDER, fresh_workers(2))
    await take_next(system, ANI)
    await decide_rest(system, ANI, refused, Decision.REFUSE, "evidence-missing")


async def test_the_numbers_are_those_that_an_independent_query_counts(city: System) -> None:
    await a_small_day(city)
    async with city.database.connection() as conn:
        [counted] = await (await conn.execute(RECOUNT)).fetchall()
    found = (await today(city)).totals
    told = (found.applications, found.workers_filed, found.workers_told_apart)
    assert (*told, found.approved, found.refused, found.returned) == tuple(map(int, counted))


async def test_a_number_is_the_same_before_and_after_events_are_added_up(city: System) -> None:
    await a_small_day(city)
    before = await today(city)
    await add_up(city)
    await add_up(city)
    assert await today(city) == before
    assert before.totals.decided == 7


async def test_sectors_regions_officers_reasons_and_hours_add_up_to_the_total(
    city: System,
) -> None:
    await a_small_day(city)
    found = await today(city)
    filed = found.totals._replace(let_in=0, accounts=0)
    for parts in (found.by_sector, found.by_region):
        assert total(parts.values()) == filed
    assert sum(each.decided for each in found.by_officer.values()) == found.totals.decided
    assert sum(found.by_reason.values()) == found.totals.refused
    assert total(found.by_hour) == found.totals


async def test_a_filing_of_the_last_minute_belongs_to_its_day_in_jakarta(
    city: System, clock: Clock
) -> None:
    local = city.clock().astimezone(WIB)
    clock.pass_(seconds=(23 - local.hour) * 3600 + (59 - local.minute) * 60)
    day = civil_day(city.clock())
    await file(city, BANK, fresh_workers(1))
    clock.pass_(minutes=1)
    await file(city, BANK, fresh_workers(1))
    assert (await figures_of_day(city, day)).totals.applications == 1
    assert (await today(city)).totals.applications == 1


async def test_a_worker_whom_two_employers_name_is_told_apart_once(city: System) -> None:
    workers = fresh_workers(2)
    await file(city, BANK, workers)
    await file(city, BUILDER, workers)
    found = (await today(city)).totals
    assert (found.workers_filed, found.workers_told_apart) == (4, 2)


async def test_an_account_counts_when_it_is_made_and_an_official_is_no_figure(
    city: System,
) -> None:
    await add_account(city, OPERATOR, Role.OFFICER, "petugas@jakarta.example")
    assert (await today(city)).totals.accounts == 0


async def test_one_process_adds_up_at_a_time(city: System) -> None:
    await file(city, BANK, fresh_workers(1))
    async with city.database.transaction() as conn, city.database.transaction() as other:
        assert await store.add_up(conn)
        assert not await store.add_up(other)


async def test_the_brief_says_the_same_numbers_as_the_figures(city: System) -> None:
    await a_small_day(city)
    figures = await today(city)
    brief = await make_brief(city, OPERATOR, figures.day.isoformat())
    numbers = document(brief)["numbers"]
    assert numbers["applications"] == figures.totals.applications
    assert numbers["decided"] == figures.totals.decided
    assert document(brief)["mark"] == "EXERCISE"
    assert numbers["backlog"] == 1


@pytest.mark.parametrize("language", list(Language))
async def test_the_brief_explains_every_number_in_the_readers_language(
    city: System, language: Language
) -> None:
    brief = await make_brief(city, OPERATOR, civil_day(city.clock()).isoformat())
    page = (await brief_file(city, brief, language, BriefForm.HTML)).decode()
    from strp.domain.desk.brief import FIGURES

    assert all(each.name.in_(language) in page for each in FIGURES)
    assert f'<html lang="{language}">' in page


async def test_the_brief_is_one_printed_page(city: System) -> None:
    import io

    import pikepdf

    await a_small_day(city)
    brief = await make_brief(city, OPERATOR, civil_day(city.clock()).isoformat())
    for language in Language:
        printed = await brief_file(city, brief, language, BriefForm.PDF)
        with pikepdf.open(io.BytesIO(printed)) as pdf:
            assert len(pdf.pages) == 1


async def test_a_day_with_nothing_says_so(city: System) -> None:
    brief = await make_brief(city, OPERATOR, "2021-07-05")
    assert document(brief)["unusual"][0]["en"] == "Nothing was counted on this day."
    assert brief.figures.totals == Sums()


@pytest.mark.parametrize("day", ["besok", "2999-01-01", "", "0001-01-01", "1999-12-31"])
async def test_a_day_that_is_none_or_has_not_come_is_refused(city: System, day: str) -> None:
    with pytest.raises(InvalidInput, match="report-days"):
        await make_brief(city, OPERATOR, day)


async def test_officers_read_no_brief(city: System) -> None:
    with pytest.raises(Forbidden):
        await make_brief(city, ANI, date(2021, 7, 5).isoformat())


async def test_a_return_is_no_answer_and_the_final_one_counts_from_the_first_filing(
    city: System, clock: Clock
) -> None:
    people = fresh_workers(1)
    for minutes, decision in ((20, Decision.RETURN), (40, Decision.REFUSE)):
        number = await file(city, BUILDER, people)
        clock.pass_(minutes=minutes)
        await take_next(city, ANI)
        await decide_rest(city, ANI, number, decision, "evidence-missing")
        if decision is Decision.RETURN:
            found = (await today(city)).totals
            assert (found.decided, found.in_time_percent, found.minutes_to_answer) == (
                1,
                None,
                None,
            )

    found = (await today(city)).totals
    assert (found.decided, found.in_time_percent, found.minutes_to_answer) == (2, 100.0, 60)


async def test_a_late_return_is_no_late_answer(city: System, clock: Clock) -> None:
    number = await file(city, BUILDER, fresh_workers(1))
    clock.pass_(hours=10)
    await take_next(city, ANI)
    await decide_rest(city, ANI, number, Decision.RETURN, "evidence-missing")

    assert (await today(city)).totals.late == 0

"""The forecast rests on counts that filings and decisions keep, whoever makes it."""

from collections.abc import AsyncIterator
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from strp.domain.civil_time import WIB
from strp.domain.desk.review import Decision, PageSign
from strp.domain.errors import Forbidden, Unavailable
from strp.domain.identifiers import ApplicationId, Nib
from strp.domain.people.account import OPERATOR, Actor, ActorKind, Role
from strp.store.desk import counts
from strp.store.notices import outbox
from strp.usecases.desk.forecast import make_forecast, newest_forecast
from strp.usecases.desk.keep_lease import keep_lease
from strp.usecases.desk.review import decide_rest, take_application, take_next
from strp.usecases.employers.import_registry import import_employers
from strp.usecases.filing.file import file_workers
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.people.accounts import add_account
from strp.usecases.process.system import System
from tests.journeys.running import fresh_workers
from tests.usecases.stage import Clock, Post

pytestmark = pytest.mark.anyio
SAMPLES = Path(__file__).parents[3] / "samples" / "employers.csv"
BUILDER = Nib(8120001110016)
ANI, BUDI = (Actor(kind=ActorKind.ACCOUNT, id=n, role=Role.OFFICER) for n in (1, 2))
WORKERS = 4


@pytest.fixture
async def filed(system: System) -> AsyncIterator[ApplicationId]:
    """Four workers of a contractor: the rules put them before an officer."""
    await load_reference(system, OPERATOR)
    await import_employers(system, OPERATOR, SAMPLES)
    yield await file(system)


async def file(system: System) -> ApplicationId:
    workers = fresh_workers(WORKERS)
    return (await file_workers(system, OPERATOR, BUILDER, workers, digest=bytes(16))).application_id


async def total(system: System) -> counts.StepCounts:
    async with system.database.connection() as conn:
        [step] = await counts.steps_since(conn, system.clock() - timedelta(hours=1))
    return step


async def steps(system: System) -> list[counts.StepCounts]:
    async with system.database.connection() as conn:
        return await counts.steps_since(conn, system.clock() - timedelta(hours=1))


async def latest(system: System) -> counts.StepCounts:
    return (await steps(system))[-1]


async def to_the_next_step(clock: Clock) -> None:
    """Go to ten past eight of the next morning in Jakarta, where a step begins."""
    now = clock()
    morning = datetime.combine(now.astimezone(WIB).date() + timedelta(days=1), time(8, 10), WIB)
    clock.pass_(seconds=(morning - now).total_seconds())


async def test_what_is_filed_and_decided_is_counted_once(
    system: System, filed: ApplicationId
) -> None:
    await take_next(system, ANI)
    await decide_rest(system, ANI, filed, Decision.APPROVE)
    await make_forecast(system)
    step = await total(system)
    assert (step.applications, step.workers) == (1, WORKERS)
    assert (step.decided_applications, step.decided_workers, step.late_workers) == (1, WORKERS, 0)
    assert step.waiting == 0


async def test_an_officer_is_counted_from_the_moment_they_came(
    system: System, filed: ApplicationId, clock: Clock
) -> None:
    await to_the_next_step(clock)
    clock.pass_(minutes=4)
    await take_next(system, ANI)
    clock.pass_(minutes=3)
    await make_forecast(system)
    assert (await latest(system)).officers == pytest.approx(0.3, abs=0.02)
    clock.pass_(minutes=6)
    await decide_rest(system, ANI, filed, Decision.APPROVE)
    clock.pass_(minutes=3)
    await make_forecast(system)
    before, running = await steps(system)
    assert before.officers == pytest.approx(0.6, abs=0.02)
    assert running.officers == pytest.approx(0.6, abs=0.02)


async def test_the_pace_of_the_first_minutes_is_not_that_of_a_whole_step(
    system: System, filed: ApplicationId, clock: Clock
) -> None:
    """Ten minutes are not over when the first forecast is made."""
    await to_the_next_step(clock)
    for _ in range(6):
        await file(system)
    for _ in range(5):
        lease = await take_next(system, ANI)
        assert lease is not None
        clock.pass_(seconds=30)
        await decide_rest(system, ANI, lease.application_id, Decision.APPROVE)
    told = await make_forecast(system)
    assert told is not None
    # An application of four workers each half minute: 120 an hour, and 130 of usual size.
    assert 65 < told.decisions_per_h < 150


async def test_an_open_page_counts_as_an_officer_at_work(
    system: System, filed: ApplicationId, clock: Clock
) -> None:
    await to_the_next_step(clock)
    await take_next(system, ANI)
    for _ in range(5):
        clock.pass_(minutes=10)
        await keep_lease(system, ANI, filed, PageSign.OPEN)
    await make_forecast(system)
    told = (await newest_forecast(system, ANI)).told
    assert told["officers_present"] == 1
    clock.pass_(minutes=30)
    await keep_lease(system, ANI, filed, PageSign.CLOSED)
    await make_forecast(system)
    assert (await newest_forecast(system, ANI)).told["officers_present"] == 0


async def test_what_was_decided_late_is_told_with_the_reason(
    system: System, filed: ApplicationId, clock: Clock
) -> None:
    clock.pass_(days=1)
    await take_next(system, ANI)
    await decide_rest(system, ANI, filed, Decision.APPROVE)
    await make_forecast(system)
    [late] = (await newest_forecast(system, ANI)).told["decided_late"]
    assert (late["because"], late["applications"]) == ("not-taken", 1)
    assert 10 * 3600 < late["median_s"] == late["most_s"] < 24 * 3600


async def test_what_is_decided_after_its_due_time_counts_as_late(
    system: System, filed: ApplicationId, clock: Clock
) -> None:
    clock.pass_(days=1)
    await take_next(system, ANI)
    await decide_rest(system, ANI, filed, Decision.APPROVE)
    await make_forecast(system)
    assert (await total(system)).late_workers == WORKERS


async def test_one_process_makes_the_forecast_of_a_minute(
    system: System, filed: ApplicationId, clock: Clock
) -> None:
    assert await make_forecast(system) is not None
    assert await make_forecast(system) is None
    clock.pass_(minutes=1)
    assert await make_forecast(system) is not None


async def test_before_the_first_policy_nothing_is_foretold_and_nothing_fails(
    system: System,
) -> None:
    assert await make_forecast(system) is None


async def test_officers_read_the_forecast_and_others_do_not(
    system: System, filed: ApplicationId
) -> None:
    with pytest.raises(Unavailable, match="no-forecast-yet"):
        await newest_forecast(system, ANI)
    await make_forecast(system)
    told = (await newest_forecast(system, ANI)).told
    assert (told["waiting_applications"], told["waiting_workers"]) == (1, WORKERS)
    inspector = Actor(kind=ActorKind.ACCOUNT, id=3, role=Role.INSPECTOR)
    with pytest.raises(Forbidden):
        await newest_forecast(system, inspector)


async def test_supervisors_are_written_to_before_the_breach_and_not_each_minute(
    system: System, filed: ApplicationId, clock: Clock
) -> None:
    await add_account(system, OPERATOR, Role.SUPERVISOR, "penyelia@jakarta.example")
    async with system.database.transaction() as conn:
        await conn.execute("UPDATE account SET signed_in_at = now()")
    await add_account(system, OPERATOR, Role.SUPERVISOR, "belum@jakarta.example")
    before = await letters(system)
    await make_forecast(system)  # nobody is at work, and no day before is known
    clock.pass_(minutes=1)
    await make_forecast(system)
    assert await letters(system) == before + 1
    [letter] = await Post(system).letters("penyelia@jakarta.example")
    assert letter.subject.startswith("LATIHAN – ")


async def letters(system: System) -> int:
    async with system.database.connection() as conn:
        rows = await (await conn.execute(outbox.COUNT)).fetchall()
    return sum(count for _, count in rows)


async def test_what_can_still_be_met_comes_before_what_is_late(
    system: System, filed: ApplicationId, clock: Clock
) -> None:
    clock.pass_(hours=6.5)
    in_time = await file(system)
    late = await take_application(system, BUDI, filed)
    assert late.due_at < system.clock()
    clock.pass_(minutes=16)  # Budi's lease is over
    lease = await take_next(system, ANI)
    assert lease is not None
    assert lease.application_id == in_time


async def test_what_is_late_for_half_a_day_comes_before_all_others(
    system: System, filed: ApplicationId, clock: Clock
) -> None:
    clock.pass_(days=2)
    await file(system)
    lease = await take_next(system, ANI)
    assert lease is not None
    assert lease.application_id == filed

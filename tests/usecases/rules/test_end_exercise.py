"""What officials do in an exercise counts in that exercise, and never in real life."""

from datetime import UTC, datetime, timedelta

import pytest

from strp.domain.employers.caps import Staff
from strp.domain.errors import Forbidden
from strp.domain.identifiers import ApplicationId, Nib
from strp.domain.people.account import OPERATOR, Actor, ActorKind, Role
from strp.domain.screening.ruling import RulingDraft
from strp.usecases.certificates.issue import Issuer
from strp.usecases.certificates.show import certificates_of
from strp.usecases.certificates.trust import verify
from strp.usecases.desk.review import take_next
from strp.usecases.desk.rule_employer import (
    confirm_ruling,
    list_waiting,
    rule_employer,
    show_employer,
)
from strp.usecases.employers.close import close_employer, list_closures
from strp.usecases.filing.file import file_workers
from strp.usecases.filing.show import show_application, show_workers
from strp.usecases.operation.activate_policy import (
    activate_policy,
    undo_policy_change,
    withdraw_policy,
)
from strp.usecases.operation.books import check_books
from strp.usecases.process.system import System
from strp.usecases.rules.end_exercise import (
    ExerciseEnd,
    end_exercise_where_over,
    take_back_waiting,
)
from tests.journeys.running import fresh_workers
from tests.usecases.desk.test_rule_employer import register
from tests.usecases.stage import REAL, Clock, Edit

pytestmark = pytest.mark.anyio
BANK, SHOP = Nib(8120001110001), Nib(8120001110011)
ANI = Actor(kind=ActorKind.ACCOUNT, id=1, role=Role.OFFICER)
BUDI = Actor(kind=ActorKind.ACCOUNT, id=2, role=Role.OFFICER)
CRITICAL = RulingDraft(
    sector="K-a",
    staff=Staff(100, 100),
    evidence=True,
    until_on=None,
    reason="Pelajaran hari ini",
    citation="",
)


async def file(city: System, nib: Nib) -> ApplicationId:
    done = await file_workers(city, OPERATOR, nib, fresh_workers(2), digest=bytes(16))
    return done.application_id


async def counts(city: System, nib: Nib) -> tuple[int, ...]:
    """Pending, approved, refused, returned of a new filing."""
    return tuple((await show_application(city, OPERATOR, await file(city, nib))).counts)


async def rule_in_exercise(city: System) -> None:
    await activate_policy(city, OPERATOR, "latihan")
    ruled = await rule_employer(city, ANI, SHOP, CRITICAL)
    await confirm_ruling(city, BUDI, SHOP, ruled.ruling.ruling_id)
    assert await counts(city, SHOP) == (0, 2, 0, 0)


async def open_for_real(city: System) -> None:
    """As README says: the regulation is activated, the exercise withdrawn."""
    await activate_policy(city, OPERATOR, REAL)
    await withdraw_policy(city, OPERATOR, "latihan")


async def test_a_ruling_of_an_exercise_lets_nobody_in_in_real_life(city: System) -> None:
    await rule_in_exercise(city)
    await open_for_real(city)
    assert await counts(city, SHOP) == (0, 0, 2, 0)
    assert (await show_employer(city, ANI, SHOP)).in_force is None
    assert not [rule for rule in await check_books(city) if rule.wrong]


async def test_a_ruling_of_real_life_is_not_replaced_by_one_of_an_exercise(
    city: System, edit: Edit
) -> None:
    await activate_policy(city, OPERATOR, REAL)
    await rule_employer(city, ANI, SHOP, CRITICAL)
    await withdraw_policy(city, OPERATOR, REAL)
    await rule_in_exercise(city)
    await open_for_real(city)
    number = await file(city, SHOP)
    shown = (await show_workers(city, OPERATOR, number)).workers
    assert {each.state for each in shown} != {"refused"}
    assert (await show_employer(city, ANI, SHOP)).in_force is not None


async def test_a_ruling_that_waits_in_an_exercise_waits_in_no_real_list(city: System) -> None:
    await activate_policy(city, OPERATOR, "latihan")
    await rule_employer(city, ANI, SHOP, CRITICAL)
    await open_for_real(city)
    assert (await list_waiting(city, BUDI))[0] == []
    ruled = await rule_employer(city, ANI, SHOP, CRITICAL)  # no older one is in its way
    assert ruled.ruling.exercise is False


async def test_a_closure_of_an_exercise_ends_with_it(city: System, clock: Clock) -> None:
    await activate_policy(city, OPERATOR, "latihan")
    await close_employer(city, OPERATOR, BANK, reason="Pelajaran", citation="Latihan")
    with pytest.raises(Forbidden, match="employer-closed"):
        await file(city, BANK)
    await open_for_real(city)
    clock.pass_(seconds=30)
    number = await file(city, BANK)
    await _approve_all(city, number)
    [text, _] = [each.text async for each in certificates_of(city, OPERATOR, number)]
    assert (await verify(city, text)).verdict.value == "VALID"


async def test_what_waits_from_an_exercise_is_handed_to_no_officer_of_real_life(
    city: System,
) -> None:
    await activate_policy(city, OPERATOR, "latihan")
    cleaners = await register(city, "81210")
    number = await file(city, cleaners)
    assert (await show_application(city, OPERATOR, number)).counts.pending
    end = ExerciseEnd(city)
    await end.look()
    assert (await show_application(city, OPERATOR, number)).counts.pending
    await open_for_real(city)
    await end.look()
    shown = await show_application(city, OPERATOR, number)
    assert (shown.state, tuple(shown.counts)) == ("withdrawn", (0, 0, 0, 2))
    assert await take_next(city, ANI) is None
    real = await file(city, cleaners)  # its workers are free again
    assert (await show_application(city, OPERATOR, real)).counts.pending == 2
    for _ in range(5):
        await end.look()
    assert (await show_application(city, OPERATOR, real)).counts.pending == 2
    assert not [rule for rule in await check_books(city) if rule.wrong]


async def test_what_nobody_can_take_back_is_not_looked_for_without_end(city: System) -> None:
    await activate_policy(city, OPERATOR, "latihan")
    number = await file(city, await register(city, "81210"))
    await open_for_real(city)
    async with city.database.transaction() as conn:
        await conn.execute("DELETE FROM desk WHERE application_id = %s", (number,))
    assert await take_back_waiting(city) == 0


async def test_a_closure_of_real_life_outlasts_an_exercise(city: System) -> None:
    await activate_policy(city, OPERATOR, REAL)
    await close_employer(city, OPERATOR, BANK, reason="Wabah", citation="Pergub 3/2021")
    await activate_policy(city, OPERATOR, "latihan")
    await withdraw_policy(city, OPERATOR, "latihan")
    with pytest.raises(Forbidden, match="employer-closed"):
        await file(city, BANK)


async def test_where_a_regulation_takes_over_at_midnight_the_worker_ends_the_exercise(
    city: System, clock: Clock
) -> None:
    clock.now = datetime(2021, 7, 7, 1, tzinfo=UTC)
    await activate_policy(city, OPERATOR, "latihan")
    await activate_policy(city, OPERATOR, REAL)  # from 9 July on
    await close_employer(city, OPERATOR, BANK, reason="Pelajaran", citation="Latihan")
    await end_exercise_where_over(city)
    assert [each.lifted_at for each in await list_closures(city)] == [None]
    clock.now = datetime(2021, 7, 8, 17, 1, tzinfo=UTC)
    for _ in range(2):
        await end_exercise_where_over(city)
    assert [each.lifted_at for each in await list_closures(city)] == [clock.now]


async def test_an_exercise_that_is_undone_leaves_no_closure(city: System, clock: Clock) -> None:
    await activate_policy(city, OPERATOR, "latihan")
    await close_employer(city, OPERATOR, BANK, reason="Pelajaran", citation="Latihan")
    clock.pass_(seconds=timedelta(minutes=1).seconds)
    await undo_policy_change(city, OPERATOR)
    assert [each.lifted_at for each in await list_closures(city)] == [clock.now]


async def _approve_all(city: System, number: ApplicationId) -> None:
    """The city's rules let bankers pass, an officer confirms."""
    from strp.usecases.desk.review import approve_passed, take_application

    if (await show_application(city, OPERATOR, number)).counts.pending:
        await take_application(city, ANI, number)
        await approve_passed(city, ANI, number)
    while await Issuer(city).issue_some():
        pass

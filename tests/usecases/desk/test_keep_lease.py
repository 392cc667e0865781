"""The heartbeat of a lease: an open page keeps the work, a closed or crashed one frees it soon."""

from datetime import timedelta

import pytest

from strp.domain.desk.review import BEAT_S, LEASE, PageSign
from strp.domain.errors import Conflict, Forbidden
from strp.domain.identifiers import ApplicationId
from strp.domain.people.account import Actor, ActorKind, Role
from strp.usecases.desk.keep_lease import keep_lease
from strp.usecases.desk.review import give_back, take_application, take_next
from strp.usecases.process.system import System
from tests.usecases.desk.test_review import ANI, BUDI, filed
from tests.usecases.stage import Clock

pytestmark = pytest.mark.anyio
__all__ = ["filed"]
SECOND = timedelta(seconds=1)


async def test_an_open_page_keeps_the_work_for_hours(
    system: System, clock: Clock, filed: ApplicationId
) -> None:
    await take_next(system, ANI)
    for _ in range(240):
        clock.now += timedelta(seconds=2 * BEAT_S)
        await keep_lease(system, ANI, filed, PageSign.OPEN)

    assert await take_next(system, BUDI) is None


@pytest.mark.parametrize(
    ("sign", "free_after_s"),
    [(PageSign.OPEN, 5 * BEAT_S), (PageSign.AWAY, 900), (PageSign.CLOSED, 45)],
)
async def test_the_work_is_free_once_nothing_more_is_heard(
    system: System, clock: Clock, filed: ApplicationId, sign: PageSign, free_after_s: float
) -> None:
    await take_next(system, ANI)
    await keep_lease(system, ANI, filed, PageSign.OPEN)
    await keep_lease(system, ANI, filed, sign)

    clock.now += timedelta(seconds=free_after_s)
    assert await take_next(system, BUDI) is None
    clock.now += SECOND
    assert await take_next(system, BUDI) is not None


async def test_where_no_script_says_anything_a_lease_is_for_a_quarter_of_an_hour(
    system: System, clock: Clock, filed: ApplicationId
) -> None:
    await take_next(system, ANI)

    clock.now += LEASE
    assert await take_next(system, BUDI) is None
    clock.now += SECOND
    assert await take_next(system, BUDI) is not None


async def test_a_page_that_closes_makes_no_lease_longer(
    system: System, clock: Clock, filed: ApplicationId
) -> None:
    await take_next(system, ANI)
    clock.now += LEASE - SECOND
    await keep_lease(system, ANI, filed, PageSign.CLOSED)

    clock.now += 2 * SECOND
    assert await take_next(system, BUDI) is not None


async def test_a_page_of_last_night_hears_that_another_officer_has_the_work(
    system: System, clock: Clock, filed: ApplicationId
) -> None:
    await take_next(system, ANI)
    clock.now += timedelta(hours=12)
    await take_next(system, BUDI)

    for sign in PageSign:
        with pytest.raises(Conflict, match="lease-lost"):
            await keep_lease(system, ANI, filed, sign)
    await keep_lease(system, BUDI, filed, PageSign.OPEN)


async def test_a_page_of_last_night_has_its_work_again_where_nobody_took_it(
    system: System, clock: Clock, filed: ApplicationId
) -> None:
    await take_next(system, ANI)
    clock.now += timedelta(hours=12)
    await keep_lease(system, ANI, filed, PageSign.OPEN)

    assert await take_next(system, BUDI) is None


async def test_what_was_given_back_is_not_kept_by_a_page_that_stands_open(
    system: System, filed: ApplicationId
) -> None:
    await take_application(system, ANI, filed)
    await give_back(system, ANI, filed)

    with pytest.raises(Conflict, match="lease-lost"):
        await keep_lease(system, ANI, filed, PageSign.OPEN)


async def test_who_does_not_review_keeps_nothing(system: System, filed: ApplicationId) -> None:
    inspector = Actor(kind=ActorKind.ACCOUNT, id=1, role=Role.INSPECTOR)

    with pytest.raises(Forbidden):
        await keep_lease(system, inspector, filed, PageSign.OPEN)

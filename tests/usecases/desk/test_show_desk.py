"""The list of the desk: it is searched, filtered and paged, and looks no further than it says."""

from datetime import timedelta

import pytest

from strp.domain.desk.waiting_filter import Age, WaitingFilter
from strp.domain.identifiers import ApplicationId, Nib
from strp.domain.people.account import Actor, ActorKind, Role
from strp.store.desk import waiting_list
from strp.store.desk.summary import summarise
from strp.usecases.desk.review import take_next
from strp.usecases.desk.show_desk import show_desk
from strp.usecases.process.system import System
from tests.usecases.desk.test_review import BUILDER, file, filed
from tests.usecases.stage import Clock

pytestmark = pytest.mark.anyio
__all__ = ["filed"]
ANI = Actor(kind=ActorKind.ACCOUNT, id=1, role=Role.OFFICER)
OTHER = Nib(1)


async def listed(system: System, wanted: WaitingFilter) -> list[ApplicationId]:
    _, page = await show_desk(system, ANI, wanted=wanted)
    return [line.application_id for line in page.lines]


async def test_pages_follow_each_other_without_a_gap(system: System, filed: ApplicationId) -> None:
    await file(system)
    await file(system)
    seen, after = [], None
    while True:
        _, page = await show_desk(system, ANI, 1, after=after)
        seen += [line.application_id for line in page.lines]
        after = page.next_after
        if after is None:
            break

    _, whole = await show_desk(system, ANI)
    assert seen == [line.application_id for line in whole.lines]


async def test_a_page_counts_up_to_a_bound_and_operators_count_all(
    system: System, clock: Clock, filed: ApplicationId
) -> None:
    await file(system)
    await take_next(system, ANI)
    await file(system)
    clock.now += timedelta(days=3)
    async with system.database.connection() as conn:
        page = await summarise(conn, clock.now, most=1)
        whole = await summarise(conn, clock.now)

    assert (page.waiting, page.overdue) == (2, 2)
    assert (whole.waiting, whole.overdue, whole.next_due_at) == (3, 3, page.next_due_at)


async def test_who_holds_since_when_is_told_whatever_the_lease_does(
    system: System, clock: Clock, filed: ApplicationId
) -> None:
    taken_at = clock.now
    await take_next(system, ANI)
    clock.now += timedelta(minutes=10)
    await take_next(system, ANI)
    async with system.database.connection() as conn:
        again = await summarise(conn, clock.now)
        clock.now += timedelta(hours=1)
        over = await summarise(conn, clock.now)

    assert (again.held, again.held_since) == (1, [taken_at])
    assert (over.held, over.held_since) == (0, [])


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        (WaitingFilter(nib=BUILDER), True),
        (WaitingFilter(nib=OTHER), False),
        (WaitingFilter(name="kontraktor"), True),
        (WaitingFilter(name="no such name"), False),
        (WaitingFilter(name="%"), False),
        (WaitingFilter(reason="sector-review"), True),
        (WaitingFilter(reason="nik-age"), False),
        (WaitingFilter(sector="no-such-sector"), False),
        (WaitingFilter(age=Age.LATE), False),
        (WaitingFilter(age=Age.LATER), True),
    ],
)
async def test_a_filter_keeps_what_fits(
    system: System, filed: ApplicationId, wanted: WaitingFilter, fits: bool
) -> None:
    assert await listed(system, wanted) == ([filed] if fits else [])


async def test_what_is_past_its_due_time_is_found_as_late(
    system: System, clock: Clock, filed: ApplicationId
) -> None:
    clock.now += timedelta(days=3)

    assert await listed(system, WaitingFilter(age=Age.LATE)) == [filed]


async def test_a_page_that_looked_far_enough_says_where_to_go_on(
    system: System, filed: ApplicationId, monkeypatch: pytest.MonkeyPatch
) -> None:
    await file(system)
    monkeypatch.setattr(waiting_list, "MOST_LOOKED_AT", 1)
    wanted = WaitingFilter(reason="nik-age")
    _, first = await show_desk(system, ANI, wanted=wanted)
    _, second = await show_desk(system, ANI, wanted=wanted, after=first.next_after)

    assert first.next_after is not None
    assert second.next_after is not None
    assert first.next_after != second.next_after

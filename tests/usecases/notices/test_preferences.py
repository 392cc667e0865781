"""An account chooses its letters; a choice that changes nothing leaves no record."""

import pytest

from strp.domain.errors import TooMany
from strp.domain.notices.notice import CHOICES_CHANGED, Delivery, NoticeKind
from strp.domain.people.account import Actor, ActorKind, Role
from strp.usecases.notices.preferences import choose_letters, chosen_letters
from strp.usecases.process.system import System
from tests.usecases.stage import Clock, add_representative

pytestmark = pytest.mark.anyio
SOME = (NoticeKind.RECEIPT, NoticeKind.DECIDED)


@pytest.fixture
async def ani(system: System) -> Actor:
    return Actor(
        kind=ActorKind.ACCOUNT,
        id=await add_representative(system, "ani@contoh.example"),
        role=Role.REPRESENTATIVE,
    )


async def records(system: System) -> int:
    async with system.database.connection() as conn:
        found = await conn.execute("SELECT FROM audit_event WHERE action = 'letters-chosen'")
        return found.rowcount


async def test_the_same_choice_again_leaves_no_record(system: System, ani: Actor) -> None:
    for _ in range(3):
        await choose_letters(system, ani, dict.fromkeys(SOME, Delivery.NEVER))
    assert await records(system) == 1
    assert {(await chosen_letters(system, ani))[kind] for kind in SOME} == {Delivery.NEVER}


async def test_who_chooses_something_else_each_time_is_stopped_for_a_while(
    system: System, ani: Actor, clock: Clock
) -> None:
    change = [Delivery.NEVER, Delivery.DAILY]
    for number in range(CHOICES_CHANGED.burst):
        await choose_letters(system, ani, {NoticeKind.RECEIPT: change[number % 2]})
    with pytest.raises(TooMany, match="too-many-requests"):
        await choose_letters(system, ani, {NoticeKind.RECEIPT: Delivery.NEVER})
    assert await records(system) == CHOICES_CHANGED.burst

    clock.now += CHOICES_CHANGED.interval
    await choose_letters(system, ani, {NoticeKind.RECEIPT: Delivery.NEVER})

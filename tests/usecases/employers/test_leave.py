"""Leaving an employer, and removing a colleague: who was there first may, a newcomer may not."""

import pytest

from strp.domain.errors import Conflict, Forbidden
from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR, RepresentationState, may_file
from strp.store import audit
from strp.usecases.employers.claim import my_claim
from strp.usecases.employers.dispute_claim import colleagues, dispute
from strp.usecases.employers.leave import leave_employer, remove_colleague
from strp.usecases.people.api_keys import create_api_key
from strp.usecases.people.authenticate import authenticate_key
from strp.usecases.process.system import System
from tests.usecases.stage import Clock, People, Post, Register

pytestmark = pytest.mark.anyio
NIB = Nib(8120001110001)
REGISTERED = "hrd@perusahaan.example"
ANI, BUDI = "ani@contoh.example", "budi@contoh.example"


@pytest.fixture
async def people(system: System, post: Post, register: Register) -> People:
    return People(system, post, await register(NIB, REGISTERED), REGISTERED)


async def test_who_leaves_files_no_more_and_keys_that_they_made_end(
    system: System, people: People
) -> None:
    ani = await people.represent(ANI)
    key = await create_api_key(system, ani, NIB, "sistem HR")
    await leave_employer(system, ani, NIB)
    after = await people.come(ANI)
    assert not may_file(after, NIB)
    assert await my_claim(system, after, NIB) is None
    assert await authenticate_key(system, key) is None


async def test_who_left_comes_back_with_a_code_as_a_newcomer_does(
    system: System, people: People, clock: Clock
) -> None:
    await leave_employer(system, await people.represent(ANI), NIB)
    clock.pass_(hours=2)
    again = await people.represent(ANI)
    assert may_file(again, NIB)


async def test_who_was_first_removes_who_came_later_and_they_are_told(
    system: System, people: People, post: Post, clock: Clock
) -> None:
    ani = await people.represent(ANI)
    clock.pass_(hours=2)
    budi = await people.represent(BUDI)
    key = await create_api_key(system, budi, NIB, "sistem HR")
    [shown] = await colleagues(system, ani, NIB)
    assert shown.may_be_removed
    await remove_colleague(system, ani, NIB, shown.account_id)
    assert not may_file(await people.come(BUDI), NIB)
    assert await authenticate_key(system, key) is None
    letters = [each.body for each in await post.letters(BUDI)]
    assert any("mengeluarkan Anda" in body for body in letters)
    async with system.database.connection() as conn:
        actions = [one.action for one in await audit.events_of(conn, [f"employer:{NIB}"])]
    assert "representation-removed" in actions


async def test_a_newcomer_removes_nobody_who_was_there_before(
    system: System, people: People, clock: Clock
) -> None:
    ani = await people.represent(ANI)
    clock.pass_(hours=2)
    budi = await people.represent(BUDI)
    [shown] = await colleagues(system, budi, NIB)
    assert not shown.may_be_removed
    with pytest.raises(Conflict):
        await remove_colleague(system, budi, NIB, shown.account_id)
    claim = await my_claim(system, ani, NIB)
    assert claim is not None and claim.state is RepresentationState.ACTIVE


async def test_who_is_disputed_cannot_leave_or_be_removed_before_the_officer_decides(
    system: System, people: People, clock: Clock
) -> None:
    ani = await people.represent(ANI)
    clock.pass_(hours=2)
    budi = await people.represent(BUDI)
    assert budi.account_id is not None
    await dispute(system, ani, NIB, budi.account_id)
    with pytest.raises(Conflict):
        await leave_employer(system, budi, NIB)
    with pytest.raises(Conflict):
        await remove_colleague(system, ani, NIB, budi.account_id)


async def test_a_stranger_removes_nobody(system: System, people: People) -> None:
    ani = await people.represent(ANI)
    stranger = await people.come(BUDI)
    assert ani.account_id is not None
    for actor in (stranger, OPERATOR):
        with pytest.raises(Forbidden):
            await remove_colleague(system, actor, NIB, ani.account_id)

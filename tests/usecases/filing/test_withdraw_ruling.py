"""A ruling that is withdrawn or over approves nobody any more; what was issued stands."""

from collections.abc import AsyncIterator

import pytest

from strp.domain.certificates.certificate import Verdict
from strp.domain.civil_time import civil_day
from strp.domain.desk.review import Decision
from strp.domain.errors import Conflict, InvalidInput, NotFound
from strp.domain.identifiers import ApplicationId, Nib
from strp.domain.people.account import OPERATOR, Actor, ActorKind, Role
from strp.domain.screening.ruling import RulingState
from strp.usecases.certificates.issue import Issuer
from strp.usecases.certificates.show import certificates_of
from strp.usecases.certificates.trust import verify
from strp.usecases.desk.approvals import decline_proposals
from strp.usecases.desk.review import approve_passed, decide_rest, take_application
from strp.usecases.desk.rule_employer import show_employer, withdraw_ruling
from strp.usecases.filing.withdraw import withdraw
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.system import System
from tests.usecases.desk.test_rule_employer import (
    ANI,
    BUDI,
    books_are_true,
    counts,
    draft,
    file,
    register,
    rule_with_two,
)
from tests.usecases.stage import Clock

pytestmark = pytest.mark.anyio
CLEANING = "81210"
CITRA = Actor(kind=ActorKind.ACCOUNT, id=3, role=Role.OFFICER)


@pytest.fixture(autouse=True)
async def rules(system: System) -> AsyncIterator[None]:
    await load_reference(system, OPERATOR)
    yield


async def take_back(system: System, nib: Nib, reason: str = "Surat palsu") -> None:
    ruling = (await show_employer(system, BUDI, nib)).in_force
    assert ruling is not None
    await withdraw_ruling(system, BUDI, nib, ruling.ruling_id, reason)


async def proposals(system: System) -> int:
    async with system.database.connection() as conn:
        row = await (await conn.execute("SELECT count(*) FROM proposal")).fetchone()
    assert row is not None
    return int(row[0])


async def test_after_it_nobody_is_approved_and_what_was_issued_stands(system: System) -> None:
    nib = await register(system, CLEANING)
    await file(system, nib)
    await rule_with_two(system, nib, draft("K-l"))
    number = await file(system, nib)
    await Issuer(system).issue_some()

    await take_back(system, nib)

    assert await counts(system, await file(system, nib)) == (3, 0, 0, 0)
    issued = [each async for each in certificates_of(system, OPERATOR, number)]
    assert (await verify(system, issued[0].text)).verdict is Verdict.EXERCISE
    assert (await show_employer(system, ANI, nib)).rulings[0].state == RulingState.WITHDRAWN
    assert await books_are_true(system)


async def test_who_waits_under_it_needs_another_ruling(system: System) -> None:
    nib = await register(system, CLEANING)
    number = await file(system, nib)
    await rule_with_two(system, nib, draft("E-e"))
    await take_back(system, nib)
    await take_application(system, ANI, number)
    with pytest.raises(Conflict, match="ruling-needed"):
        await decide_rest(system, ANI, number, Decision.APPROVE)
    await approve_passed(system, ANI, number)
    assert await counts(system, number) == (3, 0, 0, 0)


async def test_a_ruling_whose_last_day_has_passed_approves_nobody_who_waited(
    system: System, clock: Clock
) -> None:
    nib = await register(system, CLEANING)
    number = await file(system, nib)
    await rule_with_two(system, nib, draft("E-e", until_on=civil_day(clock())))
    clock.pass_(days=1)
    await take_application(system, ANI, number)
    for approve in (
        decide_rest(system, ANI, number, Decision.APPROVE),
        approve_passed(system, ANI, number),
    ):
        with pytest.raises(Conflict, match="ruling-needed"):
            await approve
    assert await counts(system, number) == (3, 0, 0, 0)


async def test_withdrawing_lets_nobody_in_by_itself(system: System) -> None:
    nib = await register(system, "64121")
    await rule_with_two(system, nib, draft("E-e"))
    number = await file(system, nib)
    assert await counts(system, number) == (3, 0, 0, 0)
    await take_back(system, nib)
    assert await counts(system, number) == (3, 0, 0, 0)


async def test_where_four_eyes_are_due_another_account_withdraws(system: System) -> None:
    nib = await register(system, CLEANING)
    await rule_with_two(system, nib, draft("K-l"))
    ruling = (await show_employer(system, ANI, nib)).in_force
    assert ruling is not None
    with pytest.raises(Conflict, match="four-eyes-same-account"):
        await withdraw_ruling(system, ANI, nib, ruling.ruling_id, "Keliru")
    with pytest.raises(InvalidInput, match="ruling-incomplete"):
        await withdraw_ruling(system, BUDI, nib, ruling.ruling_id, "")
    await take_back(system, nib)
    with pytest.raises(NotFound):
        await withdraw_ruling(system, BUDI, nib, ruling.ruling_id, "Lagi")


async def proposed(system: System) -> tuple[Nib, ApplicationId]:
    """A filing of which one official proposed to approve all against the rules."""
    nib = await register(system, CLEANING)
    number = await file(system, nib)
    await rule_with_two(system, nib, draft("E-e"))
    await take_application(system, ANI, number)
    await decide_rest(system, ANI, number, Decision.APPROVE)
    assert await proposals(system) == 3
    return nib, number


async def test_an_application_that_is_withdrawn_leaves_no_proposals(system: System) -> None:
    _, number = await proposed(system)
    await withdraw(system, OPERATOR, number)
    assert await proposals(system) == 0 and await books_are_true(system)


async def test_workers_who_are_decided_otherwise_leave_no_proposals(system: System) -> None:
    _, number = await proposed(system)
    await decline_proposals(system, BUDI, number)
    await take_application(system, CITRA, number)
    await decide_rest(system, CITRA, number, Decision.REFUSE, "sector-not-proven")
    assert await proposals(system) == 0 and await books_are_true(system)


async def test_what_is_confirmed_leaves_no_proposals(system: System) -> None:
    _, number = await proposed(system)
    await take_application(system, BUDI, number)
    await decide_rest(system, BUDI, number, Decision.APPROVE)
    assert await proposals(system) == 0 and await counts(system, number) == (0, 3, 0, 0)

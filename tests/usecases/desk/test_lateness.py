"""A decision that comes late says by how much and why, to the employer and to the desk."""

from collections.abc import AsyncIterator

import pytest

from strp.domain.desk.lateness import LATE_BECAUSE, LateBecause, late_in_words
from strp.domain.desk.review import Decision
from strp.domain.filing.application import Application
from strp.domain.identifiers import ApplicationId
from strp.domain.people.account import OPERATOR
from strp.usecases.desk.approvals import decline_proposals
from strp.usecases.desk.escalate import answer_escalation, escalate
from strp.usecases.desk.review import decide_rest, take_application
from strp.usecases.filing.show import show_application
from strp.usecases.filing.withdraw import withdraw
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.system import System
from tests.usecases.desk.test_escalate import ANI, BUDI, CITRA, DEWI, REASON
from tests.usecases.desk.test_rule_employer import file, register
from tests.usecases.stage import Clock

pytestmark = pytest.mark.anyio
DAY_S = 24 * 3600


@pytest.fixture
async def filed(system: System) -> AsyncIterator[ApplicationId]:
    """Three workers of a textile factory whose evidence nobody has accepted."""
    await load_reference(system, OPERATOR)
    yield await file(system, await register(system, "13121", staff=(1000, 1000)))


async def refuse(system: System, filed: ApplicationId) -> Application:
    await decide_rest(system, CITRA, filed, Decision.REFUSE, REASON)
    return await show_application(system, OPERATOR, filed)


async def test_what_is_decided_in_time_is_not_late(system: System, filed: ApplicationId) -> None:
    await take_application(system, CITRA, filed)
    decided = await refuse(system, filed)
    assert (decided.late_s, decided.late_because) == (None, None)


async def test_what_nobody_took_in_time_says_so(
    system: System, filed: ApplicationId, clock: Clock
) -> None:
    due_at = (await show_application(system, OPERATOR, filed)).due_at
    clock.pass_(days=1)
    await take_application(system, CITRA, filed)
    decided = await refuse(system, filed)
    assert decided.late_because == LateBecause.NOT_TAKEN
    assert decided.late_s == round((system.clock() - due_at).total_seconds())


async def test_what_was_in_hand_when_it_fell_due_says_so(
    system: System, filed: ApplicationId, clock: Clock
) -> None:
    due_at = (await show_application(system, OPERATOR, filed)).due_at
    clock.now = due_at
    clock.pass_(minutes=-5)
    await take_application(system, CITRA, filed)
    clock.pass_(minutes=10)
    decided = await refuse(system, filed)
    assert (decided.late_s, decided.late_because) == (300, LateBecause.IN_HAND)


async def test_what_a_supervisor_was_asked_says_so_after_the_answer_too(
    system: System, filed: ApplicationId, clock: Clock
) -> None:
    await take_application(system, ANI, filed)
    await escalate(system, ANI, filed, "Bukti tampak diubah.")
    clock.pass_(days=1)
    await take_application(system, DEWI, filed)
    await answer_escalation(system, DEWI, filed, "Tolak.")
    await take_application(system, CITRA, filed)
    assert (await refuse(system, filed)).late_because == LateBecause.SUPERVISOR


async def test_what_two_differed_on_says_so(
    system: System, filed: ApplicationId, clock: Clock
) -> None:
    await take_application(system, ANI, filed)
    await decide_rest(system, ANI, filed, Decision.APPROVE)
    await decline_proposals(system, BUDI, filed)
    clock.pass_(days=1)
    await take_application(system, CITRA, filed)
    assert (await refuse(system, filed)).late_because == LateBecause.THIRD_OFFICER


async def test_what_waited_for_a_second_officer_says_so(
    system: System, filed: ApplicationId, clock: Clock
) -> None:
    await take_application(system, ANI, filed)
    await decide_rest(system, ANI, filed, Decision.APPROVE)
    clock.pass_(days=1)
    await take_application(system, BUDI, filed)
    await decide_rest(system, BUDI, filed, Decision.APPROVE)
    decided = await show_application(system, OPERATOR, filed)
    assert decided.late_because == LateBecause.SECOND_OFFICER


async def test_what_its_employer_withdrew_after_the_due_time_was_not_decided_late(
    system: System, filed: ApplicationId, clock: Clock
) -> None:
    clock.pass_(days=1)
    withdrawn = await withdraw(system, OPERATOR, filed)
    assert (withdrawn.state, withdrawn.late_s) == ("withdrawn", None)


def test_each_reason_has_a_sentence_and_the_span_comes_first() -> None:
    assert set(LATE_BECAUSE) == set(LateBecause)
    told = late_in_words(DAY_S, "not-taken")
    assert told.en == "1 d late. No officer was free before the due time."

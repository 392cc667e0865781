"""Escalation: a supervisor decides what an officer hands over, a third what two differ on."""

from collections.abc import AsyncIterator

import pytest

from strp.domain.desk.escalation import EscalatedBecause
from strp.domain.desk.review import Decision
from strp.domain.errors import Conflict, Forbidden, InvalidInput
from strp.domain.identifiers import ApplicationId
from strp.domain.people.account import OPERATOR, Actor, ActorKind, Role
from strp.usecases.desk.approvals import decline_proposals
from strp.usecases.desk.escalate import answer_escalation, escalate, escalation_of
from strp.usecases.desk.review import decide_rest, take_application, take_next
from strp.usecases.desk.show_desk import count_escalated
from strp.usecases.filing.show import show_application
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.system import System
from tests.usecases.desk.test_rule_employer import (
    ANI,
    BUDI,
    books_are_true,
    counts,
    file,
    register,
)

pytestmark = pytest.mark.anyio
CITRA = Actor(kind=ActorKind.ACCOUNT, id=3, role=Role.OFFICER)
DEWI = Actor(kind=ActorKind.ACCOUNT, id=4, role=Role.SUPERVISOR)
REASON = "evidence-missing"


@pytest.fixture
async def filed(system: System) -> AsyncIterator[ApplicationId]:
    """Three workers of a textile factory whose evidence nobody has accepted."""
    await load_reference(system, OPERATOR)
    yield await file(system, await register(system, "13121", staff=(1000, 1000)))


async def handed_over(system: System, filed: ApplicationId) -> None:
    await take_application(system, ANI, filed)
    await escalate(system, ANI, filed, "Bukti tampak diubah.")


async def differed(system: System, filed: ApplicationId) -> None:
    """Ani proposes to approve, Budi declines."""
    await take_application(system, ANI, filed)
    await decide_rest(system, ANI, filed, Decision.APPROVE)
    assert await decline_proposals(system, BUDI, filed) == 3


async def test_what_is_handed_over_is_for_supervisors_first(
    system: System, filed: ApplicationId
) -> None:
    before = await show_application(system, OPERATOR, filed)
    await handed_over(system, filed)

    assert await take_next(system, BUDI) is None
    with pytest.raises(Conflict, match="for-supervisor"):
        await take_application(system, BUDI, filed)
    lease = await take_next(system, DEWI)
    assert lease is not None
    assert (lease.application_id, lease.due_at) == (filed, before.due_at)


async def test_the_supervisor_reads_the_note_and_decides(
    system: System, filed: ApplicationId
) -> None:
    await handed_over(system, filed)
    found, _ = await escalation_of(system, DEWI, filed)
    await take_next(system, DEWI)
    await decide_rest(system, DEWI, filed, Decision.REFUSE, REASON)

    assert found is not None
    assert (found.because, found.by, found.note) == (
        EscalatedBecause.OFFICER,
        ANI.id,
        "Bukti tampak diubah.",
    )
    assert await counts(system, filed) == (0, 0, 3, 0)
    assert await books_are_true(system)


async def test_a_supervisor_gives_it_back_with_an_answer(
    system: System, filed: ApplicationId
) -> None:
    await handed_over(system, filed)
    await take_next(system, DEWI)
    await answer_escalation(system, DEWI, filed, "Minta berkas asli.")

    assert await escalation_of(system, BUDI, filed) == (None, "Minta berkas asli.")
    assert await take_next(system, BUDI) is not None


async def test_it_is_counted_for_the_desk(system: System, filed: ApplicationId) -> None:
    assert await count_escalated(system, DEWI) == 0
    await handed_over(system, filed)

    assert await count_escalated(system, DEWI) == 1


@pytest.mark.parametrize("note", ["", "  ", "x" * 501])
async def test_a_note_is_needed_and_short(system: System, filed: ApplicationId, note: str) -> None:
    await take_application(system, ANI, filed)

    with pytest.raises(InvalidInput, match="note-"):
        await escalate(system, ANI, filed, note)


async def test_only_who_holds_it_hands_it_over_and_only_supervisors_answer(
    system: System, filed: ApplicationId
) -> None:
    with pytest.raises(Conflict, match="lease-lost"):
        await escalate(system, ANI, filed, "Tolong.")
    await handed_over(system, filed)
    with pytest.raises(Forbidden):
        await answer_escalation(system, BUDI, filed, "Setujui saja.")


async def test_neither_of_two_who_differ_decides(system: System, filed: ApplicationId) -> None:
    await differed(system, filed)

    for officer in (ANI, BUDI):
        assert await take_next(system, officer) is None
        with pytest.raises(Conflict, match="for-third"):
            await take_application(system, officer, filed)
    assert await counts(system, filed) == (3, 0, 0, 0)


@pytest.mark.parametrize("third", [CITRA, DEWI])
@pytest.mark.parametrize(
    ("decision", "reason", "after"),
    [
        (Decision.APPROVE, None, (0, 3, 0, 0)),
        (Decision.REFUSE, REASON, (0, 0, 3, 0)),
    ],
)
async def test_a_third_decides_at_once_what_two_differ_on(
    system: System,
    filed: ApplicationId,
    third: Actor,
    decision: Decision,
    reason: str | None,
    after: tuple[int, ...],
) -> None:
    await differed(system, filed)
    assert await take_next(system, third) is not None
    await decide_rest(system, third, filed, decision, reason)

    assert await counts(system, filed) == after
    assert await books_are_true(system)


async def test_who_refuses_what_another_proposed_is_told_to_differ(
    system: System, filed: ApplicationId
) -> None:
    await take_application(system, ANI, filed)
    await decide_rest(system, ANI, filed, Decision.APPROVE)
    await take_application(system, BUDI, filed)

    with pytest.raises(Conflict, match="officials-differ"):
        await decide_rest(system, BUDI, filed, Decision.REFUSE, REASON)
    assert await counts(system, filed) == (3, 0, 0, 0)


async def test_who_proposed_takes_it_back_and_nobody_differs(
    system: System, filed: ApplicationId
) -> None:
    await take_application(system, ANI, filed)
    await decide_rest(system, ANI, filed, Decision.APPROVE)

    assert await decline_proposals(system, ANI, filed) == 3
    assert await take_next(system, ANI) is not None

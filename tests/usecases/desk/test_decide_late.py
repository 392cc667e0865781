"""Review: a decision that comes too late for all whom it is meant for is told, and is none."""

import pytest

from strp.domain.desk.review import Decision, WorkerDecision
from strp.domain.errors import Conflict
from strp.domain.identifiers import ApplicationId
from strp.domain.people.account import OPERATOR
from strp.usecases.desk.review import approve_passed, decide, take_next
from strp.usecases.filing.show import show_application
from strp.usecases.process.system import System
from tests.usecases.desk.test_review import ANI, REASON, filed, recorded

pytestmark = pytest.mark.anyio
__all__ = ["filed"]


@pytest.mark.parametrize("second", Decision)
async def test_a_decision_that_comes_too_late_for_everybody_says_so_and_leaves_no_record(
    system: System, filed: ApplicationId, second: Decision
) -> None:
    await take_next(system, ANI)
    await decide(system, ANI, filed, [WorkerDecision(1, Decision.REFUSE, REASON)])
    before = await show_application(system, OPERATOR, filed)
    reason = None if second is Decision.APPROVE else REASON

    for row in (1, 9_999):
        with pytest.raises(Conflict, match="nobody-decided"):
            await decide(system, ANI, filed, [WorkerDecision(row, second, reason)])

    assert await show_application(system, OPERATOR, filed) == before
    acts = [action for _, action, _ in await recorded(system, filed)]
    assert acts.count("application-decided") == 1


async def test_to_approve_whom_screening_let_pass_says_so_where_there_is_nobody(
    system: System, filed: ApplicationId
) -> None:
    await take_next(system, ANI)

    with pytest.raises(Conflict, match="nobody-decided"):
        await approve_passed(system, ANI, filed)

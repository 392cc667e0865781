"""Review: a decision that comes too late for all whom it is meant for is told, and is none."""

import shutil
from pathlib import Path

import pytest

from strp.domain.desk.review import Decision, WorkerDecision
from strp.domain.errors import Conflict
from strp.domain.filing.application import WorkerCounts
from strp.domain.identifiers import ApplicationId, Nib
from strp.domain.people.account import OPERATOR
from strp.outside.registries.policy_files import shipped_policies
from strp.usecases.desk.file_under_review import file_under_review
from strp.usecases.desk.review import approve_passed, decide, take_application, take_next
from strp.usecases.filing.file import file_workers
from strp.usecases.filing.show import show_application
from strp.usecases.operation.activate_policy import activate_policy
from strp.usecases.process.system import System
from tests.journeys.running import fresh_workers
from tests.usecases.desk.test_review import ANI, REASON, filed, recorded
from tests.usecases.stage import REAL

pytestmark = pytest.mark.anyio
__all__ = ["filed"]
BANK = Nib(8120001110001)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The policies as they are shipped: an officer looks at whoever passes."""
    return Path(shutil.copytree(shipped_policies(), tmp_path / "policies"))


async def some_passed(system: System, number: ApplicationId) -> bool:
    file = await file_under_review(system, ANI, number, state=None, after=0, limit=1)
    return file.facts.some_passed


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


async def test_to_approve_whom_screening_let_pass_says_so_where_they_are_decided_already(
    city: System,
) -> None:
    await activate_policy(city, OPERATOR, REAL)
    workers = fresh_workers(3)
    workers[0]["nik"] = workers[0]["nik"][:10] + "10" + workers[0]["nik"][12:]  # a child
    filed = (await file_workers(city, OPERATOR, BANK, workers, digest=bytes(16))).application_id
    await take_application(city, ANI, filed)
    assert await some_passed(city, filed)
    assert await approve_passed(city, ANI, filed) == WorkerCounts(pending=1, approved=2)
    assert not await some_passed(city, filed)  # the page does not offer it any more
    before = await show_application(city, OPERATOR, filed)

    with pytest.raises(Conflict, match="nobody-decided"):
        await approve_passed(city, ANI, filed)

    assert await show_application(city, OPERATOR, filed) == before


async def test_where_screening_never_let_anybody_pass_it_changes_nothing_and_is_no_fault(
    system: System, filed: ApplicationId
) -> None:
    await take_next(system, ANI)
    before = await show_application(system, OPERATOR, filed)

    counts = await approve_passed(system, ANI, filed)

    assert counts.pending == 4
    assert await show_application(system, OPERATOR, filed) == before
    assert "application-decided" not in [act for _, act, _ in await recorded(system, filed)]

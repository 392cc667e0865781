"""Workers with the same reason are one group, and one decision decides it."""

import pytest

from strp.domain.desk.review import Decision
from strp.domain.errors import Conflict
from strp.domain.identifiers import ApplicationId
from strp.usecases.desk.decide_group import decide_group
from strp.usecases.desk.file_under_review import file_under_review
from strp.usecases.desk.review import take_application
from strp.usecases.process.system import System
from tests.usecases.desk.test_review import ANI, BUDI, REASON, filed

pytestmark = pytest.mark.anyio
__all__ = ["filed"]


async def test_the_groups_count_everybody_who_waits(system: System, filed: ApplicationId) -> None:
    file = await file_under_review(system, ANI, filed, state=None, after=0, limit=1)

    assert sum(group.workers for group in file.facts.groups) == file.application.pending


async def test_a_page_of_a_group_shows_its_workers_alone(
    system: System, filed: ApplicationId
) -> None:
    file = await file_under_review(system, ANI, filed, state=None, after=0, limit=50)
    [group] = file.facts.groups
    same = await file_under_review(
        system, ANI, filed, state=None, after=0, limit=50, group=group.key
    )
    other = await file_under_review(
        system, ANI, filed, state=None, after=0, limit=50, group="REFER:nik-age"
    )

    assert (len(same.workers.workers), len(other.workers.workers)) == (group.workers, 0)


async def test_one_decision_returns_the_whole_group(system: System, filed: ApplicationId) -> None:
    file = await file_under_review(system, ANI, filed, state=None, after=0, limit=1)
    [group] = file.facts.groups
    await take_application(system, ANI, filed)
    counts = await decide_group(system, ANI, filed, group.key, Decision.RETURN, REASON)

    assert (counts.pending, counts.returned) == (0, group.workers)


async def test_a_group_that_is_decided_is_said_to_be(system: System, filed: ApplicationId) -> None:
    await take_application(system, ANI, filed)

    with pytest.raises(Conflict, match="group-empty"):
        await decide_group(system, ANI, filed, "REFER:nik-age", Decision.RETURN, REASON)


async def test_an_officer_without_the_lease_decides_no_group(
    system: System, filed: ApplicationId
) -> None:
    file = await file_under_review(system, ANI, filed, state=None, after=0, limit=1)
    [group] = file.facts.groups
    await take_application(system, ANI, filed)

    with pytest.raises(Conflict, match="lease-lost"):
        await decide_group(system, BUDI, filed, group.key, Decision.RETURN, REASON)

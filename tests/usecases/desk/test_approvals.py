"""Four eyes: an approval against the rules waits for a second account, and issues nothing."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

import pytest

from strp.domain.desk.review import Decision, WorkerDecision
from strp.domain.errors import Conflict
from strp.domain.identifiers import ApplicationId
from strp.domain.people.account import OPERATOR, Actor
from strp.store.engine.database import Connection
from strp.usecases.certificates.issue import Issuer
from strp.usecases.desk.approvals import decline_proposals
from strp.usecases.desk.file_under_review import file_under_review
from strp.usecases.desk.review import decide, decide_rest, take_application, take_next
from strp.usecases.desk.rule_employer import confirm_ruling, rule_employer
from strp.usecases.filing.show import show_application, show_workers
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
)
from tests.usecases.stage import Clock

pytestmark = pytest.mark.anyio


@pytest.fixture
async def filed(system: System) -> AsyncIterator[ApplicationId]:
    """Three workers of a textile factory whose evidence nobody has accepted."""
    await load_reference(system, OPERATOR)
    yield await file(system, await register(system, "13121", staff=(1000, 1000)))


async def proposals(system: System, officer: Actor, filed: ApplicationId) -> Mapping[int, int]:
    """Accounts that proposed, by row, as the officer's page has them; it shows all the rest too."""
    file = await file_under_review(system, officer, filed, state=None, after=0, limit=10)
    assert file.application == await show_application(system, OPERATOR, filed)
    assert [worker.row for worker in file.workers.workers] == [1, 2, 3]
    return {row: said.account_id for row, said in file.proposals.items()}


async def test_an_override_is_proposed_and_issues_nothing(
    system: System, filed: ApplicationId
) -> None:
    before = await show_application(system, OPERATOR, filed)
    await take_application(system, ANI, filed)

    await decide_rest(system, ANI, filed, Decision.APPROVE)

    after = await show_application(system, OPERATOR, filed)
    assert tuple(after.counts) == (3, 0, 0, 0)
    assert after.due_at == before.due_at
    assert await Issuer(system).issue_some() == 0
    assert await books_are_true(system)


async def test_a_second_account_confirms_by_approving_too(
    system: System, filed: ApplicationId
) -> None:
    await take_application(system, ANI, filed)
    await decide_rest(system, ANI, filed, Decision.APPROVE)

    lease = await take_next(system, BUDI)
    assert lease is not None
    await decide_rest(system, BUDI, filed, Decision.APPROVE)

    assert await counts(system, filed) == (0, 3, 0, 0)
    assert await Issuer(system).issue_some() == 1
    assert await books_are_true(system)


async def test_the_same_officer_twice_is_refused(system: System, filed: ApplicationId) -> None:
    await take_application(system, ANI, filed)
    await decide(system, ANI, filed, [WorkerDecision(1, Decision.APPROVE)])

    with pytest.raises(Conflict, match="four-eyes-same-account"):
        await decide(system, ANI, filed, [WorkerDecision(1, Decision.APPROVE)])

    await decide_rest(system, ANI, filed, Decision.APPROVE)
    await take_application(system, ANI, filed)
    with pytest.raises(Conflict, match="four-eyes-same-account"):
        await decide_rest(system, ANI, filed, Decision.APPROVE)
    assert await counts(system, filed) == (3, 0, 0, 0)


async def test_what_one_officer_proposed_whole_is_for_somebody_else(
    system: System, filed: ApplicationId
) -> None:
    await take_application(system, ANI, filed)
    await decide_rest(system, ANI, filed, Decision.APPROVE)

    assert await take_next(system, ANI) is None
    assert await take_next(system, BUDI) is not None


async def test_a_declined_proposal_waits_for_a_third(system: System, filed: ApplicationId) -> None:
    await take_application(system, ANI, filed)
    await decide_rest(system, ANI, filed, Decision.APPROVE)

    assert await decline_proposals(system, BUDI, filed) == 3

    assert await counts(system, filed) == (3, 0, 0, 0)
    assert await take_next(system, ANI) is None
    assert await books_are_true(system)


async def test_a_mixed_decision_is_stored_whole(system: System, filed: ApplicationId) -> None:
    await take_application(system, ANI, filed)

    await decide(
        system,
        ANI,
        filed,
        [
            WorkerDecision(1, Decision.APPROVE),
            WorkerDecision(2, Decision.REFUSE, "evidence-missing"),
        ],
    )

    assert await counts(system, filed) == (2, 0, 1, 0)
    assert await proposals(system, BUDI, filed) == {1: 1}
    assert await books_are_true(system)


async def test_a_ruling_makes_proposals_needless(system: System, filed: ApplicationId) -> None:
    await take_application(system, ANI, filed)
    await decide_rest(system, ANI, filed, Decision.APPROVE)
    nib = (await show_application(system, OPERATOR, filed)).nib

    proposed = await rule_employer(system, ANI, nib, draft("E-e", evidence=True))
    await confirm_ruling(system, BUDI, nib, proposed.ruling.ruling_id)

    assert await counts(system, filed) == (0, 3, 0, 0)
    assert await proposals(system, BUDI, filed) == {}


async def test_the_remark_of_who_proposed_reaches_the_second_officer_and_the_employer(
    system: System, filed: ApplicationId
) -> None:
    """Of all who wait, and of chosen workers; the second officer's own words come first."""
    await take_application(system, ANI, filed)
    await decide_rest(system, ANI, filed, Decision.APPROVE, remark="Izin ekspor diperiksa")
    file = await file_under_review(system, BUDI, filed, state=None, after=0, limit=10)
    assert {said.remark for said in file.proposals.values()} == {"Izin ekspor diperiksa"}

    await take_application(system, BUDI, filed)
    own = WorkerDecision(1, Decision.APPROVE, remark="Sesuai")
    await decide(system, BUDI, filed, [own, WorkerDecision(2, Decision.APPROVE)])
    await decide_rest(system, BUDI, filed, Decision.APPROVE)

    page = await show_workers(system, OPERATOR, filed)
    assert [one.remark for one in page.workers] == [
        "Sesuai",
        "Izin ekspor diperiksa",
        "Izin ekspor diperiksa",
    ]
    assert await counts(system, filed) == (0, 3, 0, 0)
    assert await books_are_true(system)


async def test_deciding_asks_nothing_on_a_second_connection(
    system: System, filed: ApplicationId, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or as many officers as there are connections would wait for each other."""
    await take_application(system, ANI, filed)
    system.reference.employers.clear()
    most = most_at_once(system, monkeypatch)
    clock.pass_(minutes=1)

    await decide_rest(system, ANI, filed, Decision.APPROVE)

    assert most() == 1


def most_at_once(system: System, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Counts the connections that are held at the same time."""
    held, most, real = 0, 0, system.database.connection

    @asynccontextmanager
    async def counted() -> AsyncIterator[Connection]:
        nonlocal held, most
        async with real() as conn:
            held += 1
            most = max(most, held)
            try:
                yield conn
            finally:
                held -= 1

    monkeypatch.setattr(system.database, "connection", counted)
    return lambda: most

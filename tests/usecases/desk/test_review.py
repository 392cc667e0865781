"""Review: one officer a file, the first decision stands, and all that follows comes with it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from strp.domain.desk.review import Decision, WorkerDecision
from strp.domain.errors import Conflict, NotFound, Unavailable
from strp.domain.filing.application import WorkerCounts
from strp.domain.identifiers import ApplicationId, Nib
from strp.domain.people.account import OPERATOR, Actor, ActorKind, Role
from strp.store.engine.database import Connection, single_connection
from strp.usecases.certificates.issue import Issuer
from strp.usecases.certificates.show import certificates_of
from strp.usecases.desk.review import (
    approve_passed,
    decide,
    decide_rest,
    take_application,
    take_next,
)
from strp.usecases.employers.import_registry import import_employers
from strp.usecases.filing.file import file_workers
from strp.usecases.filing.show import show_application, show_workers
from strp.usecases.filing.withdraw import withdraw
from strp.usecases.operation.books import check_books
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.system import System
from tests.journeys.running import fresh_workers
from tests.usecases.stage import Clock

pytestmark = pytest.mark.anyio
SAMPLES = Path(__file__).parents[3] / "samples" / "employers.csv"
BUILDER = Nib(8120001110016)
ANI, BUDI = (Actor(kind=ActorKind.ACCOUNT, id=n, role=Role.OFFICER) for n in (1, 2))
REASON = "evidence-missing"


@pytest.fixture
async def filed(system: System) -> AsyncIterator[ApplicationId]:
    """Four workers of a contractor: the rules put them before an officer."""
    await load_reference(system, OPERATOR)
    await import_employers(system, OPERATOR, SAMPLES)
    yield await file(system)


async def file(system: System) -> ApplicationId:
    receipt = await file_workers(system, OPERATOR, BUILDER, fresh_workers(4), digest=bytes(16))
    return receipt.application_id


async def wrong_rules(system: System) -> set[str]:
    return {rule.rule for rule in await check_books(system) if rule.wrong}


async def recorded(system: System, number: ApplicationId) -> list[tuple[Any, ...]]:
    async with system.database.connection() as conn:
        cursor = await conn.execute(
            "SELECT actor, action, detail FROM audit_event WHERE subject = %s ORDER BY event_id",
            (f"application:{number}",),
        )
        return await cursor.fetchall()


async def test_taking_a_file_says_so_to_the_employer(system: System, filed: ApplicationId) -> None:
    await take_next(system, ANI)

    assert (await show_application(system, OPERATOR, filed)).state == "in_review"


async def test_a_file_that_one_officer_holds_is_not_lent_to_another(
    system: System, filed: ApplicationId
) -> None:
    await take_next(system, ANI)

    assert await take_next(system, BUDI) is None
    with pytest.raises(Conflict, match="lease-lost"):
        await take_application(system, BUDI, filed)


async def test_a_file_is_lent_again_once_the_lease_is_over(
    system: System, clock: Clock, filed: ApplicationId
) -> None:
    await take_next(system, ANI)
    clock.pass_(minutes=16)

    lease = await take_next(system, BUDI)

    assert lease is not None
    assert lease.application_id == filed


async def test_nobody_decides_a_file_of_another(system: System, filed: ApplicationId) -> None:
    await take_next(system, ANI)

    with pytest.raises(Conflict, match="lease-lost"):
        await decide_rest(system, BUDI, filed, Decision.APPROVE)
    assert (await show_application(system, OPERATOR, filed)).pending == 4


async def test_nobody_decides_after_the_lease_is_over(
    system: System, clock: Clock, filed: ApplicationId
) -> None:
    await take_next(system, ANI)
    clock.pass_(minutes=16)

    with pytest.raises(Conflict, match="lease-lost"):
        await approve_passed(system, ANI, filed)


async def test_a_file_that_is_decided_is_not_on_the_desk(
    system: System, filed: ApplicationId
) -> None:
    await take_next(system, ANI)
    await decide_rest(system, ANI, filed, Decision.APPROVE)

    with pytest.raises(NotFound, match="not-on-desk"):
        await decide_rest(system, ANI, filed, Decision.REFUSE, REASON)


async def test_two_clicks_at_the_same_moment_decide_once(
    system: System, filed: ApplicationId
) -> None:
    await take_next(system, ANI)

    await asyncio.gather(
        decide_rest(system, ANI, filed, Decision.APPROVE),
        decide_rest(system, ANI, filed, Decision.REFUSE, REASON),
        return_exceptions=True,
    )

    application = await show_application(system, OPERATOR, filed)
    assert sorted(application.counts) == [0, 0, 0, 4]
    assert await wrong_rules(system) == set()


async def test_decisions_on_different_workers_at_the_same_moment_both_count(
    system: System, filed: ApplicationId
) -> None:
    await take_next(system, ANI)

    await asyncio.gather(
        decide(system, ANI, filed, [WorkerDecision(1, Decision.APPROVE)]),
        decide(system, ANI, filed, [WorkerDecision(2, Decision.REFUSE, REASON)]),
        decide(system, ANI, filed, [WorkerDecision(3, Decision.RETURN, REASON, "Kirim surat")]),
    )

    application = await show_application(system, OPERATOR, filed)
    assert application.counts == WorkerCounts(pending=1, approved=1, refused=1, returned=1)
    assert application.state == "in_review"
    assert await wrong_rules(system) == set()


async def test_the_first_decision_on_a_worker_stands(system: System, filed: ApplicationId) -> None:
    await take_next(system, ANI)
    await decide(system, ANI, filed, [WorkerDecision(1, Decision.REFUSE, REASON)])

    late = [WorkerDecision(row, Decision.APPROVE) for row in (1, 2)]
    counts = await decide(system, ANI, filed, late)

    assert counts == WorkerCounts(pending=2, approved=1, refused=1)


async def test_a_reason_and_a_remark_reach_the_employer(
    system: System, filed: ApplicationId
) -> None:
    await take_next(system, ANI)
    await decide(system, ANI, filed, [WorkerDecision(1, Decision.RETURN, REASON, "Kirim surat")])

    first = (await show_workers(system, OPERATOR, filed)).workers[0]

    assert (first.reasons[-1].code, first.remark) == (REASON, "Kirim surat")


async def test_a_worker_who_was_refused_may_be_filed_again(
    system: System, filed: ApplicationId
) -> None:
    people = fresh_workers(1)
    first = await file_workers(system, OPERATOR, BUILDER, people, digest=bytes(16))
    await take_application(system, ANI, first.application_id)
    await decide_rest(system, ANI, first.application_id, Decision.REFUSE, REASON)

    again = await file_workers(system, OPERATOR, BUILDER, people, digest=bytes(16))

    assert (again.ledger.unchanged, again.ledger.accepted) == (0, 1)
    assert await wrong_rules(system) == set()


async def test_approved_workers_get_certificates(system: System, filed: ApplicationId) -> None:
    await take_next(system, ANI)
    await decide_rest(system, ANI, filed, Decision.APPROVE)

    await Issuer(system).issue_some()

    assert len([one async for one in certificates_of(system, OPERATOR, filed)]) == 4


async def test_an_approval_wakes_the_issuers(system: System, filed: ApplicationId) -> None:
    await take_next(system, ANI)
    async with system.database.connection() as conn:
        await conn.execute("LISTEN strp_issue")
        await decide_rest(system, ANI, filed, Decision.APPROVE)

        assert [one async for one in conn.notifies(timeout=10, stop_after=1)]


async def test_what_an_officer_does_is_recorded(system: System, filed: ApplicationId) -> None:
    await take_next(system, ANI)
    await decide(system, ANI, filed, [WorkerDecision(2, Decision.REFUSE, REASON)])

    assert await recorded(system, filed) == [
        ("account:1", "application-taken", {}),
        ("account:1", "application-decided", {"decided": 1}),
    ]


async def test_either_the_officer_or_the_employer_is_first(
    system: System, filed: ApplicationId
) -> None:
    await take_next(system, ANI)

    await asyncio.gather(
        decide_rest(system, ANI, filed, Decision.APPROVE),
        withdraw(system, OPERATOR, filed),
        return_exceptions=True,
    )

    application = await show_application(system, OPERATOR, filed)
    assert (application.state, application.approved, application.returned) in {
        ("decided", 4, 0),
        ("withdrawn", 0, 4),
    }
    assert await wrong_rules(system) == set()


async def test_a_refusal_waits_for_what_its_employer_files_at_this_moment(
    system: System, filed: ApplicationId
) -> None:
    await take_next(system, ANI)
    async with system.database.transaction() as filing:
        await filing.execute("SELECT pg_advisory_xact_lock(%s)", (BUILDER,))
        refusing = asyncio.create_task(decide_rest(system, ANI, filed, Decision.REFUSE, REASON))
        while not await someone_waits(filing):
            assert not refusing.done()

    assert await refusing == WorkerCounts(refused=4)


async def test_an_approval_waits_for_nothing_that_its_employer_files(
    system: System, filed: ApplicationId
) -> None:
    await take_next(system, ANI)
    async with system.database.transaction() as filing:
        await filing.execute("SELECT pg_advisory_xact_lock(%s)", (BUILDER,))

        await decide(system, ANI, filed, [WorkerDecision(1, Decision.APPROVE)])
        counts = await decide_rest(system, ANI, filed, Decision.APPROVE)

    assert counts == WorkerCounts(approved=4)


async def test_the_caps_are_right_where_one_employer_files_and_others_decide(
    system: System, filed: ApplicationId
) -> None:
    taken_back = await file(system)
    await take_next(system, ANI)

    outcomes = await asyncio.gather(
        *(file(system) for _ in range(10)),
        decide(system, ANI, filed, [WorkerDecision(1, Decision.RETURN, REASON)]),
        *(file(system) for _ in range(10)),
        withdraw(system, OPERATOR, taken_back),
        decide_rest(system, ANI, filed, Decision.REFUSE, REASON),
        *(file(system) for _ in range(10)),
    )

    assert len(outcomes) == 33
    assert await wrong_rules(system) == set()


async def someone_waits(conn: Connection) -> bool:
    """Whether another transaction waits for a lock that is not on a table or row."""
    cursor = await conn.execute(
        "SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database ="
        " (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    return await cursor.fetchone() is not None


async def test_who_refuses_or_withdraws_while_a_giant_is_stored_is_told_so(
    system: System, filed: ApplicationId, database_url: str
) -> None:
    await take_next(system, ANI)
    async with single_connection(database_url) as giant, giant.transaction():
        await giant.execute("SELECT pg_advisory_xact_lock(%s)", [BUILDER])
        refused = decide_rest(system, ANI, filed, Decision.REFUSE, REASON)
        for told in (refused, withdraw(system, OPERATOR, filed)):
            with pytest.raises(Unavailable) as raised:
                await told
            assert raised.value.code == "employer-busy"


async def decisions(system: System) -> list[tuple[Any, ...]]:
    async with system.database.connection() as conn:
        cursor = await conn.execute(
            "SELECT row_no, state, decided_by, reason, remark, late_s, asked_at, answers"
            " FROM decision ORDER BY decided_at, row_no"
        )
        return await cursor.fetchall()


async def test_every_worker_of_a_large_decision_has_a_row_with_officer_reason_and_remark(
    system: System, filed: ApplicationId
) -> None:
    await take_next(system, ANI)
    await decide_rest(system, ANI, filed, Decision.REFUSE, REASON, "Bawa bukti ke loket 3")

    kept = [row[:6] for row in await decisions(system)]
    assert kept == [
        (row, "refused", ANI.label, REASON, "Bawa bukti ke loket 3", 0) for row in range(1, 5)
    ]
    shown = await show_workers(system, OPERATOR, filed)
    assert {worker.remark for worker in shown.workers} == {"Bawa bukti ke loket 3"}


async def test_a_decision_says_how_late_it_was(
    system: System, clock: Clock, filed: ApplicationId
) -> None:
    due = (await show_application(system, OPERATOR, filed)).due_at
    clock.now = due + timedelta(minutes=7)
    await take_next(system, ANI)
    await decide_rest(system, ANI, filed, Decision.REFUSE, REASON)

    assert {row[5] for row in await decisions(system)} == {7 * 60}


async def test_a_returned_worker_who_is_filed_again_has_waited_since_the_first_filing(
    system: System, clock: Clock
) -> None:
    await load_reference(system, OPERATOR)
    await import_employers(system, OPERATOR, SAMPLES)
    people = list(fresh_workers(1))
    first = await file_workers(system, OPERATOR, BUILDER, people, digest=bytes(16))
    asked = clock.now
    await take_next(system, ANI)
    await decide_rest(system, ANI, first.application_id, Decision.RETURN, REASON)
    clock.pass_(hours=1)
    again = await file_workers(system, OPERATOR, BUILDER, people, digest=bytes(16))
    await take_next(system, ANI)
    await decide_rest(system, ANI, again.application_id, Decision.REFUSE, REASON)

    assert [row[6:] for row in await decisions(system)] == [
        (asked, None),
        (asked, first.application_id),
    ]


async def test_a_filing_after_the_final_answer_begins_anew(system: System, clock: Clock) -> None:
    await load_reference(system, OPERATOR)
    await import_employers(system, OPERATOR, SAMPLES)
    people, numbers, asked = list(fresh_workers(1)), [], []
    for decision in (Decision.RETURN, Decision.RETURN, Decision.REFUSE, Decision.REFUSE):
        asked.append(clock.now)
        filed = await file_workers(system, OPERATOR, BUILDER, people, digest=bytes(16))
        numbers.append(filed.application_id)
        await take_next(system, ANI)
        await decide_rest(system, ANI, filed.application_id, decision, REASON)
        clock.pass_(minutes=30)

    assert [row[6:] for row in await decisions(system)] == [
        (asked[0], None),
        (asked[0], numbers[0]),
        (asked[0], numbers[1]),
        (asked[3], None),
    ]

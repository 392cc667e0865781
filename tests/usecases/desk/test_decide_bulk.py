"""Bulk decisions: previewed, undone within a minute, carried out whole or not at all, and told."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from strp.domain.desk.bulk import HELD_FOR, BulkState, LeftBecause
from strp.domain.desk.review import Decision, WorkerDecision
from strp.domain.desk.waiting_filter import WaitingFilter
from strp.domain.errors import Conflict, Forbidden, InvalidInput, NotFound
from strp.domain.identifiers import ApplicationId
from strp.domain.people.account import OPERATOR, AccountId, Actor, ActorKind, Role
from strp.store.desk import bulk as store
from strp.usecases.desk.decide_bulk import (
    Given,
    carry_out_due,
    list_bulk,
    make_bulk,
    preview_bulk,
    show_bulk,
    undo_bulk,
)
from strp.usecases.desk.review import decide, decide_rest, give_back, take_application
from strp.usecases.filing.file import file_workers
from strp.usecases.filing.show import show_application
from strp.usecases.filing.withdraw import withdraw
from strp.usecases.people.accounts import add_account
from strp.usecases.process.system import System
from tests.journeys.running import fresh_workers
from tests.usecases.desk.test_review import BUILDER, filed, wrong_rules
from tests.usecases.stage import Clock

pytestmark = pytest.mark.anyio
__all__ = ["filed"]
ALL = WaitingFilter(nib=BUILDER)
REASON = "evidence-missing"
OTHER = Actor(kind=ActorKind.ACCOUNT, id=99, role=Role.OFFICER)


@pytest.fixture
async def officer(system: System, filed: ApplicationId) -> Actor:
    """An officer whose account exists: a worker process looks it up."""
    return await official(system, "ani@dinas.example", Role.OFFICER)


async def official(system: System, email: str, role: Role) -> Actor:
    added = await add_account(system, OPERATOR, role, email)
    return Actor(kind=ActorKind.ACCOUNT, id=added.account_id, role=role)


async def file_more(system: System, number: int) -> list[ApplicationId]:
    """Applications of other workers of the same employer."""
    made = []
    for n in range(number):
        receipt = await file_workers(
            system, OPERATOR, BUILDER, fresh_workers(2), digest=bytes([n + 1] * 16)
        )
        made.append(receipt.application_id)
    return made


async def given(
    system: System,
    actor: Actor,
    decision: Decision = Decision.RETURN,
    wanted: WaitingFilter = ALL,
) -> Given:
    """What the form brings after a look at the preview."""
    seen = await preview_bulk(system, actor, wanted)
    return Given(
        wanted=wanted,
        decision=decision,
        reason=None if decision is Decision.APPROVE else REASON,
        remark=None,
        seen=(seen.applications, seen.workers),
    )


async def carried_out(system: System, clock: Clock) -> None:
    clock.now += HELD_FOR
    await carry_out_due(system)


async def states(system: System, numbers: Sequence[ApplicationId]) -> set[str]:
    return {(await show_application(system, OPERATOR, number)).state for number in numbers}


async def test_the_preview_says_what_the_decision_then_does(
    system: System, clock: Clock, filed: ApplicationId, officer: Actor
) -> None:
    more = await file_more(system, 2)
    preview = await preview_bulk(system, officer, ALL)
    bulk_id = await make_bulk(system, officer, await given(system, officer))
    await carried_out(system, clock)

    done, left = await show_bulk(system, officer, bulk_id)
    assert (preview.applications, preview.workers, preview.employers) == (3, 8, 1)
    assert (done.state, done.done, done.decided_workers) == (BulkState.DONE, 3, 8)
    assert left == []
    assert await states(system, [filed, *more]) == {"decided"}
    assert await wrong_rules(system) == set()


async def test_nobody_is_decided_before_the_minute_is_over(
    system: System, clock: Clock, filed: ApplicationId, officer: Actor
) -> None:
    bulk_id = await make_bulk(system, officer, await given(system, officer))
    clock.now += HELD_FOR - timedelta(seconds=1)
    await carry_out_due(system)

    assert (await show_bulk(system, officer, bulk_id))[0].state is BulkState.HELD
    assert await states(system, [filed]) == {"received"}


async def test_what_is_undone_decides_nobody(
    system: System, clock: Clock, filed: ApplicationId, officer: Actor
) -> None:
    bulk_id = await make_bulk(system, officer, await given(system, officer))
    await undo_bulk(system, officer, bulk_id)
    await carried_out(system, clock)

    assert (await show_bulk(system, officer, bulk_id))[0].state is BulkState.UNDONE
    assert await states(system, [filed]) == {"received"}


async def test_to_undo_what_is_undone_changes_nothing_and_is_no_fault(
    system: System, clock: Clock, filed: ApplicationId, officer: Actor
) -> None:
    bulk_id = await make_bulk(system, officer, await given(system, officer))
    await undo_bulk(system, officer, bulk_id)
    before = await show_bulk(system, officer, bulk_id)
    await undo_bulk(system, await official(system, "ina@dinas.example", Role.SUPERVISOR), bulk_id)

    assert await show_bulk(system, officer, bulk_id) == before


async def test_what_has_begun_is_not_undone(
    system: System, clock: Clock, filed: ApplicationId, officer: Actor
) -> None:
    bulk_id = await make_bulk(system, officer, await given(system, officer))
    clock.now += HELD_FOR
    async with system.database.transaction() as conn:
        await store.begin_due(conn, clock.now)

    with pytest.raises(Conflict, match="bulk-begun"):
        await undo_bulk(system, officer, bulk_id)


async def test_a_process_that_dies_half_way_leaves_nothing_half_decided_and_another_goes_on(
    system: System,
    clock: Clock,
    filed: ApplicationId,
    officer: Actor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    more = await file_more(system, 3)
    bulk_id = await make_bulk(system, officer, await given(system, officer))
    clock.now += HELD_FOR
    mark, marked = store.mark_done, 0

    async def dying(*asked: object, **how: object) -> None:
        nonlocal marked
        marked += 1
        if marked == 3:
            raise RuntimeError("killed")
        await mark(*asked, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(store, "mark_done", dying)
    with pytest.raises(RuntimeError):
        await carry_out_due(system)
    monkeypatch.undo()
    between, _ = await show_bulk(system, officer, bulk_id)
    decided = [
        each
        for each in (filed, *more)
        if (await show_application(system, OPERATOR, each)).state == "decided"
    ]
    assert (between.state, between.done, len(decided)) == (BulkState.RUNNING, 2, 2)

    await carry_out_due(system)

    after, left = await show_bulk(system, officer, bulk_id)
    assert (after.state, after.done, left) == (BulkState.DONE, 4, [])
    assert await wrong_rules(system) == set()


async def test_two_processes_carry_one_out_together_and_decide_each_once(
    system: System, clock: Clock, filed: ApplicationId, officer: Actor
) -> None:
    await file_more(system, 4)
    bulk_id = await make_bulk(system, officer, await given(system, officer))
    clock.now += HELD_FOR
    looked_at = await asyncio.gather(carry_out_due(system), carry_out_due(system))
    await carry_out_due(system)

    done, _ = await show_bulk(system, officer, bulk_id)
    assert (sum(looked_at), done.state, done.decided_workers) == (5, BulkState.DONE, 12)


async def test_what_others_did_meanwhile_stays_and_is_told(
    system: System, clock: Clock, filed: ApplicationId, officer: Actor
) -> None:
    taken, withdrawn = await file_more(system, 2)
    bulk_id = await make_bulk(system, officer, await given(system, officer))
    clock.now += HELD_FOR
    await take_application(system, OTHER, taken)
    await withdraw(system, OPERATOR, withdrawn)
    await carry_out_due(system)

    done, left = await show_bulk(system, officer, bulk_id)
    assert done.decided_workers == 4
    assert {each.because: each.example for each in left} == {
        LeftBecause.HELD_BY_OTHER: taken,
        LeftBecause.NOT_ON_DESK: withdrawn,
    }


async def test_a_bulk_that_comes_too_late_for_everybody_tells_so_and_changes_nothing(
    system: System, clock: Clock, filed: ApplicationId, officer: Actor
) -> None:
    bulk_id = await make_bulk(system, officer, await given(system, officer))
    await take_application(system, OTHER, filed)
    await decide_rest(system, OTHER, filed, Decision.RETURN, REASON)
    before = await show_application(system, OPERATOR, filed)
    await carried_out(system, clock)

    done, left = await show_bulk(system, officer, bulk_id)
    assert (done.state, done.decided_workers) == (BulkState.DONE, 0)
    assert [(each.because, each.applications) for each in left] == [(LeftBecause.NOT_ON_DESK, 1)]
    assert await show_application(system, OPERATOR, filed) == before


async def test_a_bulk_whose_workers_were_all_decided_meanwhile_leaves_the_others_as_they_are(
    system: System, clock: Clock, filed: ApplicationId, officer: Actor
) -> None:
    async with system.database.transaction() as conn:
        await conn.execute("UPDATE worker SET reasons = 'nik-age' WHERE row_no = 1")
    wanted = WaitingFilter(reason="nik-age")
    bulk_id = await make_bulk(system, officer, await given(system, officer, wanted=wanted))
    await take_application(system, OTHER, filed)
    one = [WorkerDecision(1, Decision.RETURN, REASON)]
    await decide(system, OTHER, filed, one)
    await give_back(system, OTHER, filed)
    before = await show_application(system, OPERATOR, filed)
    await carried_out(system, clock)

    done, left = await show_bulk(system, officer, bulk_id)
    assert (done.decided_workers, [each.because for each in left]) == (0, ["nobody-waits"])
    assert await show_application(system, OPERATOR, filed) == before


async def test_what_another_officer_holds_is_left_out_from_the_beginning(
    system: System, filed: ApplicationId, officer: Actor
) -> None:
    await take_application(system, OTHER, filed)

    preview = await preview_bulk(system, officer, ALL)

    assert (preview.applications, preview.held) == (0, 1)
    with pytest.raises(Conflict, match="bulk-empty"):
        await make_bulk(system, officer, await given(system, officer))


async def test_where_the_preview_is_not_true_any_more_it_is_shown_again(
    system: System, filed: ApplicationId, officer: Actor
) -> None:
    asked = await given(system, officer)
    await file_more(system, 1)

    with pytest.raises(Conflict, match="bulk-changed"):
        await make_bulk(system, officer, asked)


async def test_a_filter_by_reason_decides_those_workers_alone(
    system: System, clock: Clock, filed: ApplicationId, officer: Actor
) -> None:
    async with system.database.transaction() as conn:
        await conn.execute("UPDATE worker SET reasons = 'nik-age' WHERE row_no = 1")
    wanted = WaitingFilter(reason="nik-age")
    await make_bulk(system, officer, await given(system, officer, wanted=wanted))
    await carried_out(system, clock)

    found = await show_application(system, OPERATOR, filed)
    assert (found.pending, found.returned, found.state) == (3, 1, "in_review")


async def test_nobody_holds_what_still_waits_afterwards(
    system: System, clock: Clock, filed: ApplicationId, officer: Actor
) -> None:
    async with system.database.transaction() as conn:
        await conn.execute("UPDATE worker SET reasons = 'nik-age' WHERE row_no = 1")
    wanted = WaitingFilter(reason="nik-age")
    await make_bulk(system, officer, await given(system, officer, wanted=wanted))
    await carried_out(system, clock)

    assert (await take_application(system, OTHER, filed)).officer_id == OTHER.id


async def test_the_right_to_decide_ends_what_has_not_been_decided(
    system: System, clock: Clock, filed: ApplicationId, officer: Actor
) -> None:
    bulk_id = await make_bulk(system, officer, await given(system, officer))
    async with system.database.transaction() as conn:
        query = "UPDATE account SET disabled_at = %s WHERE account_id = %s"
        await conn.execute(query, (clock.now, AccountId(officer.id)))
    await carried_out(system, clock)

    supervisor = Actor(kind=ActorKind.ACCOUNT, id=98, role=Role.SUPERVISOR)
    stopped, _ = await show_bulk(system, supervisor, bulk_id)
    assert (stopped.state, stopped.decided_workers) == (BulkState.STOPPED, 0)
    assert await states(system, [filed]) == {"received"}


async def test_an_official_has_one_at_a_time(
    system: System, clock: Clock, filed: ApplicationId, officer: Actor
) -> None:
    first = await make_bulk(system, officer, await given(system, officer))
    with pytest.raises(Conflict, match="bulk-open"):
        await make_bulk(system, officer, await given(system, officer))
    await undo_bulk(system, officer, first)
    second = await make_bulk(system, officer, await given(system, officer))

    assert [each.bulk_id for each in await list_bulk(system, officer)] == [second, first]


async def test_without_a_filter_nothing_is_decided_in_bulk(
    system: System, filed: ApplicationId, officer: Actor
) -> None:
    with pytest.raises(InvalidInput, match="bulk-filter-missing"):
        await preview_bulk(system, officer, WaitingFilter())


async def test_a_refusal_needs_a_reason_from_the_list(
    system: System, filed: ApplicationId, officer: Actor
) -> None:
    asked = replace(await given(system, officer), reason="because")

    with pytest.raises(InvalidInput, match="decision-incomplete"):
        await make_bulk(system, officer, asked)


async def test_it_is_seen_and_undone_by_who_made_it_and_by_supervisors(
    system: System, filed: ApplicationId, officer: Actor
) -> None:
    bulk_id = await make_bulk(system, officer, await given(system, officer))
    inspector = Actor(kind=ActorKind.ACCOUNT, id=97, role=Role.INSPECTOR)

    with pytest.raises(NotFound):
        await undo_bulk(system, OTHER, bulk_id)
    with pytest.raises(Forbidden):
        await undo_bulk(system, inspector, bulk_id)
    await undo_bulk(system, Actor(kind=ActorKind.ACCOUNT, id=98, role=Role.SUPERVISOR), bulk_id)


async def test_one_takes_no_more_than_the_bound_and_says_that_there_is_more(
    system: System,
    clock: Clock,
    filed: ApplicationId,
    officer: Actor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    more = await file_more(system, 2)
    monkeypatch.setattr(store, "MOST_APPLICATIONS", 2)
    preview = await preview_bulk(system, officer, ALL)
    assert (preview.applications, preview.has_more) == (2, True)

    await make_bulk(system, officer, await given(system, officer))
    await carried_out(system, clock)
    after = [await states(system, [number]) for number in (filed, *more)]
    assert after.count({"decided"}) == 2 and after.count({"received"}) == 1


async def test_two_forms_at_once_make_one(
    system: System, filed: ApplicationId, officer: Actor
) -> None:
    form = await given(system, officer)
    made = await asyncio.gather(
        *(make_bulk(system, officer, form) for _ in range(4)), return_exceptions=True
    )
    refused = [one for one in made if isinstance(one, Conflict)]
    assert len(refused) == 3 and {one.code for one in refused} == {"bulk-open"}

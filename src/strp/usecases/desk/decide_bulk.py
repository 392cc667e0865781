"""One decision over all applications that a filter of the desk finds.

It is previewed, then held for a minute in which it is undone by a click, then carried out by worker
processes: an application a transaction, and what became of it in the same. So a process that dies
leaves nothing half decided, and the next goes on. Which applications it takes is fixed when it is
made; what has changed since by others stays as they left it, and is told.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from strp.domain.desk.bulk import (
    HELD_FOR,
    RIGHT_ENDED,
    BulkDecision,
    BulkState,
    LeftBecause,
    Preview,
    bulk_begun,
    bulk_changed,
    bulk_open,
    bulk_unknown,
    preview_of,
)
from strp.domain.desk.review import NOBODY_DECIDED, STATE_AFTER, Decision, WorkerDecision
from strp.domain.desk.waiting_filter import WaitingFilter
from strp.domain.errors import Conflict, InvalidInput, StrpError, Unavailable
from strp.domain.filing.application import WorkerState
from strp.domain.people.account import (
    AccountId,
    Actor,
    ActorKind,
    Role,
    may_review,
    not_your_task,
)
from strp.domain.text import Text, clean_line
from strp.store import audit
from strp.store.desk import bulk as store
from strp.store.desk import decisions, leases
from strp.store.employers.lock import lock_employers
from strp.store.engine.database import Connection
from strp.store.people.accounts import find_account
from strp.usecases.desk.agreement import require_agreement
from strp.usecases.desk.review import (
    approve_chosen_in,
    approve_rest_in,
    check_decisions,
)
from strp.usecases.desk.show_desk import ALL_WAITING
from strp.usecases.process.system import System

LOOKS_EVERY_S: Final = 2.0
PASS_S: Final = 20.0
"""A pass ends after this, so that the loop gives a sign; the next goes on."""
MOST_LISTED: Final = 10
EMPLOYER_BUSY: Final = "employer-busy"
_WHY: Final = {
    "ruling-needed": LeftBecause.RULING_NEEDED,
    "four-eyes-same-account": LeftBecause.SECOND_OFFICER,
    "officials-differ": LeftBecause.SECOND_OFFICER,
    "lease-lost": LeftBecause.HELD_BY_OTHER,
    NOBODY_DECIDED: LeftBecause.NOBODY_WAITS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the official wants decided.

    Args:
        wanted: the filter; not all that waits.
        reason: code from the list, but for an approval.
        remark: a sentence to the employers.
        seen: applications and workers that the preview showed.
    """

    wanted: WaitingFilter
    decision: Decision
    reason: str | None
    remark: str | None
    seen: tuple[int, int]


async def preview_bulk(system: System, actor: Actor, wanted: WaitingFilter) -> Preview:
    """What a bulk decision over a filter would do now; changes nothing.

    Args:
        actor: who would decide.
        wanted: the filter.

    Raises:
        Forbidden: the actor does not review.
        InvalidInput: `bulk-filter-missing`.
    """
    _permit(actor, wanted)
    async with system.database.connection() as conn:
        found, has_more = await store.match(conn, wanted, actor.id, system.clock())
    return preview_of(found, has_more=has_more)


async def make_bulk(system: System, actor: Actor, given: Given) -> int:
    """Have a bulk decision carried out in a minute.

    Args:
        actor: an officer.
        given: what is decided of which.

    Returns:
        Its number.

    Raises:
        Conflict: `bulk-changed`: what waits is not what was shown; `bulk-open`; `bulk-empty`.
        Forbidden: the actor does not review.
        InvalidInput: `bulk-filter-missing`; a refusal or return without a reason from the list.
    """
    _permit(actor, given.wanted)
    check_decisions(system, [WorkerDecision(0, given.decision, given.reason, given.remark)])
    now = system.clock()
    async with system.database.transaction() as conn:
        if any(each.ended_at is None for each in await store.list_of(conn, actor.id, 1)):
            raise bulk_open()
        found, has_more = await store.match(conn, given.wanted, actor.id, now)
        preview = preview_of(found, has_more=has_more)
        if not preview.applications:
            raise Conflict("bulk-empty", _EMPTY)
        if (preview.applications, preview.workers) != given.seen:
            raise bulk_changed()
        bulk_id = await store.add(
            conn,
            actor.id,
            given.wanted,
            given.decision,
            reason=given.reason,
            remark=clean_line(given.remark or "") or None,
            made_at=now,
            begins_at=now + HELD_FOR,
            applications=[each for each in found if not each.is_held],
        )
        detail = {
            "decision": given.decision,
            "applications": preview.applications,
            "workers": preview.workers,
        }
        await _record(conn, actor.label, "bulk-decision-made", bulk_id, now, detail)
    return bulk_id


async def undo_bulk(system: System, actor: Actor, bulk_id: int) -> None:
    """Undo a bulk decision that has not begun; one that is undone stays so.

    Args:
        actor: who made it, or a supervisor.
        bulk_id: its number.

    Raises:
        Conflict: `bulk-begun`.
        Forbidden: the actor does not review.
        NotFound: `bulk-unknown`.
    """
    now = system.clock()
    async with system.database.transaction() as conn:
        await _visible(conn, actor, bulk_id)
        if not await store.undo(conn, bulk_id, actor.id, now):
            # A second click, or the supervisor's beside the officer's: it is as they want it.
            if (await _visible(conn, actor, bulk_id)).state is BulkState.UNDONE:
                return
            raise bulk_begun()
        await _record(conn, actor.label, "bulk-decision-undone", bulk_id, now)


async def show_bulk(
    system: System, actor: Actor, bulk_id: int
) -> tuple[BulkDecision, Sequence[store.LeftCount]]:
    """How far a bulk decision is, and what it left.

    Args:
        actor: who made it, or a supervisor.
        bulk_id: its number.

    Raises:
        Forbidden: the actor does not review.
        NotFound: `bulk-unknown`.
    """
    async with system.database.connection() as conn:
        found = await _visible(conn, actor, bulk_id)
        return found, await store.left_of(conn, bulk_id)


async def list_bulk(system: System, actor: Actor) -> Sequence[BulkDecision]:
    """The official's newest bulk decisions.

    Raises:
        Forbidden: the actor does not review.
    """
    if not may_review(actor):
        raise not_your_task()
    async with system.database.connection() as conn:
        return await store.list_of(conn, actor.id, MOST_LISTED)


async def carry_out_forever(system: System) -> None:
    """Carry out bulk decisions whose minute is over; until cancelled."""
    await system.loops.every(
        "bulk",
        lambda: carry_out_due(system),
        lambda: LOOKS_EVERY_S,
        within_s=PASS_S + 40,
        bound_s=180,
    )


async def carry_out_due(system: System) -> int:
    """Carry out what is due, for as long as a pass takes.

    Returns:
        Number of applications looked at.
    """
    async with system.database.transaction() as conn:
        await store.begin_due(conn, system.clock())
    until, done = time.monotonic() + PASS_S, 0
    while time.monotonic() < until and await _carry_out_next(system):
        done += 1
    async with system.database.transaction() as conn:
        now = system.clock()
        for bulk_id, account_id in await store.end_done(conn, now):
            await _record(conn, f"account:{account_id}", "bulk-decision-ended", bulk_id, now)
    return done


async def _carry_out_next(system: System) -> bool:
    """Decide the next application, and keep what became of it, in one transaction."""
    each: store.NextOfBulk | None = None
    try:
        async with system.database.transaction() as conn:
            each = await store.take_next(conn)
            if each is None:
                return False
            actor = await _official(conn, each.account_id)
            if actor is None:
                await store.stop_all_of(conn, each.account_id, RIGHT_ENDED, system.clock())
                return True
            decided, left = await _decide(system, conn, actor, each)
            now = system.clock()
            await store.mark_done(conn, each, decided=decided, left_because=left, now=now)
    except Unavailable as error:
        if each is None or error.code != EMPLOYER_BUSY:
            raise
        await _put_off(system, each)
        return False
    except StrpError as error:
        if each is None:
            raise
        await _leave(system, each, _WHY.get(error.code, LeftBecause.FAILED))
        return True
    if decided and each.decision is Decision.APPROVE:
        system.bell.notify()
    return True


async def _decide(
    system: System, conn: Connection, actor: Actor, each: store.NextOfBulk
) -> tuple[int, LeftBecause | None]:
    """Decide the workers of one application; how many, and why not all."""
    number, now = each.application_id, system.clock()
    if each.decision is not Decision.APPROVE:  # its lock comes before the place on the desk
        await lock_employers(conn, [each.nib])
    before = await store.pending_of(conn, each.nib, number)
    lease = await leases.lease_one(conn, number, actor, now=now, until=now + HELD_FOR)
    if lease is None:
        held = await leases.find_lease(conn, number)
        is_held = held is not None and held.officer_id is not None
        return 0, LeftBecause.HELD_BY_OTHER if is_held else LeftBecause.NOT_ON_DESK
    rows = None
    if each.worker_reason is not None:
        rows = await store.rows_for(conn, each.nib, number, each.worker_reason)
        if not rows:
            await leases.release(conn, number, actor.id)
            return 0, LeftBecause.NOBODY_WAITS
    after = await _decide_held(system, conn, actor, each, rows, now)
    if after:
        await leases.release(conn, number, actor.id)
    decided, wanted = before - after, before if rows is None else len(rows)
    return decided, LeftBecause.SECOND_OFFICER if decided < wanted else None


async def _decide_held(
    system: System,
    conn: Connection,
    actor: Actor,
    each: store.NextOfBulk,
    rows: Sequence[int] | None,
    now: datetime,
) -> int:
    """Decide the workers of an application that is held; how many wait still."""
    number, state = each.application_id, STATE_AFTER[each.decision]
    chosen = [(row, state, each.reason, each.remark) for row in rows or ()]
    if state is WorkerState.APPROVED and rows is None:
        return (await approve_rest_in(system, conn, actor, number, each.remark)).pending
    if state is WorkerState.APPROVED and rows is not None:
        return (await approve_chosen_in(system, conn, actor, number, chosen, rows)).pending
    await require_agreement(conn, actor, number, rows)
    if rows is None:
        counts = await decisions.decide_pending(
            conn,
            number,
            actor,
            now=now,
            state=state,
            reason=each.reason,
            remark=each.remark,
        )
    else:
        counts = await decisions.decide_chosen(conn, number, actor, now=now, decisions=chosen)
    assert counts is not None, "this transaction holds it"
    return counts.pending


async def _leave(system: System, each: store.NextOfBulk, because: LeftBecause) -> None:
    async with system.database.transaction() as conn:
        now = system.clock()
        await store.mark_done(conn, each, decided=0, left_because=because, now=now)


async def _put_off(system: System, each: store.NextOfBulk) -> None:
    async with system.database.transaction() as conn:
        await store.put_off(conn, each, system.clock())


async def _official(conn: Connection, account_id: int) -> Actor | None:
    """The official as they are now; None where the right to decide has ended."""
    account = await find_account(conn, AccountId(account_id))
    if account is None or account.disabled_at is not None:
        return None
    actor = Actor(kind=ActorKind.ACCOUNT, id=account_id, role=account.role)
    return actor if may_review(actor) else None


async def _visible(conn: Connection, actor: Actor, bulk_id: int) -> BulkDecision:
    if not may_review(actor):
        raise not_your_task()
    found = await store.find(conn, bulk_id)
    if found is None or (found.account_id != actor.id and actor.role is not Role.SUPERVISOR):
        raise bulk_unknown()
    return found


def _permit(actor: Actor, wanted: WaitingFilter) -> None:
    if not may_review(actor):
        raise not_your_task()
    if wanted == ALL_WAITING:
        raise InvalidInput("bulk-filter-missing", _NO_FILTER)


async def _record(
    conn: Connection,
    actor: str,
    action: str,
    bulk_id: int,
    now: datetime,
    detail: dict[str, object] | None = None,
) -> None:
    subject = f"bulk-decision:{bulk_id}"
    await audit.record(conn, at=now, actor=actor, action=action, subject=subject, detail=detail)


_NO_FILTER = Text(
    "Saring dahulu: keputusan massal hanya untuk pengajuan yang cocok dengan saringan.",
    "Filter first: a bulk decision is for applications that a filter finds.",
)
_EMPTY = Text(
    "Tidak ada pengajuan yang dapat diputus dengan saringan ini.",
    "No application that this filter finds can be decided.",
)

"""Screening again what stands, after a change of the rules or of the registry: a few employers in
each transaction, in the background, by one process at a time.

A process that is killed loses at most the employers of one transaction, which roll back: the next
turn takes them again.
"""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from time import monotonic
from typing import Final

from strp.domain.civil_time import WIB, civil_day
from strp.domain.employers.employer import NO_TERMS
from strp.domain.identifiers import Nib
from strp.domain.people.account import Actor, may_change_rules, not_your_task
from strp.domain.rules.filing_rules import Unfit
from strp.domain.rules.policy import Policy
from strp.domain.screening.standing import Rescreening, due_at, is_make_believe
from strp.store import audit
from strp.store.certificates import group_acts
from strp.store.certificates import rescreenings as store
from strp.store.employers import registry
from strp.store.employers import terms as employer_terms
from strp.store.employers.lock import lock_employers
from strp.store.engine.database import Connection
from strp.store.filing.intake import allow_long
from strp.store.rules import policies
from strp.usecases.filing.rescreen import forget_employer, rescreen_one
from strp.usecases.filing.standing import SuspendingAct, settle_standing
from strp.usecases.process.system import System
from strp.usecases.rules.effects import Rules, changed_employers, rules_of

EMPLOYERS_AT_ONCE = 200
LOOK_AGAIN_AFTER = timedelta(seconds=30)
REST_S: Final = 5.0
BREATHER: Final = 0.8
"""Of the time that a part took: filing beside it keeps its pace, and a million takes some 4
minutes (reckoned from 121 s without rests)."""
LONGEST_BREATHER_S: Final = 0.5
WITHIN_S: Final = 900.0
BOUND_S: Final = 960.0
MOST_LISTED = 50
SYSTEM = "system"


async def rescreen_forever(system: System) -> None:
    """Work on what is due until cancelled; look again every few seconds where nothing is."""
    pause_s = REST_S

    async def turn() -> None:
        nonlocal pause_s
        began = monotonic()
        worked = await rescreen_standing(system)
        pause_s = min(BREATHER * (monotonic() - began), LONGEST_BREATHER_S) if worked else REST_S

    bounds = {"within_s": WITHIN_S, "bound_s": BOUND_S}
    await system.loops.every("rescreen", turn, lambda: pause_s, **bounds)


async def rescreen_standing(system: System) -> bool:
    """Do the next part of what is due.

    Returns:
        Whether there was any.
    """
    touched: list[Nib] = []
    async with system.database.transaction() as conn:
        await allow_long(conn)
        is_done = await _next_part(system, conn, touched)
    for nib in touched:
        forget_employer(system, nib)
    if touched:
        system.trust.read_at = None
        system.bell.notify()
    return is_done


async def ask_after_change(
    conn: Connection,
    actor: Actor,
    subject: str,
    before: Rules,
    after: Rules,
    on: date,
    now: datetime,
) -> None:
    """Have what stands screened again after a change of the rules, in the same transaction.

    Args:
        conn: the transaction that changes them.
        actor: who does.
        subject: the policy that is activated, withdrawn or undone.
        before: the rules before it.
        after: the rules after it.
        on: first day on which that matters.
        now: aware time.
    """
    steps = [(on, before.in_force(on), before), *_steps_after(after, on)]
    for day, old, known in steps:
        new = after.in_force(day)
        if old is None or new is None or old == new or is_make_believe(old, new):
            continue
        if new.unfit.then is Unfit.RUN_OUT and not await store.any_open(conn):
            continue
        await store.ask(
            conn,
            cause="rules",
            subject=subject,
            period=old.period.number,
            unfit=new.unfit.then,
            before=known.documents[old.policy_id],
            actor=actor.label,
            asked_at=now,
            due_at=due_at(new.unfit, asked_at=now, from_at=datetime.combine(day, time.min, WIB)),
        )


def _steps_after(rules: Rules, on: date) -> list[tuple[date, Policy | None, Rules]]:
    """The next day on which other rules come into force, by rules that are known already."""
    current = rules.in_force(on)
    days = [policy.effective_from for policy in rules.active if policy.effective_from > on]
    if current is not None and current.effective_until is not None:
        days.append(current.effective_until + timedelta(days=1))
    return [(min(days), current, rules)] if days else []


async def list_rescreenings(system: System, actor: Actor) -> list[Rescreening]:
    """The latest changes for which what stands was screened again, the newest first.

    Raises:
        Forbidden: the actor may not change the rules.
    """
    if not may_change_rules(actor):
        raise not_your_task()
    async with system.database.connection() as conn:
        return await store.list_rescreenings(conn, MOST_LISTED)


async def _next_part(system: System, conn: Connection, touched: list[Nib]) -> bool:
    now = system.clock()
    for task in await store.due(conn, now):
        policy = (await rules_of(conn, civil_day(now))).in_force(civil_day(now))
        if not task.is_planned:
            await _plan(system, conn, task, policy)
            return True
        before = now - LOOK_AGAIN_AFTER
        employers = await store.next_employers(
            conn, task.rescreening_id, before=before, limit=EMPLOYERS_AT_ONCE
        )
        if employers and policy is not None:
            await _settle(system, conn, task, policy, employers)
            touched += employers
            return True
        if employers:  # no rules, so nobody fits better or worse by them
            await store.end_all(conn, task.rescreening_id)
        if await store.end_if_done(conn, task.rescreening_id, now):
            await _record_end(system, conn, task)
            return True
    return False


async def _plan(system: System, conn: Connection, task: store.Task, policy: Policy | None) -> None:
    """Note whom a change of the rules touches, by what is in force at this moment."""
    changed: dict[Nib, int] = {}
    if task.unfit is not Unfit.RUN_OUT and task.before is not None:
        old = policies.policy_of(task.before, task.before_activated_on)
        changed = await changed_employers(conn, old, policy, civil_day(system.clock()))
    # Whom the rules before did not fit either, an official let in: that stands.
    unfit = [nib for nib, count in changed.items() if count]
    await store.plan(conn, task.rescreening_id, unfit, [*changed])


async def _settle(
    system: System,
    conn: Connection,
    task: store.Task,
    policy: Policy,
    employers: dict[Nib, bool],
) -> None:
    now, nibs = system.clock(), sorted(employers)
    await lock_employers(conn, nibs)
    act = SuspendingAct(task.act_id, task.period_id, reason_of(task, policy), SYSTEM)
    settled = await settle_standing(conn, policy, employers, act, now)
    done = [nib for nib in nibs if nib not in settled.unfinished]
    await _rescreen_waiting(system, conn, task, policy, done)
    if act.act_id is not None and act.act_id != task.act_id:
        await store.set_act(conn, task.rescreening_id, act.act_id)
    counts = {"suspended": settled.suspended, "restored": settled.restored}
    await store.count(conn, task.rescreening_id, **counts)
    await store.settle(conn, task.rescreening_id, done, now)


async def _rescreen_waiting(
    system: System, conn: Connection, task: store.Task, policy: Policy, nibs: list[Nib]
) -> None:
    """Who waits is screened by the rules in force; where the change says run-out, or is one of the
    registry, by those that the workers were filed under."""
    suspends = task.unfit is not Unfit.RUN_OUT
    if suspends is (task.cause == "registry"):
        return
    goes_over = suspends and policy.period.number == task.period_id
    waiting = await store.waiting_employers(
        conn, nibs, task.period_id, policy.policy_id if goes_over else None
    )
    found = await registry.find_employers(conn, waiting)
    today = civil_day(system.clock())
    terms = await employer_terms.terms_of(conn, waiting, policy.period.number, today)
    for nib in waiting:
        facts = replace(found[nib], terms=terms.get(nib, NO_TERMS))
        await rescreen_one(system, conn, facts)


def reason_of(task: store.Task, policy: Policy) -> str:
    """Why certificates are suspended, as it is kept with each of them.

    Args:
        task: what is being done.
        policy: the rules in force.
    """
    if task.cause == "rules":
        return f"Aturan berubah: sektor atau batas jumlah pekerja ({policy.policy_id})"
    return f"Data perusahaan berubah: sektor atau batas jumlah pekerja ({policy.policy_id})"


async def _record_end(system: System, conn: Connection, task: store.Task) -> None:
    now = system.clock()
    if task.act_id is not None:
        await group_acts.end_act(conn, task.act_id, now)
    done = await store.find_rescreening(conn, task.rescreening_id)
    detail = {"employers": done.employers, "suspended": done.suspended, "restored": done.restored}
    await audit.record(
        conn,
        at=now,
        actor=SYSTEM,
        action="rescreened",
        subject=f"rescreening:{task.rescreening_id}",
        detail=detail,
    )

"""Puts a policy into force by its dates, takes it back, or undoes the last such change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

import psycopg

from strp.domain.civil_time import civil_day
from strp.domain.errors import Conflict, NotFound
from strp.domain.people.account import Actor, may_change_rules, not_your_task
from strp.domain.rules.document import Plain, plain
from strp.domain.rules.policy import (
    Period,
    Policy,
    ended,
    periods_after,
    policy_in_force,
    policy_on,
)
from strp.domain.screening.policy_effects import Effects, Touched
from strp.domain.screening.standing import SETTLED_AFTER, still_rescreening
from strp.domain.text import Text
from strp.store import audit
from strp.store.certificates import rescreenings
from strp.store.engine.database import Connection
from strp.store.rules import policies, policy_changes
from strp.usecases.certificates.rescreen_standing import ask_after_change
from strp.usecases.notices.tell_employer import tell_of_rules
from strp.usecases.process.system import System
from strp.usecases.rules.documents import (
    policies_folder,
    save_known_regions,
    save_plain,
    sound_documents,
)
from strp.usecases.rules.effects import Rules, measure_change, rules_of
from strp.usecases.rules.end_exercise import end_exercise

ACTIVATED = "policy-activated"
WITHDRAWN = "policy-withdrawn"
UNDONE = "policy-change-undone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Activation:
    """A policy that was activated, with its dates of today, and what that changed.

    Args:
        others: active policies that name the same period with other days; this one wins.
        touched: whom that touches.
        instead: the policy that applies all the same on the first day of this one, such as a
            regulation while this is an exercise; None: this one does.
        exercise: id of an exercise that is active still and applies no more, since this is a
            regulation: what it issued ends when it is withdrawn.
    """

    policy: Policy
    effects: Effects
    others: tuple[Policy, ...]
    touched: Touched
    instead: Policy | None = None
    exercise: str | None = None


class Counted(NamedTuple):
    """What a change came to when it was tried.

    Args:
        documents: the files as they were read.
        before: the rules that it was tried on.
    """

    documents: Sequence[tuple[Policy, Plain]]
    before: Rules
    activation: Activation


class UndoneChange(NamedTuple):
    """A change of the rules that was taken back."""

    action: str
    policy_id: str
    at: datetime


async def activate_policy(system: System, actor: Actor, policy_id: str) -> Activation:
    """Load policies and regions and activate one policy as its file says it now.

    From its first day on it applies: among activated policies the one with the latest first day.
    Its period lasts as this activation says, longer or shorter than before. What was loaded with
    it and is not activated changes nothing.

    Args:
        system: the installation.
        actor: the operator or an administrator.
        policy_id: of the policy.

    Raises:
        Forbidden: the actor may not change the rules.
        InvalidInput: `policy-mistakes`; nothing is changed.
        NotFound: `policy-unknown`.
        Conflict: `period-of-another`; its period contradicts one that was activated before.
            `rescreening-underway`; what stands is still being screened for the change before, or
            will be within `SETTLED_AFTER`.
    """
    # Reading files and counting over a million workers takes seconds: the switch itself is short.
    return await switch_to(
        system, actor, policy_id, await count_activation(system, actor, policy_id)
    )


async def switch_to(system: System, actor: Actor, policy_id: str, counted: Counted) -> Activation:
    """The second half of `activate_policy`, which raises likewise: the change itself.

    Args:
        policy_id: of the policy.
        counted: what it came to when it was tried.
    """
    _may(actor)
    async with system.database.transaction() as conn:
        await save_known_regions(system, conn)
    async with system.database.transaction() as conn:
        await policies.lock_policies(conn)
        await save_plain(system, conn, counted.documents)
        activation = await activate(system, conn, actor, policy_id, counted=counted)
    system.reference.read_at = None
    return activation


async def preview_activation(system: System, actor: Actor, policy_id: str) -> Activation:
    """What `activate_policy` would do now: the same steps in a transaction that is given up.

    Raises: as `activate_policy`.

    Args:
        actor: who would activate it.
        policy_id: name of the policy, whose file is read anew.
    """
    return (await count_activation(system, actor, policy_id)).activation


async def count_activation(system: System, actor: Actor, policy_id: str) -> Counted:
    """Carry out an activation in a transaction that is given up, and keep what it came to.

    Args:
        policy_id: of the policy, whose file is read anew.

    Raises: as `activate_policy`.
    """
    _may(actor)
    documents = [
        (policy, plain(document)) for policy, document in sound_documents(policies_folder(system))
    ]
    async with system.database.transaction() as conn:
        await policies.lock_policies(conn)
        before = await rules_of(conn, civil_day(system.clock()))
        await save_plain(system, conn, documents)
        activation = await activate(system, conn, actor, policy_id)
        raise psycopg.Rollback
    return Counted(documents, before, activation)


async def activate(
    system: System,
    conn: Connection,
    actor: Actor,
    policy_id: str,
    *,
    undoable: bool = True,
    counted: Counted | None = None,
) -> Activation:
    """Activate a policy that is loaded; raises as `activate_policy`.

    Args:
        conn: a transaction that has locked the policies.
        undoable: whether `strp policy undo` takes it back.
        counted: what the same change came to a moment ago; counted anew where the rules before it
            are others by now.

    Raises:
        NotFound: no such policy is loaded.
        StrpError: as `activate_policy`.
    """
    now, today = system.clock(), civil_day(system.clock())
    before = await rules_of(conn, today)
    if undoable:
        await policy_changes.note_change(
            conn, policy_id, action=ACTIVATED, actor=actor.label, at=now
        )
    if not await policies.activate(conn, policy_id, now):
        raise _unknown()
    running = await rescreenings.underway(conn, now + SETTLED_AFTER)
    if running is not None:
        raise still_rescreening(running)
    active = await policies.list_active(conn)
    policy = policy_on(active[-1], today)
    _require_own_period(policy, before.periods)
    after = await _save_periods(conn, before, today)
    on = max(today, policy.effective_from)
    if counted is None or counted.before != before:
        effects, touched = await measure_change(conn, before, after, on, now)
    else:
        effects, touched = counted.activation.effects, counted.activation.touched
    await _tell(conn, actor, policy_id, before, after, on, now, touched)
    await _record(conn, actor, ACTIVATED, policy_id, now, effects)
    applies = policy_in_force(active, on)
    exercises = [each.policy_id for each in active if each.follows_today]
    return Activation(
        policy=policy,
        effects=effects,
        others=_contradicting(active),
        touched=touched,
        instead=None if applies is None or applies.policy_id == policy_id else applies,
        exercise=exercises[0] if exercises and not policy.follows_today else None,
    )


async def withdraw_policy(system: System, actor: Actor, policy_id: str) -> None:
    """Take back an activation, such as that of the exercise before the real policy opens.

    An exercise ends with that, and so do its certificates; those of a regulation outlive it.

    Args:
        system: the installation.
        actor: the operator or an administrator.
        policy_id: of the policy.

    Raises:
        Forbidden: the actor may not change the rules.
        NotFound: `policy-unknown`.
        Conflict: `policy-not-active`; nothing is noted that an undo would find.
    """
    _may(actor)
    now, today = system.clock(), civil_day(system.clock())
    async with system.database.transaction() as conn:
        await policies.lock_policies(conn)
        before = await rules_of(conn, today)
        await policy_changes.note_change(
            conn, policy_id, action=WITHDRAWN, actor=actor.label, at=now
        )
        if not await policies.withdraw(conn, policy_id):
            known = await policies.find_document(conn, policy_id)
            raise Conflict("policy-not-active", _NOT_ACTIVE) if known else _unknown()
        after = await _save_periods(conn, before, today)
        on = _first_day(policy_id, [*before.active, *after.active], today)
        effects, touched = await measure_change(conn, before, after, on, now)
        await _tell(conn, actor, policy_id, before, after, on, now, touched)
        await _record(conn, actor, WITHDRAWN, policy_id, now, effects)
    system.reference.read_at = None


async def last_change(system: System) -> UndoneChange | None:
    """The change that `undo_policy_change` would take back, or None."""
    async with system.database.connection() as conn:
        found = await policy_changes.last_change(conn)
    return found and UndoneChange(found.action, found.policy_id, found.at)


async def undo_policy_change(system: System, actor: Actor) -> UndoneChange:
    """Bring back policies and periods as they were before the last change not yet undone.

    A period that this change made stays where it is a regulation's, since certificates may name
    it; an exercise's ends.

    Args:
        system: the installation.
        actor: the operator or an administrator.

    Raises:
        Forbidden: the actor may not change the rules.
        Conflict: `nothing-to-undo`.
    """
    _may(actor)
    now, today = system.clock(), civil_day(system.clock())
    async with system.database.transaction() as conn:
        await policies.lock_policies(conn)
        found = await policy_changes.last_change(conn)
        if found is None:
            raise Conflict("nothing-to-undo", _NOTHING_TO_UNDO)
        before = await rules_of(conn, today)
        await policy_changes.restore(conn, found, actor=actor.label, at=now)
        was = found.periods_before()
        known = {period.number for period in was}
        made = (p for p in before.periods if p.exercise and p.number not in known)
        await policies.save_periods(conn, [*was, *(ended(period, today) for period in made)])
        after = await rules_of(conn, today)
        on = _first_day(found.policy_id, [*before.active, *after.active], today)
        effects, touched = await measure_change(conn, before, after, on, now)
        await _tell(conn, actor, found.policy_id, before, after, on, now, touched)
        await _record(conn, actor, UNDONE, found.policy_id, now, effects)
    system.reference.read_at = None
    return UndoneChange(found.action, found.policy_id, found.at)


async def _tell(
    conn: Connection,
    actor: Actor,
    policy_id: str,
    before: Rules,
    after: Rules,
    on: date,
    now: datetime,
    touched: Touched,
) -> None:
    """Have the employers told of a change and what stands screened again, in its transaction."""
    applies = after.in_force(civil_day(now))
    if applies is None or not applies.follows_today:
        await end_exercise(conn, now)
    await tell_of_rules(conn, touched, at=now)
    await ask_after_change(conn, actor, policy_id, before, after, on, now)


def _first_day(policy_id: str, known: Sequence[Policy], today: date) -> date:
    """The first day on which it matters whether a policy is active."""
    days = (each.effective_from for each in known if each.policy_id == policy_id)
    return max([today, *days])


async def _save_periods(conn: Connection, before: Rules, today: date) -> Rules:
    """The rules after a change of which policies are active, their periods saved."""
    after = await rules_of(conn, today)
    periods = periods_after(before.periods, after.active, today)
    await policies.save_periods(conn, periods)
    return after._replace(periods=periods)


def _require_own_period(policy: Policy, periods: Sequence[Period]) -> None:
    """A number and a code mean one period for ever, and an exercise never a regulation's."""
    for period in periods:
        same = period.number == policy.period.number
        if same != (period.code == policy.period.code) or (
            same and period.exercise is not policy.follows_today
        ):
            raise Conflict("period-of-another", _period_of_another(period))


def _contradicting(active: Sequence[Policy]) -> tuple[Policy, ...]:
    """Policies activated earlier that give the period of the last one other days."""
    *earlier, last = active
    return tuple(
        policy
        for policy in earlier
        if policy.period.number == last.period.number
        and (policy.period.starts_on, policy.period.ends_on)
        != (last.period.starts_on, last.period.ends_on)
    )


async def _record(
    conn: Connection,
    actor: Actor,
    action: str,
    policy_id: str,
    at: datetime,
    effects: Effects,
) -> None:
    await audit.record(
        conn,
        at=at,
        actor=actor.label,
        action=action,
        subject=f"policy:{policy_id}",
        detail=effects.as_document(),
    )


def _may(actor: Actor) -> None:
    if not may_change_rules(actor):
        raise not_your_task()


def _unknown() -> NotFound:
    return NotFound(
        "policy-unknown",
        Text(
            "Tidak ada aturan dengan nama ini. Lihat daftarnya dengan `strp policy list`.",
            "There is no policy of this name. See the list with `strp policy list`.",
        ),
    )


def _period_of_another(period: Period) -> Text:
    return Text(
        f"Masa berlaku {period.number} ({period.code}) sudah dipakai aturan lain dengan arti lain. "
        "Beri nomor dan kode yang baru di berkas aturan.",
        f"Period {period.number} ({period.code}) was used by another policy and means something "
        "else. Give it a new number and a new code in the policy file.",
    )


_NOT_ACTIVE = Text(
    "Aturan ini tidak aktif, jadi tidak ada yang ditarik. Lihat `strp policy list`.",
    "This policy is not active, so nothing was withdrawn. See `strp policy list`.",
)
_NOTHING_TO_UNDO = Text(
    "Tidak ada perubahan aturan yang dapat dibatalkan.",
    "There is no change of the rules to undo.",
)

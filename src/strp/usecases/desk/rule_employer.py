"""Ruling on an employer: what an official names is used by screening from then on.

The ruling, the screening of everybody who waits and the record are one transaction. Filings that
come at the same moment read rulings under the employer's lock, so none is screened by old terms.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from strp.domain.civil_time import civil_day
from strp.domain.employers.employer import EmployerFacts
from strp.domain.identifiers import Nib, format_nib
from strp.domain.notices.notice import NoticeKind, RulesChange
from strp.domain.people.account import Actor, may_review, not_your_task
from strp.domain.rules.policy import FourEyes, Policy
from strp.domain.screening.evidence import EvidenceState
from strp.domain.screening.ruling import (
    Ruling,
    RulingDraft,
    RulingState,
    check_reason,
    check_ruling,
    ruling_changed,
    same_account,
)
from strp.domain.screening.staff_declaration import StaffDeclaration
from strp.store import audit
from strp.store.desk.evidence import settle_with_ruling, withdraw_with_ruling
from strp.store.employers import rulings as store
from strp.store.employers import staff_declarations
from strp.store.engine.database import Connection
from strp.usecases.filing.rescreen import Rescreened, forget_employer, rescreen_waiting
from strp.usecases.notices.tell_employer import tell_employer, tell_of_evidence
from strp.usecases.process.system import System
from strp.usecases.rules.current import employer_facts, facts_under_lock, policy_today

MOST_SHOWN = 50


class Ruled(NamedTuple):
    """A ruling, and what it did to the workers who waited; nothing while it is proposed."""

    ruling: Ruling
    rescreened: Rescreened | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownEmployer:
    """What officials see of an employer before they rule.

    Args:
        rulings: the newest first, those that are over or declined too.
    """

    facts: EmployerFacts
    policy: Policy
    rulings: Sequence[Ruling]
    declaration: StaffDeclaration | None

    @property
    def proposed(self) -> Ruling | None:
        """The ruling that waits for a second official."""
        return self._last(RulingState.PROPOSED)

    @property
    def in_force(self) -> Ruling | None:
        """The ruling that no other has replaced; it may be over by its last day."""
        return self._last(RulingState.IN_FORCE)

    def _last(self, state: RulingState) -> Ruling | None:
        """The newest of a state; none of an exercise in real life, nor the other way round."""
        is_exercise = self.policy.follows_today
        own = (each for each in self.rulings if each.exercise is is_exercise)
        return next((each for each in own if each.state == state), None)


async def show_employer(system: System, actor: Actor, nib: Nib) -> ShownEmployer:
    """An employer with its rulings.

    Args:
        actor: an officer.
        nib: the employer.

    Raises:
        Forbidden: the actor does not review.
        NotFound: the registry does not hold the NIB.
    """
    _permit(actor)
    policy, facts = await policy_today(system), await employer_facts(system, nib)
    async with system.database.connection() as conn:
        rulings = await store.rulings_of(conn, nib, MOST_SHOWN)
        declared = await staff_declarations.find_declaration(conn, nib, policy.period.number)
    return ShownEmployer(facts=facts, policy=policy, rulings=rulings, declaration=declared)


async def list_waiting(
    system: System, actor: Actor
) -> tuple[Sequence[Ruling], Sequence[StaffDeclaration]]:
    """Rulings that wait for a second official, and declarations to look at, the earliest first."""
    _permit(actor)
    async with system.database.connection() as conn:
        drawn = await staff_declarations.list_drawn(conn, MOST_SHOWN)
        return await store.list_proposed(conn, MOST_SHOWN), drawn


async def rule_employer(system: System, actor: Actor, nib: Nib, draft: RulingDraft) -> Ruled:
    """Rule on an employer, or propose it where the policy asks for four eyes.

    Args:
        actor: an officer.
        nib: the employer.
        draft: what is ruled, with reason and dates.

    Raises:
        Forbidden: the actor does not review.
        InvalidInput: something is missing or wrong.
        NotFound: the registry does not hold the NIB.
        Conflict: another ruling on it waits for a second official.
        Unavailable: `employer-busy`; no policy in force.
    """
    _permit(actor)
    policy = await policy_today(system)
    check_ruling(draft, policy, civil_day(system.clock()))
    facts = await employer_facts(system, nib)
    async with system.database.transaction() as conn:
        ruled = await rule_within(system, conn, actor, facts, policy, draft)
    tell_ruled(system, ruled)
    return ruled


async def rule_within(
    system: System,
    conn: Connection,
    actor: Actor,
    facts: EmployerFacts,
    policy: Policy,
    draft: RulingDraft,
    *,
    exercise: bool | None = None,
) -> Ruled:
    """The same in a transaction that does more; `tell_ruled` follows once it is committed.

    Args:
        actor: an officer; not checked again.
        facts: the employer.
        policy: the rules in force.
        draft: what is ruled; checked before.
        exercise: whether it rests on something of an exercise; None: as the policy is one.

    Raises:
        Conflict: another ruling on the employer waits for a second official.
        Unavailable: `employer-busy`.
    """
    proposed = FourEyes.RULINGS in policy.four_eyes
    state = RulingState.PROPOSED if proposed else RulingState.IN_FORCE
    ruling = await store.add_ruling(
        conn,
        facts.nib,
        draft,
        state=state,
        exercise=policy.follows_today if exercise is None else exercise,
        actor=actor.label,
        at=system.clock(),
    )
    done = None if proposed else await _apply(system, conn, facts.nib, policy)
    await _record(system, conn, actor, "ruling-proposed" if proposed else "ruled", ruling, done)
    return Ruled(ruling, done)


async def confirm_ruling(system: System, actor: Actor, nib: Nib, ruling_id: int) -> Ruled:
    """Bring a proposed ruling into force, as a second official.

    Args:
        actor: the second official.
        nib: the employer.
        ruling_id: number of the proposal.

    Raises:
        Forbidden: the actor does not review.
        Conflict: `four-eyes-same-account`: the actor proposed it.
        NotFound: it waits no longer.
    """
    policy = await policy_today(system)
    async with system.database.transaction() as conn:
        ruling = await _lock_of_another(conn, actor, nib, ruling_id)
        await store.settle_proposed(
            conn, ruling, state=RulingState.IN_FORCE, actor=actor.label, at=system.clock()
        )
        if await settle_with_ruling(conn, nib, ruling_id, confirmed=True):
            await tell_of_evidence(conn, nib, EvidenceState.ACCEPTED, at=system.clock())
        done = await _apply(system, conn, nib, policy)
        await _record(system, conn, actor, "ruling-confirmed", ruling, done)
    ruled = Ruled(ruling, done)
    tell_ruled(system, ruled)
    return ruled


async def decline_ruling(system: System, actor: Actor, nib: Nib, ruling_id: int) -> None:
    """Decline a proposed ruling, as a second official.

    Args:
        actor: the second official.
        nib: the employer.
        ruling_id: number of the proposal.

    Raises:
        Forbidden: the actor does not review.
        Conflict: `four-eyes-same-account`: the actor proposed it.
        NotFound: it waits no longer.
    """
    async with system.database.transaction() as conn:
        ruling = await _lock_of_another(conn, actor, nib, ruling_id)
        await store.settle_proposed(
            conn, ruling, state=RulingState.DECLINED, actor=actor.label, at=system.clock()
        )
        await settle_with_ruling(conn, nib, ruling_id, confirmed=False)
        await _record(system, conn, actor, "ruling-declined", ruling, None)


async def withdraw_ruling(
    system: System, actor: Actor, nib: Nib, ruling_id: int, reason: str
) -> Rescreened:
    """Take a ruling back: from now on registry and rules count, as before it.

    Who waits is screened again and nobody is approved by it; what was issued stands, until it is
    suspended or revoked. Evidence that the ruling rested on is refused with it.

    Args:
        reason: 1 to 500 characters, without personal data.

    Returns:
        What became of the workers who waited.

    Raises:
        Forbidden: the actor does not review.
        InvalidInput: no reason.
        Conflict: `four-eyes-same-account`: the policy asks for four eyes and the actor made it.
        NotFound: it is not in force.
    """
    _permit(actor)
    check_reason(reason)
    now = system.clock()
    policy = await policy_today(system)
    async with system.database.transaction() as conn:
        ruling = await store.withdraw_ruling(
            conn, nib, ruling_id, actor=actor.label, at=now, reason=reason
        )
        if ruling is None:
            raise ruling_changed()
        if FourEyes.RULINGS in policy.four_eyes and ruling.made_by == actor.label:
            raise same_account()
        await withdraw_with_ruling(conn, nib, ruling_id, actor=actor.label, at=now, reason=reason)
        known = await facts_under_lock(system, conn, nib, policy)
        done = await rescreen_waiting(system, conn, known, may_approve=False)
        await _record(system, conn, actor, "ruling-withdrawn", ruling, done)
        await tell_employer(
            conn, NoticeKind.RULES, nib, at=now, until_at=now, outcome=RulesChange.RULING
        )
    forget_employer(system, nib)
    return done


async def _apply(system: System, conn: Connection, nib: Nib, policy: Policy) -> Rescreened:
    return await rescreen_waiting(system, conn, await facts_under_lock(system, conn, nib, policy))


async def _lock_of_another(conn: Connection, actor: Actor, nib: Nib, ruling_id: int) -> Ruling:
    _permit(actor)
    ruling = await store.lock_proposed(conn, nib, ruling_id)
    if ruling is None:
        raise ruling_changed()
    if ruling.made_by == actor.label:
        raise same_account()
    return ruling


async def _record(
    system: System,
    conn: Connection,
    actor: Actor,
    action: str,
    ruling: Ruling,
    done: Rescreened | None,
) -> None:
    await audit.record(
        conn,
        at=system.clock(),
        actor=actor.label,
        action=action,
        subject=f"employer:{format_nib(ruling.nib)}",
        detail={"ruling": ruling.ruling_id, **(done._asdict() if done else {})},
    )


def tell_ruled(system: System, ruled: Ruled) -> None:
    """Have issuers and this process know at once."""
    if ruled.rescreened is None:
        return
    forget_employer(system, ruled.ruling.nib)
    if ruled.rescreened.approved:
        system.bell.notify()


def _permit(actor: Actor) -> None:
    if not may_review(actor):
        raise not_your_task()

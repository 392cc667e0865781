"""Declaring staff: an employer answers for its numbers, and who waits is screened again by them."""

from datetime import datetime
from typing import NamedTuple

from strp.domain.employers.employer import EmployerFacts
from strp.domain.filing.sampling import sample_mark
from strp.domain.identifiers import Nib, format_nib
from strp.domain.people.account import Actor, may_file, may_review, not_your_employer, not_your_task
from strp.domain.rules.policy import Policy
from strp.domain.screening.staff_declaration import (
    MOST_CHANGES,
    DeclaredStaff,
    StaffDeclaration,
    changed_too_often,
    check_declaration,
    is_far_above,
)
from strp.store import audit
from strp.store.employers import staff_declarations as store
from strp.store.filing import rescreening as locks
from strp.usecases.filing.rescreen import Rescreened, forget_employer, rescreen_waiting
from strp.usecases.process.system import System
from strp.usecases.rules.current import employer_facts, facts_under_lock, policy_today


class ShownStaff(NamedTuple):
    """What the registry has, what was declared, and the declaration itself."""

    facts: EmployerFacts
    declaration: StaffDeclaration | None


async def show_staff(system: System, actor: Actor, nib: Nib) -> ShownStaff:
    """The staff of an employer, to its representative or an official.

    Args:
        actor: who looks.
        nib: the employer.

    Raises:
        Forbidden: the employer is not the actor's.
        NotFound: the registry does not hold the NIB.
    """
    if not (may_file(actor, nib) or may_review(actor)):
        raise not_your_employer(nib)
    policy, facts = await policy_today(system), await employer_facts(system, nib)
    async with system.database.connection() as conn:
        found = await store.find_declaration(conn, nib, policy.period.number)
    return ShownStaff(facts, found)


async def declare_staff(
    system: System, actor: Actor, nib: Nib, declared: DeclaredStaff
) -> Rescreened:
    """Declare the staff of an employer for the period; the same numbers again change nothing.

    Args:
        actor: the representative who answers for it, or the operator.
        nib: the employer.
        declared: how many people work there, by site type.

    Raises:
        Forbidden: the employer is not the actor's.
        InvalidInput: a number that cannot be.
        Conflict: `declaration-changed-often`.
        Unavailable: `employer-busy`; no policy in force.
    """
    if not may_file(actor, nib):
        raise not_your_employer(nib)
    check_declaration(declared)
    policy, facts = await policy_today(system), await employer_facts(system, nib)
    now, period = system.clock(), policy.period.number
    async with system.database.transaction() as conn:
        await locks.lock_waiting(conn, nib)
        known = await store.find_declaration(conn, nib, period)
        if known is not None and known.numbers == declared:
            return Rescreened()
        if known is not None and known.changes > MOST_CHANGES:
            raise changed_too_often()
        drawn = _drawn(system, policy, facts, declared)
        await store.save_declaration(
            conn, nib, period, declared, actor=actor.label, at=now, drawn=drawn
        )
        current = await facts_under_lock(system, conn, nib, policy)
        done = await rescreen_waiting(system, conn, current)
        await audit.record(
            conn,
            at=now,
            actor=actor.label,
            action="staff-declared",
            subject=f"employer:{format_nib(nib)}",
            detail={
                "service": declared.service,
                "administration": declared.administration,
                "partners": declared.partners,
            },
        )
    forget_employer(system, nib)
    if done.approved:
        system.bell.notify()
    return done


async def confirm_declaration(
    system: System, actor: Actor, nib: Nib, declared_at: datetime
) -> None:
    """Say that a declaration was looked at; a ruling corrects one that is wrong.

    Args:
        actor: the officer who looked.
        nib: the employer.
        declared_at: aware; which declaration was looked at: a newer one stays to be.

    Raises:
        Forbidden: the actor does not review.
    """
    if not may_review(actor):
        raise not_your_task()
    policy, now = await policy_today(system), system.clock()
    async with system.database.transaction() as conn:
        if await store.mark_seen(
            conn,
            nib,
            policy.period.number,
            declared_at=declared_at,
            actor=actor.label,
            at=now,
        ):
            await audit.record(
                conn,
                at=now,
                actor=actor.label,
                action="declaration-seen",
                subject=f"employer:{format_nib(nib)}",
            )


def _drawn(system: System, policy: Policy, facts: EmployerFacts, declared: DeclaredStaff) -> bool:
    """Whether an official looks at it: all that are far above the registry, some of the others."""
    index = system.keys.index(f"staff:{facts.nib}:{policy.period.number}")
    return is_far_above(declared, facts.staff) or index[-4:] < sample_mark(policy.sample_percent)

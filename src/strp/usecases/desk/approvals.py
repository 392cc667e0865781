"""Approving workers whom screening did not let pass: at once, as a proposal, or not at all.

An approval against the rules, where the policy asks for four eyes, is stored as a proposal: the
worker stays pending until another account approves too. Nobody is approved while the sector or the
staff of the employer is unknown: an officer rules on that first.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from strp.domain.desk.proposals import SortedApprovals, sort_approvals
from strp.domain.identifiers import ApplicationId, Nib
from strp.domain.people.account import Actor, may_review, not_your_task
from strp.domain.screening.ruling import ruling_needed
from strp.domain.screening.screen import NON_ESSENTIAL, UNDETERMINED, classify_sector
from strp.store import audit
from strp.store.desk import proposals as store
from strp.store.desk.proposals import ReviewedApplication, reviewed_application
from strp.store.engine.database import Connection
from strp.usecases.process.system import System
from strp.usecases.rules.current import employer_facts, facts_under_lock, policy_by_id


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldForApproval:
    """An application that the officer holds, and what approving its workers comes to."""

    nib: Nib
    application_id: ApplicationId
    approvals: SortedApprovals

    @property
    def left_out(self) -> frozenset[int]:
        """Rows that are not approved now."""
        return frozenset(self.approvals.proposed) | frozenset(self.approvals.own)


async def hold_for_approval(
    system: System,
    conn: Connection,
    actor: Actor,
    application_id: ApplicationId,
    rows: Sequence[int] | None,
    *,
    others: bool = False,
) -> HeldForApproval | None:
    """Hold an application, and sort those of its workers whom the officer would approve.

    Args:
        system: the installation.
        conn: open transaction.
        actor: an officer.
        application_id: of the filing.
        rows: lines of the roster, or None for all who wait.
        others: whether other workers are refused or returned at the same time.

    Returns:
        None where the officer does not hold it.

    Raises:
        Conflict: `ruling-needed`: sector or staff is unknown.
    """
    found = await reviewed_application(conn, application_id)
    if found is None:
        return None
    policy = await policy_by_id(system, found.policy_id)
    now, nib = system.clock(), found.nib
    if not await store.hold(conn, nib, application_id, actor.id, now, lock_employer=others):
        return None
    grounds = await store.grounds_of(conn, nib, application_id, rows)
    approvals = sort_approvals(grounds, found.sector, policy.four_eyes, actor.id)
    if approvals.impossible:
        raise ruling_needed()
    await require_sector(system, conn, found)
    return HeldForApproval(nib=nib, application_id=application_id, approvals=approvals)


async def require_sector(system: System, conn: Connection, found: ReviewedApplication) -> None:
    """Have a sector named still: the ruling it came from may be over or withdrawn.

    Raises:
        Conflict: `ruling-needed`.
    """
    policy = await policy_by_id(system, found.policy_id)
    facts = await facts_under_lock(system, conn, await employer_facts(system, found.nib), policy)
    today = classify_sector(policy, facts).sector_code
    if today != found.sector and today in (UNDETERMINED, NON_ESSENTIAL):
        raise ruling_needed()


async def settle_proposals(
    system: System,
    conn: Connection,
    actor: Actor,
    held: HeldForApproval,
    remark: str | None,
) -> None:
    """Store what is proposed now, remove what is confirmed, and record both.

    Args:
        system: the installation.
        conn: the transaction that holds the application.
        actor: an officer.
        held: what approving its workers comes to.
        remark: of the officer, kept with what is proposed.
    """
    nib, number, sorted_ = held.nib, held.application_id, held.approvals
    if sorted_.confirmed:
        await store.forget(conn, nib, number, sorted_.confirmed)
        await _record(system, conn, actor, held, "approvals-confirmed", sorted_.confirmed)
    if sorted_.proposed:
        now = system.clock()
        await store.propose(
            conn, nib, number, sorted_.proposed, officer_id=actor.id, remark=remark, at=now
        )
        await _record(system, conn, actor, held, "approvals-proposed", sorted_.proposed)
        await store.give_on(conn, nib, number, actor.id)


async def decline_proposals(system: System, actor: Actor, application_id: ApplicationId) -> int:
    """Send proposed approvals of an application back: its workers wait as before.

    Args:
        actor: the second official.
        application_id: of the filing.

    Returns:
        Number of proposals that were declined.

    Raises:
        Forbidden: the actor does not review.
    """
    if not may_review(actor):
        raise not_your_task()
    async with system.database.transaction() as conn:
        found = await reviewed_application(conn, application_id)
        if found is None:
            return 0
        rows = await store.decline_all(conn, found.nib, application_id)
        if rows:
            held = HeldForApproval(
                nib=found.nib,
                application_id=application_id,
                approvals=SortedApprovals([], [], [], []),
            )
            await _record(system, conn, actor, held, "approvals-declined", rows)
    return len(rows)


async def _record(
    system: System,
    conn: Connection,
    actor: Actor,
    held: HeldForApproval,
    action: str,
    rows: Sequence[int],
) -> None:
    await audit.record(
        conn,
        at=system.clock(),
        actor=actor.label,
        action=action,
        subject=f"application:{held.application_id}",
        detail={"rows": list(rows)[:1000], "count": len(rows)},
    )

"""Approving workers whom screening did not let pass: at once, as a proposal, or not at all.

An approval against the rules, where the policy asks for four eyes, is stored as a proposal: the
worker stays pending until another account approves too. Nobody is approved while the sector or the
staff of the employer is unknown: an officer rules on that first.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from strp.domain.desk.proposals import SortedApprovals, sort_approvals
from strp.domain.employers.employer import EmployerFacts, nib_unknown
from strp.domain.errors import Conflict, NotFound
from strp.domain.filing.application import WorkerCounts
from strp.domain.identifiers import ApplicationId, Nib
from strp.domain.people.account import Actor, may_review, not_your_task
from strp.domain.rules.policy import Policy
from strp.domain.screening.ruling import ruling_needed
from strp.domain.screening.screen import classify_sector
from strp.domain.screening.sector_of import NON_ESSENTIAL, UNDETERMINED
from strp.store import audit
from strp.store.desk import proposals as store
from strp.store.desk.escalations import differ
from strp.store.desk.proposals import ReviewedApplication, reviewed_application
from strp.store.engine.database import Connection
from strp.usecases.process.system import System
from strp.usecases.rules.current import facts_under_lock, policy_by_id, policy_if_any


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldForApproval:
    """An application that the officer holds, and what approving its workers comes to.

    Args:
        counts: its workers by state.
        remarks: of who proposed the workers that are confirmed now, by row.
    """

    nib: Nib
    application_id: ApplicationId
    approvals: SortedApprovals
    counts: WorkerCounts
    remarks: Mapping[int, str]

    @property
    def left_out(self) -> frozenset[int]:
        """Rows that are not approved now."""
        return frozenset(self.approvals.proposed) | frozenset(self.approvals.own)


@asynccontextmanager
async def deciding(system: System) -> AsyncIterator[Connection]:
    """A transaction in which an official decides.

    What this process may have to read of the rules is read before it holds a connection, or all
    officers could wait for a second one. A refusal is raised before anything is written, so the
    transaction ends as any other: with a rollback psycopg forgets all that the connection has
    prepared, and to plan these statements costs more than to run them.

    Args:
        system: the installation.

    Raises:
        Conflict, NotFound: as what is done inside says it; nothing was written before.
    """
    await policy_if_any(system)
    refused: Conflict | NotFound | None = None
    async with system.database.transaction() as conn:
        try:
            yield conn
        except (Conflict, NotFound) as error:
            refused = error
    if refused is not None:
        raise refused


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
    held = await store.hold(
        conn,
        found,
        application_id,
        actor.id,
        rows,
        now=system.clock(),
        lock_employer=others,
    )
    if held is None:
        return None
    if held.employer is None:
        raise nib_unknown()
    approvals = sort_approvals(held.grounds, held.sector, policy.four_eyes, actor.id)
    if approvals.impossible:
        raise ruling_needed()
    _require_sector(policy, held.employer, held.sector)
    confirmed = frozenset(approvals.confirmed)
    return HeldForApproval(
        nib=found.nib,
        application_id=application_id,
        approvals=approvals,
        counts=held.counts,
        remarks={
            one.row: one.remark for one in held.grounds if one.row in confirmed and one.remark
        },
    )


async def require_sector(system: System, conn: Connection, found: ReviewedApplication) -> None:
    """Have a sector named still: the ruling it came from may be over or withdrawn.

    Raises:
        Conflict: `ruling-needed`.
    """
    policy = await policy_by_id(system, found.policy_id)
    facts = await facts_under_lock(system, conn, found.nib, policy)
    _require_sector(policy, facts, found.sector)


def _require_sector(policy: Policy, facts: EmployerFacts, sector: str) -> None:
    today = classify_sector(policy, facts).sector_code
    if today != sector and today in (UNDETERMINED, NON_ESSENTIAL):
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
        await _record(system, conn, actor, number, "approvals-confirmed", sorted_.confirmed)
    if sorted_.proposed:
        now = system.clock()
        await store.propose(
            conn, nib, number, sorted_.proposed, officer_id=actor.id, remark=remark, at=now
        )
        await _record(system, conn, actor, number, "approvals-proposed", sorted_.proposed)
        await store.give_on(conn, nib, number, actor.id)


async def decline_proposals(system: System, actor: Actor, application_id: ApplicationId) -> int:
    """Differ on approvals that another proposed: a third official decides, who is neither.

    Who proposed them takes them back instead, and the workers wait as before.

    Args:
        actor: the second official, or who proposed.
        application_id: of the filing.

    Returns:
        Number of proposals that were declined or taken back.

    Raises:
        Forbidden: the actor does not review.
    """
    if not may_review(actor):
        raise not_your_task()
    async with system.database.transaction() as conn:
        found = await reviewed_application(conn, application_id)
        if found is None:
            return 0
        now = system.clock()
        rows, own = await store.decline_all(conn, found.nib, application_id, actor.id, now)
        if rows:
            await differ(conn, application_id, actor.id, now)
            await _record(system, conn, actor, application_id, "approvals-declined", rows)
        if own:
            await _record(system, conn, actor, application_id, "approvals-taken-back", own)
    return len(rows) + len(own)


async def _record(
    system: System,
    conn: Connection,
    actor: Actor,
    application_id: ApplicationId,
    action: str,
    rows: Sequence[int],
) -> None:
    await audit.record(
        conn,
        at=system.clock(),
        actor=actor.label,
        action=action,
        subject=f"application:{application_id}",
        detail={"rows": list(rows)[:1000], "count": len(rows)},
    )

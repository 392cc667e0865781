"""A representative disputes that somebody else acts for the same employer."""

from dataclasses import dataclass
from datetime import datetime

from strp.domain.identifiers import Nib, format_nib
from strp.domain.people.account import (
    AccountId,
    Actor,
    ClaimReason,
    RepresentationState,
    claim_changed,
    step_after_dispute,
)
from strp.store import audit
from strp.store.employers import representations
from strp.store.employers.representations import Representation
from strp.store.engine.database import Connection
from strp.usecases.employers.claims_due import note_due
from strp.usecases.employers.leave import came_first, representative
from strp.usecases.notices.email_addresses import masked_address
from strp.usecases.people.end_rights import KeyHashes, end_representation, forget_keys
from strp.usecases.process.system import System


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Another account that represents, or claims, the same employer; its address is masked.

    Args:
        may_be_removed: whether who looks was there first, and may end it at once.
    """

    account_id: AccountId
    email_masked: str
    state: RepresentationState
    reason: ClaimReason | None
    since: datetime
    may_be_removed: bool


async def colleagues(system: System, actor: Actor, nib: Nib) -> list[Colleague]:
    """The others who represent or claim an employer, the earliest first.

    Args:
        system: the installation.
        actor: an active representative of it.
        nib: employer.

    Raises:
        Forbidden: the actor does not represent the employer.
    """
    own_id = representative(actor, nib)
    async with system.database.connection() as conn:
        found = await representations.representations_of_employer(conn, nib)
    own = next((each for each in found if each.account_id == own_id), None)
    return [
        Colleague(
            account_id=each.account_id,
            email_masked=masked_address(system, each),
            state=each.state,
            reason=each.reason,
            since=each.active_at or each.claimed_at,
            may_be_removed=own is not None and came_first(own, each),
        )
        for each in found
        if each.account_id != own_id and each.state is not RepresentationState.REFUSED
    ]


async def dispute(system: System, actor: Actor, nib: Nib, account_id: AccountId) -> None:
    """Say that somebody else does not act for this employer; an officer decides.

    Who acts goes on until then (`domain.account.step_after_dispute`); a claim that waits for its
    code waits for the officer from now on.

    Args:
        system: the installation.
        actor: an active representative.
        nib: employer.
        account_id: whose representation is disputed.

    Raises:
        Forbidden: the actor does not represent the employer.
        Conflict: the other does not represent or claim it, or it is the actor.
    """
    own_id = representative(actor, nib)
    now = system.clock()
    withdrawn: KeyHashes = ()
    async with system.database.transaction() as conn:
        other = await _lock_other(conn, nib, own_id, account_id)
        step = step_after_dispute(other.state)
        await representations.move_representation(
            conn, other, state=step.state, reason=step.reason, at=now
        )
        await note_due(conn, system, nib, account_id)
        if step.state is not RepresentationState.ACTIVE:
            withdrawn = await end_representation(conn, system, nib, account_id)
        await audit.record(
            conn,
            at=now,
            actor=actor.label,
            action="representation-disputed",
            subject=f"employer:{format_nib(nib)}",
            detail={"account": account_id},
        )
    forget_keys(system, withdrawn)


async def _lock_other(
    conn: Connection, nib: Nib, own_id: AccountId, other_id: AccountId
) -> Representation:
    # In the order of accounts, so that two who dispute each other do not wait in a circle.
    locked = {
        each: await representations.lock_representation(conn, nib, each)
        for each in sorted({own_id, other_id})
    }
    own, other = locked[own_id], locked[other_id]
    if own is None or own.state is not RepresentationState.ACTIVE or own_id == other_id:
        raise claim_changed()
    if other is None or other.state is RepresentationState.REFUSED:
        raise claim_changed()
    if other.reason is ClaimReason.DISPUTED:  # an officer has it; again is a record for nothing
        raise claim_changed()
    return other

"""An officer decides who represents an employer."""

from dataclasses import dataclass
from datetime import datetime

from strp.domain.employers.claims import BEFORE_ALL, CLAIMS_PER_PAGE, ClaimPlace
from strp.domain.identifiers import Nib, format_nib
from strp.domain.notices.letters import claim_decided_letter
from strp.domain.people.account import (
    AccountId,
    Actor,
    ClaimReason,
    RepresentationState,
    claim_changed,
    may_decide_claims,
    not_your_task,
)
from strp.store import audit
from strp.store.employers import representations
from strp.store.employers.representations import Representation
from strp.store.engine.database import Connection
from strp.usecases.notices.email_addresses import letter_address, shown_address
from strp.usecases.notices.send import post
from strp.usecases.people.end_rights import KeyHashes, end_representation, forget_keys
from strp.usecases.process.system import System
from strp.usecases.rules.current import marked_if_exercise

_DECIDABLE = {RepresentationState.PENDING_OFFICER, RepresentationState.ACTIVE}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimToDecide:
    """A claim or a dispute as the officer sees it.

    Args:
        nib: employer.
        employer_name: as in the registry.
        account_id: who claims it.
        email: address of the claimant, in full: the officer compares it with the employer.
        state: pending, or active where somebody disputes it.
        reason: why an officer decides.
        claimed_at: aware time.
        due_at: aware; by when it is to be decided.
        version: to hand back with the decision.
    """

    nib: Nib
    employer_name: str
    account_id: AccountId
    email: str
    state: RepresentationState
    reason: ClaimReason
    claimed_at: datetime
    due_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimsToDecide:
    """A page of the officers' list.

    Args:
        claims: the oldest first.
        waiting: how many wait in all.
        next: place of the last one here, where more follow.
    """

    claims: list[ClaimToDecide]
    waiting: int
    next: ClaimPlace | None


async def claims_to_decide(
    system: System,
    officer: Actor,
    *,
    after: ClaimPlace = BEFORE_ALL,
    nib: Nib | None = None,
    limit: int = CLAIMS_PER_PAGE,
) -> ClaimsToDecide:
    """A page of the claims that wait for an officer, the oldest first.

    Shows e-mail addresses, so each look is recorded: one row, with the accounts that it showed.

    Args:
        system: the installation.
        officer: who looks.
        after: only claims behind this place.
        nib: only claims of one employer, so that a company that calls is found at once.
        limit: most claims on the page.

    Raises:
        Forbidden: the actor may not decide claims.
    """
    if not may_decide_claims(officer):
        raise not_your_task()
    async with system.database.transaction() as conn:
        found = await representations.representations_to_decide(conn, limit + 1, after, nib)
        waiting = await representations.count_to_decide(conn, nib)
        shown, more = found[:limit], len(found) > limit
        await audit.record(
            conn,
            at=system.clock(),
            actor=officer.label,
            action="claims-looked-at",
            subject="claims",
            detail={"accounts": [each.account_id for each in shown]},
        )
    last = shown[-1] if more else None
    return ClaimsToDecide(
        claims=[_shown(system, each) for each in shown],
        waiting=waiting,
        next=ClaimPlace(last.claimed_at, last.nib, last.account_id) if last else None,
    )


async def decide_claim(
    system: System,
    officer: Actor,
    nib: Nib,
    account_id: AccountId,
    *,
    approve: bool,
    version: int | None = None,
) -> RepresentationState:
    """Approve or refuse a claim; the claimant is told by letter.

    Args:
        system: the installation.
        officer: who decides.
        nib: employer.
        account_id: whose claim.
        approve: whether they act for the employer from now on.
        version: of the claim as it was shown; None skips the comparison.

    Returns:
        The state of the claim after it.

    Raises:
        Forbidden: the actor may not decide claims.
        Conflict: the claim does not wait for an officer, or has changed since it was shown.
    """
    if not may_decide_claims(officer):
        raise not_your_task()
    state = RepresentationState.ACTIVE if approve else RepresentationState.REFUSED
    withdrawn: KeyHashes = ()
    async with system.database.transaction() as conn:
        claim = await representations.lock_representation(conn, nib, account_id)
        if claim is None or claim.reason is None or claim.state not in _DECIDABLE:
            raise claim_changed()
        if version is not None and version != claim.version:
            raise claim_changed()
        await representations.save_decision(
            conn, claim, state=state, by=officer.label, at=system.clock()
        )
        if not approve:
            withdrawn = await end_representation(conn, system, nib, account_id)
        await _record(
            conn, system, officer, "claim-approved" if approve else "claim-refused", claim
        )
        await _tell(conn, system, claim, approved=approve)
    forget_keys(system, withdrawn)
    return state


async def _tell(conn: Connection, system: System, claim: Representation, *, approved: bool) -> None:
    letter = claim_decided_letter(
        claim.nib,
        claim.employer_name,
        approved=approved,
        address=system.settings.address,
        language=claim.language,
    )
    if to := letter_address(system, claim):
        await post(conn, system, to, await marked_if_exercise(system, letter))


def _shown(system: System, claim: Representation) -> ClaimToDecide:
    assert claim.reason is not None
    return ClaimToDecide(
        nib=claim.nib,
        employer_name=claim.employer_name,
        account_id=claim.account_id,
        email=shown_address(system, claim),
        state=claim.state,
        reason=claim.reason,
        claimed_at=claim.claimed_at,
        due_at=claim.due_at,
        version=claim.version,
    )


async def _record(
    conn: Connection, system: System, officer: Actor, action: str, claim: Representation
) -> None:
    await audit.record(
        conn,
        at=system.clock(),
        actor=officer.label,
        action=action,
        subject=f"employer:{format_nib(claim.nib)}",
        detail={"account": claim.account_id},
    )

"""Objecting to a refusal, and deciding an objection: another account looks again."""

from datetime import datetime
from typing import NamedTuple

from strp.domain.desk.objection import (
    MOST_OPEN,
    REFUSED_BY,
    About,
    Objection,
    Outcome,
    Ref,
    check_reason,
    check_text,
    decided_first,
    is_of_employer,
    needs_ruling,
    nothing_to_object,
    objection_settled,
    objection_unknown,
    read_ref,
    too_many_open,
)
from strp.domain.employers.closure import in_force
from strp.domain.identifiers import ApplicationId, Nib
from strp.domain.notices.letters import claim_objection_letter
from strp.domain.notices.notice import NoticeKind
from strp.domain.people.account import (
    AccountId,
    Actor,
    ActorKind,
    may_close,
    may_file,
    may_review,
    not_your_employer,
    not_your_task,
)
from strp.domain.rules.policy import Policy
from strp.domain.screening.evidence import EvidenceState, kind_of_objection
from strp.domain.service_hours import due_at
from strp.store import audit
from strp.store.certificates import rescreenings
from strp.store.desk import objections as store
from strp.store.desk.evidence import settle_of_objection
from strp.store.desk.taken_back import find_taken_back
from strp.store.employers import closures, hostings, representations
from strp.store.employers.lock import lock_employers
from strp.store.engine.database import Connection
from strp.store.people.second_factors import hold_account
from strp.usecases.desk.give_back import give_back, taken_from
from strp.usecases.desk.reopen import Reopening, reopen_refused
from strp.usecases.employers.claims_due import note_due
from strp.usecases.employers.close import tell_opened
from strp.usecases.employers.objections_over import settle_no_longer_refused
from strp.usecases.filing.rescreen import forget_employer
from strp.usecases.filing.show import visible
from strp.usecases.filing.standing import restore_who_fits
from strp.usecases.notices.email_addresses import letter_address
from strp.usecases.notices.send import post
from strp.usecases.notices.tell_employer import tell_employer
from strp.usecases.process.system import System
from strp.usecases.rules.current import (
    facts_under_lock,
    marked_if_exercise,
    policy_today,
)


class _Target(NamedTuple):
    """What an objection is against, and who decided it first."""

    nib: Nib
    first_by: frozenset[str]
    application_id: ApplicationId | None = None
    row: int | None = None


async def file_objection(
    system: System,
    actor: Actor,
    about: About,
    ref: str,
    text: str,
    *,
    idempotency_key: str | None = None,
) -> Objection:
    """Object to a refusal.

    Args:
        system: the installation.
        actor: who represents the employer, or its key; for a claim the account that claimed.
        about: what it is against.
        ref: what it names, see `domain.objection.read_ref`; a receipt stands for its filing.
        text: in the objector's words.
        idempotency_key: the same key gives the same objection.

    Raises:
        InvalidInput: `nothing-to-object`: it was never refused; or there is no text.
        Conflict: `objection-open`, or too many are.
        Forbidden: the employer is not the actor's.
    """
    body, now = check_text(text), system.clock()
    named = read_ref(about, _numbered(system, ref))
    policy = await policy_today(system)
    async with system.database.transaction() as conn:
        if idempotency_key is not None:
            known = await store.find_by_key(conn, actor.label, idempotency_key)
            if known is not None:
                return known
        target = await _target(conn, actor, about, named, policy, now)
        await _require_room(conn, actor, about, target.nib)
        objection = await store.add_objection(
            conn,
            about=about,
            nib=target.nib,
            application_id=target.application_id,
            row=target.row,
            text=body,
            actor=actor.label,
            at=now,
            due_at=due_at(now, policy.objection_hours, policy.company_hours),
            first_by=sorted(target.first_by),
            idempotency_key=idempotency_key,
        )
        await _record(conn, actor, "objection-filed", objection, now)
        if about is not About.CLAIM:
            await tell_employer(
                conn,
                NoticeKind.OBJECTION,
                target.nib,
                at=now,
                account_id=actor.account_id,
                until_at=objection.due_at,
            )
    return objection


def _numbered(system: System, ref: str) -> str:
    """What an objection names, a receipt written as the number of its filing."""
    receipt, slash, row = ref.strip().partition("/")
    number = None if receipt.isdecimal() else system.keys.receipts.read(receipt)
    return ref if number is None else f"{number}{slash}{row}"


async def decide_objection(
    system: System, actor: Actor, objection_id: int, outcome: Outcome, reason: str
) -> int:
    """Decide an objection; a success brings back under the old receipt what was refused.

    Args:
        actor: an official other than who decided first.
        objection_id: number of the objection.
        outcome: whether it is upheld.
        reason: for who objected.

    Returns:
        Number of workers who are let in, or wait for an officer, by it.

    Raises:
        Forbidden: the actor does not review; or may not lift closures, where one is objected to.
        Conflict: `objection-same-account`; `objection-settled`; `objection-needs-ruling`, where
            the rules still refuse everybody: an officer rules first.
    """
    if not may_review(actor):
        raise not_your_task()
    why, now, reopened = check_reason(reason), system.clock(), 0
    policy = await policy_today(system)
    async with system.database.transaction() as conn:
        objection = await store.find_objection(conn, objection_id, lock=True)
        if objection is None:
            raise objection_unknown()
        if objection.outcome is not None:
            raise objection_settled()
        if actor.label in objection.first_by:
            raise decided_first()
        if outcome is Outcome.UPHELD:
            reopened = await _uphold(system, conn, actor, objection, policy, why)
        await store.settle(conn, objection, outcome=outcome, reason=why, actor=actor.label, at=now)
        await _settle_evidence(conn, actor, objection, outcome, why, now)
        await _record(conn, actor, f"objection-{outcome}", objection, now)
        await _tell(system, conn, objection, outcome)
        if reopened:  # what others of this employer object to is refused no more, perhaps
            await settle_no_longer_refused(conn, now, objection.nib)
    forget_employer(system, objection.nib)
    system.trust.read_at = None
    if reopened:
        system.bell.notify()
    return reopened


async def _uphold(
    system: System,
    conn: Connection,
    actor: Actor,
    objection: Objection,
    policy: Policy,
    reason: str,
) -> int:
    match About(objection.about):
        case About.CLOSURE:
            if not may_close(actor):
                raise not_your_task()
            now = system.clock()
            # A closure that was made afterwards is another matter, which nobody objected to.
            lifted = await closures.lift_closures(
                conn,
                nib=objection.nib,
                made_until=objection.filed_at,
                reason=reason[:200],
                actor=actor.label,
                at=now,
            )
            if lifted:
                await tell_opened(conn, objection.nib, now)
            return 0
        case About.CLAIM:
            account_id = _claimant(objection)
            await store.reopen_claim(conn, objection.nib, account_id)
            await note_due(conn, system, objection.nib, account_id)
            return 0
        case About.WORKER if taken := await taken_from(conn, objection, policy):
            return await give_back(system, conn, actor, objection, taken, policy)
        case about:
            return await _reopen(system, conn, objection, about, policy)


async def _reopen(
    system: System, conn: Connection, objection: Objection, about: About, policy: Policy
) -> int:
    """Screen again what the objection is about; nobody let in means that a ruling is missing."""
    nib, now = objection.nib, system.clock()
    await lock_employers(conn, [nib])
    facts = await facts_under_lock(system, conn, nib, policy)
    by = Reopening(
        facts,
        policy,
        objection.row_no,
        REFUSED_BY.get(about),
        due_at(now, policy.sla_hours, policy.company_hours),
    )
    # Sector and caps are the employer's: whichever filing was named, all refused for it come back.
    named = Ref(nib) if is_of_employer(about) else Ref(None, objection.application_id, by.row)
    total, out, refused = 0, 0, await _refused(conn, nib, about, policy, named)
    held = await rescreenings.suspended_of(conn, nib) if is_of_employer(about) else 0
    if not refused and not held:  # let in meanwhile, such as by the host's own word
        return 0
    for number in refused:
        reopened = await reopen_refused(system, conn, by, number)
        total, out = total + reopened.let_in, out + reopened.refused
    if held:
        total += await restore_who_fits(conn, policy, nib, now)
    if not total and (out or held):  # else all of them were filed again meanwhile
        raise needs_ruling()
    return total


async def _refused(
    conn: Connection, nib: Nib, about: About, policy: Policy, named: Ref
) -> list[ApplicationId]:
    """Filings with refused workers whom an objection is about, of what it names."""
    return await store.refused_applications(
        conn,
        nib,
        policy.period.number,
        application_id=named.application_id,
        row=named.row,
        reasons=REFUSED_BY.get(about),
    )


async def _target(
    conn: Connection, actor: Actor, about: About, named: Ref, policy: Policy, now: datetime
) -> _Target:
    """What is objected to, where it was refused and is the actor's.

    Raises:
        InvalidInput: `nothing-to-object`.
    """
    if about is About.CLAIM:
        assert named.nib is not None
        account = actor.account_id if actor.kind is ActorKind.ACCOUNT else None
        by = await store.refused_claim(conn, named.nib, account)
        if by is None:
            raise nothing_to_object()
        return _Target(named.nib, frozenset({by}))
    if named.nib is not None and about is not About.CLOSURE and not may_file(actor, named.nib):
        # Numbers of filings have up to 18 digits, so one of 13 may look like a NIB.
        named = Ref(application_id=ApplicationId(named.nib))
    nib = named.nib
    if nib is None:
        assert named.application_id is not None
        nib = (await visible(conn, actor, named.application_id)).nib
    if not may_file(actor, nib):
        raise not_your_employer(nib)
    if about is About.CLOSURE:
        if not in_force(await closures.closures_of(conn, [nib], now), now):
            raise nothing_to_object()
        return _Target(nib, frozenset(await store.closed_by(conn, nib)))
    refused = await _refused(conn, nib, about, policy, named)
    if not refused and named.row is not None and named.application_id is not None:
        key = (named.application_id, named.row, policy.period.number)
        taken = await find_taken_back(conn, nib, *key)
        if taken is not None:
            return _Target(nib, frozenset({taken.by}), named.application_id, named.row)
    if not refused and not (is_of_employer(about) and await rescreenings.suspended_of(conn, nib)):
        raise nothing_to_object()
    if is_of_employer(about):
        refused = await _refused(conn, nib, about, policy, Ref(nib=nib))
    first = await store.decided_by(conn, refused) | await store.ruled_by(conn, nib)
    first |= await hostings.declined_by(conn, nib)
    return _Target(nib, frozenset(first), named.application_id, named.row)


async def _require_room(conn: Connection, actor: Actor, about: About, nib: Nib) -> None:
    if about is About.CLAIM:
        assert actor.account_id is not None
        # Those of one employer take turns by its lock; claims are of an account.
        await hold_account(conn, actor.account_id)
        is_full = await store.count_open_of_claims(conn, actor.label) >= MOST_OPEN
    else:
        is_full = await store.count_open(conn, nib) >= MOST_OPEN
    if is_full:
        raise too_many_open()


async def _settle_evidence(
    conn: Connection, actor: Actor, objection: Objection, outcome: Outcome, why: str, now: datetime
) -> None:
    """What is attached shares the fate of its objection."""
    state = EvidenceState.ACCEPTED if outcome is Outcome.UPHELD else EvidenceState.REFUSED
    await settle_of_objection(
        conn,
        objection.nib,
        kind_of_objection(objection.objection_id),
        state=state,
        actor=actor.label,
        now=now,
        reason=why,
    )


async def _tell(system: System, conn: Connection, objection: Objection, outcome: Outcome) -> None:
    """Tell the employer; of a claim the claimant alone, who does not act for it."""
    if not objection.is_claimants:
        lifted = objection.about == About.CLOSURE and outcome is Outcome.UPHELD
        await tell_employer(
            conn,
            NoticeKind.OBJECTION,
            objection.nib,
            at=system.clock(),
            application_id=objection.application_id,
            outcome="lifted" if lifted else outcome,
        )
        return
    claim = await representations.lock_representation(conn, objection.nib, _claimant(objection))
    if claim is None:
        return
    letter = claim_objection_letter(
        claim.nib,
        claim.employer_name,
        upheld=outcome is Outcome.UPHELD,
        address=system.settings.address,
        language=claim.language,
    )
    if to := letter_address(system, claim):
        await post(conn, system, to, await marked_if_exercise(system, letter))


def _claimant(objection: Objection) -> AccountId:
    """The account that objected to the refusal of its claim."""
    return AccountId(int(objection.filed_by.removeprefix("account:")))


async def _record(
    conn: Connection, actor: Actor, action: str, objection: Objection, at: datetime
) -> None:
    await audit.record(
        conn,
        at=at,
        actor=actor.label,
        action=action,
        subject=f"objection:{objection.objection_id}",
        detail={"about": objection.about, "nib": f"{objection.nib:013d}"},
    )

"""Officers look at pages of evidence, and accept or refuse it; each look is recorded.

What is accepted becomes a ruling on the employer once all that its sector asks for is there, in the
same transaction: screening knows rulings, and nothing else of evidence. Refusing takes back that a
letter brought the employer before an officer, so who waits is screened again.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from strp.domain.civil_time import civil_day
from strp.domain.employers.caps import Staff
from strp.domain.identifiers import Nib, format_nib
from strp.domain.people.account import Actor, may_review, not_your_task
from strp.domain.rules.policy import FourEyes
from strp.domain.screening.evidence import (
    UNDECIDED,
    Evidence,
    EvidenceKind,
    EvidenceState,
    RefusalGround,
    check_reason,
    check_until,
    evidence_decided,
    evidence_unknown,
    is_complete,
    kind_of,
    pages_gone,
)
from strp.domain.screening.ruling import REASON_MOST_CHARACTERS, Ruling, RulingDraft
from strp.store import audit
from strp.store.desk import evidence as store
from strp.store.employers import rulings
from strp.store.engine.database import Connection
from strp.usecases.desk.rule_employer import rule_within, tell_ruled
from strp.usecases.filing.attach_evidence import forget_at, may_see, page_aad
from strp.usecases.filing.rescreen import Rescreened, forget_employer, rescreen_waiting
from strp.usecases.notices.tell_employer import tell_of_evidence
from strp.usecases.process.system import System
from strp.usecases.rules.current import (
    current_periods,
    employer_facts,
    facts_under_lock,
    policy_today,
)

MOST_WAITING = 50


class Accepted(NamedTuple):
    """What accepting brought.

    Args:
        state: of the evidence: `accepted`, or `proposed` where a second official must confirm.
        ruling: on the employer, once all that its sector asks for is there.
    """

    state: EvidenceState
    ruling: Ruling | None


async def list_waiting(system: System, actor: Actor) -> Sequence[Evidence]:
    """Evidence on which nobody has decided, the earliest first.

    Raises:
        Forbidden: the actor does not review.
    """
    _permit(actor)
    async with system.database.connection() as conn:
        return await store.list_waiting(conn, MOST_WAITING)


async def read_page(
    system: System, actor: Actor, nib: Nib, evidence_id: int, page_no: int
) -> bytes:
    """The picture of one page, to its employer or an officer; an officer's look is recorded.

    Args:
        actor: who looks.
        nib: the employer.
        evidence_id: number of the evidence.
        page_no: from 1.

    Returns:
        A JPEG that STRP has drawn.

    Raises:
        NotFound: no such evidence or page, not for this reader, or not kept any more.
    """
    official = may_review(actor)
    async with system.database.transaction() as conn:
        one = await store.find_evidence(conn, nib, evidence_id)
        if one is None or not may_see(actor, one):
            raise evidence_unknown()
        chunks = await store.page_chunks(conn, evidence_id, page_no)
        if not chunks:
            raise pages_gone()
        if official:
            await store.begin_reading(conn, evidence_id, system.clock())
            await _record(system, conn, actor, "evidence-seen", one, page=page_no)
    return b"".join(
        system.keys.open(sealed, page_aad(evidence_id, page_no, number))
        for number, sealed in enumerate(chunks)
    )


async def accept_evidence(
    system: System,
    actor: Actor,
    nib: Nib,
    evidence_id: int,
    *,
    until_on: date | None = None,
    reason: str = "",
) -> Accepted:
    """Accept a piece of evidence; with the last one that the sector asks for, rule on the employer.

    Args:
        until_on: last day on which it counts; None: the last day of the period.
        reason: what the ruling says beside the name of the evidence; no personal data.

    Raises:
        Forbidden: the actor does not review.
        InvalidInput: `evidence-until-past`; `evidence-kind-unknown`: the rules in force do not ask
            for it any more.
        NotFound: there is no such evidence.
        Conflict: `evidence-decided`; `ruling-proposed`: another ruling waits for its second
            official.
        Unavailable: `employer-busy`; no policy in force.
    """
    _permit(actor)
    policy, facts = await policy_today(system), await employer_facts(system, nib)
    until_on = until_on or policy.period.ends_on
    check_until(until_on, civil_day(system.clock()))
    proposed = FourEyes.RULINGS in policy.four_eyes
    state = EvidenceState.PROPOSED if proposed else EvidenceState.ACCEPTED
    async with system.database.transaction() as conn:
        one = await _lock_undecided(conn, nib, evidence_id)
        kind = kind_of(policy, one.kind)
        said = _said(kind, reason)
        await _decide(system, conn, actor, one, state, said, until_on)
        await _record(system, conn, actor, f"evidence-{state}", one)
        ruled = None
        if is_complete(kind, policy, await store.settled_kinds(conn, one, _today(system))):
            of_exercise = await _is_of_exercise(system, one)
            found = await rulings.rulings_of(conn, nib, 10)
            before = [each for each in found if each.exercise is of_exercise]
            draft = _draft(_today(system), before, kind, until_on, said)
            ruled = await rule_within(
                system, conn, actor, facts, policy, draft, exercise=of_exercise
            )
            await store.bind_to_ruling(conn, one, ruled.ruling.ruling_id)
        if state is EvidenceState.ACCEPTED:
            await tell_of_evidence(conn, nib, state, at=system.clock())
    if ruled is not None:
        tell_ruled(system, ruled)
    return Accepted(state, ruled.ruling if ruled else None)


async def refuse_evidence(
    system: System,
    actor: Actor,
    nib: Nib,
    evidence_id: int,
    *,
    reason: str,
    ground: RefusalGround = RefusalGround.OTHER,
) -> Rescreened:
    """Refuse a piece of evidence; the employer reads why, and may attach another.

    Args:
        reason: 1 to 500 characters, without personal data.
        ground: what the employer's letter says.

    Returns:
        What became of workers who waited because it was attached.

    Raises:
        Forbidden: the actor does not review.
        InvalidInput: `evidence-reason-missing`.
        NotFound: there is no such evidence.
        Conflict: `evidence-decided`.
        Unavailable: `employer-busy`; no policy in force.
    """
    _permit(actor)
    check_reason(reason)
    policy = await policy_today(system)
    async with system.database.transaction() as conn:
        one = await _lock_undecided(conn, nib, evidence_id)
        await _decide(system, conn, actor, one, EvidenceState.REFUSED, reason, None)
        await _record(system, conn, actor, "evidence-refused", one)
        await tell_of_evidence(conn, nib, ground, at=system.clock())
        now_known = await facts_under_lock(system, conn, nib, policy)
        done = await rescreen_waiting(system, conn, now_known)
    forget_employer(system, nib)
    if done.approved:
        system.bell.notify()
    return done


def _draft(
    today: date, found: Sequence[Ruling], kind: EvidenceKind, until_on: date, said: str
) -> RulingDraft:
    """The ruling that follows: the sector of the evidence; staff as it was ruled before."""
    before = [each for each in found if each.counts_on(today)]
    staff = (
        Staff(before[0].staff_service, before[0].staff_administration)
        if before
        else Staff(None, None)
    )
    return RulingDraft(
        sector=kind.sector,
        staff=staff,
        evidence=True,
        until_on=until_on,
        reason=said,
        citation=kind.citation,
    )


async def _is_of_exercise(system: System, one: Evidence) -> bool:
    """Whether evidence was attached in an exercise: what it brings about counts in exercises."""
    periods = await current_periods(system)
    return any(each.exercise for each in periods if each.number == one.period_id)


def _said(kind: EvidenceKind, reason: str) -> str:
    return (f"Bukti diterima: {kind.name.id}. {reason}".strip())[:REASON_MOST_CHARACTERS]


async def _lock_undecided(conn: Connection, nib: Nib, evidence_id: int) -> Evidence:
    one = await store.find_evidence(conn, nib, evidence_id, lock=True)
    if one is None or one.is_of_objection:
        raise evidence_unknown()
    if one.state not in UNDECIDED:
        raise evidence_decided()
    return one


async def _decide(
    system: System,
    conn: Connection,
    actor: Actor,
    one: Evidence,
    state: EvidenceState,
    reason: str,
    until_on: date | None,
) -> None:
    now = system.clock()
    await store.decide_evidence(
        conn,
        one.evidence_id,
        state=state,
        actor=actor.label,
        now=now,
        reason=reason,
        until_on=until_on,
        forget_at=forget_at(system, one.period_id, now),
    )


async def _record(
    system: System, conn: Connection, actor: Actor, action: str, one: Evidence, **more: int
) -> None:
    await audit.record(
        conn,
        at=system.clock(),
        actor=actor.label,
        action=action,
        subject=f"employer:{format_nib(one.nib)}",
        detail={"evidence": one.evidence_id, "kind": one.kind, **more},
    )


def _today(system: System) -> date:
    return civil_day(system.clock())


def _permit(actor: Actor) -> None:
    if not may_review(actor):
        raise not_your_task()

"""Attaching evidence: read in a confined process, drawn anew, sealed, and there for each filing."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from struct import Struct
from typing import NamedTuple

from strp.domain.civil_time import WIB, civil_day
from strp.domain.errors import Conflict
from strp.domain.filing.application import Application
from strp.domain.identifiers import Nib, PeriodId, format_nib
from strp.domain.people.account import Actor, may_file, may_review, not_your_employer
from strp.domain.rules.policy import Policy
from strp.domain.screening.evidence import (
    KEPT_FOR,
    MOST_A_DAY,
    MOST_A_DAY_OF_ACCOUNT,
    Evidence,
    EvidenceKind,
    evidence_decided,
    evidence_unknown,
    kind_name,
    kind_of,
    kind_unknown,
    kinds_asked,
    missing_kinds,
    objection_of,
    too_many_today,
)
from strp.domain.screening.screen import classify_sector
from strp.domain.screening.sector_of import NON_ESSENTIAL, UNDETERMINED
from strp.domain.text import Text
from strp.outside.keys import KeyRing
from strp.outside.machine.confined import Gone
from strp.outside.paper.evidence_reader import read_evidence
from strp.store import audit
from strp.store.desk import evidence as store
from strp.store.desk.objections import find_objection
from strp.store.engine.database import Connection
from strp.usecases.filing.rescreen import forget_employer
from strp.usecases.process.system import System
from strp.usecases.rules.current import employer_facts, known_periods, policy_by_id, policy_today

MOST_SHOWN = 50
_PAGE_KEY = Struct(">QHH").pack
Content = Callable[[], Awaitable[bytes]]
"""Loads a file, once there is a place to read it."""


class Attached(NamedTuple):
    """A piece of evidence, and whether the same request brought it before."""

    evidence: Evidence
    repeated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceOfEmployer:
    """What an employer has attached, and what its sector asks for.

    Args:
        kinds: that it may attach.
        attached: the newest first.
        missing: kinds of which nothing counts or waits in the period in force.
    """

    nib: Nib
    name: str
    policy: Policy
    kinds: Sequence[EvidenceKind]
    attached: Sequence[Evidence]
    missing: Sequence[EvidenceKind]

    def name_of(self, code: str) -> Text:
        """What a kind is called; its code where the rules in force know it no more."""
        return kind_name(self.policy, code)


async def attach_evidence(
    system: System,
    actor: Actor,
    nib: Nib,
    kind: str,
    content: Content,
    *,
    idempotency_key: str | None = None,
    gone: Gone | None = None,
) -> Attached:
    """Attach a letter or permit for the period in force, in place of one that is not decided.

    Args:
        kind: code of what it is, as `kinds_of` or `kind_of_objection` names it.
        content: loads the file.
        idempotency_key: the same key gives the same evidence, however often it is sent.
        gone: waits until whoever asked is gone; then the reading is ended.

    Raises:
        Forbidden: the actor does not act for the employer.
        InvalidInput: no such kind; a file that is locked, too long or too costly to read.
        TooLarge, Unsupported: the file is too large, or no PDF, JPEG or PNG.
        TooMany: `evidence-too-many`: a hundred files came today.
        Conflict: `evidence-decided`: one is accepted; `idempotency-key-reused`.
        Unavailable: `busy`: as many are being read as may be.
    """
    policy = await policy_today(system)
    asked = await _asked(system, actor, nib, kind, policy)
    await employer_facts(system, nib)
    async with system.documents.one(f"employer:{nib}"):
        data = await content()
        digest = system.keys.mac("evidence", kind.encode() + b"\0" + data)
        before = await _sent_before(system, nib, idempotency_key, digest)
        if before is not None:
            return Attached(before, repeated=True)
        await _count(system, actor, nib)
        pages = await read_evidence(data, gone)
    del data
    attached = await _save(system, actor, nib, policy, asked, pages, digest, idempotency_key)
    forget_employer(system, nib)
    return Attached(attached)


async def _asked(system: System, actor: Actor, nib: Nib, kind: str, policy: Policy) -> EvidenceKind:
    """What the file is to show: something that the rules ask for, or what an objection says."""
    number = objection_of(kind)
    if number is None:
        if not may_file(actor, nib):
            raise not_your_employer(nib)
        return kind_of(policy, kind)
    async with system.database.connection() as conn:
        await _require_open(conn, actor, nib, number)
    return EvidenceKind(kind, "", kind_name(policy, kind), Text("", ""), "")


async def _require_open(
    conn: Connection, actor: Actor, nib: Nib, number: int, *, lock: bool = False
) -> None:
    """Have an objection open to which the actor may attach something.

    Raises:
        InvalidInput: `evidence-kind-unknown`: there is none, or it is not the actor's.
        Conflict: `evidence-decided`: it is decided.
    """
    found = await find_objection(conn, number, lock=lock)
    own = (
        found is not None
        and found.nib == nib
        and (actor.label == found.filed_by or (may_file(actor, nib) and not found.is_claimants))
    )
    if found is None or not own:
        raise kind_unknown()
    if found.outcome is not None:
        raise evidence_decided()


async def evidence_of_employer(system: System, actor: Actor, nib: Nib) -> EvidenceOfEmployer:
    """What an employer has attached and what it may attach, to itself or an officer.

    Args:
        actor: who acts for it, or an officer.
        nib: the employer.

    Raises:
        Forbidden: the actor neither acts for the employer nor reviews.
        NotFound: the registry does not hold the NIB.
    """
    if not (may_file(actor, nib) or may_review(actor)):
        raise not_your_employer(nib)
    policy, facts = await policy_today(system), await employer_facts(system, nib)
    registered = classify_sector(policy, facts.without_offer())
    kinds = kinds_asked(policy, registered)
    async with system.database.connection() as conn:
        attached = await store.evidence_of(conn, nib, MOST_SHOWN)
    of_period = [each for each in attached if each.period_id == policy.period.number]
    missing = missing_kinds(kinds, of_period, civil_day(system.clock()))
    if facts.terms.evidence:
        missing = ()  # an officer has accepted it, however it was shown
    return EvidenceOfEmployer(
        nib=nib,
        name=facts.name,
        policy=policy,
        kinds=kinds,
        attached=attached,
        missing=missing,
    )


async def evidence_missing(
    system: System, actor: Actor, application: Application
) -> Sequence[EvidenceKind]:
    """Evidence for want of which workers of an application wait or were refused, if any.

    Args:
        actor: who reads the application.
        application: as it stands.

    Returns:
        Nothing where none is asked for, or where the period of the application is over.
    """
    undecided = application.pending + application.refused
    if not undecided:
        return ()
    policy = await policy_by_id(system, application.policy_id)
    sector = policy.sector(application.sector)
    if application.sector not in (NON_ESSENTIAL, UNDETERMINED) and not (sector and sector.evidence):
        return ()
    if application.period_id != (await policy_today(system)).period.number:
        return ()
    missing = (await evidence_of_employer(system, actor, application.nib)).missing
    if sector is None:
        return missing
    # What it attached says which sector it claims: letters of others are not wanted of it.
    return [kind for kind in missing if kind.sector == sector.code]


async def show_evidence(system: System, actor: Actor, nib: Nib, evidence_id: int) -> Evidence:
    """One piece of evidence, to its employer or an officer.

    Args:
        actor: who reads.
        nib: the employer.
        evidence_id: number of the evidence.

    Raises:
        NotFound: it is not there, or not for this reader.
    """
    async with system.database.connection() as conn:
        found = await store.find_evidence(conn, nib, evidence_id)
    if found is None or not may_see(actor, found):
        raise evidence_unknown()
    return found


def may_see(actor: Actor, one: Evidence) -> bool:
    """Whether somebody may look at the pages; those of an objection are for who attached them.

    Args:
        actor: who would look.
        one: the evidence.
    """
    own = actor.label == one.attached_by
    of_employer = may_file(actor, one.nib) and not one.is_of_objection
    return own or of_employer or may_review(actor)


def page_aad(evidence_id: int, page_no: int, chunk_no: int) -> bytes:
    """What a sealed piece of a page belongs to.

    Args:
        evidence_id: number of the evidence.
        page_no: of the page, from 1.
        chunk_no: of the piece, from 0.
    """
    return b"evidence_chunk" + _PAGE_KEY(evidence_id, page_no, chunk_no)


def forget_at(system: System, period_id: PeriodId, now: datetime) -> datetime:
    """When evidence of a period is removed: `KEPT_FOR` after its end, or after now.

    Args:
        period_id: number of the period; of one that is not known, `now` counts.
        now: aware.
    """
    ends = [period.ends_on for period in known_periods(system) if period.number == period_id]
    end = max((datetime.combine(day, time.max, WIB) for day in ends), default=now)
    return max(end, now).astimezone(UTC) + KEPT_FOR


async def _sent_before(system: System, nib: Nib, key: str | None, digest: bytes) -> Evidence | None:
    if key is None:
        return None
    async with system.database.connection() as conn:
        before = await store.sent_before(conn, nib, key)
    if before is not None and before.digest != digest:
        raise Conflict("idempotency-key-reused", _KEY_REUSED)
    return before.evidence if before else None


async def _count(system: System, actor: Actor, nib: Nib) -> None:
    """Count a file against the day's shares, whether or not it can be read."""
    now = system.clock()
    day, until_at = civil_day(now), now + timedelta(days=2)
    shares = [(f"employer:{nib}", MOST_A_DAY), (actor.label, MOST_A_DAY_OF_ACCOUNT)]
    async with system.database.transaction() as conn:
        for asker, most in shares:
            if not await store.count_attempt(conn, asker, day, until_at, most):
                raise too_many_today(now)


async def _save(
    system: System,
    actor: Actor,
    nib: Nib,
    policy: Policy,
    kind: EvidenceKind,
    pages: Sequence[bytes],
    digest: bytes,
    key: str | None,
) -> Evidence:
    now = system.clock()
    new = store.NewEvidence(
        nib=nib,
        period_id=policy.period.number,
        kind=kind.code,
        sector=kind.sector,
        pages=len(pages),
        size_bytes=sum(map(len, pages)),
        digest=digest,
        key=key,
        actor=actor.label,
        now=now,
        today=civil_day(now),
        forget_at=forget_at(system, policy.period.number, now),
    )
    number = objection_of(kind.code)
    async with system.database.transaction() as conn:
        if number is not None:
            await _require_open(conn, actor, nib, number, lock=True)
        attached = await store.add_evidence(conn, new, f"employer:{nib}")
        for number, page in enumerate(pages, 1):
            chunks = seal_page(system.keys, attached.evidence_id, number, page)
            await store.add_page(conn, attached.evidence_id, number, chunks)
        await audit.record(
            conn,
            at=now,
            actor=actor.label,
            action="evidence-attached",
            subject=f"employer:{format_nib(nib)}",
            detail={"evidence": attached.evidence_id, "kind": kind.code, "pages": len(pages)},
        )
    return attached


def seal_page(keys: KeyRing, evidence_id: int, page_no: int, page: bytes) -> list[bytes]:
    """A page in sealed pieces.

    Args:
        keys: of the installation.
        evidence_id: number of the evidence.
        page_no: of the page, from 1.
        page: a JPEG.
    """
    size = store.CHUNK_BYTES
    pieces = [page[start : start + size] for start in range(0, len(page), size)]
    aads = [page_aad(evidence_id, page_no, number) for number in range(len(pieces))]
    return keys.seal_all(pieces, aads)


_KEY_REUSED = Text(
    id="Idempotency-Key ini sudah dipakai untuk hal lain. Pakai kunci baru.",
    en="This Idempotency-Key was used for something else. Use a new key.",
)

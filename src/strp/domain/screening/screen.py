"""Screening: what the rules say of each worker before an officer looks.

The sector is classified once per employer; then each worker gets PASS, REFER or REFUSE with
reasons. The worst reason decides. PASS and REFER count against the caps, because a referred worker
may still be let in; REFUSE does not, and neither does a worker over the cap.

Sources: Instruksi Menteri Dalam Negeri 15/2021 and 18/2021, diktum KETIGA huruf b and c.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from functools import lru_cache
from operator import sub
from typing import NamedTuple, Protocol

from strp.domain.employers.caps import (
    UNLIMITED,
    QuotaUse,
    Staff,
    quota_limit,
)
from strp.domain.employers.employer import EmployerFacts, EmployerKind
from strp.domain.roster.row import SiteType
from strp.domain.rules.policy import Policy
from strp.domain.rules.territory import Abroad
from strp.domain.screening.sector_of import (
    BY_SITE,
    MIXED,
    NON_ESSENTIAL,
    OUTSIDE,
    OUTSIDE_REFUSED,
    SectorClassification,
    SectorOutcome,
    classification_of_codes,
    classified,
    classify_known_sector,
)


class ScreeningOutcome(StrEnum):
    """Automatic outcome for a worker, from best to worst."""

    PASS = "PASS"
    REFER = "REFER"
    REFUSE = "REFUSE"


class Screenable(Protocol):
    """What screening looks at in a worker: a row of a roster, or one that was stored."""

    @property
    def row(self) -> int:
        """Line of the roster."""

    @property
    def site_type(self) -> SiteType:
        """Where the worker works."""

    @property
    def nik_notes(self) -> tuple[str, ...]:
        """Codes that belong to this worker alone."""


class Screening(NamedTuple):
    """Outcome for one worker, and the codes of its reasons."""

    outcome: ScreeningOutcome
    reasons: tuple[str, ...] = ()


PASS = Screening(ScreeningOutcome.PASS)
NOTHING_USED = QuotaUse()
_NOTHING_KNOWN: Mapping[int, tuple[str, ...]] = {}

REFERS = frozenset(
    {
        *(OUTSIDE, "sector-review", MIXED, BY_SITE, "kbli-edition-unmapped", "evidence-required"),
        *("staff-unknown", "claimed-elsewhere", "claims-many"),
        *("revoked-before", "revoked-elsewhere"),
        *("host-unconfirmed", "host-unknown", "host-undetermined", "host-closed"),
    }
)
REFUSES = frozenset(
    {
        *("sector-not-listed", "employer-exempt", "over-cap", OUTSIDE_REFUSED),
        *("host-not-listed", "host-exempt", "host-declined", "hosts-many"),
    }
)


def classify_sector(policy: Policy, employer: EmployerFacts) -> SectorClassification:
    """Say which sector an employer belongs to, once for all of its workers.

    What an officer has ruled comes first. Where several business classes lead to different sectors,
    the policy says which counts (`several_kbli`); where it does not, an officer names the sector.

    Args:
        policy: the rules in force.
        employer: as registry and rulings have it.
    """
    ruled = employer.terms.sector
    if ruled is not None:
        return _classify_ruled(policy, ruled, evidence_accepted=employer.terms.evidence)
    found = _classify_registered(policy, employer)
    if employer.terms.evidence:
        return _with_evidence(found)
    return _with_offer(policy, found, employer.terms.offered)


def _classify_registered(policy: Policy, employer: EmployerFacts) -> SectorClassification:
    if employer.kind is EmployerKind.GOVERNMENT:
        return classified(policy, SectorOutcome.EXEMPT, reasons=("employer-exempt",))
    if not policy.maps_edition(employer.kbli_edition):
        return classified(policy, SectorOutcome.REVIEW, reasons=("kbli-edition-unmapped",))
    found = classification_of_codes(policy, employer.kbli, employer.kbli_edition)
    if not policy.territory.holds(employer.region):
        return _classify_outside(policy, found)
    if found.outcome is SectorOutcome.EXEMPT and not (found.sector and found.sector.frees_all):
        # A company in a class of government bodies is none of them: an officer looks at it.
        return classified(policy, SectorOutcome.REVIEW, kbli=found.kbli, reasons=("sector-review",))
    return found


def _classify_outside(policy: Policy, found: SectorClassification) -> SectorClassification:
    """An employer of another region: an officer looks where its people work, or nobody is let in.

    Whom the rules refuse in any case, or send to an officer, hears of that first.
    """
    outside = policy.territory.outside
    if found.outcome is SectorOutcome.REFUSE or outside is None:
        return found
    if outside.then is Abroad.REFUSE:
        return replace(found, outcome=SectorOutcome.REFUSE, reasons=(OUTSIDE_REFUSED,))
    reasons = tuple(code for code in found.reasons if code != "employer-exempt")
    return replace(found, outcome=SectorOutcome.REVIEW, reasons=(*reasons, OUTSIDE))


def _classify_ruled(policy: Policy, code: str, *, evidence_accepted: bool) -> SectorClassification:
    """The sector that an officer named; another policy may not know it, and asks again."""
    if code == NON_ESSENTIAL:
        return classified(policy, SectorOutcome.REFUSE, reasons=("sector-not-listed",))
    sector = policy.sector(code)
    if sector is None:
        return classified(policy, SectorOutcome.REVIEW, reasons=("sector-review",))
    found = classify_known_sector(policy, sector)
    return _with_evidence(found) if evidence_accepted else found


def _with_evidence(found: SectorClassification) -> SectorClassification:
    """The same where an officer has accepted the evidence."""
    if "evidence-required" not in found.reasons:
        return found
    reasons = tuple(code for code in found.reasons if code != "evidence-required")
    outcome = found.outcome if reasons else SectorOutcome.AUTO
    return replace(found, reasons=reasons, outcome=outcome)


def _with_offer(
    policy: Policy, found: SectorClassification, offered: str | None
) -> SectorClassification:
    """The same where the employer has attached evidence of a sector that the registry does not
    show, such as a strategic project: an officer reads it, instead of the rules refusing.
    """
    sector = policy.sector(offered) if offered else None
    unknown = found.outcome is SectorOutcome.REFUSE or (
        found.outcome is SectorOutcome.REVIEW and found.sector is None
    )
    if sector is None or not unknown:
        return found
    return classified(policy, SectorOutcome.REVIEW, sector, found.kbli, _OFFERED)


def screen(
    workers: Sequence[Screenable],
    classification: SectorClassification,
    used: QuotaUse,
    staff: Staff,
    known: Mapping[int, tuple[str, ...]] = _NOTHING_KNOWN,
    lent: QuotaUse = NOTHING_USED,
) -> tuple[list[Screening], QuotaUse]:
    """Screen the workers of one filing.

    Args:
        workers: in the order of the roster; who comes first has the room under the cap.
        classification: of the employer.
        used: workers that already count against the caps in this period.
        staff: of the employer.
        known: reasons by row that the database gave: another employer has the worker in this
            period, or a certificate of the worker was revoked in it.
        lent: places at the employer's sites that people of other employers have.

    Returns:
        One screening for each worker, in the same order, and the new use of the caps. Screenings
        are shared between workers, never made one by one: this runs for every row of a surge.
    """
    if classification.outcome in (SectorOutcome.REFUSE, SectorOutcome.EXEMPT):
        return [screening_of(classification.reasons, classification.referring_notes)] * len(
            workers
        ), used
    room = _room(classification, used, staff, lent)
    plain = {
        site: screening_of(reasons, _NO_NOTES) for site, reasons in _reasons(classification, staff)
    }
    before = tuple(room.values())
    screened: list[Screening] = []
    keep = screened.append
    for worker in workers:
        site = worker.site_type
        left = room[site]
        if left > 0 and not worker.nik_notes and worker.row not in known:
            room[site] = left - 1
            keep(plain[site])
            continue
        screening = _uncommon(worker, plain[site].reasons, left, classification, known)
        keep(screening)
        if screening.outcome is not ScreeningOutcome.REFUSE:
            room[site] = left - 1
    return screened, used.plus(*map(sub, before, room.values()))


def _uncommon(
    worker: Screenable,
    reasons: tuple[str, ...],
    left: int,
    classification: SectorClassification,
    known: Mapping[int, tuple[str, ...]],
) -> Screening:
    """A worker with a note on the NIK, known from before, or with no room left."""
    # One over the cap is refused in any case, and must not be told what refers others.
    if left > 0:
        reasons += known.get(worker.row, ())
    reasons += worker.nik_notes
    if left <= 0:
        reasons += ("over-cap",)
    return screening_of(reasons, classification.referring_notes)


def _room(
    classification: SectorClassification, used: QuotaUse, staff: Staff, lent: QuotaUse
) -> dict[str, int]:
    """Workers that may still be let in, by site type.

    Where sector or staff is unknown there is no number to refuse by: the worker is referred, and
    nobody can be approved until an officer has ruled (`domain.screening_acts`).
    """
    if classification.sector is None:
        return {_SERVICE: _BOUNDLESS, _ADMINISTRATION: _BOUNDLESS}
    limit = quota_limit(staff, classification.sector.caps, classification.rounding)
    taken = used.plus(lent.service, lent.administration) if classification.counts_lent else used
    return {
        site: _BOUNDLESS if most is None else most - taken[n]
        for n, (site, most) in enumerate(zip((_SERVICE, _ADMINISTRATION), limit, strict=True))
    }


def _reasons(
    classification: SectorClassification, staff: Staff
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Reasons that every worker of a site type carries."""
    reasons, sector = classification.reasons, classification.sector
    caps = sector.caps if sector else (0, 0)
    return tuple(
        (site, (*reasons, "staff-unknown") if count is None and cap < UNLIMITED else reasons)
        for site, count, cap in zip((_SERVICE, _ADMINISTRATION), staff, caps, strict=True)
    )


@lru_cache(maxsize=4096)
def screening_of(reasons: tuple[str, ...], referring_notes: frozenset[str]) -> Screening:
    """The outcome that the worst of these reasons gives; one object for the same reasons.

    Args:
        reasons: codes, in the order in which they are told.
        referring_notes: notes on a NIK that this policy sends to an officer.
    """
    if not REFUSES.isdisjoint(reasons):
        return Screening(ScreeningOutcome.REFUSE, reasons)
    if not REFERS.isdisjoint(reasons) or not referring_notes.isdisjoint(reasons):
        return Screening(ScreeningOutcome.REFER, reasons)
    return Screening(ScreeningOutcome.PASS, reasons) if reasons else PASS


_BOUNDLESS = 1 << 62
_OFFERED = ("sector-review", "evidence-required")
_NO_NOTES: frozenset[str] = frozenset()
_SERVICE, _ADMINISTRATION = SiteType.SERVICE, SiteType.ADMINISTRATION

"""The sector that business classes lead to, and what that means for an employer."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from strp.domain.employers.caps import OutsourcedCaps, QuotaRounding
from strp.domain.rules.filing_rules import SeveralKbli
from strp.domain.rules.kbli_bridge import KbliBridge
from strp.domain.rules.kbli_mapping import KbliMapping, MappingDecision
from strp.domain.rules.policy import NoteEffect, Policy, Sector, SectorClass

NON_ESSENTIAL = "N"
"""Sector code of an employer whom no sector names."""
EXEMPT = "X"
"""Sector code of an employer who needs no STRP and whom no sector names."""
MIXED = "kbli-mixed"
"""Reason where business classes lead to different sectors, and an officer names the one."""
BY_SITE = "kbli-by-site"
"""The same where the rules speak of each site: an officer names the sector of the one filed for."""
OUTSIDE = "outside-territory"
"""Reason where the site is outside the territory, and an officer looks where the people work."""
OUTSIDE_REFUSED = "outside-refused"
"""The same where the policy lets nobody in."""
OUTSIDE_CODES = (OUTSIDE, OUTSIDE_REFUSED)
UNDETERMINED = "U"
"""Sector code of an employer whose sector an officer must name."""


class SectorOutcome(StrEnum):
    """What the rules say of an employer's sector."""

    AUTO = "auto"
    REVIEW = "review"
    REFUSE = "refuse"
    EXEMPT = "exempt"


@dataclass(frozen=True, kw_only=True)
class SectorClassification:
    """What the rules say of an employer; holds as long as its facts and the policy do.

    Args:
        reasons: codes that every worker of the employer carries.
        kbli: the business class that decided, or None.
        referring_notes: notes on a NIK that go before an officer.
        counts_lent: whether people of other employers count under the caps.
    """

    outcome: SectorOutcome
    sector: Sector | None
    kbli: str | None
    reasons: tuple[str, ...]
    rounding: QuotaRounding
    referring_notes: frozenset[str]
    counts_lent: bool = True

    @cached_property
    def sector_code(self) -> str:
        """Code of the sector, or one of `N`, `X`, `U` where no sector is known."""
        if self.sector is not None:
            return self.sector.code
        match self.outcome:
            case SectorOutcome.REFUSE:
                return NON_ESSENTIAL
            case SectorOutcome.EXEMPT:
                return EXEMPT
            case _:
                return UNDETERMINED

    @cached_property
    def exempt(self) -> bool:
        """Whether nobody of this employer needs an STRP."""
        return self.outcome is SectorOutcome.EXEMPT


def classification_of_codes(
    policy: Policy, codes: Sequence[str], edition: int
) -> SectorClassification:
    """What business classes of one edition lead to.

    Args:
        policy: the rules in force.
        codes: KBLI codes, 2–5 digits each, the main one first; none: not listed.
        edition: year of the classification.
    """
    found = [_classify_code(policy, code, edition) for code in codes]
    if not found:
        return classified(policy, SectorOutcome.REFUSE, reasons=("sector-not-listed",))
    by = policy.several_kbli.by
    if by is SeveralKbli.MAIN:
        return found[0]
    best = max(found, key=_merit)
    is_mixed = len({(each.outcome, each.sector_code) for each in found}) > 1
    if by is SeveralKbli.BEST or not is_mixed:
        return best
    reasons = (BY_SITE if by is SeveralKbli.SITE else MIXED,)
    return classified(policy, SectorOutcome.REVIEW, kbli=best.kbli, reasons=reasons)


def classify_known_sector(policy: Policy, sector: Sector) -> SectorClassification:
    """What holds for an employer whose sector is known, but not its business class.

    Args:
        policy: the rules in force.
        sector: one of its sectors.
    """
    if sector.class_ is SectorClass.EXEMPT:
        return classified(policy, SectorOutcome.EXEMPT, sector, reasons=("employer-exempt",))
    if sector.evidence:
        return classified(policy, SectorOutcome.REVIEW, sector, reasons=("evidence-required",))
    return classified(policy, SectorOutcome.AUTO, sector)


def referring_notes(policy: Policy) -> frozenset[str]:
    """Notes on a NIK that go before an officer."""
    return frozenset(code for code, effect in policy.note_effects if effect is NoteEffect.REFER)


def _classify_code(policy: Policy, code: str, edition: int) -> SectorClassification:
    bridge = policy.bridge(edition)
    if bridge is not None:
        return _classify_bridged(policy, code, bridge)
    return _classify_mapped(policy, code, policy.mapping(code, edition))


def _classify_bridged(policy: Policy, code: str, bridge: KbliBridge) -> SectorClassification:
    """A class of a newer edition: as the older ones that it comes from, where these agree."""
    origins = bridge.origins_of(code)
    rows = {row for origin in origins for row in policy.mappings_within(origin, bridge.origin)}
    leads = {(row.sector, row.decision) if row else None for row in rows}
    if len(leads) == 1:
        return _classify_mapped(policy, code, rows.pop())
    sectors = {row.sector if row else None for row in rows}
    sector = policy.sector(only) if len(sectors) == 1 and (only := sectors.pop()) else None
    reasons = ("sector-review",) if sector else ("kbli-edition-unmapped",)
    return classified(policy, SectorOutcome.REVIEW, sector, code, reasons)


def _classify_mapped(policy: Policy, code: str, row: KbliMapping | None) -> SectorClassification:
    if row is None:
        return classified(policy, SectorOutcome.REFUSE, kbli=code, reasons=("sector-not-listed",))
    sector = policy.sector(row.sector) if row.sector else None
    if sector is not None and sector.class_ is SectorClass.EXEMPT:
        return classified(policy, SectorOutcome.EXEMPT, sector, code, ("employer-exempt",))
    reasons: tuple[str, ...] = ()
    if row.decision is MappingDecision.REVIEW:
        reasons = ("sector-review",)
    if sector is not None and sector.evidence:
        reasons += ("evidence-required",)
    return classified(
        policy, SectorOutcome.REVIEW if reasons else SectorOutcome.AUTO, sector, code, reasons
    )


def classified(
    policy: Policy,
    outcome: SectorOutcome,
    sector: Sector | None = None,
    kbli: str | None = None,
    reasons: tuple[str, ...] = (),
) -> SectorClassification:
    """What holds for an employer under a policy.

    Args:
        policy: the rules in force.
        outcome: what the rules say of its sector.
        sector: where it is known.
        kbli: the business class that decided, or None.
        reasons: codes that every worker of the employer carries.
    """
    return SectorClassification(
        outcome=outcome,
        sector=sector,
        kbli=kbli,
        reasons=reasons,
        rounding=policy.quota_rounding,
        referring_notes=referring_notes(policy),
        counts_lent=policy.outsourced.caps is OutsourcedCaps.HOST,
    )


def _merit(classification: SectorClassification) -> tuple[int, tuple[int, int]]:
    caps = classification.sector.caps if classification.sector else (0, 0)
    return _MERIT[classification.outcome], (caps[0], caps[1])


_BEST_LAST = ("refuse", "exempt", "review", "auto")
_MERIT = {outcome: _BEST_LAST.index(outcome) for outcome in SectorOutcome}

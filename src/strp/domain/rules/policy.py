"""Dated rules as values: what a policy file says once it has been read and found sound."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from strp.domain.employers.caps import UNDER_HOST, Caps, OutsourcedRule, QuotaRounding
from strp.domain.identifiers import PeriodId
from strp.domain.rules.checkpoint import CheckpointRule, Document, Holiday
from strp.domain.rules.filing_rules import (
    AN_OFFICER_NAMES,
    COMPANIES_FILE,
    THEY_RUN_OUT,
    FilingRule,
    MixedRule,
    SampleRisk,
    UnfitRule,
    WorkerDocument,
)
from strp.domain.rules.kbli_bridge import KbliBridge
from strp.domain.rules.kbli_mapping import KbliMapping
from strp.domain.rules.territory import Territory
from strp.domain.service_hours import ServiceHours
from strp.domain.text import Text
from strp.domain.waiting_room.lanes import DEFAULT_SHARES, Lane

OBJECTION_HOURS = 24
OFFLINE_HOURS = 24
EXERCISE_DAYS = 13
"""An exercise period ends this many days after today."""


class SectorClass(StrEnum):
    """How the rules rank a sector."""

    ESSENTIAL = "essential"
    CRITICAL = "critical"
    EXEMPT = "exempt"


class NoteEffect(StrEnum):
    """What a note on a NIK leads to."""

    REMARK = "remark"
    REFER = "refer"


class FourEyes(StrEnum):
    """What a second official, with another account, must confirm."""

    RULINGS = "rulings"
    OVERRIDES = "overrides"


class Citation(NamedTuple):
    """Where a rule stands."""

    text: str
    url: str = ""


class Period(NamedTuple):
    """The span that certificates are valid for; both days belong to it.

    Args:
        exercise: whether it is an exercise's: none of its certificates is ever VALID.
    """

    number: PeriodId
    code: str
    name: Text
    starts_on: date
    ends_on: date
    exercise: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sector:
    """A sector as the rules name it; `frees_all`: exempt is not government alone but everybody."""

    code: str
    class_: SectorClass
    name: Text
    caps: Caps
    citation: str
    evidence: tuple[Text, ...] = ()
    remarks: Text | None = None
    frees_all: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ExemptGroup:
    """People who need no STRP, and what they show instead.

    Args:
        show_instead: what they are told to show.
        looks: what that looks like, for inspectors; None: the policy does not say.
        picture: name of a picture of it; empty where there is none.
        only_at_checkpoints: the group passes where a rule of a checkpoint names it; elsewhere it
            is no exemption.
        roster: words in the column `nip` of a roster that exempt a row as one of the group.
    """

    code: str
    name: Text
    show_instead: Text
    citation: str
    looks: Text | None = None
    picture: str = ""
    only_at_checkpoints: bool = False
    roster: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgentNeed:
    """A need for which a person may file alone."""

    code: str
    name: Text
    evidence: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgentOffice:
    """Where a person with an urgent need files.

    Args:
        place: address, as people find it.
        telephone: as people dial it.
        hours: when somebody is there.
        citation: where this is published.
    """

    place: Text
    telephone: str
    hours: Text
    citation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NonEssential:
    """What holds for everybody whom no sector names."""

    name: Text
    rule: Text
    citation: str
    objection: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """All rules of one regulation.

    Args:
        effective_from: first day on which the policy applies.
        effective_until: last day, or None while nothing ends it.
        sla_hours: hours of service within which a decision is due.
        company_hours: hours that count for companies; None is round the clock.
        urgent_hours: hours that count for urgent individuals; None is round the clock.
        straight_through: whether a PASS is approved at once.
        sample_percent: share of these that an officer looks at afterwards, 0–100.
        sample_rates: the same for who carries a risk.
        note_effects: what a note on a NIK leads to; a note that is absent is a remark.
        lane_shares: part of the visitors that each line of the waiting room lets in.
        urgent_office: where a person with an urgent need files; None: the policy does not say.
        follows_today: an exercise, whose dates move with the day.
        four_eyes: what a second official confirms; empty where one is enough.
        objection_hours: hours of service within which an objection is decided.
        offline_hours: hours after which a checkpoint without a network lets nobody pass any more.
        activated_on: civil day of activation, or None.
        outsourced: how people whom other employers send are counted.
        documents: what inspectors look at beside or instead of a certificate.
        holidays: public holidays, for rules of checkpoints that differ on them.
        built_on: ids of the policies that it builds on, the nearest first.
        filing, worker_documents, unfit, several_kbli: who files, with what, what becomes of who
            fits no more, and which of several business classes counts.
        kbli_bridges: where the business classes of newer editions come from.
    """

    policy_id: str
    title: Text
    effective_from: date
    effective_until: date | None
    citations: tuple[Citation, ...]
    period: Period
    territory: Territory
    sla_hours: int
    sla_citation: str
    company_hours: ServiceHours | None
    urgent_hours: ServiceHours | None
    straight_through: bool
    sample_percent: int
    quota_rounding: QuotaRounding
    quota_citation: str
    note_effects: tuple[tuple[str, NoteEffect], ...]
    exempt_groups: tuple[ExemptGroup, ...]
    urgent_needs: tuple[UrgentNeed, ...]
    non_essential: NonEssential
    sectors: tuple[Sector, ...]
    kbli_statement: Text
    kbli: tuple[KbliMapping, ...]
    checkpoints: tuple[CheckpointRule, ...]
    lane_shares: tuple[tuple[Lane, int], ...] = tuple(DEFAULT_SHARES.items())
    urgent_office: UrgentOffice | None = None
    follows_today: bool = False
    sample_rates: tuple[tuple[SampleRisk, int], ...] = ()
    four_eyes: frozenset[FourEyes] = frozenset()
    objection_hours: int = OBJECTION_HOURS
    offline_hours: int = OFFLINE_HOURS
    activated_on: date | None = None
    outsourced: OutsourcedRule = UNDER_HOST
    documents: tuple[Document, ...] = ()
    holidays: tuple[Holiday, ...] = ()
    built_on: tuple[str, ...] = ()
    filing: FilingRule = COMPANIES_FILE
    worker_documents: tuple[WorkerDocument, ...] = ()
    unfit: UnfitRule = THEY_RUN_OUT
    several_kbli: MixedRule = AN_OFFICER_NAMES
    kbli_bridges: tuple[KbliBridge, ...] = ()
    _by_prefix: dict[tuple[int, str], KbliMapping] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    roster_words: tuple[str, ...] = field(init=False, repr=False, compare=False, default=())

    def __post_init__(self) -> None:
        self._by_prefix.update({(row.edition, row.prefix): row for row in self.kbli})
        words = (word for group in self.permit_free_groups for word in group.roster)
        object.__setattr__(self, "roster_words", tuple(words))

    def mapping(self, kbli: str, edition: int) -> KbliMapping | None:
        """The mapping with the longest prefix of a business class, within its edition.

        Args:
            kbli: code of the business class, 2–5 digits.
            edition: year of its list.
        """
        for length in range(len(kbli), 0, -1):
            row = self._by_prefix.get((edition, kbli[:length]))
            if row is not None:
                return row
        return None

    def maps_edition(self, edition: int) -> bool:
        """Whether the policy maps any business class of an edition, or says where it comes from."""
        return self.bridge(edition) is not None or any(row.edition == edition for row in self.kbli)

    def bridge(self, edition: int) -> KbliBridge | None:
        """From where the business classes of an edition come; None where it is mapped itself."""
        return next((each for each in self.kbli_bridges if each.edition == edition), None)

    def mappings_within(self, prefix: str, edition: int) -> set[KbliMapping | None]:
        """What the business classes below a prefix lead to; None for those that no row names.

        Args:
            prefix: of a business class, 2–5 digits.
            edition: year of its list.
        """
        below = {
            row
            for row in self.kbli
            if row.edition == edition and row.prefix.startswith(prefix) and row.prefix != prefix
        }
        return {self.mapping(prefix, edition), *below}

    def sector(self, code: str) -> Sector | None:
        """A sector by its code."""
        return next((sector for sector in self.sectors if sector.code == code), None)

    def exempt_group(self, code: str) -> ExemptGroup | None:
        """A group of people who need no STRP, by its code."""
        return next((group for group in self.exempt_groups if group.code == code), None)

    @property
    def permit_free_groups(self) -> tuple[ExemptGroup, ...]:
        """The groups that need no STRP, wherever they are."""
        return tuple(group for group in self.exempt_groups if not group.only_at_checkpoints)

    def document(self, code: str) -> Document | None:
        """A document that inspectors look at, by its code."""
        return next((each for each in self.documents if each.code == code), None)


def in_period(policy: Policy, period: Period) -> Policy:
    """The policy with its period as it stands, where another policy has changed it.

    Args:
        policy: as its file says.
        period: the same period, as the policies activated since have left it.
    """
    if policy.follows_today or policy.period == period:
        return policy
    return replace(policy, period=period)


def policy_on(policy: Policy, on: date) -> Policy:
    """The policy as it stands on a day: the dates of an exercise are put in.

    An exercise holds from the day before its activation until `EXERCISE_DAYS` after today.

    Args:
        policy: as activated.
        on: civil day in Jakarta.
    """
    if not policy.follows_today:
        return policy
    starts_on = (policy.activated_on or on) - timedelta(days=1)
    ends_on = on + timedelta(days=EXERCISE_DAYS)
    period = policy.period._replace(starts_on=starts_on, ends_on=ends_on)
    return replace(policy, effective_from=starts_on, period=period)


def policy_in_force(policies: Iterable[Policy], on: date) -> Policy | None:
    """The policy that applies on a civil day.

    Args:
        policies: activated policies, in any order.
        on: civil day in Jakarta.

    Returns:
        Of those in effect the one with the latest first day, with its dates put in; where two
        start on one day, what builds on others comes before these. An exercise applies only
        where no regulation is in effect, whichever began first.
    """
    dated = (policy_on(policy, on) for policy in policies)
    in_effect = [policy for policy in dated if _in_effect(policy, on)]
    return max(in_effect, key=precedence, default=None)


def periods_today(
    stored: Iterable[Period], policies: Iterable[Policy], today: date
) -> tuple[Period, ...]:
    """The periods of certificates as they stand today, by number.

    Args:
        stored: periods as the last change of the rules left them.
        policies: those that are active; a period of an exercise among them follows today.
        today: civil day in Jakarta.
    """
    moving = {
        policy.period.number: policy_on(policy, today).period
        for policy in activated(policies)
        if policy.follows_today
    }
    return tuple(moving.get(period.number, period) for period in stored)


def periods_after(
    before: Iterable[Period], active: Iterable[Policy], today: date
) -> tuple[Period, ...]:
    """The periods after a change of which policies are active, by number.

    A period lasts as the policy says that was activated last of those that name it. Where none of
    them is active any more, a regulation's stays, since its certificates outlive it; an exercise's
    has ended with yesterday.

    Args:
        before: the periods as they stood today before the change.
        active: policies that are active after it, in the order of their activation.
        today: civil day in Jakarta.
    """
    periods = {period.number: period for period in before}
    named = {policy.period.number: policy_on(policy, today).period for policy in active}
    for number, period in periods.items():
        if period.exercise and number not in named:
            periods[number] = ended(period, today)
    periods |= named
    return tuple(periods[number] for number in sorted(periods))


def ended(period: Period, today: date) -> Period:
    """A period that ends with yesterday where it has not ended before.

    Args:
        period: of an exercise that is over.
        today: civil day in Jakarta.
    """
    yesterday = today - timedelta(days=1)
    return period._replace(ends_on=max(period.starts_on, min(period.ends_on, yesterday)))


def activated(policies: Iterable[Policy]) -> tuple[Policy, ...]:
    """Those of the policies that have been activated."""
    return tuple(policy for policy in policies if policy.activated_on is not None)


def _in_effect(policy: Policy, on: date) -> bool:
    ended = policy.effective_until is not None and policy.effective_until < on
    return policy.effective_from <= on and not ended


def precedence(policy: Policy) -> tuple[bool, date, int, str]:
    """The place of a policy among others: of those in effect the last one applies."""
    layers = len(policy.built_on)
    return not policy.follows_today, policy.effective_from, layers, policy.policy_id

"""The rules as this process knows them: read from the database, and read again when old."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache, partial

from strp.domain.civil_time import civil_day
from strp.domain.employers.employer import EmployerFacts, nib_unknown
from strp.domain.errors import NotFound, Unavailable
from strp.domain.identifiers import Nib, PeriodId
from strp.domain.notices.letters import Letter, of_exercise
from strp.domain.regions import RegionCodes
from strp.domain.rules.policy import (
    Period,
    Policy,
    activated,
    in_period,
    periods_today,
    policy_in_force,
    policy_on,
)
from strp.domain.screening.screen import classify_sector
from strp.domain.screening.sector_of import SectorClassification
from strp.domain.text import Text
from strp.store.employers import registry
from strp.store.employers import terms as employer_terms
from strp.store.engine.database import Connection
from strp.store.rules import policies, regions
from strp.usecases.process.system import System

# A policy that is activated or prolonged reaches every process within this time.
KEPT_FOR = timedelta(seconds=10)
# Answers that need nothing but the rules go on for so long while the database is away.
LONGEST_KEPT = timedelta(hours=1)
# Certificates of a period that ended so long ago read EXPIRED without their status list. One that
# is prolonged later than that brings its lists back with the next bundle.
LONG_OVER = timedelta(days=30)


async def policy_today(system: System) -> Policy:
    """The policy in force now.

    Raises:
        Unavailable: none is in force.
    """
    policy = await policy_if_any(system)
    if policy is None:
        raise Unavailable("no-policy-in-force", _NO_POLICY)
    return policy


async def policy_if_any(system: System) -> Policy | None:
    """The policy in force now, or None between two policies."""
    await _refresh(system)
    reference, today = system.reference, civil_day(system.clock())
    if reference.in_force is None or reference.in_force_on != today:
        reference.in_force = policy_in_force(activated(reference.policies), today)
        reference.in_force_on = today
    return reference.in_force


async def marked_if_exercise(system: System, letter: Letter) -> Letter:
    """A letter about no filing, marked LATIHAN while the policy in force is an exercise's."""
    policy = await policy_if_any(system)
    return of_exercise(letter) if policy is not None and policy.follows_today else letter


async def classification_today(
    system: System, nib: Nib
) -> tuple[Policy, EmployerFacts, SectorClassification]:
    """The policy in force, what the registry holds of an employer, and what that makes of it.

    Raises:
        NotFound: the registry does not hold the NIB.
        Unavailable: no policy is in force, or its period is over: what would be issued now
            would have expired already.
    """
    known = kept_classification(system, nib, system.clock())
    if known is not None:
        return known
    policy, employer = await policy_today(system), await employer_facts(system, nib)
    if await is_period_over(system, policy):
        raise Unavailable("period-over", _PERIOD_OVER)
    classifications = system.reference.classifications
    kept = classifications.get(nib)
    if kept is None or kept[0] is not policy or kept[1] is not employer:
        kept = classifications[nib] = (policy, employer, classify_sector(policy, employer))
    return kept


def kept_classification(
    system: System, nib: Nib, now: datetime
) -> tuple[Policy, EmployerFacts, SectorClassification] | None:
    """What `classification_today` says where nothing must be read, else None: the hottest path.

    Args:
        now: aware time.
    """
    reference = system.reference
    read_at, kept = reference.read_at, reference.classifications.get(nib)
    facts = reference.employers.get(nib)
    if read_at is None or kept is None or facts is None:
        return None
    policy, employer, _ = kept
    today = civil_day(now)
    is_current = (
        policy is reference.in_force
        and employer is facts[0]
        and today == reference.in_force_on
        and today <= policy.period.ends_on
        and abs(now - read_at) < KEPT_FOR
        and abs(now - facts[1]) < KEPT_FOR
    )
    return kept if is_current else None


async def is_period_over(system: System, policy: Policy) -> bool:
    """Whether the period of a policy in force has ended, as the last activation has it."""
    return policy.period.ends_on < civil_day(system.clock())


async def policy_by_id(system: System, policy_id: str) -> Policy:
    """A policy that applications were filed under, with the dates of today.

    Raises:
        Unavailable: `no-policy-in-force`; it was never activated.
    """
    await _refresh(system)
    for policy in system.reference.policies:
        if policy.policy_id == policy_id:
            return policy_on(policy, civil_day(system.clock()))
    raise Unavailable("no-policy-in-force", _NO_POLICY)


async def current_periods(system: System) -> tuple[Period, ...]:
    """The periods of certificates as they stand today, of policies no longer active too.

    What was issued or approved under a policy outlives it.
    """
    await _refresh(system)
    return known_periods(system)


async def periods_long_over(system: System) -> list[PeriodId]:
    """The periods that ended so long ago that devices need no status list of theirs."""
    last = civil_day(system.clock()) - LONG_OVER
    return [period.number for period in await current_periods(system) if period.ends_on < last]


async def period_named(system: System, name: str) -> PeriodId:
    """The number of a period, by its code or its number.

    Raises:
        NotFound: `period-unknown`; says which there are.
    """
    periods = await current_periods(system)
    for period in periods:
        if name.strip() in {period.code, str(period.number)}:
            return period.number
    raise period_unknown(periods)


def period_unknown(periods: Sequence[Period]) -> NotFound:
    """No period has this name."""
    known = ", ".join(f"{period.code} ({period.number})" for period in periods)
    return NotFound(
        "period-unknown",
        Text(
            f"Masa berlaku ini tidak dikenal. Yang ada: {known}.",
            f"This period is not known. There are: {known}.",
        ),
    )


def known_periods(system: System) -> tuple[Period, ...]:
    """The periods as this process last read them, with the dates of today."""
    reference, today = system.reference, civil_day(system.clock())
    known = reference.periods_today
    if known is None or known[0] != today:
        # Everybody who shows a certificate asks; an exercise's takes 0.3 ms to work out.
        known = (today, periods_today(reference.periods, reference.policies, today))
        reference.periods_today = known
    return known[1]


async def region_codes(system: System) -> RegionCodes:
    """The region codes of the installation."""
    await _refresh(system)
    known = system.reference.regions
    assert known is not None
    return known


async def employer_facts(system: System, nib: Nib) -> EmployerFacts:
    """What the registry holds of an employer, and what was ruled; kept for a few seconds.

    Raises:
        NotFound: the registry does not hold the NIB.
    """
    known, now = system.reference.employers, system.clock()
    kept = known.get(nib)
    if kept is not None and abs(now - kept[1]) < KEPT_FOR:
        return kept[0]
    found = await system.reference.asked_employers.find(nib, partial(_find_employers, system))
    if found is None:
        raise nib_unknown()
    if kept is not None and kept[0] == found:
        found = kept[0]  # what was derived from it still holds
    known[nib] = (found, now)
    return found


async def _find_employers(system: System, nibs: Sequence[Nib]) -> Mapping[Nib, EmployerFacts]:
    policy, today = system.reference.in_force, civil_day(system.clock())
    period = policy.period.number if policy else None
    async with system.database.connection() as conn:
        found = await registry.find_employers(conn, nibs)
        terms = await employer_terms.terms_of(conn, nibs, period, today)
    return {
        nib: replace(facts, terms=terms[nib]) if nib in terms else facts
        for nib, facts in found.items()
    }


async def rules_document(system: System) -> dict[str, object]:
    """The policy in force as its file says it, with the dates of today.

    Raises:
        Unavailable: none is in force; or the database is away, and this process was never asked.
    """
    policy, shown = await policy_today(system), system.reference.documents
    try:
        async with system.database.connection() as conn:
            shown[policy.policy_id] = await policies.find_document(conn, policy.policy_id)
    except Unavailable:
        if policy.policy_id not in shown:
            raise
    document = shown[policy.policy_id]
    dates = {"from": policy.period.starts_on, "until": policy.period.ends_on}
    return {**document, "in_force_from": policy.effective_from, "period_today": dates}


async def _refresh(system: System) -> None:
    """Read the rules where nobody has read them lately; goes on with the old ones for a while.

    Raises:
        Unavailable: they were never read, or too long ago, and the database does not answer.
    """
    reference, now = system.reference, system.clock()
    if reference.read_at is not None and abs(now - reference.read_at) < KEPT_FOR:
        return
    try:
        await refresh_rules(system)
    except Unavailable:
        if reference.read_at is None or abs(now - reference.read_at) > LONGEST_KEPT:
            raise


async def refresh_rules(system: System) -> None:
    """Read rules and regions from the database.

    Raises:
        Unavailable: the database does not answer; what was read before stays.
    """
    reference, now = system.reference, system.clock()
    async with system.database.connection() as conn:
        reference.periods = await policies.list_periods(conn)
        found = await policies.list_policies(conn)
        reference.policies = tuple(_in_their_periods(found, reference.periods))
        if reference.regions is None:
            reference.regions = await regions.load_regions(conn)
    reference.read_at = now
    reference.in_force = reference.periods_today = None


def _in_their_periods(found: Sequence[Policy], periods: Sequence[Period]) -> Iterator[Policy]:
    """Active policies with their periods as they stand; equal ones stay the same object."""
    stored = {period.number: period for period in periods}
    for policy in found:
        period = stored.get(policy.period.number)
        yield policy if policy.activated_on is None or period is None else _placed(policy, period)


@lru_cache(maxsize=64)
def _placed(policy: Policy, period: Period) -> Policy:
    return in_period(policy, period)


_PERIOD_OVER = Text(
    id="Masa berlaku sudah berakhir, jadi tidak ada yang dapat diajukan. Operator memperpanjangnya "
    "di berkas aturan (`period.until`), lalu `strp policy activate`.",
    en="The period is over, so nothing can be filed. An operator prolongs it in the policy file "
    "(`period.until`), then `strp policy activate`.",
)
_NO_POLICY = Text(
    id="Saat ini tidak ada aturan yang berlaku, jadi tidak ada yang dapat diajukan. "
    "Operator mengaktifkan aturan dengan `strp policy activate`.",
    en="No policy is in force now, so nothing can be filed. "
    "An operator activates one with `strp policy activate`.",
)


async def facts_under_lock(
    system: System, conn: Connection, nib: Nib, policy: Policy
) -> EmployerFacts:
    """The facts of an employer with the terms that this transaction sees.

    Args:
        conn: the transaction; nothing is asked on another connection meanwhile.
        nib: the employer.
        policy: whose period counts.

    Raises:
        NotFound: the registry does not hold the NIB.
    """
    today = civil_day(system.clock())
    async with conn.pipeline():
        employers = await registry.ask_employer(conn, nib)
        terms = await employer_terms.ask_terms(conn, nib, policy.period.number, today)
    known = (await registry.read_employers(employers)).get(nib)
    if known is None:
        raise nib_unknown()
    told = employer_terms.read_terms(await terms.fetchall())
    return replace(known, terms=told[nib]) if nib in told else known

"""What an employer may expect before it files, and by what a cap refused afterwards."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from strp.domain.errors import Unavailable
from strp.domain.filing.application import Application
from strp.domain.identifiers import Nib
from strp.domain.people.account import Actor, may_file, not_your_employer
from strp.domain.rules.policy import Policy, Sector
from strp.domain.screening.free_places import SitePlaces, site_places
from strp.domain.screening.reasons import reason_text
from strp.domain.screening.screen import classify_sector
from strp.domain.screening.sector_of import SectorOutcome
from strp.domain.service_hours import due_at
from strp.domain.text import Text
from strp.store.desk.reopening import quota_used
from strp.store.filing.over_cap import OverCap, over_cap
from strp.usecases.filing.show import Reason
from strp.usecases.process.system import System
from strp.usecases.rules.current import classification_today, facts_under_lock


class Expected(NamedTuple):
    """What an employer may expect of a roster that it files now.

    Args:
        outcome: what the rules say of its sector.
        sector: its sector, where it is known.
        sector_code: of the sector, or that of none.
        reasons: that every one of its workers will carry, as an employer is told them.
        places: by type of site; none where no cap is known.
        straight_through: whether who passes is approved at once.
        due_at: when a filing of this moment is decided at the latest.
        period: number of the period that the places are of.
        refusal: why nothing can be filed at all now, or None.
    """

    outcome: SectorOutcome | None
    sector: Sector | None = None
    sector_code: str = ""
    reasons: Sequence[Reason] = ()
    places: Sequence[SitePlaces] = ()
    straight_through: bool = False
    due_at: datetime | None = None
    period: int = 0
    refusal: Text | None = None


class CapRefusal(NamedTuple):
    """Workers of a filing whom a cap refused, and the places as they stand now.

    Args:
        refused: how many at a type of site, and from which line on.
        places: of that type of site; None where the rules have changed since.
    """

    refused: OverCap
    places: SitePlaces | None


async def expected(system: System, actor: Actor, nib: Nib) -> Expected:
    """What an employer may expect of a roster that it files now.

    Args:
        system: the installation.
        actor: who files.
        nib: the employer.

    Raises:
        Forbidden: the employer is not the actor's.
    """
    if not may_file(actor, nib):
        raise not_your_employer(nib)
    try:
        policy, _, _ = await classification_today(system, nib)
    except Unavailable as error:
        return Expected(None, refusal=error.text)
    async with system.database.connection() as conn:
        # What was declared or ruled a moment ago counts here as it does for who files now.
        employer = await facts_under_lock(system, conn, nib, policy)
        used = await quota_used(conn, nib, policy.period.number)
    classification = classify_sector(policy, employer)
    code = classification.sector_code
    return Expected(
        classification.outcome,
        classification.sector,
        code,
        [_reason(each, policy, code) for each in classification.reasons],
        site_places(classification, used, employer.counted_staff, employer.terms.lent),
        policy.straight_through,
        due_at(system.clock(), policy.sla_hours, policy.company_hours),
        policy.period.number,
    )


async def cap_refusals(
    system: System, actor: Actor, application: Application
) -> Sequence[CapRefusal]:
    """Whom a cap refused in a filing, by type of site, with the places as they stand now.

    Args:
        system: the installation.
        actor: who filed.
        application: the filing.

    Raises:
        Forbidden: the employer is not the actor's.
    """
    if not application.refused:
        return ()
    async with system.database.connection() as conn:
        found = await over_cap(conn, application.nib, application.application_id)
    if not found:
        return ()
    now = await expected(system, actor, application.nib)
    is_same = now.period == application.period_id and now.sector_code == application.sector
    places = {each.site_type.value: each for each in now.places if is_same}
    return [CapRefusal(each, places.get(each.site_type)) for each in found]


def _reason(code: str, policy: Policy, sector: str) -> Reason:
    detail, citation = reason_text(code, policy, sector)
    return Reason(code=code, detail=detail, citation=citation)

"""What a change of the rules changes: dates of certificates, who still fits, caps and hours."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

from strp.domain.employers.caps import QuotaUse, percent_or_word, quota_limit
from strp.domain.employers.employer import EmployerFacts
from strp.domain.identifiers import Nib, PeriodId
from strp.domain.roster.row import SiteType
from strp.domain.rules.checkpoint import Admits, CheckpointRule, Form
from strp.domain.rules.checkpoint_reading import GROUPS
from strp.domain.rules.filing_rules import Unfit
from strp.domain.rules.policy import Period, Policy
from strp.domain.screening.screen import classify_sector
from strp.domain.screening.standing import places_at, places_of
from strp.domain.service_hours import ServiceHours


class CapChange(NamedTuple):
    """A cap in percent of staff (0–100) that changes; None where the sector is not named."""

    sector: str
    site_type: str
    before: int | str | None
    after: int | str | None


class HourChange(NamedTuple):
    """Hours that change, as text; None where there are none.

    Args:
        what: `decision`, `company`, `urgent`, or `checkpoint:` and its code.
    """

    what: str
    before: str | None
    after: str | None


class Effects(NamedTuple):
    """What a change of the rules touches.

    Args:
        certificates_prolonged: not revoked, whose last day moves later.
        certificates_ended: not revoked, whose last day moves earlier or first day later.
        workers_no_longer_fit: let in or pending under the rules before, and not under those after.
        employers: that have any of these, or workers under another sector or cap than before.
        caps: of sectors in force.
        hours: of service, of decisions, of checkpoints in force.
    """

    certificates_prolonged: int
    certificates_ended: int
    workers_no_longer_fit: int
    employers: int
    caps: tuple[CapChange, ...]
    hours: tuple[HourChange, ...]

    def as_document(self) -> dict[str, object]:
        """The same as JSON keeps it."""
        lists = {
            "caps": [change._asdict() for change in self.caps],
            "hours": [change._asdict() for change in self.hours],
        }
        return {**self._asdict(), **lists}


class PeriodChange(NamedTuple):
    """A period whose days change."""

    period: Period
    prolonged: bool


class Touched(NamedTuple):
    """The employers that a change of the rules touches.

    Args:
        periods: changed periods, each with the number of certificates by employer.
        employers: those whose sector or caps change, each with its workers who no longer fit.
        compared: period whose workers were compared; None: there was nothing to compare.
        on: first day on which the changed sectors and caps count.
        unfit: what becomes of certificates whose workers no longer fit.
        suspended_at: aware; when, where they are suspended.
    """

    periods: tuple[tuple[PeriodChange, dict[Nib, int]], ...]
    employers: dict[Nib, int]
    compared: PeriodId | None
    on: date
    unfit: Unfit
    suspended_at: datetime


def period_changes(before: Iterable[Period], after: Iterable[Period]) -> list[PeriodChange]:
    """Periods that last longer or shorter than before; new ones have no certificates yet.

    Args:
        before: periods as they stand.
        after: periods as the change would leave them.
    """
    known = {period.number: period for period in before}
    changes = []
    for period in after:
        old = known.get(period.number, period)
        if period.ends_on < old.ends_on or period.starts_on > old.starts_on:
            changes.append(PeriodChange(period, prolonged=False))
        elif period.ends_on > old.ends_on:
            changes.append(PeriodChange(period, prolonged=True))
    return changes


def no_longer_fit(before: Policy, after: Policy, employer: EmployerFacts, use: QuotaUse) -> int:
    """Workers of an employer for whom there is room under one policy and none under another.

    Args:
        before: rules in force.
        after: rules that would replace them.
        employer: as registry and rulings have it.
        use: places that its workers take now.

    Returns:
        How many more find no room than before, 0 or more.
    """
    return max(0, misfits(after, employer, use) - misfits(before, employer, use))


def no_longer_fit_at_host(
    before: Policy, after: Policy, host: EmployerFacts, granted: QuotaUse, use: QuotaUse
) -> int:
    """The same for workers of another employer at a host's site.

    Args:
        granted: places that the host has confirmed to that employer.
        use: its workers there.
    """
    unfit = [_misfits_at_host(policy, host, granted, use) for policy in (after, before)]
    return max(0, unfit[0] - unfit[1])


def standing_of(policy: Policy, employer: EmployerFacts) -> tuple[object, ...]:
    """What a policy makes of an employer: outcome, sector and most workers by site type.

    Args:
        policy: by which it is judged.
        employer: as registry and rulings have it.
    """
    found = classify_sector(policy, employer)
    limit = found.sector and quota_limit(employer.counted_staff, found.sector.caps, found.rounding)
    return found.outcome, found.sector_code, limit


def cap_changes(before: Policy | None, after: Policy | None) -> tuple[CapChange, ...]:
    """Caps of sectors that differ.

    Args:
        before: rules in force; None: there are none.
        after: rules that would replace them; None: none would.

    Returns:
        One for each sector and site type, in percent; None where a side has no such sector.
    """
    old, new = _caps(before), _caps(after)
    return tuple(
        CapChange(sector, site, old.get((sector, site)), new.get((sector, site)))
        for sector, site in sorted({*old, *new})
        if old.get((sector, site)) != new.get((sector, site))
    )


def hour_changes(before: Policy | None, after: Policy | None) -> tuple[HourChange, ...]:
    """Hours of service, of decisions and of checkpoints that differ.

    Args:
        before: rules in force; None: there are none.
        after: rules that would replace them; None: none would.
    """
    old, new = _hours(before), _hours(after)
    return tuple(
        HourChange(what, old.get(what), new.get(what))
        for what in {**old, **new}
        if old.get(what) != new.get(what)
    )


def misfits(policy: Policy, employer: EmployerFacts, use: QuotaUse) -> int:
    """Workers of an employer for whom a policy has no room.

    Args:
        policy: by which it is judged.
        employer: as registry and rulings have it.
        use: places that its workers take now.
    """
    places = places_of(policy, employer)
    return _over(use.service, places.service) + _over(use.administration, places.administration)


def _misfits_at_host(policy: Policy, host: EmployerFacts, granted: QuotaUse, use: QuotaUse) -> int:
    places = places_at(policy, host)
    rooms = [
        room if cap is None else min(room, cap)
        for room, cap in ((granted.service, places[0]), (granted.administration, places[1]))
    ]
    return _over(use.service, rooms[0]) + _over(use.administration, rooms[1])


def _over(used: int, limit: int | None) -> int:
    return 0 if limit is None else max(0, used - limit)


def _caps(policy: Policy | None) -> dict[tuple[str, str], int | str]:
    sectors = policy.sectors if policy else ()
    sites = (SiteType.SERVICE, SiteType.ADMINISTRATION)
    return {
        (sector.code, site.value): percent_or_word(cap)
        for sector in sectors
        for site, cap in zip(sites, sector.caps, strict=True)
    }


def _hours(policy: Policy | None) -> dict[str, str]:
    if policy is None:
        return {}
    checkpoints = {
        f"checkpoint:{code}": _windows([rule for rule in policy.checkpoints if rule.code == code])
        for code in dict.fromkeys(rule.code for rule in policy.checkpoints)
    }
    return {
        "decision": f"{policy.sla_hours} h",
        "company": _service(policy.company_hours),
        "urgent": _service(policy.urgent_hours),
        **checkpoints,
    }


def _service(hours: ServiceHours | None) -> str:
    return f"{hours.opens:%H:%M}-{hours.closes:%H:%M}" if hours else "round-the-clock"


def _windows(rules: Sequence[CheckpointRule]) -> str:
    """All that holds at a kind of checkpoint; a rule with days of its own begins with these."""
    texts = []
    for rule in rules:
        days = f"{rule.from_on or ''}..{rule.until_on or ''} " if _is_dated(rule) else ""
        days += "".join(f"{day} " for day in rule.days)
        windows = (
            f"{window.opens:%H:%M}-{window.closes:%H:%M} "
            + (
                " ".join(window.sectors or [GROUPS])
                if window.admits is Admits.SECTORS
                else window.admits
            )
            for window in rule.windows
        )
        texts.append(days + ", ".join((*windows, *_shown(rule))))
    return "; ".join(texts)


def _shown(rule: CheckpointRule) -> Iterator[str]:
    """Who passes without a certificate, what counts instead, what is carried too, which form."""
    listed = {"without": rule.without, "instead": rule.instead, "also": rule.also}
    for name, entries in listed.items():
        for each in entries:
            hours = f" {each.opens:%H:%M}-{each.closes:%H:%M}" if each.opens else ""
            asked_of = f" of {' '.join(each.sectors)}" if each.sectors else ""
            yield f"{name} {each.code}{hours}{asked_of}"
    if rule.form is not Form.ANY:
        yield str(rule.form)


def _is_dated(rule: CheckpointRule) -> bool:
    return rule.from_on is not None or rule.until_on is not None

"""Screening of workers at another employer's site: the host's sector and places count, not those
of the employer that sends them.

Until the host is confirmed, while it is closed, and where anything about it is unknown, such
workers are referred and nobody can approve them. A worker beyond the places that were confirmed
waits for more of them.
"""

from collections.abc import Mapping, MutableMapping, Sequence
from datetime import date
from typing import NamedTuple

from strp.domain.employers.caps import OutsourcedCaps, QuotaUse, Staff, quota_limit
from strp.domain.employers.employer import EmployerFacts
from strp.domain.identifiers import Nib
from strp.domain.roster.row import SiteType
from strp.domain.rules.policy import Policy
from strp.domain.screening.hosting import Hosting, HostingState
from strp.domain.screening.screen import (
    NOTHING_USED,
    Screenable,
    Screening,
    ScreeningOutcome,
    classify_sector,
    screen,
    screening_of,
)
from strp.domain.screening.sector_of import (
    UNDETERMINED,
    SectorClassification,
    SectorOutcome,
    referring_notes,
)

UNCONFIRMED = "host-unconfirmed"
HOST_CLOSED = "host-closed"
OF_HOST = frozenset(
    {
        *(UNCONFIRMED, "host-unknown", "host-undetermined", "host-not-listed", "host-exempt"),
        *("host-declined", HOST_CLOSED, "hosts-many"),
    }
)
"""Reasons that speak of the host, and are asked anew when something about it changes."""
WAITS_FOR_HOST = frozenset({UNCONFIRMED, "host-unknown", HOST_CLOSED})
WITHOUT_PLACE = frozenset({UNCONFIRMED, "host-unknown", "host-undetermined"})
"""Who waits for one of these takes no place at the host; `hostings.USED` counts by the same."""

_SITES = (SiteType.SERVICE, SiteType.ADMINISTRATION)


class HostFacts(NamedTuple):
    """What is known of a host at the moment of screening.

    Args:
        facts: of the registry, with what was ruled and declared; None outside of it.
        is_closed: whether a closure of it is in force.
        hosting: what it, or an officer, said of the employer that sends people.
        used: places that this employer has taken there, approved or about to be.
        may_ask: whether one more host may be asked for this employer.
    """

    facts: EmployerFacts | None
    is_closed: bool
    hosting: Hosting | None
    used: QuotaUse
    may_ask: bool = True


class AtHost(NamedTuple):
    """What holds for workers of one employer at one host.

    Args:
        sector: code of the host's sector, which their certificates name.
        reasons: that every worker carries, by site type; none where places are free.
        room: places left, by site type.
        referring: notes on a NIK that go before an officer.
    """

    sector: str
    reasons: tuple[tuple[str, ...], tuple[str, ...]]
    room: tuple[int, int]
    referring: frozenset[str]


def at_host(policy: Policy, host: HostFacts, today: date) -> AtHost:
    """Say what holds for workers of an employer at a host.

    Args:
        policy: that they were filed under.
        host: what is known of it.
        today: civil day in Jakarta.
    """
    notes = referring_notes(policy)
    found = None if host.facts is None else classify_sector(policy, host.facts)
    sector = UNDETERMINED if found is None else found.sector_code
    reason = _of_all(host, found, today)
    if reason is not None or host.facts is None or found is None or host.hosting is None:
        code = reason or UNCONFIRMED
        return AtHost(sector, ((code,), (code,)), (0, 0), notes)
    places = (host.hosting.service, host.hosting.administration)
    if policy.outsourced.caps is OutsourcedCaps.HOST and found.sector is not None:
        staff = host.facts.counted_staff
        caps = quota_limit(staff, found.sector.caps, found.rounding)
        reasons = tuple(("host-undetermined",) if each is None else () for each in staff)
        room = tuple(
            (granted if cap is None else min(granted, cap)) - used
            for granted, cap, used in zip(places, caps, host.used, strict=False)
        )
        return AtHost(sector, (reasons[0], reasons[1]), (room[0], room[1]), notes)
    room = tuple(granted - used for granted, used in zip(places, host.used, strict=False))
    return AtHost(sector, ((), ()), (room[0], room[1]), notes)


def _of_all(host: HostFacts, found: SectorClassification | None, today: date) -> str | None:
    """The reason that all workers at a host carry, or None where it lets them in."""
    hosting = host.hosting
    if hosting is not None and hosting.state == HostingState.DECLINED:
        return "host-declined"
    if hosting is None and not host.may_ask:
        return "hosts-many"
    if found is None:
        return "host-unknown"
    if found.outcome is SectorOutcome.REFUSE:
        return "host-not-listed"
    if found.outcome is SectorOutcome.EXEMPT:
        return "host-exempt"
    if host.is_closed:
        return HOST_CLOSED
    if hosting is None or not hosting.counts_on(today):
        return UNCONFIRMED
    return "host-undetermined" if found.outcome is SectorOutcome.REVIEW else None


def screen_at_host(
    workers: Sequence[Screenable], at: AtHost, known: Mapping[int, tuple[str, ...]]
) -> tuple[list[Screening], AtHost]:
    """Screen workers at one host.

    Args:
        workers: in the order of the roster; who comes first has the place.
        at: what holds there.
        known: reasons by row that the database gave.

    Returns:
        One screening for each worker, in the same order, and what holds for those who follow.
    """
    room = dict(zip(_SITES, at.room, strict=True))
    plain = dict(zip(_SITES, at.reasons, strict=True))
    screened = []
    for worker in workers:
        reasons = plain[worker.site_type]
        if not reasons and room[worker.site_type] <= 0:
            reasons = (UNCONFIRMED,)
        is_placed = not reasons
        reasons += known.get(worker.row, ()) + worker.nik_notes
        screening = screening_of(reasons, at.referring)
        screened.append(screening)
        if is_placed and screening.outcome is not ScreeningOutcome.REFUSE:
            room[worker.site_type] -= 1
    return screened, at._replace(room=(room[_SITES[0]], room[_SITES[1]]))


def screen_by_site(
    workers: Sequence[Screenable],
    hosts: Sequence[Nib | None],
    at_hosts: MutableMapping[Nib, AtHost],
    classification: SectorClassification,
    used: QuotaUse,
    staff: Staff,
    known: Mapping[int, tuple[str, ...]],
    lent: QuotaUse = NOTHING_USED,
) -> tuple[list[Screening], QuotaUse]:
    """Screen workers some of whom are at other employers' sites.

    Args:
        workers: in the order of the roster.
        hosts: whose site each is at; None: the employer's own.
        at_hosts: what holds at each host; brought up to date.
        classification: of the employer, for its own sites.
        used: by its own people.
        staff: of the employer.
        known: reasons by row that the database gave.
        lent: places at the employer's own sites that people of others have.

    Returns:
        One screening for each worker, in the same order, and the new use of the employer's caps.
    """
    groups: dict[Nib | None, list[Screenable]] = {}
    for worker, host in zip(workers, hosts, strict=True):
        groups.setdefault(host, []).append(worker)
    found: dict[int, Screening] = {}
    for host, group in groups.items():
        if host is None:
            screened, used = screen(group, classification, used, staff, known, lent)
        else:
            screened, at_hosts[host] = screen_at_host(group, at_hosts[host], known)
        found |= {each.row: one for each, one in zip(group, screened, strict=True)}
    return [found[worker.row] for worker in workers], used

"""Certificates that stand while the rules or the registry change: who still has a place."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from strp.domain.employers.caps import OutsourcedCaps, QuotaLimit, quota_limit
from strp.domain.employers.employer import EmployerFacts
from strp.domain.errors import Conflict
from strp.domain.rules.filing_rules import Unfit, UnfitRule
from strp.domain.rules.policy import Policy
from strp.domain.screening.screen import classify_sector
from strp.domain.screening.sector_of import SectorOutcome
from strp.domain.text import Text

SETTLED_AFTER = timedelta(seconds=15)
"""By then every process files by the new rules, and nobody is let in by the old ones any more."""
NOBODY, EVERYBODY = QuotaLimit(0, 0), QuotaLimit(None, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescreening:
    """What stands is screened again: what for, and how far it is.

    Args:
        cause: `rules` or `registry`.
        subject: the policy, or the number of the import.
        unfit: what becomes of who fits no more.
        due_at: aware; when it begins.
        act_id: number of the act under which it suspends; None: nothing was suspended yet.
        employers: whom the change touches; None: not known before it begins.
        left: employers still to be looked at.
        waiting: employers looked at once whose certificates were still being made.
        done_at: aware; None: not done.
    """

    rescreening_id: int
    cause: str
    subject: str
    unfit: Unfit
    asked_at: datetime
    due_at: datetime
    act_id: int | None
    employers: int | None
    suspended: int
    restored: int
    left: int
    waiting: int
    done_at: datetime | None


def places_of(policy: Policy, employer: EmployerFacts) -> QuotaLimit:
    """How many workers of an employer the rules let in, by site type; None: any number.

    Where an officer must name the sector first, or evidence is missing, that is nobody until then.
    Whoever needs no STRP loses nothing by having one.

    Args:
        policy: by which it is judged.
        employer: as registry and rulings have it.
    """
    found = classify_sector(policy, employer)
    match found.outcome:
        case SectorOutcome.REFUSE | SectorOutcome.REVIEW:
            return NOBODY
        case SectorOutcome.EXEMPT:
            return EVERYBODY
    if found.sector is None:
        return EVERYBODY
    return quota_limit(employer.counted_staff, found.sector.caps, found.rounding)


def places_at(policy: Policy, host: EmployerFacts) -> QuotaLimit:
    """The same for people of another employer at a host's site; who may be there at all is asked
    elsewhere.

    Args:
        policy: by which the host is judged.
        host: as registry and rulings have it.
    """
    places = places_of(policy, host)
    if places == NOBODY or policy.outsourced.caps is OutsourcedCaps.HOST:
        return places
    return EVERYBODY


def due_at(rule: UnfitRule, *, asked_at: datetime, from_at: datetime) -> datetime:
    """When who fits no more is looked at.

    Args:
        rule: what becomes of them.
        asked_at: aware; when the employers are told.
        from_at: aware; from when the rules hold.
    """
    notice = timedelta(hours=rule.notice_hours)
    return max(asked_at + SETTLED_AFTER, from_at, asked_at + notice)


def still_rescreening(running: Rescreening) -> Conflict:
    """What stands is being screened by the last change; another one waits for that."""
    done = (running.employers or 0) - running.left
    return Conflict(
        "rescreening-underway",
        Text(
            f"STRP masih menyaring ulang surat menurut {running.subject} ({done} dari "
            f"{running.employers or '?'} perusahaan). Tunggu sampai selesai (lihat "
            "`strp policy rescreening`; proses pekerja harus berjalan), atau batalkan perubahan "
            "itu dengan `strp policy undo`. Tidak ada yang diubah.",
            f"STRP is still screening certificates again for {running.subject} ({done} of "
            f"{running.employers or '?'} employers). Wait until it is done (see `strp policy "
            "rescreening`; a worker process must run), or take that change back with `strp policy "
            "undo`. Nothing was changed.",
        ),
    )


def is_make_believe(before: Policy, after: Policy) -> bool:
    """Whether one of two is an exercise and the other a regulation: then neither's workers are
    judged by the other.

    Args:
        before: that was in force.
        after: that takes its place.
    """
    return before.follows_today is not after.follows_today

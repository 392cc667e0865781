"""A certificate's claims, and the rule that says what they are worth at a moment.

A certificate is worth what its *period* says at the time of the check, not what was printed: a
period that is prolonged makes old certificates valid again (in July 2021 the province let holders
"just show the old QR"). The expiry inside the certificate counts only where the period is unknown.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum, StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from strp.domain.civil_time import WIB, day_text
from strp.domain.epochs import COUNTED_LIST_BITS, index_of, list_of
from strp.domain.identifiers import PeriodId, write_value
from strp.domain.roster.row import SiteType
from strp.domain.rules.checkpoint import Admits, CheckpointRule
from strp.domain.rules.policy import Period, SectorClass
from strp.domain.text import Text, clean_line

NAME_MAX_CHARACTERS: Final = 40
"""Contract, "Certificate": names of 40 characters each fit QR version 11 at level M."""
STATUS_LIST_BITS: Final = COUNTED_LIST_BITS
STATUS_LIST_ENTRIES: Final = 1 << STATUS_LIST_BITS
ELLIPSIS: Final = "…"
EXERCISE_COUNTRY: Final = "XX"
"""No country: ISO 3166-1 leaves this code to its users."""


class Status(IntEnum):
    """Entry of a status list (draft-ietf-oauth-status-list, §7.1)."""

    VALID = 0
    REVOKED = 1
    SUSPENDED = 2


class Verdict(StrEnum):
    """Outcome of a check."""

    VALID = "VALID"
    EXERCISE = "EXERCISE"
    NOT_YET_VALID = "NOT_YET_VALID"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"
    SUSPENDED = "SUSPENDED"
    OUTSIDE_WINDOW = "OUTSIDE_WINDOW"
    UNTRUSTED = "UNTRUSTED"
    UNREADABLE = "UNREADABLE"


class Claims(NamedTuple):
    """What a certificate says.

    Args:
        issuer: ISO 3166-2 code of the authority.
        serial: 60-bit value of the serial (`TaggedNumbers.value`).
        issued_at: aware UTC, whole seconds.
        expires_at: aware UTC, whole seconds; first moment at which it is no longer valid.
        holder: name of the worker; as read, as `shorten` left it.
        identity_tail: last four characters of the NIK or of the document.
        employer: name of the employer; as read, as `shorten` left it.
        sector_class: essential or critical.
        sector: code of the sector in the policy.
        site_type: service or administration.
        region: four-digit Kemendagri code of the employer's city.
        period_id: the period it was issued for.
        status_list: number of its status list.
        status_index: its entry there, from 0.
        exercise: whether it was issued in an exercise and counts for nothing outside.
    """

    issuer: str
    serial: int
    issued_at: datetime
    expires_at: datetime
    holder: str
    identity_tail: str
    employer: str
    sector_class: SectorClass
    sector: str
    site_type: SiteType
    region: int
    period_id: PeriodId
    status_list: int
    status_index: int
    exercise: bool = False

    @property
    def serial_text(self) -> str:
        """The serial as people type it."""
        return write_value(self.serial)


class ReasonCode(StrEnum):
    """Why a check ended as it did; for programs."""

    GENUINE = "genuine"
    EXERCISE = "exercise"
    NOT_YET = "not-yet"
    ENDED = "period-ended"
    EXERCISE_BEGAN_ANEW = "exercise-began-anew"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    HOURS = "hours"
    STATUS_UNKNOWN = "status-unknown"
    DATA_TOO_OLD = "data-too-old"
    SIGNATURE = "signature"
    REFUSAL = "refusal"
    NO_CERTIFICATE = "no-certificate"


class Judgement(NamedTuple):
    """A verdict, the sentence that explains it, and the same for programs."""

    verdict: Verdict
    reason: Text
    code: ReasonCode


class FreshnessState(StrEnum):
    """Whether what the check rests on is as new as it should be."""

    FRESH = "fresh"
    STALE = "stale"


class Freshness(NamedTuple):
    """How old the keys, periods and status lists are that a check rests on, in seconds."""

    state: FreshnessState
    age_s: int


class Grounds(NamedTuple):
    """What all certificates of one filing say, issued at one moment; from `grounds`."""

    issuer: str
    issued_at: datetime
    expires_at: datetime
    employer: str
    sector_class: SectorClass
    sector: str
    region: int
    period_id: PeriodId
    exercise: bool


def exercise_issuer(issuer: str) -> str:
    """The issuer that certificates of an exercise name: "XX-JK" for "ID-JK".

    A reader that asks for the true issuer alone turns them away, also one that knows nothing of
    exercises.
    """
    return EXERCISE_COUNTRY + issuer[len(EXERCISE_COUNTRY) :]


def grounds(
    *,
    issuer: str,
    issued_at: datetime,
    period: Period,
    employer: str,
    sector: str,
    sector_class: SectorClass,
    region: int,
) -> Grounds:
    """What the certificates of one filing have in common.

    Args:
        issuer: ISO 3166-2 code of the authority; an exercise's certificates name another.
        issued_at: aware UTC; fractions of a second are dropped.
        period: the period they are issued for; it says whether this is an exercise.
        employer: full name of the employer.
        sector: code of the employer's sector in the policy.
        sector_class: essential or critical.
        region: four-digit Kemendagri code of the employer's city.
    """
    issued_at, expires_at = issued_at.replace(microsecond=0), ends_at(period)
    return Grounds(
        exercise_issuer(issuer) if period.exercise else issuer,
        issued_at,
        expires_at,
        employer,
        sector_class,
        sector,
        region,
        period.number,
        period.exercise,
    )


def compose(
    shared: Grounds, *, serial_no: int, serial: int, holder: str, identity: str, site_type: SiteType
) -> Claims:
    """The claims of a new certificate.

    Args:
        shared: what all certificates of the filing say.
        serial_no: counted number of the serial; also says where its status is kept.
        serial: 60-bit value of the serial (`TaggedNumbers.value(serial_no)`).
        holder: full name of the worker.
        identity: NIK or document number; only its last four characters are kept.
        site_type: service or administration.
    """
    issuer, issued_at, expires_at, employer, sector_class, sector, region, period_id, exercise = (
        shared
    )
    return Claims(
        issuer,
        serial,
        issued_at,
        expires_at,
        holder,
        identity[-4:],
        employer,
        sector_class,
        sector,
        site_type,
        region,
        period_id,
        list_of(serial_no),
        index_of(serial_no),
        exercise,
    )


def shorten(name: str, max_bytes: int) -> str:
    """A name, cleaned and short enough for the QR, with an ellipsis where it was cut.

    Args:
        name: of a worker or an employer.
        max_bytes: room in UTF-8; a name never has more than 40 characters.

    Source: contract, "Certificate" ("longer ones are shortened visibly").
    """
    max_characters = min(NAME_MAX_CHARACTERS, max_bytes)
    if len(name) <= max_characters and name.isascii() and name.isprintable() and "  " not in name:
        return name
    name = clean_line(name)
    if len(name) <= NAME_MAX_CHARACTERS and len(name.encode()) <= max_bytes:
        return name
    short = name[: NAME_MAX_CHARACTERS - 1].encode()[: max_bytes - len(ELLIPSIS.encode())]
    return short.decode(errors="ignore").rstrip() + ELLIPSIS


def judge(
    claims: Claims,
    *,
    now: datetime,
    periods: Mapping[PeriodId, Period],
    status: Status | None,
    checkpoint: CheckpointRule | None = None,
) -> Judgement:
    """What verified claims are worth now.

    Those of an exercise are never VALID, also where its key did not mark them: it is enough that
    their period is an exercise's. One that was issued before the exercise began anew has ended.

    Args:
        claims: from a certificate whose signature was checked.
        now: aware.
        periods: periods by number; one that is not there leaves the certificate's own expiry.
        status: its entry in the status list, or None where that list is not at hand
            (draft-ietf-oauth-status-list, §8.3: then it should be rejected).
        checkpoint: who passes the checkpoint at which hours; None: no such rule.
    """
    match status:
        case None:
            return Judgement(Verdict.UNTRUSTED, _STATUS_UNKNOWN, ReasonCode.STATUS_UNKNOWN)
        case Status.REVOKED:
            return Judgement(Verdict.REVOKED, _REVOKED, ReasonCode.REVOKED)
        case Status.SUSPENDED:
            return Judgement(Verdict.SUSPENDED, _SUSPENDED, ReasonCode.SUSPENDED)
    period = periods.get(claims.period_id)
    start, end = _span(period.starts_on, period.ends_on) if period else (None, claims.expires_at)
    if period and start and now < start:
        return Judgement(Verdict.NOT_YET_VALID, _not_yet(period.starts_on), ReasonCode.NOT_YET)
    exercise = claims.exercise or (period is not None and period.exercise)
    if exercise and start and claims.issued_at < start:
        last = last_day(min(end, start))
        return Judgement(Verdict.EXPIRED, _expired(last), ReasonCode.EXERCISE_BEGAN_ANEW)
    if now >= end:
        return Judgement(Verdict.EXPIRED, _expired(last_day(end)), ReasonCode.ENDED)
    if checkpoint and not may_pass(claims, checkpoint, now):
        return Judgement(Verdict.OUTSIDE_WINDOW, _OUTSIDE_WINDOW, ReasonCode.HOURS)
    if exercise:
        return Judgement(Verdict.EXERCISE, _EXERCISE, ReasonCode.EXERCISE)
    return Judgement(Verdict.VALID, _valid(end), ReasonCode.GENUINE)


def is_exercise(claims: Claims, periods: Mapping[PeriodId, Period]) -> bool:
    """Whether a certificate was issued in an exercise, by its own word or by its period's.

    Args:
        claims: of the certificate, its signature checked.
        periods: those that are known, by number; one that is not here says nothing.
    """
    period = periods.get(claims.period_id)
    return claims.exercise or (period is not None and period.exercise)


def may_pass(claims: Claims, checkpoint: CheckpointRule, now: datetime) -> bool:
    """Whether a checkpoint lets holders of such a certificate pass at this hour.

    Source: joint traffic order of 15 July 2021 (06–10 holders, 10–22 some sectors, 22–06 all).

    Args:
        claims: of the certificate, its signature checked.
        checkpoint: rule of the day.
        now: aware; its time of day in Jakarta counts.
    """
    window = checkpoint.window_at(now.astimezone(WIB).time())
    return window.admits is not Admits.SECTORS or claims.sector in window.sectors


def freshness(*, issued_at: datetime, next_update: datetime, now: datetime) -> Freshness:
    """How fresh a trust bundle is now.

    Args:
        issued_at: when the oldest of its parts was made.
        next_update: from when on it is stale.
        now: aware.
    """
    state = FreshnessState.FRESH if now < next_update else FreshnessState.STALE
    return Freshness(state, max(0, int((now - issued_at).total_seconds())))


@lru_cache(maxsize=256)
def _span(first: date, last: date) -> tuple[datetime, datetime]:
    """The first moment of a period and the first after it, in UTC: quickly compared."""
    start = datetime.combine(first, time.min, WIB)
    end = datetime.combine(last + timedelta(days=1), time.min, WIB)
    return start.astimezone(UTC), end.astimezone(UTC)


def starts_at(period: Period) -> datetime:
    """The first moment of a period: midnight in Jakarta."""
    return datetime.combine(period.starts_on, time.min, WIB)


def ends_at(period: Period) -> datetime:
    """The first moment after a period: midnight in Jakarta after its last day."""
    return datetime.combine(period.ends_on + timedelta(days=1), time.min, WIB)


def last_minute(period: Period) -> datetime:
    """The last minute of a period, as people are told it: 23.59 on its last day."""
    return ends_at(period) - timedelta(minutes=1)


def last_day(end: datetime) -> date:
    """The last civil day in Jakarta before a moment."""
    return (end.astimezone(WIB) - timedelta(microseconds=1)).date()


@lru_cache(maxsize=64)
def _valid(end: datetime) -> Text:
    day = day_text(last_day(end))
    return Text(
        id=f"Berlaku sampai dengan {day.id}. Cocokkan nama dengan kartu identitas.",
        en=f"Valid up to and including {day.en}. Compare the name with an identity card.",
    )


def _not_yet(first: date) -> Text:
    day = day_text(first)
    return Text(id=f"Baru berlaku mulai {day.id}.", en=f"Valid only from {day.en} on.")


def _expired(last: date) -> Text:
    day = day_text(last)
    return Text(id=f"Masa berlaku berakhir pada {day.id}.", en=f"Its validity ended on {day.en}.")


_EXERCISE = Text(
    id="LATIHAN: surat ini terbit dalam latihan dan tidak berlaku di lapangan.",
    en="EXERCISE: this was issued in an exercise and permits nothing.",
)
_REVOKED = Text(
    id="STRP ini sudah dicabut atau diganti. Pekerja dapat bertanya kepada perusahaannya.",
    en="This STRP has been revoked or replaced. The worker can ask the employer.",
)
_SUSPENDED = Text(
    id="STRP ini sedang ditangguhkan. Pekerja dapat bertanya kepada perusahaannya.",
    en="This STRP is suspended. The worker can ask the employer.",
)
_STATUS_UNKNOWN = Text(
    id="Daftar pencabutan untuk STRP ini tidak tersedia. Perbarui data pemeriksa, lalu ulangi.",
    en="The revocation list for this STRP is not at hand. Update the trust bundle and try again.",
)
_OUTSIDE_WINDOW = Text(
    id="STRP sah, tetapi titik ini pada jam ini tidak dibuka untuk golongan sektornya.",
    en="The STRP is genuine, but this checkpoint is not open to its sector class at this hour.",
)

"""Evidence: a letter or permit that an employer attaches once a period, and each filing uses.

A policy names what a sector asks for; each of these is a kind. One piece of a kind is open at a
time: until an officer decides, a new one takes its place. Where the policy asks for four eyes, what
one officer has accepted is `proposed` until another confirms the ruling that follows from it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from strp.domain.civil_time import WIB
from strp.domain.errors import Conflict, FieldError, InvalidInput, NotFound, TooMany
from strp.domain.identifiers import Nib, PeriodId
from strp.domain.rules.policy import Policy, Sector
from strp.domain.screening.sector_of import SectorClassification, SectorOutcome
from strp.domain.text import Text

REASON_MOST_CHARACTERS = 500
MOST_A_DAY = 100
"""Files an employer sends in one day, those that could not be read among them."""
MOST_A_DAY_OF_ACCOUNT = 300
"""Of one account, for all employers that it represents."""
_OBJECTION, _DIGITS = "objection-", 18
KEPT_FOR = timedelta(days=90)
"""After its period; meanwhile a refusal can be objected to."""


class EvidenceState(StrEnum):
    """Life of one piece of evidence."""

    UPLOADED = "uploaded"
    BEING_READ = "being_read"
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    REPLACED = "replaced"
    EXPIRED = "expired"


class RefusalGround(StrEnum):
    """Why a piece of evidence is refused: what the letter says; the page says the rest."""

    ILLEGIBLE = "illegible"
    OTHER_DOCUMENT = "other-document"
    OTHER_EMPLOYER = "other-employer"
    NOT_VALID = "not-valid"
    OTHER = "other"


GROUNDS = {
    RefusalGround.ILLEGIBLE: Text("tidak terbaca", "it cannot be read"),
    RefusalGround.OTHER_DOCUMENT: Text("bukan dokumen yang diminta", "it is another document"),
    RefusalGround.OTHER_EMPLOYER: Text(
        "bukan atas nama perusahaan ini", "it names another employer"
    ),
    RefusalGround.NOT_VALID: Text(
        "belum ditandatangani atau sudah tidak berlaku", "it is not signed, or no longer valid"
    ),
    RefusalGround.OTHER: Text("lihat catatan petugas", "see the officer's words"),
}


UNDECIDED = frozenset({EvidenceState.UPLOADED, EvidenceState.BEING_READ})
"""States in which a new file may take its place, and an officer decides."""
ATTACHED = UNDECIDED | {EvidenceState.PROPOSED, EvidenceState.ACCEPTED}
"""States in which nothing is missing."""


class EvidenceKind(NamedTuple):
    """Something that a policy asks for.

    Args:
        code: sector and place in its list: `K-j.1`.
        sector: code of the sector that asks for it; empty for that of an objection.
        name: what it is.
    """

    code: str
    sector: str
    name: Text
    sector_name: Text
    citation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A piece of evidence as it is stored, without its pages.

    Args:
        state: as stored; `state_on` says what holds on a day.
        sector: that asks for it; empty for what belongs to an objection.
        pages: number of pictures.
        reason: why it was refused, or what it was accepted on.
        until_on: last day on which it counts, once it is accepted.
    """

    evidence_id: int
    nib: Nib
    period_id: PeriodId
    kind: str
    sector: str
    state: str
    pages: int
    size_bytes: int
    attached_by: str
    attached_at: datetime
    read_at: datetime | None
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None
    until_on: date | None

    @property
    def is_of_objection(self) -> bool:
        """Whether it belongs to an objection, with which it is decided."""
        return not self.sector

    def state_on(self, day: date) -> EvidenceState:
        """Its state on a civil day."""
        if self.until_on is not None and self.until_on < day and self.state in ATTACHED:
            return EvidenceState.EXPIRED
        return EvidenceState(self.state)

    def state_told(self, day: date) -> EvidenceState:
        """What the employer is told: a proposal is still being read."""
        state = self.state_on(day)
        return EvidenceState.BEING_READ if state is EvidenceState.PROPOSED else state

    def is_missing(self, day: date) -> bool:
        """Whether another piece of its kind is needed."""
        return self.state_on(day) not in ATTACHED


def kinds_of(policy: Policy) -> tuple[EvidenceKind, ...]:
    """Every kind of evidence that the sectors of a policy ask for."""
    return tuple(kind for sector in policy.sectors for kind in kinds_of_sector(sector))


def kinds_of_sector(sector: Sector) -> tuple[EvidenceKind, ...]:
    """What one sector asks for."""
    return tuple(
        EvidenceKind(f"{sector.code}.{number}", sector.code, name, sector.name, sector.citation)
        for number, name in enumerate(sector.evidence, 1)
    )


def kind_of(policy: Policy, code: str) -> EvidenceKind:
    """A kind by its code.

    Args:
        policy: whose sectors ask for evidence.
        code: sector and number, such as `K-f.2`.

    Raises:
        InvalidInput: `evidence-kind-unknown`.
    """
    for kind in kinds_of(policy):
        if kind.code == code:
            return kind
    raise kind_unknown()


def kind_of_objection(objection_id: int) -> str:
    """The kind of what is attached to an objection; decided with it, and no matter of a sector."""
    return f"{_OBJECTION}{objection_id}"


def objection_of(kind: str) -> int | None:
    """The objection that a kind belongs to, or None for what a policy names."""
    number = kind.removeprefix(_OBJECTION)
    known = number != kind and number.isascii() and number.isdecimal() and len(number) <= _DIGITS
    return int(number) if known else None


def kind_unknown() -> InvalidInput:
    """The answer to a kind that neither the rules nor an objection asks for."""
    fields = [FieldError("kind", "invalid", _KIND_UNKNOWN)]
    return InvalidInput("evidence-kind-unknown", _KIND_UNKNOWN, fields=fields)


def kind_name(policy: Policy, code: str) -> Text:
    """What a kind is called; its code where the policy does not know it.

    Args:
        policy: whose sectors ask for evidence.
        code: of a kind of the policy, or of what is attached to an objection.
    """
    number = objection_of(code)
    if number is not None:
        return Text(f"bukti keberatan {number}", f"evidence for objection {number}")
    named = {kind.code: kind.name for kind in kinds_of(policy)}
    return named.get(code, Text(code, code))


def kinds_asked(policy: Policy, classification: SectorClassification) -> tuple[EvidenceKind, ...]:
    """What an employer may attach.

    Args:
        classification: by registry and rulings, without what was attached.

    Returns:
        What its sector asks for. Where the rules let nobody in or do not know the sector, all that
        any sector asks for: a letter may show that the employer belongs to it.
    """
    if classification.exempt:
        return ()
    sector = classification.sector
    if sector is not None and sector.evidence:
        return kinds_of_sector(sector)
    return () if classification.outcome is SectorOutcome.AUTO else kinds_of(policy)


def missing_kinds(
    kinds: Iterable[EvidenceKind], attached: Iterable[Evidence], day: date
) -> tuple[EvidenceKind, ...]:
    """Those of the kinds of which nothing is attached that counts or waits.

    Args:
        kinds: what is asked for.
        attached: what the employer has attached in the period, refused and expired ones too.
        day: civil day in Jakarta.
    """
    there = {each.kind for each in attached if not each.is_missing(day)}
    return tuple(kind for kind in kinds if kind.code not in there)


def is_complete(kind: EvidenceKind, policy: Policy, settled: Sequence[str]) -> bool:
    """Whether all that the sector of a kind asks for is settled.

    Args:
        settled: codes of kinds of which a piece is accepted or proposed.
    """
    sector = policy.sector(kind.sector)
    return sector is not None and {each.code for each in kinds_of_sector(sector)} <= {*settled}


def check_reason(reason: str) -> None:
    """Hold the reason of a refusal against its bounds.

    Raises:
        InvalidInput: `evidence-reason-missing`: none, or too long.
    """
    if not 0 < len(reason) <= REASON_MOST_CHARACTERS:
        fields = [FieldError("reason", "missing", _REASON)]
        raise InvalidInput("evidence-reason-missing", _REASON, fields=fields)


def check_until(until_on: date, today: date) -> None:
    """Hold the last day of an acceptance against today.

    Args:
        until_on: last civil day on which the evidence is to count.
        today: civil day in Jakarta.

    Raises:
        InvalidInput: `evidence-until-past`.
    """
    if until_on < today:
        fields = [FieldError("until", "invalid", _UNTIL)]
        raise InvalidInput("evidence-until-past", _UNTIL, fields=fields)


def too_many_today(now: datetime) -> TooMany:
    """The error beyond `MOST_A_DAY`; says how long the day in Jakarta still is."""
    local = now.astimezone(WIB)
    tomorrow = local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    wait_s = int((tomorrow - local).total_seconds()) + 1
    return TooMany("evidence-too-many", _TOO_MANY, retry_after_s=wait_s)


def evidence_unknown() -> NotFound:
    """The error for evidence that is not there, or not for this reader."""
    return NotFound("evidence-unknown", _UNKNOWN)


def evidence_decided() -> Conflict:
    """The error for a change of evidence that an officer has decided on."""
    return Conflict("evidence-decided", _DECIDED)


def pages_gone() -> NotFound:
    """The error for pictures that were replaced, or whose time is over."""
    return NotFound("evidence-forgotten", _FORGOTTEN)


_KIND_UNKNOWN = Text(
    id="Jenis bukti ini tidak disebut aturan. Pilih dari daftar di halaman bukti perusahaan.",
    en="The rules name no such evidence. Choose from the list on the employer's evidence page.",
)
_REASON = Text(
    id="Sebutkan alasan penolakan dalam 1 sampai 500 karakter; perusahaan membacanya.",
    en="Say why it is refused, in 1 to 500 characters; the employer reads it.",
)
_UNTIL = Text(
    id="Tulis hari terakhir, hari ini atau sesudahnya, misalnya 2026-12-31.",
    en="Write the last day, today or later, such as 2026-12-31.",
)
_TOO_MANY = Text(
    id="Hari ini sudah 100 berkas bukti dikirim. Kirim lagi besok.",
    en="A hundred files of evidence were sent today. Send more tomorrow.",
)
_UNKNOWN = Text(
    id="Bukti ini tidak ada, atau bukan untuk Anda. Periksa nomornya.",
    en="There is no such evidence, or it is not for you. Check its number.",
)
_DECIDED = Text(
    id="Bukti ini sudah diputus petugas. Muat ulang halaman.",
    en="An officer has decided on this evidence already. Load the page again.",
)
_FORGOTTEN = Text(
    id="Gambar bukti ini tidak lagi disimpan.",
    en="The pictures of this evidence are not kept any more.",
)

"""Rulings: an officer names an employer's sector and staff, or accepts its evidence.

A ruling holds for all filings of the employer until the day it names, or until the next ruling.
What it leaves open stays as the registry and the rules have it. Where the policy asks for four
eyes, a ruling is proposed first: it changes nothing until another official confirms it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from strp.domain.employers.caps import Staff
from strp.domain.errors import Conflict, FieldError, InvalidInput, NotFound
from strp.domain.identifiers import Nib
from strp.domain.rules.policy import Policy
from strp.domain.screening.sector_of import NON_ESSENTIAL
from strp.domain.text import Text

REASON_MOST_CHARACTERS = 500
CITATION_MOST_CHARACTERS = 300
MOST_STAFF = 10_000_000


class RulingState(StrEnum):
    """Life of a ruling; what its last day ends stays `in_force` here and counts no more."""

    PROPOSED = "proposed"
    IN_FORCE = "in_force"
    REPLACED = "replaced"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class RulingDraft:
    """What an officer rules.

    Args:
        sector: code of a sector, `N` for an employer that none names; None leaves it open.
        staff: by site type; None leaves it open.
        evidence: whether the evidence that the sector asks for was seen and accepted.
        until_on: last day; None for as long as nothing replaces it.
        reason: why; no personal data.
        citation: the rule or document that it rests on; may be empty.
    """

    sector: str | None
    staff: Staff
    evidence: bool
    until_on: date | None
    reason: str
    citation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """A ruling as it is stored.

    Args:
        made_by: label of the official who made or proposed it.
        decided_by: label of the one who confirmed or declined it, or None.
        withdrawn_by: label of the one who withdrew it, or None.
        exercise: whether it was made in an exercise: it counts for filings of exercises alone.
    """

    ruling_id: int
    nib: Nib
    state: str
    sector: str | None
    staff_service: int | None
    staff_administration: int | None
    evidence: bool
    until_on: date | None
    reason: str
    citation: str
    made_by: str
    made_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    withdrawn_by: str | None
    withdrawn_at: datetime | None
    withdrawn_why: str | None
    exercise: bool = False

    def counts_on(self, day: date) -> bool:
        """Whether screening uses it on a civil day."""
        is_over = self.until_on is not None and self.until_on < day
        return self.state == RulingState.IN_FORCE and not is_over


def check_ruling(draft: RulingDraft, policy: Policy, today: date) -> None:
    """Hold a new ruling against the rules.

    Args:
        today: civil day in Jakarta.

    Raises:
        InvalidInput: `ruling-incomplete`; names each field and what is wrong with it.
    """
    fields = []
    if draft.sector is None and draft.staff == Staff(None, None) and not draft.evidence:
        fields.append(FieldError("sector", "missing", _NOTHING))
    known = draft.sector in (None, NON_ESSENTIAL) or policy.sector(draft.sector or "") is not None
    if not known:
        fields.append(FieldError("sector", "invalid", _NO_SUCH_SECTOR))
    for name, number in zip(("staff_service", "staff_administration"), draft.staff, strict=True):
        if number is not None and not 0 <= number <= MOST_STAFF:
            fields.append(FieldError(name, "invalid", STAFF_INVALID))
    if draft.until_on is not None and draft.until_on < today:
        fields.append(FieldError("until", "invalid", _UNTIL))
    if not 0 < len(draft.reason) <= REASON_MOST_CHARACTERS:
        fields.append(FieldError("reason", "missing", _REASON))
    if len(draft.citation) > CITATION_MOST_CHARACTERS:
        fields.append(FieldError("citation", "too-long", _CITATION))
    if fields:
        raise InvalidInput("ruling-incomplete", _INCOMPLETE, fields=fields)


def check_reason(reason: str) -> None:
    """Ask why a ruling is withdrawn.

    Raises:
        InvalidInput: `ruling-incomplete`.
    """
    if not 0 < len(reason) <= REASON_MOST_CHARACTERS:
        fields = [FieldError("why", "missing", _REASON)]
        raise InvalidInput("ruling-incomplete", _INCOMPLETE, fields=fields)


def ruling_waits() -> Conflict:
    """The answer to a second proposal while one waits."""
    return Conflict("ruling-proposed", _WAITS)


def ruling_changed() -> NotFound:
    """The answer to a word on a ruling that waits no longer."""
    return NotFound("ruling-not-proposed", _NOT_PROPOSED)


def same_account() -> Conflict:
    """The answer to the official who would confirm their own proposal."""
    return Conflict("four-eyes-same-account", _SAME_ACCOUNT)


def ruling_needed() -> Conflict:
    """The answer to an approval while the sector or the staff is unknown."""
    return Conflict("ruling-needed", _NEEDED)


STAFF_INVALID = Text(
    id="Tulis jumlah pegawai sebagai bilangan, 0 sampai 10.000.000.",
    en="Write the staff as a whole number, 0 to 10,000,000.",
)
_NOTHING = Text(
    id="Tetapkan sedikitnya satu: sektor, jumlah pegawai, atau bukti diterima.",
    en="Rule at least one thing: sector, staff, or that the evidence is accepted.",
)
_NO_SUCH_SECTOR = Text(
    id="Pilih sektor dari daftar aturan yang berlaku.",
    en="Choose a sector of the rules in force.",
)
_UNTIL = Text(
    id="Tulis hari terakhir, hari ini atau sesudahnya, misalnya 2026-12-31.",
    en="Write the last day, today or later, such as 2026-12-31.",
)
_REASON = Text(
    id="Sebutkan alasan dalam 1 sampai 500 karakter, tanpa data pribadi.",
    en="Say why, in 1 to 500 characters, without personal data.",
)
_CITATION = Text(
    id="Dasar paling banyak 300 karakter.",
    en="The basis has at most 300 characters.",
)
_INCOMPLETE = Text(
    id="Penetapan ini belum lengkap; tidak ada yang berubah.",
    en="This ruling is not complete; nothing has changed.",
)
_WAITS = Text(
    id="Sudah ada penetapan yang menunggu petugas kedua. Konfirmasi atau tolak itu dahulu.",
    en="A ruling waits for a second official already. Confirm or decline that one first.",
)
_NOT_PROPOSED = Text(
    id="Penetapan ini tidak lagi menunggu. Muat ulang halaman perusahaan.",
    en="This ruling waits no longer. Load the employer's page again.",
)
_SAME_ACCOUNT = Text(
    id="Aturan meminta dua petugas. Anda yang mengusulkan, jadi petugas lain yang memutuskan.",
    en="The rules ask for two officials. You proposed it, so somebody else decides.",
)
_NEEDED = Text(
    id="Sektor atau jumlah pegawai perusahaan ini belum diketahui, jadi belum ada yang dapat "
    "disetujui. Tetapkan dahulu di halaman perusahaan; pekerjanya lalu disaring ulang.",
    en="Sector or staff of this employer is unknown, so nobody can be approved yet. Rule on it at "
    "the employer's page first; its workers are then screened again.",
)

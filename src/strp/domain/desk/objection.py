"""Objections: whoever reads a refusal may object, and another account decides again.

One is open for each thing at a time; a second waits until the first is decided.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from strp.domain.certificates.life import CertificateStatus, SuspendedBy
from strp.domain.errors import Conflict, FieldError, InvalidInput, NotFound
from strp.domain.identifiers import ApplicationId, Nib, format_nib, parse_nib
from strp.domain.text import Text, clean_line

TEXT_MOST_CHARACTERS = 2_000
REASON_MOST_CHARACTERS = 500
MOST_OPEN = 20
"""Objections of one employer that may be open at a time; of claims, of one account."""
_FILING = re.compile(r"(\d{1,18})(?:[/:.-](\d{1,10}))?", re.ASCII)
_MOST_ROW = (1 << 31) - 1
"""Rows of later sheets of a workbook have numbers of up to ten digits (`roster.row.SHEET_ROWS`)."""
_NIB_DIGITS = 13
_NIK = re.compile(r"(?<!\d)\d(?:[ .'’-]?\d){11}((?:[ .'’-]?\d){4})(?!\d)", re.ASCII)


class About(StrEnum):
    """What an objection is against."""

    SECTOR = "sector"
    CAP = "cap"
    WORKER = "worker"
    CLAIM = "claim"
    CLOSURE = "closure"


class Outcome(StrEnum):
    """What an objection came to; `OVER`: what it was against ended before anybody decided."""

    UPHELD = "upheld"
    REJECTED = "rejected"
    OVER = "over"


class Ref(NamedTuple):
    """What an objection names: an employer, a filing of it, or one row of that."""

    nib: Nib | None = None
    application_id: ApplicationId | None = None
    row: int | None = None


REFUSED_BY: dict[About, tuple[str, ...]] = {
    About.SECTOR: (
        *("sector-not-listed", "sector-not-proven", "employer-exempt", "outside-refused"),
        *("host-not-listed", "host-exempt", "host-declined"),
    ),
    About.CAP: ("over-cap", "hosts-many"),
}
"""Reasons of refused workers that these objections are against: what the rules say of an employer
or of its work sites, and how many may come."""


def is_of_employer(about: About) -> bool:
    """Whether the matter is the employer's own, whichever of its filings is named: one objection
    stands for all of them."""
    return about in (About.SECTOR, About.CAP, About.CLOSURE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """An objection as it is stored.

    Args:
        first_by: labels of the accounts that took the decision objected to; they decide no more.
        outcome: None while it is open.
    """

    objection_id: int
    about: str
    nib: Nib
    application_id: ApplicationId | None
    row_no: int | None
    body: str
    filed_by: str
    filed_at: datetime
    due_at: datetime
    first_by: list[str]
    outcome: str | None
    reason: str | None
    decided_by: str | None
    decided_at: datetime | None

    @property
    def is_claimants(self) -> bool:
        """Whether it is about a claim: then nobody of the employer sees it, who may be a rival."""
        return self.about == About.CLAIM


def read_ref(about: About, text: str) -> Ref:
    """Read what an objection names.

    Args:
        about: a worker is named by filing and row, `4711/12`; sector and cap by filing or NIB;
            a claim and a closure by NIB.
        text: as it was sent.

    Raises:
        InvalidInput: `nothing-to-object`.
    """
    nib = parse_nib(text) if len(text.strip()) == _NIB_DIGITS else None
    if nib is not None and about is not About.WORKER:
        return Ref(nib=nib)
    found = _FILING.fullmatch(text.strip())
    if found is None or about in (About.CLAIM, About.CLOSURE):
        raise nothing_to_object()
    number, row = ApplicationId(int(found[1])), int(found[2]) if found[2] else None
    if (row is None) == (about is About.WORKER) or (row is not None and row > _MOST_ROW):
        raise nothing_to_object()
    return Ref(application_id=number, row=row)


class Against(NamedTuple):
    """What may be objected to, and how it is named, as `read_ref` reads it."""

    about: About
    ref: str


def against_worker(
    nib: Nib,
    application_id: ApplicationId,
    row: int,
    *,
    is_refused: bool,
    status: CertificateStatus | None,
    by: SuspendedBy | None,
) -> Against | None:
    """The objection to what was decided of a worker; None where nothing was, or a host said it.

    Args:
        nib: of the employer.
        application_id: of the filing.
        row: as it is stored, the sheet included.
        is_refused: whether the worker is refused.
        status: of the latest certificate, or None.
        by: what suspends it, where it is suspended.
    """
    if by is SuspendedBy.CLOSURE:
        return Against(About.CLOSURE, format_nib(nib))
    if by is SuspendedBy.RULES:
        return Against(About.SECTOR, format_nib(nib))
    if is_refused or by is SuspendedBy.OFFICIAL or status is CertificateStatus.REVOKED:
        return Against(About.WORKER, f"{application_id}/{row}")
    return None


def check_text(text: str) -> str:
    """The text of an objection as it is kept: without what nobody sees, a NIK masked.

    Raises:
        InvalidInput: `objection-incomplete`.
    """
    cleaned = _said(text)
    if not 0 < len(cleaned) <= TEXT_MOST_CHARACTERS:
        fields = [FieldError("text", "missing", _TEXT)]
        raise InvalidInput("objection-incomplete", _TEXT, fields=fields)
    return cleaned


def check_reason(text: str) -> str:
    """The reason of a decision on an objection, likewise.

    Raises:
        InvalidInput: `objection-incomplete`.
    """
    cleaned = _said(text)
    if not 0 < len(cleaned) <= REASON_MOST_CHARACTERS:
        fields = [FieldError("reason", "missing", _REASON)]
        raise InvalidInput("objection-incomplete", _REASON, fields=fields)
    return cleaned


def _said(text: str) -> str:
    """Lines as officials and employers read them; people write a NIK though they are asked not to,
    and this text is not sealed."""
    lines = (clean_line(line) for line in text.splitlines())
    return _NIK.sub(r"••••\1", "\n".join(lines).strip())


def nothing_to_object() -> InvalidInput:
    """The answer to an objection to what was not refused, or is not the objector's."""
    return InvalidInput("nothing-to-object", _NOTHING)


def objection_open() -> Conflict:
    """The answer to a second objection to the same thing."""
    return Conflict("objection-open", _OPEN)


def too_many_open() -> Conflict:
    """The answer to one more objection than an employer may have open."""
    return Conflict("too-many-objections", _TOO_MANY)


def objection_unknown() -> NotFound:
    """The answer to an objection that is not there, or not for this reader."""
    return NotFound("objection-unknown", _UNKNOWN)


def objection_settled() -> Conflict:
    """The answer to a decision on an objection that is decided."""
    return Conflict("objection-settled", _SETTLED)


def decided_first() -> Conflict:
    """The answer to the account that took the decision objected to."""
    return Conflict("objection-same-account", _SAME)


def needs_ruling() -> Conflict:
    """The answer where an objection would be upheld and the rules still refuse everybody."""
    return Conflict("objection-needs-ruling", _NEEDS_RULING)


_NEEDS_RULING = Text(
    id="Aturan masih menolak semuanya. Tetapkan dahulu sektor atau jumlah pegawai di halaman "
    "perusahaan, lalu kabulkan keberatan ini.",
    en="The rules still refuse everybody. Rule on sector or staff on the employer's page first, "
    "then uphold this objection.",
)
_TEXT = Text(
    id="Tulis keberatan Anda dalam 1 sampai 2.000 karakter, tanpa NIK.",
    en="Write your objection in 1 to 2,000 characters, without a NIK.",
)
_REASON = Text(
    id="Sebutkan alasan dalam 1 sampai 500 karakter, tanpa data pribadi.",
    en="Say why, in 1 to 500 characters, without personal data.",
)
_NOTHING = Text(
    id="Tidak ada penolakan seperti itu. Sebutkan nomor pengajuan (untuk pekerja: nomor/baris) "
    "atau NIB dari yang ditolak.",
    en="There is no such refusal. Name the application (for a worker: number/row) or the NIB of "
    "what was refused.",
)
_OPEN = Text(
    id="Keberatan atas hal ini sudah ada dan sedang diperiksa. Tunggu keputusannya.",
    en="An objection to this is open already. Wait until it is decided.",
)
_TOO_MANY = Text(
    id="Perusahaan ini punya 20 keberatan yang belum diputus. Tunggu keputusannya.",
    en="This employer has 20 objections open. Wait until some are decided.",
)
_UNKNOWN = Text(
    id="Keberatan ini tidak ada. Periksa nomornya.",
    en="There is no such objection. Check its number.",
)
_SETTLED = Text(
    id="Keberatan ini sudah diputus. Muat ulang daftar.",
    en="This objection is decided. Load the list again.",
)
_SAME = Text(
    id="Anda yang mengambil keputusan pertama, jadi petugas lain yang memutus keberatan ini.",
    en="You took the first decision, so another official decides this objection.",
)

"""Employers as the registry knows them, found by their NIB."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from strp.domain.employers.caps import QuotaUse, Staff
from strp.domain.errors import InvalidInput, NotFound
from strp.domain.identifiers import Nib, format_nib, parse_nib
from strp.domain.text import Text

_KBLI = re.compile(r"[0-9]{5}")


class EmployerKind(StrEnum):
    """Private employers file; government bodies need no STRP."""

    PRIVATE = "private"
    GOVERNMENT = "government"


class EmployerTerms(NamedTuple):
    """What counts for an employer beside the registry: a ruling, and what was declared.

    Args:
        sector: that an officer named, or None.
        evidence: whether an officer accepted the evidence that the sector asks for.
        ruled_staff: as an officer found it.
        declared_staff: as the representative declared it for the period, partners among them.
        offered: sector of which the employer has attached evidence for the period, or None.
        lent: places at its sites that are confirmed to people of other employers.
    """

    sector: str | None = None
    evidence: bool = False
    ruled_staff: Staff = Staff(None, None)
    declared_staff: Staff = Staff(None, None)
    offered: str | None = None
    lent: QuotaUse = QuotaUse()


NO_TERMS = EmployerTerms()


@dataclass(frozen=True, slots=True, kw_only=True)
class EmployerFacts:
    """What the rules need to know of an employer.

    Args:
        kbli: business classes, 2–5 digits each.
        kbli_edition: year of the classification that the codes belong to (2020, 2025).
        region: regency or city, four digits.
        staff: as the registry has it.
        terms: what officers and the employer added to that.
    """

    nib: Nib
    name: str
    kbli: tuple[str, ...]
    kbli_edition: int
    kind: EmployerKind
    region: str
    staff: Staff
    terms: EmployerTerms = NO_TERMS

    @property
    def counted_staff(self) -> Staff:
        """The staff that caps are a share of: ruled, else declared, else registered."""
        ruled, declared, registered = (
            self.terms.ruled_staff,
            self.terms.declared_staff,
            self.staff,
        )
        return Staff(
            _first(ruled.service, declared.service, registered.service),
            _first(ruled.administration, declared.administration, registered.administration),
        )

    def without_offer(self) -> "EmployerFacts":
        """The same, as if no evidence were attached."""
        return replace(self, terms=self.terms._replace(offered=None))


def _first(ruled: int | None, declared: int | None, registered: int | None) -> int | None:
    if ruled is not None:
        return ruled
    return registered if declared is None else declared


def email_aad(nib: Nib) -> bytes:
    """What the sealed mail address of an employer is bound to."""
    return b"employer.email:" + format_nib(nib).encode()


def require_nib(text: str) -> Nib:
    """Read a NIB.

    Raises:
        InvalidInput: `nib-malformed`; says what a NIB looks like and where to find it.
    """
    nib = parse_nib(text)
    if nib is None:
        raise InvalidInput("nib-malformed", _MALFORMED)
    return nib


def same_employer(asked: Nib | None, written: str | int | None) -> Nib:
    """The employer that a filing is for, from the address and from what was sent.

    Args:
        asked: named by the address, or None.
        written: named by what was sent: 13 digits in any usual spelling, a number, or None.

    Raises:
        InvalidInput: `nib-missing` where neither names one or they differ; `nib-malformed`.
    """
    nibs = {asked} if asked is not None else set()
    if written is not None:
        nibs.add(require_nib(f"{written:013d}" if isinstance(written, int) else written))
    if len(nibs) != 1:
        raise InvalidInput("nib-missing", _NIB_DIFFERS if nibs else _NIB_MISSING)
    return nibs.pop()


def nib_unknown() -> NotFound:
    """The answer to a NIB that the registry does not hold."""
    return NotFound("nib-unknown", _UNKNOWN)


def is_kbli(text: str) -> bool:
    """Whether a text is a business class of five digits (BPS Regulation 2/2020)."""
    return _KBLI.fullmatch(text) is not None


_MALFORMED = Text(
    "NIB terdiri dari tepat 13 angka. Salin dari dokumen NIB Anda di OSS (oss.go.id); "
    "bila disalin dari lembar kerja, periksa apakah angka nol di depan hilang.",
    "A NIB has exactly 13 digits. Copy it from your NIB document in OSS (oss.go.id); "
    "if you copied it from a spreadsheet, check whether a leading zero was lost.",
)
_UNKNOWN = Text(
    "NIB ini belum ada dalam daftar perusahaan. Periksa kembali angkanya. Bila NIB baru "
    "diterbitkan, data dari OSS masuk pada pembaruan berikutnya; bila belum punya NIB, "
    "buat tanpa biaya melalui OSS (oss.go.id), lalu ajukan kembali.",
    "This NIB is not in the employer registry yet. Check the digits. If the NIB is new, the "
    "data from OSS arrives with the next update; if you have no NIB, get one free of charge "
    "through OSS (oss.go.id), then file again.",
)
_NIB_MISSING = Text(
    id="Sebutkan NIB perusahaan: `?nib=…` pada alamat, atau `nib` di dalam JSON.",
    en="Name the employer's NIB: `?nib=…` in the address, or `nib` in the JSON.",
)
_NIB_DIFFERS = Text(
    id="NIB pada alamat berbeda dari NIB di dalam JSON. Samakan keduanya.",
    en="The NIB in the address differs from the one in the JSON. Make them the same.",
)

"""Handing the compliance list over: for what, to whom, and a sealed copy of what it was."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from strp.domain.errors import FieldError, InvalidInput, NotFound, TooMany, Unavailable
from strp.domain.text import Text, clean_line

MOST_CHARACTERS: Final = 200
MOST_A_DAY: Final = 100
"""Of one installation; each copy may have ten megabytes."""


class ReportForm(StrEnum):
    """Forms of the report."""

    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    PDF = "pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """A list that was handed over.

    Args:
        made_by: label of the account.
        recipient: who has it now, as typed.
        purpose: what for, as typed.
        employers: on the list.
        sha256: of the file, 32 bytes.
    """

    handover_id: int
    at: datetime
    made_by: str
    recipient: str
    purpose: str
    from_day: date
    until_day: date
    form: str
    exercise: bool
    employers: int
    size_bytes: int
    sha256: bytes

    @property
    def filename(self) -> str:
        """Name to save the copy under."""
        mark = "latihan-" if self.exercise else ""
        return f"{mark}kepatuhan-{self.from_day}-{self.until_day}-{self.handover_id}.{self.form}"


def check_handover(recipient: str, purpose: str) -> tuple[str, str]:
    """Recipient and purpose, cleaned.

    Args:
        recipient: as typed, 1 to 200 characters.
        purpose: likewise.

    Raises:
        InvalidInput: `handover-incomplete`: one is missing or too long.
    """
    cleaned = clean_line(recipient), clean_line(purpose)
    wrong = [
        FieldError(field, "missing", _SAY)
        for field, text in zip(("recipient", "purpose"), cleaned, strict=True)
        if not 0 < len(text) <= MOST_CHARACTERS
    ]
    if wrong:
        raise InvalidInput("handover-incomplete", _SAY, fields=wrong)
    return cleaned


def read_digest(text: str) -> bytes:
    """A SHA-256 as typed, with or without spaces.

    Raises:
        InvalidInput: `digest-malformed`.
    """
    try:
        digest = bytes.fromhex("".join(text.split()))
    except ValueError:
        digest = b""
    if len(digest) != 32:
        raise InvalidInput("digest-malformed", _NOT_A_DIGEST)
    return digest


def handover_unknown() -> NotFound:
    """The answer to a handover that is not there."""
    return NotFound("handover-unknown", _UNKNOWN)


def handover_damaged() -> Unavailable:
    """The answer where the copy is not what its digest says."""
    return Unavailable("handover-damaged", _DAMAGED)


def too_many_handovers(retry_after_s: int) -> TooMany:
    """The answer to one more than a day may have."""
    return TooMany("handovers-too-many", _TOO_MANY, retry_after_s=retry_after_s)


_SAY = Text(
    id="Tulis penerima dan tujuan penyerahan, masing-masing 1 sampai 200 karakter.",
    en="Say who receives the list and for what, in 1 to 200 characters each.",
)
_NOT_A_DIGEST = Text(
    id="SHA-256 terdiri dari 64 angka dan huruf a–f.",
    en="A SHA-256 has 64 digits and letters a–f.",
)
_UNKNOWN = Text(
    id="Penyerahan ini tidak ada. Periksa nomornya.",
    en="There is no such handover. Check its number.",
)
_DAMAGED = Text(
    id="Salinan ini tidak cocok dengan sidik jarinya. Jangan dipakai; hubungi operator.",
    en="This copy does not match its digest. Do not use it; tell the operator.",
)
_TOO_MANY = Text(
    id="Sudah 100 penyerahan dalam sehari. Coba lagi besok.",
    en="There were 100 handovers within a day. Try again tomorrow.",
)

"""The list of the desk: what was searched for and filtered by, and where a page goes on."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from strp.domain.desk.acts import ACTS
from strp.domain.desk.waiting_filter import SHORTEST_NAME, Age, DeskPlace, WaitingFilter
from strp.domain.employers.employer import require_nib
from strp.domain.errors import FieldError, InvalidInput
from strp.domain.identifiers import ApplicationId
from strp.domain.text import Text, clean_line
from strp.usecases.process.system import System


class ListQuery(NamedTuple):
    """What an officer typed and chose above the list."""

    search: str = ""
    sector: str = ""
    reason: str = ""
    age: str = ""

    @property
    def is_filtered(self) -> bool:
        """Whether anything was asked for."""
        return any(self)

    def address(self, place: DeskPlace | None = None) -> str:
        """The same question as an address, from a place on."""
        asked = {"q": self.search, "sector": self.sector, "reason": self.reason, "age": self.age}
        if place is not None:
            asked["after"] = f"{(place.due_at - _EPOCH) // _TICK}-{place.application_id}"
        return urlencode({name: value for name, value in asked.items() if value})


def receipt_searched(system: System, text: str) -> ApplicationId | None:
    """The application whose receipt was typed, or None where the text is no receipt."""
    number = system.keys.receipts.read(text.strip())
    return None if number is None else ApplicationId(number)


def read_filter(asked: ListQuery) -> WaitingFilter:
    """What the list is narrowed to; a choice that is none of those on the page narrows nothing.

    Raises:
        InvalidInput: `search-too-short`.
    """
    text = clean_line(asked.search)
    digits = "".join(each for each in text if each.isdigit())
    is_nib = len(digits) == NIB_DIGITS and not any(each.isalpha() for each in text)
    if text and not is_nib and len(text) < SHORTEST_NAME:
        raise InvalidInput(
            "search-too-short", _TOO_SHORT, fields=[FieldError("q", "too-short", _TOO_SHORT)]
        )
    return WaitingFilter(
        nib=require_nib(digits) if is_nib else None,
        name=text if text and not is_nib else None,
        sector=asked.sector or None,
        reason=asked.reason if asked.reason in ACTS else None,
        age=Age(asked.age) if asked.age in set(Age) else None,
    )


def read_place(after: str) -> DeskPlace | None:
    """Where a page goes on; the beginning where the address was cut short."""
    ticks, _, number = after.partition("-")
    short = len(ticks) <= MOST_DIGITS and len(number) <= MOST_DIGITS
    if not (
        short and ticks.isascii() and ticks.isdigit() and number.isascii() and number.isdigit()
    ):
        return None
    return DeskPlace(_EPOCH + int(ticks) * _TICK, ApplicationId(int(number)))


NIB_DIGITS = 13
MOST_DIGITS = 17
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_TOO_SHORT = Text(
    id="Tulis tanda terima, NIB 13 angka, atau sedikitnya tiga huruf dari nama perusahaan.",
    en="Write a receipt, a NIB of 13 digits, or at least three letters of the employer's name.",
)
AGES: Mapping[Age, Text] = {
    Age.LATE: Text("Sudah lewat tenggat", "Past the due time"),
    Age.SOON: Text("Tenggat dalam satu jam", "Due within an hour"),
    Age.LATER: Text("Tenggat lebih dari satu jam lagi", "Due in more than an hour"),
}
REASONS_TO_FILTER: Mapping[str, Text] = {
    "sector-review": Text("Sektor perlu ditetapkan", "Sector to be named"),
    "kbli-edition-unmapped": Text("KBLI edisi lain", "KBLI of another edition"),
    "evidence-required": Text("Bukti diperlukan", "Evidence needed"),
    "staff-unknown": Text("Jumlah pegawai tidak diketahui", "Staff unknown"),
    "host-unconfirmed": Text("Lokasi kerja belum dikonfirmasi", "Work site not confirmed"),
    "host-unknown": Text("Lokasi kerja tidak dikenal", "Work site not known"),
    "host-undetermined": Text("Sektor lokasi kerja belum jelas", "Sector of the work site unclear"),
    "host-closed": Text("Perusahaan lokasi kerja ditutup", "Host is closed"),
    "claimed-elsewhere": Text("Terdaftar di perusahaan lain", "Registered by another employer"),
    "claims-many": Text("Banyak pekerja terdaftar di tempat lain", "Many registered elsewhere"),
    "revoked-before": Text("Surat pernah dicabut", "Certificate revoked before"),
    "revoked-elsewhere": Text("Surat dicabut di perusahaan lain", "Certificate revoked elsewhere"),
    "nik-age": Text("Umur menurut NIK tidak wajar", "Age in the NIK is unlikely"),
    "nik-district-unknown": Text(
        "Kecamatan dalam NIK tidak dikenal", "District in the NIK unknown"
    ),
}
"""Each reason that can refer a worker, in a few words."""

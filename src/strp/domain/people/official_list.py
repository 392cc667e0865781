"""A file of officials: its lines, what is wrong with them, and what each of them changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from strp.domain.errors import Conflict, InvalidInput
from strp.domain.people.account import Role, parse_email
from strp.domain.text import Text, clean_line, starts_formula

REQUIRED: Final = ("email", "role")
UNIT: Final = "unit"
MOST_LINES: Final = 10_000
MOST_BYTES: Final = 1_000_000
UNIT_MAX_LENGTH: Final = 100
OFFICIAL_ROLES: Final = {role.value: role for role in Role if role is not Role.REPRESENTATIVE}


class OfficialLine(NamedTuple):
    """One official of a file.

    Args:
        line: number of the line as an editor shows it.
        email: address, in the one spelling that accounts are found by.
        role: of the account.
        unit: office that the official works in; empty where the file names none.
    """

    line: int
    email: str
    role: Role
    unit: str


class OfficialProblem(NamedTuple):
    """What is wrong with a line; holds no address.

    Args:
        line: number of the line.
        column: of the file; None where the whole line is wrong.
        code: stable.
        detail: how to fix it.
    """

    line: int
    column: str | None
    code: str
    detail: Text


class ListChange(StrEnum):
    """What a line changes."""

    ADDED = "added"
    REOPENED = "reopened"
    MOVED = "moved"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownOfficial:
    """The account that an address has already.

    Args:
        role: of the account.
        unit: that a file named, or None.
        is_closed: whether it was closed.
        is_listed: whether a file has named it before.
    """

    role: Role
    unit: str | None
    is_closed: bool
    is_listed: bool


def read_official_line(line: int, cells: Mapping[str, str]) -> OfficialLine | OfficialProblem:
    """Read one line below the header.

    Args:
        line: its number.
        cells: text by the name of the column.
    """
    for column, text in cells.items():
        if column in (*REQUIRED, UNIT) and starts_formula(text.strip()):
            return OfficialProblem(line, column, "formula", _FORMULA)
    email = parse_email(cells["email"])
    if email is None:
        return OfficialProblem(line, "email", "invalid-email", _EMAIL)
    role = OFFICIAL_ROLES.get(cells["role"].strip().lower())
    if role is None:
        return OfficialProblem(line, "role", "unknown-role", _ROLE)
    unit = clean_line(cells.get(UNIT, ""))
    if len(unit) > UNIT_MAX_LENGTH:
        return OfficialProblem(line, UNIT, "too-long", _UNIT)
    return OfficialLine(line, email, role, unit)


def change_of(line: OfficialLine, known: KnownOfficial | None) -> ListChange | OfficialProblem:
    """What a line changes.

    Args:
        line: of the file.
        known: the account that its address has already.
    """
    if known is None:
        return ListChange.ADDED
    if known.role is not line.role:
        return OfficialProblem(line.line, "role", "other-role", _OTHER_ROLE)
    if known.is_closed:
        return ListChange.REOPENED
    is_same = known.is_listed and (known.unit or "") == line.unit
    return ListChange.UNCHANGED if is_same else ListChange.MOVED


def duplicate_line(line: int) -> OfficialProblem:
    """The problem of an address that an earlier line has."""
    return OfficialProblem(line, "email", "duplicate", _DUPLICATE)


def torn_line(line: int) -> OfficialProblem:
    """The problem of a line with more or fewer cells than the header."""
    return OfficialProblem(line, None, "cells", _TORN)


def list_unreadable() -> InvalidInput:
    """The error for a file that is no CSV."""
    return InvalidInput("officials-unreadable", _UNREADABLE)


def list_columns() -> InvalidInput:
    """The error for a header without the columns that are needed."""
    return InvalidInput("officials-columns", _COLUMNS)


def list_empty() -> InvalidInput:
    """The error for a file without lines."""
    return InvalidInput("officials-empty", _EMPTY)


def list_too_long() -> InvalidInput:
    """The error for a file with too many lines or bytes."""
    return InvalidInput("officials-too-long", _TOO_LONG)


def list_faulty() -> Conflict:
    """The error for ending who is missing from a file that has bad lines."""
    return Conflict("officials-faulty", _FAULTY)


_FORMULA = Text(
    id="Sel ini dimulai seperti rumus. Tulis teks biasa.",
    en="This cell begins like a formula. Write plain text.",
)
_EMAIL = Text(
    id="Tulis satu alamat surel lengkap, misalnya nama@jakarta.go.id.",
    en="Write one whole e-mail address, such as name@jakarta.go.id.",
)
_ROLE = Text(
    id="Tulis officer, supervisor, inspector, administrator, atau auditor.",
    en="Write officer, supervisor, inspector, administrator or auditor.",
)
_UNIT = Text(id="Nama unit paling banyak 100 karakter.", en="A unit's name has 100 characters.")
_OTHER_ROLE = Text(
    id="Alamat ini sudah dipakai akun dengan peran lain. Pakai alamat lain.",
    en="This address has an account with another role. Use another address.",
)
_DUPLICATE = Text(
    id="Alamat ini sudah ada di baris sebelumnya. Hapus salah satu.",
    en="An earlier line has this address. Remove one of them.",
)
_TORN = Text(
    id="Jumlah sel tidak sama dengan baris judul. Periksa pemisah dan tanda kutip.",
    en="The number of cells is not that of the header. Check separators and quotes.",
)
_UNREADABLE = Text(
    id="Berkas tidak dapat dibaca sebagai CSV. Simpan kembali sebagai CSV UTF-8.",
    en="The file cannot be read as CSV. Save it again as CSV UTF-8.",
)
_COLUMNS = Text(
    id="Baris pertama harus memuat kolom email dan role masing-masing satu kali; unit boleh ada.",
    en="The first line must hold the columns email and role once each; unit may be there.",
)
_EMPTY = Text(id="Berkas tidak berisi petugas.", en="The file holds no officials.")
_TOO_LONG = Text(
    id="Berkas lebih dari 10.000 baris atau 1 MB. Bagi menjadi beberapa berkas.",
    en="The file has more than 10,000 lines or 1 MB. Split it into several files.",
)
_FAULTY = Text(
    id="Yang tidak ada di berkas hanya diakhiri bila semua barisnya benar: baris yang salah dapat "
    "saja petugas yang masih bertugas. Perbaiki berkasnya dulu.",
    en="Who is missing from the file is ended only where all its lines are right: a wrong line may "
    "be an official who still serves. Fix the file first.",
)

"""One line of the employer registry extract: read, or everything that is wrong with it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from strp.domain.employers.caps import Staff
from strp.domain.employers.employer import EmployerFacts, EmployerKind, is_kbli
from strp.domain.identifiers import Nib, parse_nib
from strp.domain.people.account import parse_email
from strp.domain.printable import is_printable
from strp.domain.text import Text, clean_line

COLUMNS = (
    "nib",
    "name",
    "kbli",
    "kbli_edition",
    "kind",
    "region",
    "staff_service",
    "staff_administration",
    "email",
)
NAME_MAX_LENGTH = 200
STAFF_MAX = 9_999_999
_FIRST_EDITION, _LAST_EDITION = 1968, 2100
_REGION = re.compile(r"[0-9]{4}")


class EmployerProblem(NamedTuple):
    """What is wrong with one cell; holds nothing of what the cell said."""

    line: int
    column: str
    code: str
    detail: Text


class EmployerRecord(NamedTuple):
    """One sound line: the facts, and the address that codes go to, or None."""

    line: int
    facts: EmployerFacts
    email: str | None


def read_employer_line(
    line: int, cells: Mapping[str, str]
) -> EmployerRecord | tuple[EmployerProblem, ...]:
    """Read one line of the extract.

    Args:
        line: number of the line in the file.
        cells: every column of `COLUMNS`.
    """
    reader = _LineReader(line, cells)
    record = reader.record()
    return tuple(reader.problems) or record


def duplicate_nib(line: int) -> EmployerProblem:
    """The problem of a NIB that an earlier line of the file has."""
    return EmployerProblem(line, "nib", "duplicate", _DUPLICATE)


def torn_line(line: int) -> EmployerProblem:
    """The problem of a line that has not as many cells as the header."""
    return EmployerProblem(line, "", "unreadable", _TORN)


@dataclass(slots=True)
class _LineReader:
    line: int
    cells: Mapping[str, str]
    problems: list[EmployerProblem]

    def __init__(self, line: int, cells: Mapping[str, str]) -> None:
        self.line = line
        self.cells = cells
        self.problems = []

    def record(self) -> EmployerRecord:
        facts = EmployerFacts(
            nib=self._nib(),
            name=self._name(),
            kbli=self._kbli(),
            kbli_edition=self._edition(),
            kind=self._kind(),
            region=self._region(),
            staff=Staff(self._staff("staff_service"), self._staff("staff_administration")),
        )
        return EmployerRecord(self.line, facts, self._email())

    def _nib(self) -> Nib:
        nib = parse_nib(self._required("nib"))
        if nib is None:
            self._wrong("nib", "invalid", _NIB)
        return nib or Nib(0)

    def _name(self) -> str:
        name = clean_line(self._required("name"))
        if not name:
            self._wrong("name", "missing", _MISSING)
        if len(name) > NAME_MAX_LENGTH:
            self._wrong("name", "too-long", _NAME)
        if not is_printable(name):
            self._wrong("name", "invalid", _NAME_LETTERS)
        return name

    def _kbli(self) -> tuple[str, ...]:
        codes = tuple(code.strip() for code in self._required("kbli").split(";") if code.strip())
        if not codes or not all(map(is_kbli, codes)):
            self._wrong("kbli", "invalid", _KBLI)
        return codes

    def _edition(self) -> int:
        edition = _whole(self._required("kbli_edition"))
        if edition is None or not _FIRST_EDITION <= edition <= _LAST_EDITION:
            self._wrong("kbli_edition", "invalid", _EDITION)
        return edition or 0

    def _kind(self) -> EmployerKind:
        text = self._required("kind").lower()
        try:
            return EmployerKind(text)
        except ValueError:
            self._wrong("kind", "invalid", _KIND)
            return EmployerKind.PRIVATE

    def _region(self) -> str:
        region = self._required("region").replace(".", "")
        if not _REGION.fullmatch(region):
            self._wrong("region", "invalid", _REGION_DIGITS)
        return region

    def _staff(self, column: str) -> int | None:
        text = self.cells[column].strip()
        if not text:
            return None
        staff = _whole(text)
        if staff is None or staff > STAFF_MAX:
            self._wrong(column, "invalid", _STAFF)
        return staff

    def _email(self) -> str | None:
        text = self.cells["email"].strip()
        if not text:
            return None
        address = parse_email(text)
        if address is None:
            self._wrong("email", "invalid", _EMAIL)
        return address

    def _required(self, column: str) -> str:
        text = self.cells[column].strip()
        if not text:
            self._wrong(column, "missing", _MISSING)
        return text

    def _wrong(self, column: str, code: str, detail: Text) -> None:
        """Note a problem; the first one of a cell is enough."""
        if all(problem.column != column for problem in self.problems):
            self.problems.append(EmployerProblem(self.line, column, code, detail))


def _whole(text: str) -> int | None:
    return int(text) if len(text) < 10 and text.isascii() and text.isdigit() else None


_MISSING = Text("Wajib diisi.", "Must not be empty.")
_DUPLICATE = Text(
    "NIB ini sudah ada pada baris sebelumnya; baris pertama yang dipakai.",
    "An earlier line has this NIB; the first one is used.",
)
_TORN = Text(
    "Jumlah kolom tidak sama dengan baris judul.",
    "The line has not as many cells as the header.",
)
_NIB = Text("Harus tepat 13 angka.", "Must be exactly 13 digits.")
_NAME = Text(f"Paling banyak {NAME_MAX_LENGTH} karakter.", f"At most {NAME_MAX_LENGTH} characters.")
_NAME_LETTERS = Text(
    "Tulis nama dengan huruf Latin seperti pada akta; huruf lain tidak dapat dicetak pada surat.",
    "Write the name in Latin letters; a certificate can print no others.",
)
_KBLI = Text(
    "Kode KBLI lima angka; pisahkan beberapa kode dengan titik koma.",
    "KBLI codes of five digits; put semicolons between several.",
)
_EDITION = Text("Tahun edisi KBLI, misalnya 2020.", "Year of the KBLI edition, such as 2020.")
_KIND = Text("Harus private atau government.", "Must be private or government.")
_REGION_DIGITS = Text("Kode kabupaten/kota empat angka.", "Regency or city code of four digits.")
_STAFF = Text(
    "Bilangan bulat mulai dari 0, atau kosong bila tidak diketahui.",
    "A whole number from 0, or empty where it is not known.",
)
_EMAIL = Text("Bukan alamat surel.", "Is not an e-mail address.")

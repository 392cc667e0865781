"""Tells the lines of workers from what else people write on the same sheet.

The rule, in order. "Typed" cells are those whose content fits their column and hardly any
other text: a site type, a vaccination, digits of a phone, region or NIP.

1. A cell that looks like an identity number (ten digits or more under NIK, a document number)
   makes a worker.
2. Words of totals, signatures and notes ("Jumlah", "Mengetahui", "(…)", "Jakarta, 5 Juli 2021",
   "NIP. 19…") make a line that is none, unless two typed cells, or a name beside a site type,
   speak against it. Behind such a line the list may be over: one typed cell or a running number
   then make a line that could be either, and less makes a note.
3. Two choices alone (site type, vaccination, region), as templates are filled down with, could
   be either.
4. Two typed cells make a worker; so does one with anything else, if it is a site type, a
   vaccination or a NIP, or directly below the header or another worker.
5. A running number with a name, a NIK or a position makes a worker.
6. Two cells filled, directly below the header or another worker, make a worker; elsewhere the
   line could be either, and so could two or more words alone under the name.
7. Everything else is a title or a note.

A line that could be either is a worker if a sure one follows, and none if the sheet ends.
"""

import re
from collections.abc import Sequence
from enum import Enum, auto

from strp.domain.roster.cells import (
    NIK_DIGITS,
    SITE_TYPES,
    VACCINATIONS,
    is_blank,
    squeeze,
    text_of,
)
from strp.domain.roster.columns import COLUMNS, Column
from strp.domain.roster.row import Cell
from strp.domain.text import plain_number

_LOOKS_LIKE_NIK = re.compile(r"\D{0,4}(?:\d[\s.,'`-]*){10,}(?:[eE]\+?\d+)?\W*")
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d{2}")
_LOOKS_LIKE_DOCUMENT = re.compile(r"(?=.*\d)[A-Za-z0-9 -]{5,22}")
_PREFIXED_NUMBER = re.compile(r"\W*(?:nip|nik|nrp|npwp|nrk)\b", re.I)
_ALL_BRACKETED = re.compile(r"\(.*\)|\[.*\]|\(?[._…\-\s]{4,}\)?")
_PLACE_AND_DATE = re.compile(
    r"[^\d,]{3,40},\s*(?:tanggal\s*)?(?:\d{1,2}|[._…]{2,})\s*[\s/-]\s*\w+.*", re.I
)
_MARKS = re.compile(
    r"\W*(?:(?:grand|sub)?\s*total|jumlah|rekapitulasi|rekap|mengetahui|menyetujui|disetujui|"
    r"diperiksa|diketahui|dibuat|disusun|hormat\s+(?:kami|saya)|penanggung\s*jawab|tertanda|ttd|"
    r"tanda\s+tangan|nama\s+(?:jelas|terang)|yang\s+(?:membuat|menyatakan|bertanda)|demikian|"
    r"materai|meterai|acknowledged|approved|prepared|checked\s+by|signed|signature|sincerely|"
    r"yours|catatan|keterangan|ket\b|notes?\b|nb\b|petunjuk|dicetak|printed|halaman|page|"
    r"person\s+in\s+charge|a\.?n\.|u\.?b\.|stempel|cap\s+perusahaan|nip\b|sumber)",
    re.I,
)
_SECTION_WORDS = re.compile(
    r"\b(?:divisi|division|bagian|departemen|department|dept|unit|shift|cabang|branch|kantor|"
    r"office|lantai|floor|gedung|building|lokasi|karyawan|pegawai|pekerja|tim|team|group|grup|"
    r"regu|seksi|section|line|kelompok|daftar|outlet|toko|store|gudang|warehouse|pabrik|plant|"
    r"pt|cv|area|wilayah|site|staf|staff|tenaga|data|list|perusahaan)\b|[:\d]|^\W*[A-Z]\.",
    re.I,
)
_RUNNING_NUMBER = re.compile(r"\(?\d{1,7}[.)]?")
LONGEST_NIK = 60
SMALLEST_NUMBER = 10**9  # ten digits
_DIGITS = re.compile(r"\d{4,13}")
_TYPED = (Column.SITE_TYPE, Column.VACCINATION, Column.REGION, Column.PHONE, Column.NIP)
_CHOICES = {Column.SITE_TYPE, Column.VACCINATION, Column.REGION}
_SURE = {Column.SITE_TYPE, Column.VACCINATION, Column.NIP}


class Line(Enum):
    """What a line of a sheet is."""

    BLANK = auto()
    WORKER = auto()
    EITHER = auto()
    NOTE = auto()
    ENDING = auto()


def classify(values: Sequence[Cell], number: Cell, *, below_worker: bool, ended: bool) -> Line:
    """Say what a line is, by the rule of this module.

    Args:
        values: cells under the canonical columns, in their order.
        number: cell under the running number, if there is one.
        below_worker: the line above is the header or a worker.
        ended: a total, signature or note came since the last worker.
    """
    filled = {c: v for c, v in zip(COLUMNS, values, strict=True) if not is_blank(v) and v != 0}
    texts = [text_of(v) or "" for v in (*filled.values(), number)]
    if not filled:
        return Line.ENDING if _is_mark(texts[-1]) else Line.BLANK
    if looks_like_identity(filled.get(Column.NIK), filled.get(Column.DOCUMENT)):
        return Line.WORKER
    typed = {column for column in _TYPED if column in filled and _fits(column, filled[column])}
    if any(_is_mark(text) for text in texts) and not _speaks_against_mark(filled, typed):
        return Line.ENDING
    line = _worker_or_either(filled, texts[-1], typed, below_worker)
    if ended and len(typed) < 2:
        return Line.EITHER if line is Line.WORKER else Line.NOTE
    return line


def _speaks_against_mark(filled: dict[Column, Cell], typed: set[Column]) -> bool:
    name = text_of(filled.get(Column.NAME)) or ""
    has_place = Column.SITE_TYPE in typed and name != "" and not _is_mark(name)
    return len(typed) > 1 or has_place


def _worker_or_either(
    filled: dict[Column, Cell], number: str, typed: set[Column], below_worker: bool
) -> Line:
    if filled.keys() <= _CHOICES:
        return Line.EITHER if len(filled) > 1 else Line.NOTE
    is_sure = below_worker or bool(typed & _SURE)
    if len(typed) > 1 or (typed and len(filled) > 1 and is_sure):
        return Line.WORKER
    named = filled.keys() & {Column.NAME, Column.NIK, Column.POSITION}
    if named and _RUNNING_NUMBER.fullmatch(number):
        return Line.WORKER
    if len(filled) > 1:
        return Line.WORKER if below_worker else Line.EITHER
    return Line.EITHER if _is_full_name(text_of(filled.get(Column.NAME)) or "") else Line.NOTE


def looks_like_identity(nik: Cell, document: Cell) -> bool:
    """Whether a line holds what is meant to be a NIK or a document number.

    Args:
        nik: cell below the heading of NIKs.
        document: cell below that of other documents.
    """
    if isinstance(nik, str) and len(nik) == NIK_DIGITS and nik.isdigit():
        return True
    if isinstance(nik, (int, float)) and nik >= SMALLEST_NUMBER:
        return True
    text = plain_number(text_of(nik) or "")[:LONGEST_NIK] if isinstance(nik, str) else ""
    looks_right = _LOOKS_LIKE_NIK.fullmatch(text) or _SCIENTIFIC.fullmatch(text)
    if looks_right and not _PREFIXED_NUMBER.match(text):
        return True
    number = (text_of(document) or "") if document else ""
    return bool(_LOOKS_LIKE_DOCUMENT.fullmatch(number) and not _PREFIXED_NUMBER.match(number))


def is_column_numbers(cells: Sequence[Cell]) -> bool:
    """Whether the line numbers the columns: (1), (2), (3)…"""
    texts = [(text_of(cell) or "").strip("()[]. ") for cell in cells if not is_blank(cell)]
    return len(texts) > 2 and texts == [str(n) for n in range(1, len(texts) + 1)]


def _is_mark(text: str) -> bool:
    return bool(
        _MARKS.match(text) or _ALL_BRACKETED.fullmatch(text) or _PLACE_AND_DATE.fullmatch(text)
    )


def _fits(column: Column, cell: Cell) -> bool:
    text = text_of(cell) or ""
    letters = squeeze(text)
    match column:
        case Column.SITE_TYPE:
            return letters in SITE_TYPES
        case Column.VACCINATION:
            return letters in VACCINATIONS
        case Column.PHONE:
            digits = sum(letter.isdigit() for letter in text)
            return digits >= 8 and not text[:1].isalpha()
        case Column.REGION:
            return bool(_DIGITS.fullmatch(letters))
        case _:
            return len(letters) == 18 and letters.isdigit()


def _is_full_name(text: str) -> bool:
    return len(text.split()) > 1 and not _SECTION_WORDS.search(text)

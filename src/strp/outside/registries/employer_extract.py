"""The employer registry extract: a CSV file read line by line, never held whole."""

import csv
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from strp.domain.employers.registry_line import (
    COLUMNS,
    EmployerProblem,
    EmployerRecord,
    read_employer_line,
    torn_line,
)
from strp.domain.errors import FieldError, InvalidInput
from strp.domain.text import Text
from strp.outside.text_encoding import codec_of

if TYPE_CHECKING:
    from _csv import Reader

RegistryLine = EmployerRecord | tuple[EmployerProblem, ...]
_LARGEST_CELL = 1 << 17


def registry_digest(path: Path) -> bytes:
    """SHA-256 of the file, 32 bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def read_registry(path: Path) -> Iterator[RegistryLine]:
    """Read an extract: one record, or its problems, for each line below the header.

    Args:
        path: CSV with a header; comma, semicolon or tab; UTF-8 (with or without a mark), UTF-16
            or Windows-1252 beyond doubt.

    Raises:
        InvalidInput: `registry-unreadable`, `registry-empty` or `registry-columns`; the file is
            refused whole.
    """
    try:
        with path.open(encoding=_encoding(path), newline="") as file:
            # One limit for the whole process, and rosters may have set another.
            csv.field_size_limit(_LARGEST_CELL)
            lines = csv.reader(file, delimiter=_delimiter(file.readline(1 << 16)))
            file.seek(0)
            yield from _read_lines(lines)
    except (OSError, UnicodeError, csv.Error) as error:
        raise InvalidInput("registry-unreadable", _UNREADABLE) from error


def _read_lines(lines: "Reader") -> Iterator[RegistryLine]:
    header = [name.strip().lower() for name in next(lines, [])]
    _check_header(header)
    empty = True
    for cells in lines:
        if not any(cells):
            continue
        empty = False
        if len(cells) != len(header):
            yield (torn_line(lines.line_num),)
            continue
        yield read_employer_line(lines.line_num, dict(zip(header, cells, strict=True)))
    if empty:
        raise InvalidInput("registry-empty", _EMPTY)


def _check_header(header: list[str]) -> None:
    missing = [name for name in COLUMNS if header.count(name) != 1]
    if missing:
        fields = [FieldError(name, "missing", _COLUMN) for name in missing]
        raise InvalidInput("registry-columns", _columns(missing), fields=fields)


def _delimiter(first_line: str) -> str:
    return max(",;\t", key=first_line.count)


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        return codec_of(file)


def _columns(missing: list[str]) -> Text:
    listed = ", ".join(missing)
    return Text(
        f"Baris pertama harus memuat setiap kolom satu kali. Periksa: {listed}.",
        f"The first line must hold every column once. Check: {listed}.",
    )


_COLUMN = Text("Kolom ini harus ada satu kali.", "This column must be there once.")
_EMPTY = Text("Berkas tidak berisi perusahaan.", "The file holds no employers.")
_UNREADABLE = Text(
    "Berkas tidak dapat dibaca sebagai CSV. Simpan kembali sebagai CSV UTF-8.",
    "The file cannot be read as CSV. Save it again as CSV UTF-8.",
)

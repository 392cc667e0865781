"""Rows to mend: kept sealed at filing, given back as the corrections file.

Workers whom an officer returned are in it as well, until they are filed again.
"""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from struct import Struct
from typing import Any, NamedTuple

import msgspec

from strp.domain.errors import NotFound
from strp.domain.filing.application import Application
from strp.domain.identifiers import ApplicationId, Nib, format_nib
from strp.domain.people.account import Actor, require_filer
from strp.domain.roster.row import CheckedRow, Problem
from strp.domain.text import Language, Text
from strp.outside.keys import KeyRing
from strp.outside.spreadsheets.corrections_writer import (
    FiledSheet,
    ReturnedRow,
    RowToMend,
    write_corrections,
)
from strp.outside.spreadsheets.form import RosterForm, RosterKind, read_form
from strp.store.filing import applications
from strp.usecases.filing.returned_rows import returned_rows, sheets_as_filed
from strp.usecases.filing.show import remarks_on, visible
from strp.usecases.process.stored_values import stored_reader
from strp.usecases.process.system import System

ROWS_PER_CHUNK = 500
MOST_INTEGER_BITS = 63  # what msgpack keeps as a number
_CHUNK_KEY = Struct(">QQI").pack
_encode = msgspec.msgpack.Encoder(enc_hook=lambda value: str(value)).encode


class Heading(msgspec.Struct, array_like=True, frozen=True):
    """What the rows to mend were filed as.

    Args:
        source_format: code of the file's format.
        header: header cells of the first sheet.
        others: name and header cells of each further sheet.
        name: of the first sheet, where there are others.
    """

    source_format: str
    header: list[Any]
    others: list[tuple[str, list[Any]]] = []
    name: str = ""

    @property
    def sheets(self) -> list[FiledSheet]:
        """Name and header of each sheet, in their order."""
        return [FiledSheet(*each) for each in ((self.name, self.header), *self.others)]


class KeptRow(msgspec.Struct, array_like=True, frozen=True):
    """A row to mend, as it was filed."""

    row: int
    cells: Any
    problems: list[Problem]


_read_heading = stored_reader(Heading)
_read_rows = stored_reader(list[KeptRow])


class CorrectionsWriter:
    """Seals the rows to mend of one filing as they are found.

    Chunk 0 says what the file was; the others hold the rows, in order.
    """

    def __init__(
        self, keys: KeyRing, nib: Nib, application_id: ApplicationId, source_format: str
    ) -> None:
        self._keys = keys
        self._key = (nib, application_id)
        self._source_format = source_format
        self._rows: list[tuple[int, Any, Sequence[Problem]]] = []
        self._chunks: list[bytes] = []

    def keep(self, row: CheckedRow) -> None:
        """Keep one row to mend."""
        cells: Any = row.cells
        if isinstance(cells, dict):
            cells = {column: _plain(cell) for column, cell in cells.items()}
        else:
            cells = [_plain(cell) for cell in cells]
        self._rows.append((row.row, cells, row.problems))
        if len(self._rows) >= ROWS_PER_CHUNK:
            self._seal_rows()

    def finish(self, headers: Sequence[Sequence[Any]], sheets: Sequence[str] = ()) -> list[bytes]:
        """The sealed chunks; none where nothing is to be mended.

        Args:
            headers: header cells of each sheet.
            sheets: their names, where the file has sheets.
        """
        self._seal_rows()
        if not self._chunks:
            return []
        first, *others = [[_plain(cell) for cell in header] for header in headers]
        named = list(zip(sheets[1:], others, strict=False))
        heading = Heading(self._source_format, first, named, sheets[0] if named else "")
        return [self._keys.seal(_encode(heading), chunk_aad(*self._key, 0)), *self._chunks]

    def _seal_rows(self) -> None:
        if self._rows:
            aad = chunk_aad(*self._key, len(self._chunks) + 1)
            self._chunks.append(self._keys.seal(_encode(self._rows), aad))
            self._rows = []


class CorrectionsFile(NamedTuple):
    """A corrections file that was written."""

    media_type: str
    suffix: str


async def read_corrections(
    system: System,
    actor: Actor,
    application_id: ApplicationId,
    language: Language,
    path: Path,
) -> CorrectionsFile:
    """Write the corrections file of an application, in the format that came in.

    Args:
        language: of the sentences that say how to mend.
        path: the file to write.

    Raises:
        Forbidden: the actor is an official: these are cells as they were filed, unmasked.
        NotFound: no such application for this reader, or nothing to mend.
    """
    require_filer(actor)
    async with system.database.transaction() as conn:
        application = await visible(conn, actor, application_id)
        chunks = await applications.read_correction_chunks(conn, application.nib, application_id)
        form = read_form(application.source_format)
        if chunks:
            sheets = open_heading(system, application, chunks[0][1]).sheets
        else:
            sheets = sheets_as_filed(remarks_on(application), form.kind)
        returned = await returned_rows(system, conn, application, sheets, form.kind)
    if not chunks and not returned:
        raise NotFound("nothing-to-mend", _NOTHING_TO_MEND)
    opened: Iterator[KeptRow | ReturnedRow] = (
        row
        for chunk_no, sealed in chunks[1:]
        for row in open_rows(system, application, chunk_no, sealed)
    )
    rows = heapq.merge(opened, returned, key=_line)
    nib = format_nib(application.nib)
    await system.corrections.run(_write, path, form, sheets, rows, language, nib)
    is_csv = form.kind is RosterKind.CSV
    label = f"; charset={_CHARSETS[form.encoding]}" if is_csv else ""
    return CorrectionsFile(MEDIA_TYPES[form.kind] + label, form.kind.value)


def _line(row: KeptRow | ReturnedRow) -> int:
    return row.row


def _write(
    path: Path,
    form: RosterForm,
    sheets: Sequence[FiledSheet],
    rows: Iterable[RowToMend],
    language: Language,
    nib: str,
) -> RosterForm:
    with path.open("wb") as out:
        return write_corrections(
            out, form=form, sheets=sheets, rows=rows, language=language, nib=nib
        )


def open_heading(system: System, application: Application, sealed: bytes) -> Heading:
    """What the rows to mend of a filing were filed as.

    Args:
        system: the installation.
        application: the filing.
        sealed: its chunk 0.
    """
    aad = chunk_aad(application.nib, application.application_id, 0)
    return _read_heading(system.keys.open(sealed, aad))


def open_rows(
    system: System, application: Application, chunk_no: int, sealed: bytes
) -> list[KeptRow]:
    """Rows to mend of a filing, as they were filed.

    Args:
        system: the installation.
        application: the filing.
        chunk_no: of the chunk, from 1.
        sealed: the chunk.
    """
    aad = chunk_aad(application.nib, application.application_id, chunk_no)
    return _read_rows(system.keys.open(sealed, aad))


def chunk_aad(nib: Nib, application_id: ApplicationId, chunk_no: int) -> bytes:
    """What a sealed chunk belongs to.

    Args:
        nib: the employer.
        application_id: of the filing.
        chunk_no: of the piece, from 0.
    """
    return b"correction" + _CHUNK_KEY(nib, application_id, chunk_no)


def _plain(cell: Any) -> Any:
    """A cell as the corrections file writes it."""
    match cell:
        case date() | datetime():
            return cell.isoformat()
        case int() if cell.bit_length() > MOST_INTEGER_BITS:
            return str(cell)
        case dict() | list():
            return msgspec.json.encode(cell).decode()
        case _:
            return cell


MEDIA_TYPES = {
    RosterKind.CSV: "text/csv",
    RosterKind.JSON: "application/json",
    RosterKind.ODS: "application/vnd.oasis.opendocument.spreadsheet",
    RosterKind.XLS: "application/vnd.ms-excel",
    RosterKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_CHARSETS = {
    "utf-8": "utf-8",
    "utf-16-le": "utf-16le",
    "utf-16-be": "utf-16be",
    "cp1252": "windows-1252",
    "ascii": "utf-8",
}
_NOTHING_TO_MEND = Text(
    id="Tidak ada baris yang perlu diperbaiki pada pengajuan ini.",
    en="No row of this application needs to be fixed.",
)

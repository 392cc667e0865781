"""Opens the roster file that an employer sends, of any kind that the contract names.

What a file is, its content decides; a name or a media type is only a hint that people get wrong.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from strp.domain.errors import StrpError
from strp.domain.roster.check import RosterCheck, Row
from strp.domain.roster.row import CheckedRow, SheetNote, sheet_of
from strp.outside.machine.confined import Gone
from strp.outside.spreadsheets.child_reader import LARGE_JSON, SpreadsheetReader
from strp.outside.spreadsheets.csv_reader import detect_csv, read_csv
from strp.outside.spreadsheets.form import (
    CHUNK_ROWS,
    SMALL_JSON_BYTES,
    RosterForm,
    RosterKind,
    RosterLimits,
)
from strp.outside.spreadsheets.json_reader import is_light, looks_like_json, read_json, without_mark
from strp.outside.spreadsheets.refusals import refusal
from strp.outside.text_encoding import NOT_TOLD, WINDOWS, is_utf_32

_SPREADSHEETS = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_OTHERS = (
    *(b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"II*\x00", b"MM\x00*"),
    *(b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd"),
    *(b"\x7fELF", b"MZ\x90", b"{\\rtf", b"SQLite format 3", b"\x09\x08\x10\x00"),
    # Excel 2, 3 and 4.
    *(b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00"),
    # SYLK as spreadsheets write it, and DIF; "ID;P…" alone could be a list with a column ID.
    *(b"ID;PWXL", b"ID;PCALC", b"ID;PSCALC", b"TABLE\r\n0,1", b"TABLE\n0,1"),
)
_MARKUP = (
    *(b"<!", b"<html", b"<?xml", b"<table", b"<meta", b"<head", b"<workbook", b"<body", b"<div"),
    *(b"<style", b"<script", b"<center", b"<font", b"<p>", b"<br", b"mime-version:"),
    *(b"<tr", b"<thead", b"<tbody"),
)
_WEB_PAGE = re.compile(
    rb"<(?:!doctype html|html|table|tr|body|head|meta|div|center|style)(?![\w:-])|mime-version"
)
_XML_SPREADSHEET = re.compile(rb"<workbook\b|progid=\"excel\.sheet\"")
# Programs write a title before the table, as plain text.
_TABLE = re.compile(rb"<table\b[^<>]*>\s*<(?:tr|t[hd]|thead|tbody|colgroup|caption)\b")
HEAD_BYTES = 4096
MOST_LINES_TOLD = 20
# A text of bytes does not say what its letters beyond ASCII are.
_NOTES_OF_ENCODINGS = {WINDOWS: "read-as-windows-1252", NOT_TOLD: "encoding-not-told"}

Chunk = list[Row]


class RosterFile:
    """A roster file that is open; use it in a `with` block, or close it.

    `form` says what it is. Rows come once, from the first to the last.
    """

    def __init__(
        self,
        form: RosterForm | None,
        chunks: Iterator[Chunk],
        *,
        limits: RosterLimits,
        reader: SpreadsheetReader | None = None,
        records: Iterator[list[Any]] | None = None,
        nib: str | None = None,
        staff: dict[str, int] | None = None,
    ) -> None:
        self._form = form
        self._nib = nib
        self._staff = staff
        self._chunks = chunks
        self._limits = limits
        self._reader = reader
        self._records = records
        self._beyond_ascii = 0
        self._beyond_ascii_lines: list[int] = []

    @property
    def form(self) -> RosterForm:
        """What the file is; waits for a spreadsheet until that is known.

        Raises:
            StrpError: the spreadsheet is refused.
        """
        if self._form is None:
            assert self._reader is not None
            self._form = self._reader.form
        return self._form

    @property
    def nib(self) -> str | None:
        """NIB that a JSON roster names; waits for a large one until that is known.

        Raises:
            StrpError: the file is refused.
        """
        if self._reader is not None and self.form.kind is RosterKind.JSON:
            self._nib = self._reader.nib
        return self._nib

    @property
    def staff(self) -> dict[str, int] | None:
        """Staff that a JSON roster declares; known once its NIB is."""
        if self._reader is not None and self.form.kind is RosterKind.JSON:
            self._staff = self._reader.staff
        return self._staff

    async def ready(self, gone: Gone | None = None) -> None:
        """Wait until a spreadsheet has more to read; no thread is held meanwhile.

        Args:
            gone: waits until whoever asked is gone; then the reading is ended.

        Raises:
            InvalidInput: they went away first.
        """
        if self._reader is not None:
            await self._reader.ready(gone)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.close()

    def __iter__(self) -> Iterator[Chunk]:
        """Lines of a sheet in pieces: number of the line, cells.

        Raises:
            TooLarge: `too-many-rows`, `too-many-columns`.
            StrpError: the rest of a spreadsheet cannot be read.
        """
        total = 0
        for chunk in self._chunks:
            total += len(chunk)
            if total > self._limits.rows:
                raise refusal("too-many-rows")
            if self._form is not None and self._form.encoding in _NOTES_OF_ENCODINGS:
                self._count_beyond_ascii(chunk)
            yield chunk

    def _count_beyond_ascii(self, chunk: Chunk) -> None:
        for row, cells in chunk:
            if not all(isinstance(cell, str) and cell.isascii() for cell in cells):
                self._beyond_ascii += 1
                if self._beyond_ascii <= MOST_LINES_TOLD:
                    self._beyond_ascii_lines.append(row)

    def check(self, check: RosterCheck) -> Iterator[list[CheckedRow]]:
        """Check the rows of the file, in pieces; call `check.finish()` when they end.

        Args:
            check: a fresh check, which learns the header from the file.

        Raises:
            StrpError: the file is refused; nothing of it must be kept.
        """
        if self._records is None:
            for chunk in self:
                if chunk:
                    check.begin_sheet(sheet_of(chunk[0][0]))
                yield check.feed(chunk)
            return
        row = 1
        for records in self._records:
            yield check.check_records(records, row)
            row += len(records)

    @property
    def sheets(self) -> list[str]:
        """Names of the sheets that were read so far; none where the file has no sheets."""
        return self._reader.sheets if self._reader else []

    @property
    def notes(self) -> list[SheetNote]:
        """What is to be said of sheets, or of letters in doubt, once all rows were read."""
        if self._reader:
            return self._reader.notes
        if not self._beyond_ascii:
            return []
        code = _NOTES_OF_ENCODINGS[self.form.encoding]
        return [SheetNote(code, "", self._beyond_ascii, tuple(self._beyond_ascii_lines))]

    def stop(self) -> None:
        """End the process that reads it; who waits for more learns it."""
        if self._reader is not None:
            self._reader.stop()

    def close(self) -> None:
        """Let go of the file, and end the process that reads it."""
        if self._reader is not None:
            self._reader.close()


def open_roster(
    path: Path,
    *,
    content_type: str | None = None,
    filename: str | None = None,
    limits: RosterLimits | int | None = None,
) -> RosterFile:
    """Open a roster file and find out what it is.

    Args:
        path: the file as it was sent.
        content_type: media type that the sender claims; not relied on.
        filename: name that the sender gives; not relied on.
        limits: how much it may hold; a number limits its size in bytes.

    Raises:
        InvalidInput: it is empty, cut short or damaged.
        Unsupported: it is another kind of file, locked, or has macros.
        TooLarge: it is larger than the limits.
    """
    file = begin_roster(path, content_type=content_type, filename=filename, limits=limits)
    try:
        assert file.form
    except StrpError:
        file.close()
        raise
    return file


def is_read_apart(path: Path) -> bool:
    """Whether a process of its own will read a file: a spreadsheet, or a heavy JSON roster."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    return head.startswith(_SPREADSHEETS) or (looks_like_json(head) and _is_heavy(path))


def _is_heavy(path: Path) -> bool:
    return path.stat().st_size > SMALL_JSON_BYTES or not is_light(path.read_bytes())


def begin_roster(
    path: Path,
    *,
    content_type: str | None = None,
    filename: str | None = None,
    limits: RosterLimits | int | None = None,
) -> RosterFile:
    """As `open_roster`, but does not wait for the process that reads a spreadsheet.

    What is wrong with a spreadsheet is raised by `form`, or by reading its rows.

    Args:
        path: of the file.
        content_type: not used: the content alone says what it is.
        filename: not used either.
        limits: or the most bytes of the file alone; None for those of every roster.

    Raises:
        TooLarge: `file-too-large`.
        InvalidInput: a file of text that is no roster.
    """
    del content_type, filename
    if not isinstance(limits, RosterLimits):
        limits = RosterLimits(file_bytes=limits) if limits else RosterLimits()
    size = path.stat().st_size
    if size > limits.file_bytes:
        raise refusal("file-too-large")
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    match _kind(head):
        case RosterKind.XLSX:
            reader = SpreadsheetReader(path, limits)
            return RosterFile(None, reader.chunks(), limits=limits, reader=reader)
        case RosterKind.JSON:
            return _open_json(path, limits)
        case _:
            form = detect_csv(path)
            return RosterFile(form, read_csv(path, form, limits.columns), limits=limits)


async def begin_in_thread(
    run: Callable[..., Awaitable[RosterFile]], path: Path, **options: Any
) -> RosterFile:
    """As `begin_roster`, in a thread; where nobody waits for the file any more, it is closed.

    Args:
        run: does something in a thread.
        path: of the roster.
        options: of `begin_roster`.
    """
    opening = asyncio.ensure_future(run(begin_roster, path, **options))
    try:
        return await asyncio.shield(opening)
    except asyncio.CancelledError:
        opening.add_done_callback(_close_opened)
        raise


def _close_opened(opening: asyncio.Future[RosterFile]) -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()


def _kind(head: bytes) -> RosterKind:
    """CSV, JSON or, for any spreadsheet, XLSX: which one it is the child finds out."""
    if head.startswith(_SPREADSHEETS):
        return RosterKind.XLSX
    if is_utf_32(head):
        raise refusal("unsupported-encoding")
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if not text and len(head) < HEAD_BYTES:
        raise refusal("file-empty")
    if head.startswith(_OTHERS):
        raise refusal("unsupported-format")
    if is_markup(head):
        is_page = _WEB_PAGE.search(_peek(head)) and not _XML_SPREADSHEET.search(_peek(head))
        raise refusal("web-page" if is_page else "unsupported-format")
    if looks_like_json(head):
        return RosterKind.JSON
    if _TABLE.search(_peek(head)):
        raise refusal("web-page")
    return RosterKind.CSV


def is_markup(head: bytes) -> bool:
    """Whether a file begins as a page of the web, or as XML."""
    return _peek(head).startswith(_MARKUP)


def _peek(head: bytes) -> bytes:
    """The first of a file in small letters, without what may stand in front of text."""
    return without_mark(head).lstrip(b"\x00 \t\r\n").lower()


def _open_json(path: Path, limits: RosterLimits) -> RosterFile:
    if path.stat().st_size > limits.json_bytes:
        raise refusal("file-too-large")
    if _is_heavy(path):
        reader = SpreadsheetReader(path, limits, LARGE_JSON)
        return RosterFile(None, iter(()), limits=limits, reader=reader, records=reader.records())
    roster = read_json(path.read_bytes(), limits)
    nib = None if roster.nib is None else str(roster.nib)
    form = RosterForm(RosterKind.JSON)
    records = _in_chunks(roster.workers)
    return RosterFile(
        form, iter(()), limits=limits, records=records, nib=nib, staff=roster.plain_staff
    )


def _in_chunks(workers: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, max(1, len(workers)), CHUNK_ROWS):
        yield workers[start : start + CHUNK_ROWS]

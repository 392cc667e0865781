"""Looks through an XLS for what its reader hides: cells in error, hidden rows, filters.

The reader shows nothing for a cell in error, nor for a formula that the program which wrote it did
not work out. This walks the records of the workbook's stream once
and reads four kinds of them; whatever else there is, and whatever is damaged, it passes over: the
reader says what is wrong with a file. Runs inside the confined process only.

Sources: [MS-CFB] 2.2–2.6 (sectors, directory); [MS-XLS] 2.4.20 (Bof), 2.4.24 (BoolErr), 2.4.28
(BoundSheet8), 2.4.127 (Formula), 2.4.221 (Row), 2.5.133 (FormulaValue).
"""

import struct
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from strp.outside.spreadsheets.layout import Corner, SheetLayout

MOST_ERRORS: Final = 200_000
_FREE: Final = 0xFFFFFFFA  # and above: ends and marks, no sectors
_DIRECTORY_ENTRY_BYTES: Final = 128
_STREAMS: Final = ("Workbook", "Book")
_BOF: Final = frozenset({0x0009, 0x0209, 0x0409, 0x0809})
_EOF, _BOUND_SHEET, _FORMULA, _BOOL_ERROR = 0x000A, 0x0085, 0x0006, 0x0205
_OLD_FORMULA: Final = frozenset({_FORMULA, 0x0206, 0x0406})
_ROW, _FILTER_MODE = 0x0208, 0x009B
_HIDDEN: Final = 0x20  # of a row: its height is nought
_ERROR_VALUE, _EMPTY_TEXT, _NO_NUMBER = 2, 3, 0xFFFF
# Every program that works formulas out says in here who wrote the book.
_SUMMARY: Final = "\x05SummaryInformation".encode("utf-16-le")


def read_xls_layouts(content: bytes) -> dict[str, SheetLayout]:
    """Cells in error, hidden rows and filters of each sheet, by its name.

    Args:
        content: the whole file.
    """
    try:
        book = _workbook_stream(content)
        looks = {name: _look(book, start) for name, start in dict(_sheets(book)).items()}
    except (struct.error, IndexError, UnicodeDecodeError):
        return {}
    is_worked_out = _SUMMARY in content or any(look.shows_results for look in looks.values())
    return {
        name: look.layout
        if is_worked_out
        else look.layout._replace(errors=(*look.layout.errors, *look.empty))
        for name, look in looks.items()
    }


class _Look(NamedTuple):
    """One sheet: its layout, formulas that show 0 or nothing, and whether any shows more."""

    layout: SheetLayout
    empty: Sequence[Corner]
    shows_results: bool


def _look(book: bytes, start: int) -> _Look:
    errors: list[Corner] = []
    empty: list[Corner] = []
    shows_results = False
    hidden, is_filtered, depth = 0, False, 0
    for kind, at, size in _records(book, start):
        if kind in _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth == 0:
                break
        elif depth != 1:
            continue  # a chart on the sheet
        elif kind == _ROW and size >= 14:
            hidden += bool(struct.unpack_from("<H", book, at + 12)[0] & _HIDDEN)
        elif kind == _FILTER_MODE:
            is_filtered = True
        elif _is_error(book, kind, at, size) and len(errors) < MOST_ERRORS:
            errors.append(struct.unpack_from("<HH", book, at))
        elif kind in _OLD_FORMULA and size >= 14:
            if not _is_empty_result(book, at):
                shows_results = True
            elif len(empty) < MOST_ERRORS:
                empty.append(struct.unpack_from("<HH", book, at))
    layout = SheetLayout(hidden_rows=hidden, is_filtered=is_filtered, errors=errors)
    return _Look(layout, empty, shows_results)


def _is_empty_result(book: bytes, at: int) -> bool:
    is_number = struct.unpack_from("<H", book, at + 12)[0] != _NO_NUMBER
    return not any(book[at + 6 : at + 14]) if is_number else book[at + 6] == _EMPTY_TEXT


def _is_error(book: bytes, kind: int, at: int, size: int) -> bool:
    if kind == _BOOL_ERROR and size >= 8:
        return book[at + 7] == 1
    if kind in _OLD_FORMULA and size >= 14:
        value = book[at + 6]
        return value == _ERROR_VALUE and struct.unpack_from("<H", book, at + 12)[0] == _NO_NUMBER
    return False


def _sheets(book: bytes) -> Iterator[tuple[str, int]]:
    """Name and start of each sheet, from the globals at the beginning."""
    is_8 = struct.unpack_from("<H", book, 4)[0] == 0x0600
    for kind, at, size in _records(book, 0):
        if kind == _EOF:
            return
        if kind != _BOUND_SHEET or size < 8:
            continue
        start, letters = struct.unpack_from("<I", book, at)[0], book[at + 6]
        if not is_8:
            yield book[at + 7 : at + 7 + letters].decode("cp1252", "replace"), start
        elif book[at + 7] & 1:
            yield book[at + 8 : at + 8 + 2 * letters].decode("utf-16-le", "replace"), start
        else:
            yield book[at + 8 : at + 8 + letters].decode("latin-1"), start


def _records(book: bytes, start: int) -> Iterator[tuple[int, int, int]]:
    """Kind of each record, where its content begins, and its size in bytes."""
    at = start
    while at + 4 <= len(book):
        kind, size = struct.unpack_from("<HH", book, at)
        yield kind, at + 4, size
        at += 4 + size


def _workbook_stream(content: bytes) -> bytes:
    """The stream of the workbook, put together from its sectors."""
    shift, small_shift = struct.unpack_from("<HH", content, 30)
    (first_directory,) = struct.unpack_from("<I", content, 48)
    small_below, first_small = struct.unpack_from("<II", content, 56)
    sector = 1 << shift
    table = _allocation(content, sector)
    directory = _chain(content, table, first_directory, sector, offset=sector)
    small_sectors = b""
    for at in range(0, len(directory), _DIRECTORY_ENTRY_BYTES):
        entry = directory[at : at + _DIRECTORY_ENTRY_BYTES]
        name_bytes, kind = struct.unpack_from("<HB", entry, 64)
        first, size = struct.unpack_from("<II", entry, 116)
        if kind == 5:  # the root has the sectors of small streams
            small_sectors = _chain(content, table, first, sector, offset=sector)
        elif entry[: max(0, name_bytes - 2)].decode("utf-16-le") in _STREAMS:
            if size >= small_below:
                return _chain(content, table, first, sector, offset=sector)[:size]
            packed = _chain(content, table, first_small, sector, offset=sector)
            small = list(struct.unpack(f"<{len(packed) // 4}I", packed))
            return _chain(small_sectors, small, first, 1 << small_shift, offset=0)[:size]
    return b""


def _allocation(content: bytes, sector: int) -> list[int]:
    """Which sector follows which."""
    places = list(struct.unpack_from("<109I", content, 76))
    more, (count,) = struct.unpack_from("<I", content, 68)[0], struct.unpack_from("<I", content, 72)
    for _ in range(min(count, len(content) // sector)):
        if more >= _FREE:
            break
        *found, more = struct.unpack_from(f"<{sector // 4}I", content, (more + 1) * sector)
        places += found
    table: list[int] = []
    for place in places:
        if place < _FREE:
            table += struct.unpack_from(f"<{sector // 4}I", content, (place + 1) * sector)
    return table


def _chain(content: bytes, table: list[int], first: int, sector: int, *, offset: int) -> bytes:
    """The sectors from the first one on; no more than there are, so that no circle is endless."""
    pieces = []
    for _ in range(len(table)):
        if first >= _FREE:
            break
        start = offset + first * sector
        pieces.append(content[start : start + sector])
        first = table[first]
    return b"".join(pieces)

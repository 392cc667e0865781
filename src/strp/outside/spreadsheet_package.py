"""Looks into a spreadsheet before it is read: what is it, and can it do harm?

Runs inside the child process only. A zip is unpacked once, in pieces that are thrown away, so
that its true size is known; the same pass looks for XML entities, for cells far to the right of
any list, and for cells that hold an error.

Sources: ECMA-376 (xlsx), OASIS OpenDocument 1.3 part 2, [MS-CFB] and [MS-OFFCRYPTO] (xls).
"""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple
from xml.etree import ElementTree

from strp.outside.roster_form import MEBIBYTE, RosterKind, RosterLimits
from strp.outside.roster_refusals import refusal

MOST_PARTS = 4096
LARGEST_RATIO = 200
RATIO_COUNTS_FROM_BYTES = 32 * MEBIBYTE
MOST_ERRORS = 100_000
PIECE_BYTES = MEBIBYTE
OVERLAP_BYTES = 512
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_SECTOR_BYTES = 512

_ENTITY = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
# Columns behind DX, the 128th, with something in them.
_FAR_CELL = re.compile(
    rb'[ ]r="(?:D[YZ]|[E-Z][A-Z]|[A-Z]{3})[0-9]{1,7}"[^<>]*(?<!/)>\s*<(?:\w+:)?(?:v|is|f)\b'
)
_ERROR_CELL = re.compile(rb'<(?:\w+:)?c\b(?=[^<>]*\st="e")[^<>]*\sr="([A-Z]{1,3})([0-9]{1,7})"')
# Formulas that a program wrote and no spreadsheet has worked out yet.
_OPEN_FORMULA = re.compile(
    rb'<(?:\w+:)?c\b[^<>]*\sr="([A-Z]{1,3})([0-9]{1,7})"[^<>]*>\s*<(?:\w+:)?f\b[^<>]*>[^<>]*'
    rb"</(?:\w+:)?f>\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class SheetMarks(NamedTuple):
    """What the look found on one sheet: far cells, and cells in error as (row, column), from 0."""

    is_wide: bool
    errors: frozenset[tuple[int, int]]


class Package(NamedTuple):
    """What a spreadsheet file is, with the marks of each sheet of an xlsx by its name."""

    kind: RosterKind
    sheets: dict[str, SheetMarks]


def inspect_package(path: Path, limits: RosterLimits) -> Package:
    """Look into a spreadsheet file.

    Raises:
        StrpError: it is none, is damaged, locked, has macros or is far too large.
    """
    with path.open("rb") as file:
        if file.read(8) == _OLE_MAGIC:
            return _inspect_ole(path)
    try:
        with zipfile.ZipFile(path) as package:
            return _inspect_zip(package, limits)
    except zipfile.BadZipFile:
        cut = b"PK\x05\x06" not in path.read_bytes()[-70_000:]
        raise refusal("file-truncated" if cut else "file-unreadable") from None
    except (EOFError, OSError, NotImplementedError, RuntimeError, ValueError, KeyError):
        raise refusal("file-unreadable") from None
    except ElementTree.ParseError:
        raise refusal("file-unreadable") from None


def _inspect_ole(path: Path) -> Package:
    content = path.read_bytes()
    if _name(b"EncryptedPackage") in content or _name(b"EncryptionInfo") in content:
        raise refusal("encrypted-workbook")
    if _name(b"_VBA_PROJECT") in content:
        raise refusal("macro-workbook")
    directory = int.from_bytes(content[48:52], "little")
    if (directory + 2) * _OLE_SECTOR_BYTES > len(content) or len(content) % _OLE_SECTOR_BYTES:
        raise refusal("file-truncated")
    if _name(b"Workbook") not in content and _name(b"Book") not in content:
        raise refusal("unsupported-format")
    return Package(RosterKind.XLS, {})


def _name(name: bytes) -> bytes:
    return name.decode().encode("utf-16-le")


def _inspect_zip(package: zipfile.ZipFile, limits: RosterLimits) -> Package:
    parts = package.infolist()
    names = {part.filename for part in parts}
    declared = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    is_dense = declared > RATIO_COUNTS_FROM_BYTES and declared > LARGEST_RATIO * max(packed, 1)
    if len(parts) > MOST_PARTS or declared > limits.unpacked_bytes or is_dense:
        raise refusal("zip-bomb")
    if any(part.flag_bits & 1 for part in parts):
        raise refusal("encrypted-workbook")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise refusal("macro-workbook")
    if "xl/workbook.xml" in names:
        marks = _look_at_parts(package, limits)
        return Package(RosterKind.XLSX, dict(_by_sheet(package, marks)))
    if "content.xml" in names and _is_ods(package):
        _refuse_ods(package, names)
        _look_at_parts(package, limits)
        return Package(RosterKind.ODS, {})
    raise refusal("unsupported-format")


def _is_ods(package: zipfile.ZipFile) -> bool:
    with package.open("mimetype") as file:
        return file.read(100).startswith(b"application/vnd.oasis.opendocument.spreadsheet")


def _refuse_ods(package: zipfile.ZipFile, names: set[str]) -> None:
    if any(name.startswith(("Basic/", "Scripts/")) for name in names):
        raise refusal("macro-workbook")
    if "META-INF/manifest.xml" in names:
        with package.open("META-INF/manifest.xml") as file:
            if b"encryption-data" in file.read(MEBIBYTE):
                raise refusal("encrypted-workbook")


def _look_at_parts(package: zipfile.ZipFile, limits: RosterLimits) -> dict[str, SheetMarks]:
    """Unpack every part of XML once, and count what comes out."""
    left = limits.unpacked_bytes
    marks = {}
    for part in package.infolist():
        if not part.filename.lower().endswith((".xml", ".rels")):
            continue
        is_wide = False
        errors: set[tuple[int, int]] = set()
        with package.open(part) as file:
            for piece in _pieces(file):
                left -= PIECE_BYTES if len(piece) > OVERLAP_BYTES else len(piece)
                if left < 0:
                    raise refusal("zip-bomb")
                if _ENTITY.search(piece):
                    raise refusal("xml-entity")
                is_wide = is_wide or bool(_FAR_CELL.search(piece))
                if len(errors) < MOST_ERRORS:
                    errors |= _errors(piece)
        marks[part.filename] = SheetMarks(is_wide, frozenset(errors))
    return marks


def _errors(piece: bytes) -> set[tuple[int, int]]:
    """Cells that show an error, or nothing because their formula was never worked out."""
    found = _ERROR_CELL.findall(piece) if b't="e"' in piece else []
    found += _OPEN_FORMULA.findall(piece) if b"f>" in piece else []
    return {_place(*cell) for cell in found}


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    """Pieces of a part, each with the end of the one before, so that nothing falls between."""
    end = b""
    while piece := file.read(PIECE_BYTES):
        yield end + piece
        end = piece[-OVERLAP_BYTES:]


def _place(letters: bytes, number: bytes) -> tuple[int, int]:
    column = 0
    for letter in letters:
        column = column * 26 + letter - 64
    return int(number) - 1, column - 1


def _by_sheet(
    package: zipfile.ZipFile, marks: dict[str, SheetMarks]
) -> Iterator[tuple[str, SheetMarks]]:
    """Name the sheets that the parts belong to (ECMA-376 part 1, 12.3.24)."""
    with package.open("xl/_rels/workbook.xml.rels") as file:
        targets = {
            relation.get("Id"): relation.get("Target", "")
            for relation in ElementTree.parse(file).iter()
        }
    with package.open("xl/workbook.xml") as file:
        for sheet in ElementTree.parse(file).iter():
            target = targets.get(sheet.get(_RELATION), "").removeprefix("/xl/")
            found = marks.get(f"xl/{target}")
            if sheet.tag.endswith("}sheet") and found:
                yield sheet.get("name", ""), found

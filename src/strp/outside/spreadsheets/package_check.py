"""Looks into a spreadsheet before it is read: what is it, and can it do harm?

Runs inside the child process only. A zip is unpacked once, in pieces that are thrown away, so
that its true size is known; the same pass looks for XML entities, for cells far to the right of
any list, and for cells that hold an error.

Sources: ECMA-376 (xlsx), OASIS OpenDocument 1.3 part 2, [MS-CFB] and [MS-OFFCRYPTO] (xls).
"""

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple
from xml.etree import ElementTree
from xml.parsers import expat

from strp.outside.spreadsheets.form import MEBIBYTE, RosterKind, RosterLimits
from strp.outside.spreadsheets.mending import (
    ODS_INDENTED,
    ODS_UNSURE,
    formula_results,
    has_unsure_cell,
    mend_ods,
    mend_xlsx,
)
from strp.outside.spreadsheets.package_index import read_index
from strp.outside.spreadsheets.plain_xml import is_plain, is_plain_ods
from strp.outside.spreadsheets.refusals import refusal

MOST_PARTS = 4096
LARGEST_RATIO = 200
RATIO_COUNTS_FROM_BYTES = 32 * MEBIBYTE
PIECE_BYTES = MEBIBYTE
OVERLAP_BYTES = 16_384
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_SECTOR_BYTES = 512

# Readers take every part for UTF-8, and nobody could look for entities in another encoding.
_OTHER_ENCODING = (b"\xff\xfe", b"\xfe\xff", b"<\x00?\x00", b"\x00<\x00?")
_ENTITY = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
# Columns behind DX, the 128th, with something in them.
_FAR_CELL = re.compile(
    rb'[ ]r="(?:D[YZ]|[E-Z][A-Z]|[A-Z]{3})[0-9]{1,7}"[^<>]*(?<!/)>\s*<(?:\w+:)?(?:v|is|f)\b'
)
_HIDDEN_ROW = re.compile(rb"<(?:\w+:)?row\b[^<>]*\shidden\s*=\s*[\"'](?:1|true)[\"']")
_FILTERED = re.compile(rb"<(?:\w+:)?autoFilter\b[^<>]*[^/]>\s*<(?:\w+:)?filterColumn\b")
_ODS_SPANNED = re.compile(
    rb"table:number-rows-spanned\s*=\s*[\"'](?!1[\"'])|"
    rb"table:visibility\s*=\s*[\"'](?:collapse|filter)[\"']"
)


class SheetMarks(NamedTuple):
    """What the look found on one sheet of an xlsx.

    Args:
        is_wide: cells stand far to the right of any list.
        hidden_rows: rows that a reader of the sheet does not see.
        is_filtered: a filter is at work.
        is_unsure: cells are in error, formulas not worked out, or written as the reader
            would misread them.
        shows_nought: formulas show 0.
        shows_results: formulas show something else.
    """

    is_wide: bool = False
    hidden_rows: int = 0
    is_filtered: bool = False
    is_unsure: bool = False
    shows_nought: bool = False
    shows_results: bool = False


class Package(NamedTuple):
    """What a spreadsheet file is.

    Args:
        kind: of spreadsheet.
        sheets: marks of each sheet of an xlsx by its name.
        mended: the file as the reader wants it, where it would misread what came.
        has_layout: whether an ods merges cells down rows, or hides rows.
        noughts: whether all formulas of an xlsx show 0, since no program worked them out.
    """

    kind: RosterKind
    sheets: dict[str, SheetMarks]
    mended: io.BytesIO | None = None
    has_layout: bool = False
    noughts: bool = False


def inspect_package(path: Path, limits: RosterLimits) -> Package:
    """Look into a spreadsheet file.

    Args:
        path: of the file.
        limits: of what it unpacks to.

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


def mend_every_cell(path: Path, found: Package) -> io.BytesIO | None:
    """The file with cells that no reader can make sense of as text in error.

    Args:
        path: of a file that `inspect_package` let pass, and that the reader gave up.
        found: by it.

    Returns:
        None for a file of a kind whose cells are not looked at.

    Raises:
        StrpError: a row of it is far too long.
    """
    if found.kind is RosterKind.XLS:
        return None
    with zipfile.ZipFile(path) as package:
        if found.kind is RosterKind.ODS:
            return mend_ods(package, every_cell=True)
        index = read_index(package)
        if index is None:
            return None
        return mend_xlsx(package, index, noughts=found.noughts, every_cell=True)


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
    if "content.xml" in names and _is_ods(package):
        _refuse_ods(package, names)
        marks = _look_at_parts(package, limits)["content.xml"]
        _require_whole(package)
        mended = mend_ods(package) if marks.is_unsure else None
        return Package(RosterKind.ODS, {}, mended, has_layout=marks.hidden_rows > 0)
    marks_of = _look_at_parts(package, limits)
    index = read_index(package)
    if index is None:
        raise refusal("unsupported-format")
    sheets = {sheet.name: marks_of.get(sheet.part, SheetMarks()) for sheet in index.sheets}
    noughts = any(marks.shows_nought for marks in sheets.values())
    noughts = noughts and not any(marks.shows_results for marks in sheets.values())
    is_sure = index.is_usual and not noughts
    is_sure = is_sure and not any(marks.is_unsure for marks in sheets.values())
    mended = None if is_sure else mend_xlsx(package, index, noughts=noughts)
    return Package(RosterKind.XLSX, sheets, mended, noughts=noughts)


def _is_ods(package: zipfile.ZipFile) -> bool:
    with package.open("mimetype") as file:
        return file.read(100).startswith(b"application/vnd.oasis.opendocument.spreadsheet")


def _require_whole(package: zipfile.ZipFile) -> None:
    """Refuse a content that ends too early: the reader would look for its end for ever."""
    with package.open("content.xml") as content:
        try:
            expat.ParserCreate().ParseFile(content)
        except (expat.ExpatError, ValueError, LookupError):  # the latter: of its encoding
            raise refusal("file-unreadable") from None


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
    found = {}
    for part in package.infolist():
        if not part.filename.lower().endswith((".xml", ".rels")):
            continue
        marks = SheetMarks()
        with package.open(part) as file:
            for piece in _pieces(file):
                if piece.startswith(_OTHER_ENCODING):
                    raise refusal("file-unreadable")
                left -= PIECE_BYTES if len(piece) > OVERLAP_BYTES else len(piece)
                if left < 0:
                    raise refusal("zip-bomb")
                if _ENTITY.search(piece):
                    raise refusal("xml-entity")
                marks = _more(marks, piece, is_ods=part.filename == "content.xml")
        found[part.filename] = marks
    return found


def _more(marks: SheetMarks, piece: bytes, *, is_ods: bool) -> SheetMarks:
    """The marks with those of one more piece; rows behind its end may be counted twice."""
    if is_ods:
        return SheetMarks(
            hidden_rows=marks.hidden_rows or int(bool(_ODS_SPANNED.search(piece))),
            is_unsure=marks.is_unsure
            or bool(ODS_UNSURE.search(piece) or ODS_INDENTED.search(piece))
            or not is_plain_ods(piece),
        )
    nought, result = (False, True) if marks.shows_results else formula_results(piece)
    hidden = len(_HIDDEN_ROW.findall(piece)) if b"hidden" in piece else 0
    return SheetMarks(
        is_wide=marks.is_wide or bool(_FAR_CELL.search(piece)),
        hidden_rows=marks.hidden_rows + hidden,
        is_filtered=marks.is_filtered or bool(_FILTERED.search(piece)),
        is_unsure=marks.is_unsure or not is_plain(piece) or has_unsure_cell(piece),
        shows_nought=marks.shows_nought or nought,
        shows_results=result,
    )


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    """Pieces of a part, each with the end of the one before, so that nothing falls between."""
    end = b""
    while piece := file.read(PIECE_BYTES):
        yield end + piece
        end = piece[-OVERLAP_BYTES:]

"""Writes a spreadsheet anew for a reader that is stricter than the programs that made it.

Cells in error and formulas that nobody worked out become the text `#N/A`, which no column takes for
its own: the reader would show nothing there, or refuse the whole sheet over an error that is newer
than it is. Parts of unusual names come to where the reader looks for them. Runs inside the confined
process only, in memory, a piece at a time.

Sources: ECMA-376 part 1, 18.3.1.4 (cells); OASIS OpenDocument 1.3 part 3, 9.1.4 and 19.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from typing import IO
from xml.sax.saxutils import quoteattr

from strp.outside.spreadsheets.form import MEBIBYTE
from strp.outside.spreadsheets.package_index import XlsxIndex
from strp.outside.spreadsheets.plain_xml import made_plain, made_plain_ods
from strp.outside.spreadsheets.refusals import refusal

LONGEST_ROW_BYTES = 16 * MEBIBYTE
_ATTRIBUTES = rb"(?:[^<>\"']|\"[^<\"]*\"|'[^<']*')*?"
# The markup of one XLSX cell: prefix, attributes, content.
_CELL = re.compile(
    rb"<(\w+:)?c\b(" + _ATTRIBUTES + rb")(?:/>|(?<!/)>(.*?)</(?:\w+:)?c\s*>)", re.DOTALL
)
ERROR_TYPE = re.compile(rb"\bt\s*=\s*[\"']e[\"']")
_TEXT_TYPE = re.compile(rb"\bt\s*=\s*[\"']str[\"']")
FORMULA = re.compile(rb"<(?:\w+:)?f\b")
_VALUE = re.compile(rb"<(?:\w+:)?(?:v|t)\b[^<>]*(?<!/)>\s*[^<\s]")
_ANY_VALUE = re.compile(rb"<(?:\w+:)?v\b")
# The number that a formula shows. Programs that work nothing out write 0 for it.
_RESULT = re.compile(
    rb"<(?:\w+:)?f\b(?:[^<>]*/>|[^<>]*(?<!/)>[^<]*</(?:\w+:)?f\s*>)\s*"
    rb"<(?:\w+:)?v\b[^<>]*(?<!/)>([^<]*)<"
)
_NOUGHT = re.compile(rb"\s*0(?:\.0*)?\s*")
# What the reader gives up a whole sheet over: cells whose markup contradicts itself.
_TYPE = re.compile(rb"\bt\s*=\s*[\"']([^\"']*)[\"']")
_KNOWN_TYPES = frozenset({b"n", b"s", b"str", b"inlineStr", b"b", b"e", b"d"})
_ANY_REFERENCE = re.compile(rb"(?<![\w:])r\s*=")
_NUMBER_VALUE = re.compile(rb"<(?:\w+:)?v\b[^<>]*(?<!/)>\s*([^<]*?)\s*</")
_NUMBER = re.compile(rb"[+-]?(?:\d{1,400}\.?\d{0,400}|\.\d{1,400})(?:[eE][+-]?\d{1,4})?")
_SHARED_STRING = re.compile(rb"<(?:\w+:)?si\b")
_ODS_NUMBER = re.compile(rb"office:value\s*=\s*[\"']([^\"']*)[\"']")
_REFERENCE = re.compile(rb"\br\s*=\s*[\"']([A-Z]{1,3}[0-9]{1,7})[\"']")
_ODS_CELL = re.compile(
    rb"<table:table-cell\b(" + _ATTRIBUTES + rb")(?:/>|(?<!/)>(.*?)</table:table-cell\s*>)",
    re.DOTALL,
)
ODS_UNSURE = re.compile(rb"table:formula\s*=|:value-type\s*=\s*[\"']error[\"']")
# The reader takes the spaces by which some programs indent a document for cells, and gives up.
ODS_INDENTED = re.compile(rb"(^|>)\s+(?=<(?:/?table:|text:p\b))")
_ODS_ERROR = re.compile(rb":value-type\s*=\s*[\"']error[\"']")
_ODS_VALUE = re.compile(
    rb"office:(?:value|date-value|time-value|boolean-value)\s*=|"
    rb"office:string-value\s*=\s*[\"'][^\"']"
)
_ODS_SHOWN = re.compile(rb"<text:p\b[^<>]*(?<!/)>\s*(?:<[^<>]*>\s*)*([^<]*)")
_ODS_SHOWN_ERROR = re.compile(rb"#[A-Z]|Err:|#+")
_ODS_KEPT = re.compile(
    rb"table:number-(?:columns|rows)-(?:repeated|spanned)\s*=\s*[\"'][0-9]+[\"']"
)
_WORKBOOK = "xl/workbook.xml"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="'
    'application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="'
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
_FIRST = (
    f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r1" Target="xl/workbook.xml" '
    f'Type="{_RELATIONS}/officeDocument"/></Relationships>'
)


def mend_xlsx(
    package: zipfile.ZipFile,
    index: XlsxIndex,
    *,
    noughts: bool = False,
    every_cell: bool = False,
) -> io.BytesIO:
    """The workbook as most programs write it, with its sheets, shared strings and styles.

    Args:
        package: the workbook as it came, opened.
        index: which of its parts are sheets, strings and styles.
        noughts: whether formulas that show 0 were never worked out.
        every_cell: whether each cell is looked at, since the reader gave up over one.
    """
    out = io.BytesIO()
    mend = partial(mend_cells, noughts=noughts)
    if every_cell:
        strings = _count_strings(package, index.strings)
        mend = partial(mend_broken_cells, strings=strings, noughts=noughts)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as mended:
        mended.writestr("[Content_Types].xml", _TYPES)
        mended.writestr("_rels/.rels", _FIRST)
        parts = {f"sheet{n}.xml": sheet for n, sheet in enumerate(index.sheets, 1)}
        for name, sheet in parts.items():
            _copy(package, sheet.part, mended, f"xl/worksheets/{name}", mend, b"row>")
        for part, name in ((index.strings, "sharedStrings.xml"), (index.styles, "styles.xml")):
            if part is not None:
                _copy(package, part, mended, f"xl/{name}")
        relations = "".join(
            f'<Relationship Id="r{n}" Type="{_RELATIONS}/worksheet" Target="worksheets/{name}"/>'
            for n, name in enumerate(parts, 1)
        )
        for kind, part in (("sharedStrings", index.strings), ("styles", index.styles)):
            if part is not None:
                relations += (
                    f'<Relationship Id="{kind}" Type="{_RELATIONS}/{kind}" Target="{kind}.xml"/>'
                )
        mended.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{_PACKAGE}">{relations}</Relationships>',
        )
        sheets = "".join(
            f'<sheet name={quoteattr(sheet.name)} sheetId="{n}" state={quoteattr(sheet.state)} '
            f'r:id="r{n}"/>'
            for n, sheet in enumerate(index.sheets, 1)
        )
        mended.writestr(
            _WORKBOOK,
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}">'
            f'<workbookPr date1904="{int(index.dates_from_1904)}"/><sheets>{sheets}</sheets>'
            "</workbook>",
        )
    out.seek(0)
    return out


def mend_ods(package: zipfile.ZipFile, *, every_cell: bool = False) -> io.BytesIO:
    """The same document without indentation, with its cells in error as text.

    Args:
        package: the document as it came, opened.
        every_cell: whether each cell is looked at, since the reader gave up over one.
    """
    change = mend_broken_ods_cells if every_cell else mend_ods_cells
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as mended:
        mended.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        for name in ("META-INF/manifest.xml", "styles.xml", "settings.xml"):
            if name in package.namelist():
                _copy(package, name, mended, name)
        _copy(package, "content.xml", mended, "content.xml", change, b"table-row>")
    out.seek(0)
    return out


def mend_cells(piece: bytes, *, noughts: bool = False) -> bytes:
    """Whole rows of a sheet of an XLSX in plain XML, each cell in error as text.

    Args:
        piece: whole rows.
        noughts: whether formulas that show 0 were never worked out.
    """
    piece = made_plain(piece)
    if not (ERROR_TYPE.search(piece) or FORMULA.search(piece)):
        return piece
    return _CELL.sub(
        lambda cell: _as_error(cell) if is_unsure(cell, noughts=noughts) else cell[0], piece
    )


def mend_ods_cells(piece: bytes) -> bytes:
    """Whole rows of an ODS in plain XML, without indentation, each cell in error as text."""
    piece = ODS_INDENTED.sub(rb"\1", made_plain_ods(piece))
    return _ODS_CELL.sub(_mended_ods_cell, piece) if ODS_UNSURE.search(piece) else piece


def mend_broken_cells(piece: bytes, strings: int, *, noughts: bool = False) -> bytes:
    """As `mend_cells`, with cells as text in error that no reader can make sense of.

    Args:
        piece: whole rows of a sheet of an XLSX.
        strings: how many shared strings the workbook has.
        noughts: as for `mend_cells`.
    """
    return _CELL.sub(
        lambda cell: _as_error(cell) if _is_broken(cell, strings) else cell[0],
        mend_cells(piece, noughts=noughts),
    )


def mend_broken_ods_cells(piece: bytes) -> bytes:
    """As `mend_ods_cells`, with numbers as text in error that are none."""
    return _ODS_CELL.sub(
        lambda cell: _as_ods_error(cell[1]) if _is_broken_ods(cell[1]) else cell[0],
        mend_ods_cells(piece),
    )


def is_unsure(cell: re.Match[bytes], *, noughts: bool = False) -> bool:
    """Whether a cell of an XLSX shows an error, or nothing because nobody worked it out.

    Args:
        cell: its markup.
        noughts: whether formulas that show 0 were never worked out.
    """
    attributes, content = cell[2], cell[3] or b""
    if ERROR_TYPE.search(attributes):
        return True
    if not FORMULA.search(content):
        return False
    is_text = _TEXT_TYPE.search(attributes) is not None
    result = _RESULT.search(content) if noughts and not is_text else None
    if result is not None and _NOUGHT.fullmatch(result[1]):
        return True
    return not ((is_text and _ANY_VALUE.search(content)) or _VALUE.search(content))


def has_unsure_cell(piece: bytes) -> bool:
    """Whether a piece of a sheet of an XLSX holds a cell in error, or one not worked out."""
    if ERROR_TYPE.search(piece):
        return True
    return bool(FORMULA.search(piece)) and any(map(is_unsure, _CELL.finditer(piece)))


def formula_results(piece: bytes) -> tuple[bool, bool]:
    """Whether formulas of a piece of a sheet show 0, and whether any shows something else.

    Args:
        piece: of a sheet of an XLSX, cut anywhere.
    """
    shows_nought = False
    for result in _RESULT.finditer(piece) if FORMULA.search(piece) else ():
        if not _NOUGHT.fullmatch(result[1]):
            return shows_nought, True
        shows_nought = True
    return shows_nought, False


def _is_broken(cell: re.Match[bytes], strings: int) -> bool:
    attributes, content = cell[2], cell[3] or b""
    told, value = _TYPE.search(attributes), _NUMBER_VALUE.search(content)
    kind, text = told[1] if told else b"n", value[1] if value else b""
    if kind not in _KNOWN_TYPES:
        return True
    if _ANY_REFERENCE.search(attributes) and not _REFERENCE.search(attributes):
        return True
    if kind == b"s":
        return not (text.isdigit() and len(text) < 10 and int(text) < strings)
    return kind == b"n" and text != b"" and not _NUMBER.fullmatch(text)


def _is_broken_ods(attributes: bytes) -> bool:
    number = _ODS_NUMBER.search(attributes)
    return number is not None and not _NUMBER.fullmatch(number[1])


def _count_strings(package: zipfile.ZipFile, part: str | None) -> int:
    if part is None:
        return 0
    with package.open(part) as source:
        return sum(len(_SHARED_STRING.findall(piece)) for piece in _pieces(source, b"si>"))


def _as_error(cell: re.Match[bytes]) -> bytes:
    prefix = cell[1] or b""
    found = _REFERENCE.search(cell[2])
    place = b' r="%s"' % found[1] if found else b""
    return b'<%bc%b t="inlineStr"><%bis><%bt>#N/A</%bt></%bis></%bc>' % (
        prefix, place, prefix, prefix, prefix, prefix, prefix,
    )  # fmt: skip


def _mended_ods_cell(cell: re.Match[bytes]) -> bytes:
    attributes, content = cell[1], cell[2] or b""
    shown = _ODS_SHOWN.search(content)
    text = shown[1].strip() if shown else b""
    is_error = _ODS_ERROR.search(attributes) is not None
    if b"table:formula" in attributes and not _ODS_VALUE.search(attributes):
        is_worked_out = b"value-type" in attributes and shown is not None
        is_error = is_error or not is_worked_out or bool(_ODS_SHOWN_ERROR.match(text))
    if not is_error:
        return cell[0]
    return _as_ods_error(attributes)


def _as_ods_error(attributes: bytes) -> bytes:
    kept = b" ".join(_ODS_KEPT.findall(attributes))
    return (
        b'<table:table-cell %b office:value-type="string"><text:p>#N/A</text:p></table:table-cell>'
        % kept
    )


def _copy(
    package: zipfile.ZipFile,
    part: str,
    mended: zipfile.ZipFile,
    name: str,
    change: Callable[[bytes], bytes] = bytes,
    row_end: bytes | None = None,
) -> None:
    with package.open(part) as source, mended.open(name, "w", force_zip64=True) as target:
        for piece in _pieces(source, row_end):
            target.write(change(piece))


def _pieces(source: IO[bytes], row_end: bytes | None) -> Iterator[bytes]:
    """Pieces of a part that end with a row, so that no cell is cut."""
    left = b""
    while piece := source.read(MEBIBYTE):
        if row_end is None:
            yield piece
            continue
        left += piece
        end = left.rfind(row_end)
        if end < 0:
            if len(left) > LONGEST_ROW_BYTES:
                raise refusal("file-too-large")
            continue
        end += len(row_end)
        yield left[:end]
        left = left[end:]
    yield left

"""Writes sheets as OpenDocument, row by row (OASIS OpenDocument 1.3).

Every cell has the text format, so that a NIK typed into it keeps its 16 digits.
"""

import zipfile
from collections.abc import Collection, Sequence
from types import TracebackType
from typing import BinaryIO, Self
from xml.sax.saxutils import escape, quoteattr

from strp.domain.roster.row import Cell

_MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"
_NAMESPACE = "urn:oasis:names:tc:opendocument:xmlns"
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    f'<manifest:manifest xmlns:manifest="{_NAMESPACE}:manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_MIMETYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)
_START = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    f'<office:document-content xmlns:office="{_NAMESPACE}:office:1.0"'
    f' xmlns:style="{_NAMESPACE}:style:1.0" xmlns:table="{_NAMESPACE}:table:1.0"'
    f' xmlns:text="{_NAMESPACE}:text:1.0" xmlns:number="{_NAMESPACE}:datastyle:1.0"'
    f' xmlns:fo="{_NAMESPACE}:xsl-fo-compatible:1.0"'
    ' office:version="1.3"><office:automatic-styles>'
    '<number:text-style style:name="N1"><number:text-content/></number:text-style>'
    '<style:style style:name="C1" style:family="table-cell" style:data-style-name="N1"/>'
    '<style:style style:name="C2" style:family="table-cell" style:data-style-name="N1">'
    '<style:table-cell-properties fo:background-color="#ffe08a"/></style:style>'
    "</office:automatic-styles><office:body><office:spreadsheet>"
)
_END = "</office:spreadsheet></office:body></office:document-content>"
_COLUMNS = (
    '<table:table-column table:default-cell-style-name="C1" table:number-columns-repeated="{}"/>'
)


class OdsBook:
    """An OpenDocument file; use it in a `with` block.

    Args:
        out: where the file goes.
    """

    def __init__(self, out: BinaryIO) -> None:
        self._package = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED)
        self._package.writestr("mimetype", _MIMETYPE, zipfile.ZIP_STORED)
        self._package.writestr("META-INF/manifest.xml", _MANIFEST)
        self._content = self._package.open("content.xml", "w")
        self._put(_START)
        self._has_columns = self._is_open = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self._end_sheet()
        self._put(_END)
        self._content.close()
        self._package.close()

    def begin(self, name: str) -> None:
        """Begin the next sheet."""
        self._end_sheet()
        self._put(f"<table:table table:name={quoteattr(name)}>")
        self._has_columns, self._is_open = False, True

    def _end_sheet(self) -> None:
        if self._is_open:
            self._put("</table:table>")

    def write(self, cells: Sequence[Cell], *, marked: Collection[int] = ()) -> None:
        """Write the next row; a number stays one, everything else is text.

        Args:
            cells: of the row.
            marked: places of the cells that get a colour.
        """
        if not self._has_columns:
            self._put(_COLUMNS.format(max(1, len(cells))))
            self._has_columns = True
        drawn = "".join(_cell(cell, n in marked) for n, cell in enumerate(cells))
        self._put(f"<table:table-row>{drawn}</table:table-row>")

    def _put(self, text: str) -> None:
        self._content.write(text.encode())


def _cell(cell: Cell, is_marked: bool) -> str:
    style = "C2" if is_marked else "C1"
    if cell is None or cell == "":
        return f'<table:table-cell table:style-name="{style}"/>'
    text = escape(str(int(cell) if isinstance(cell, float) and cell.is_integer() else cell))
    is_number = isinstance(cell, int | float) and not isinstance(cell, bool)
    kind = f'"float" office:value="{cell!r}"' if is_number else '"string"'
    return (
        f'<table:table-cell table:style-name="{style}" office:value-type={kind}>'
        f"<text:p>{text}</text:p></table:table-cell>"
    )

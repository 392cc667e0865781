"""Writes plain tables as a workbook, straight through (ECMA-376, part 1, chapter 18).

Every row goes to its file as it comes: no file lies beside it meanwhile, which a process that is
killed would leave behind with all the names in it, and 100,000 rows take a tenth of the time that
a library takes. Texts stand in their cells, so that no table of them has to be kept.
"""

import re
import zipfile
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import IO, BinaryIO, Final, Self
from xml.sax.saxutils import escape, quoteattr

from strp.outside.spreadsheets.form import CELL_CHARACTERS

Cell = str | int
COMPRESSION: Final = 1
"""A fifth larger than at the usual level, in a third of its time."""
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# All sheets have the type of what ends in .xml, so that their number need not be known first.
_TYPES: Final = (
    f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Default Extension="xml" ContentType="{_TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>'
)
_ROOT: Final = (
    f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    "</Relationships>"
)
# Cells of style 1 are text (format 49, "@"), of 2 bold, of 3 whole numbers (format 3, "#,##0").
_STYLES: Final = (
    f'{_XML}<styleSheet xmlns="{_MAIN}">'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="3" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)
_HEAD_STAYS: Final = (
    '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" '
    'activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
)
# What XML 1.0 has no place for; and letters that a reader of workbooks takes for an escaped one.
_NO_PLACE: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPED: Final = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


class WorkbookWriter:
    """A workbook that is being written, in bounded memory; use it in a `with` block.

    Args:
        out: where the file goes; nobody has to be able to read it.
    """

    def __init__(self, out: BinaryIO) -> None:
        self._package = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=COMPRESSION)
        self._put("[Content_Types].xml", _TYPES)
        self._put("_rels/.rels", _ROOT)
        self._put("xl/styles.xml", _STYLES)
        self._names: list[str] = []
        self._sheet: IO[bytes] | None = None
        self.rows = 0
        """Of the sheet that is being written, its headings among them."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.close()

    def close(self) -> None:
        """Write what names the sheets, and end the file; where it is to go stays open."""
        if not self._names:
            self.begin("Sheet1", ())
        self._end_sheet()
        named = [
            (number, quoteattr(_NO_PLACE.sub(" ", name)))
            for number, name in enumerate(self._names, 1)
        ]
        sheets = "".join(
            f'<sheet name={name} sheetId="{number}" r:id="r{number}"/>' for number, name in named
        )
        targets = "".join(
            f'<Relationship Id="r{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
            for n, _ in named
        )
        styles = f'<Relationship Id="r0" Type="{_OFFICE}/styles" Target="styles.xml"/>'
        opening = f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        self._put("xl/workbook.xml", f"{_XML}{opening}<sheets>{sheets}</sheets></workbook>")
        opening = f'<Relationships xmlns="{_PACKAGE}/relationships">'
        self._put("xl/_rels/workbook.xml.rels", f"{_XML}{opening}{targets}{styles}</Relationships>")
        self._package.close()

    def begin(self, name: str, headings: Sequence[str], widths: Sequence[int] = ()) -> None:
        """Begin the next sheet.

        Args:
            name: of the sheet, 31 letters at most.
            headings: of its columns; they stay where the sheet is scrolled.
            widths: of its columns, in letters.
        """
        self._end_sheet()
        self._names.append(name)
        part = f"xl/worksheets/sheet{len(self._names)}.xml"
        self._sheet = self._package.open(part, "w", force_zip64=True)
        columns = "".join(
            f'<col min="{n}" max="{n}" width="{width}" style="1" customWidth="1"/>'
            for n, width in enumerate(widths, 1)
        )
        view = _HEAD_STAYS if headings else ""
        columns = f"<cols>{columns}</cols>" if columns else ""
        self._write(f'{_XML}<worksheet xmlns="{_MAIN}">{view}{columns}<sheetData>')
        self.rows = 0
        if headings:
            self._write(self._row(headings, text_style=2))

    def add(self, rows: Iterable[Sequence[Cell]]) -> None:
        """Write the next rows of the sheet; texts stay texts, whatever they look like."""
        self._write("".join(map(self._row, rows)))

    def _row(self, cells: Sequence[Cell], text_style: int = 1) -> str:
        self.rows += 1
        number = self.rows
        written = "".join(
            f'<c r="{_column(at)}{number}" s="{text_style}" t="inlineStr"><is>'
            f'<t xml:space="preserve">{_plain(cell)}</t></is></c>'
            if isinstance(cell, str)
            else f'<c r="{_column(at)}{number}" s="3"><v>{cell}</v></c>'
            for at, cell in enumerate(cells)
        )
        return f'<row r="{number}">{written}</row>'

    def _end_sheet(self) -> None:
        if self._sheet is not None:
            self._write("</sheetData></worksheet>")
            self._sheet.close()
            self._sheet = None

    def _write(self, text: str) -> None:
        assert self._sheet is not None
        self._sheet.write(text.encode())

    def _put(self, name: str, content: str) -> None:
        self._package.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)


def _column(at: int) -> str:
    """The letters of a column: A, B, …, Z, AA."""
    return chr(65 + at) if at < 26 else _column(at // 26 - 1) + chr(65 + at % 26)


def _plain(text: str) -> str:
    """A text as it may stand in a part."""
    if text.isascii() and text.isalnum():
        return text[:CELL_CHARACTERS]
    kept = _ESCAPED.sub("_x005F_", _NO_PLACE.sub("\ufffd", text[:CELL_CHARACTERS]))
    return escape(kept).replace("\r", "_x000D_")

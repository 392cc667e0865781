"""Rosters as programs write them that are neither Excel nor LibreOffice: read, or refused truly.

Found with SheetJS 0.18 (Excel 2 to 5, XML 2003, indented ODS) and exceljs 4 (objects in CSV).
"""

import re
import zipfile
from pathlib import Path

import pytest
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from strp.domain.errors import StrpError
from strp.domain.roster.row import Outcome
from strp.outside.spreadsheets.open import open_roster
from tests.rosters import HEADER, check_file, outcomes, person, problems, table


def indented_ods(path: Path, lines: list[list[object]]) -> Path:
    """An ODS whose content is indented, each element on a line of its own."""
    book = OpenDocumentSpreadsheet()
    sheet = Table(name="Daftar")
    for line in lines:
        row = TableRow()
        for value in line:
            cell = TableCell(valuetype="string")
            cell.addElement(P(text="" if value is None else str(value)))
            row.addElement(cell)
        sheet.addElement(row)
    book.spreadsheet.addElement(sheet)
    plain = path.with_suffix(".plain")
    book.save(plain)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w") as target:
        for part in source.infolist():
            content = source.read(part)
            if part.filename == "content.xml":
                content = re.sub(
                    rb"(?=<(?:table:table-(?:row|cell)|text:p|/table:))", b"\n   ", content
                )
            target.writestr(part, content)
    return path


def test_an_indented_ods_is_read(tmp_path: Path) -> None:
    lines = table(person(1, nama="Zoë  Contoh"), person(2))
    _, rows, _ = check_file(indented_ods(tmp_path / "a.ods", lines))
    assert outcomes(rows) == [(2, Outcome.SOUND), (3, Outcome.SOUND)]
    assert rows[0].worker is not None and rows[0].worker.name == "Zoë Contoh"


XML_2003 = (
    '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
    '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
    'xmlns:html="http://www.w3.org/TR/REC-html40"><Worksheet ss:Name="Daftar"><Table><Row><Cell>'
)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (XML_2003.encode(), "unsupported-format"),
        (b"\x09\x00\x04\x00\x02\x00\x10\x00" + bytes(400), "unsupported-format"),
        (b"\x09\x02\x06\x00\x00\x00\x10\x00" + bytes(400), "unsupported-format"),
        (b"\x09\x04\x06\x00\x00\x00\x10\x00" + bytes(400), "unsupported-format"),
        (b"<html><table><tr><td>nama</td></tr></table></html>", "web-page"),
    ],
)
def test_what_is_not_read_is_called_what_it_is(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(content)
    with pytest.raises(StrpError) as refused:
        open_roster(path)
    assert refused.value.code == code


def test_an_object_that_a_program_wrote_as_text_is_no_name(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    cells = [str(cell) for cell in person(1).values()]
    cells[0] = '"{""richText"":[{""text"":""Siti""}]}"'
    path.write_text(",".join(HEADER) + "\n" + ",".join(cells) + "\n")
    _, rows, _ = check_file(path)
    assert problems(rows) == [(2, "nama", "unreadable")]

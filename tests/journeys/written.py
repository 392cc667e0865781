"""The sample rosters, written anew in every kind of file that the contract names."""

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

import odf.opendocument
import odf.table
import odf.text
import openpyxl
import xlwt

from tests.journeys.running import ROSTERS

Sheet = Sequence[Sequence[Any]]
MEDIA_TYPES = {
    "csv": "text/csv",
    "json": "application/json",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def sample_sheet(name: str) -> Sheet:
    """The cells of a sample roster, line by line."""
    if name.endswith(".csv"):
        text = (ROSTERS / name).read_text("utf-8-sig")
        return list(csv.reader(text.splitlines(), delimiter=";" if ";" in text else ","))
    sheet = openpyxl.load_workbook(ROSTERS / name).active
    return [["" if cell is None else cell for cell in row] for row in sheet.values]


def written(kind: str, sheet: Sheet) -> bytes:
    """A sheet as a file of one kind."""
    return {"csv": _csv, "json": _json, "ods": _ods, "xls": _xls, "xlsx": _xlsx}[kind](sheet)


def read_back(kind: str, content: bytes) -> Sheet:
    """The cells of a file that STRP wrote."""
    if kind == "json":
        workers = json.loads(content)["workers"]
        return [list(workers[0]), *(list(worker.values()) for worker in workers)]
    if kind == "csv":
        text = content.decode("utf-8-sig")
        return list(csv.reader(text.splitlines(), delimiter=";" if ";" in text else ","))
    if kind == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        return [["" if cell is None else cell for cell in row] for row in sheet.values]
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    return book.get_sheet_by_index(0).to_python()


def _csv(sheet: Sheet) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(sheet)
    return text.getvalue().encode()


def _json(sheet: Sheet) -> bytes:
    lines = [[cell for cell in line if cell != ""] for line in sheet]
    first = next(place for place, line in enumerate(lines) if len(line) >= 4)
    header = sheet[first]
    rows = [line for line in sheet[first + 1 :] if sum(cell != "" for cell in line) >= 3]
    workers = [
        {str(name): cell for name, cell in zip(header, row, strict=False) if cell != ""}
        for row in rows
    ]
    return json.dumps({"workers": workers}).encode()


def _xlsx(sheet: Sheet) -> bytes:
    book = openpyxl.Workbook()
    for line in sheet:
        book.active.append(line)
    return _saved(book)


def _xls(sheet: Sheet) -> bytes:
    book = xlwt.Workbook()
    page = book.add_sheet("Daftar")
    for row, line in enumerate(sheet):
        for column, cell in enumerate(line):
            page.write(row, column, cell)
    return _saved(book)


def _ods(sheet: Sheet) -> bytes:
    book = odf.opendocument.OpenDocumentSpreadsheet()
    table = odf.table.Table(name="Daftar")
    for line in sheet:
        row = odf.table.TableRow()
        for cell in line:
            row.addElement(_ods_cell(cell))
        table.addElement(row)
    book.spreadsheet.addElement(table)
    return _saved(book)


def _ods_cell(cell: Any) -> Any:
    if isinstance(cell, int | float):
        return odf.table.TableCell(valuetype="float", value=str(cell))
    made = odf.table.TableCell(valuetype="string")
    made.addElement(odf.text.P(text=str(cell)))
    return made


def _saved(book: Any) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()

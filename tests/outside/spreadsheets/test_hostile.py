"""Files that are damaged, hostile or something else: each refused whole, with a stable code."""

import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from strp.domain.errors import StrpError
from strp.outside.spreadsheets.form import RosterLimits
from strp.outside.spreadsheets.ods_writer import OdsBook
from strp.outside.spreadsheets.open import open_roster
from strp.outside.spreadsheets.refusals import CODES, refusal
from tests.outside.spreadsheets.test_open import WRITERS, write_csv, write_xlsx
from tests.rosters import HEADER, check_file, person, table

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
REPEATED = "pelayanan"
GOOD = table(person(1), person(2))


def refused(path: Path, limits: RosterLimits | None = None) -> str:
    with pytest.raises(StrpError) as found:
        check_file(path, limits=limits)
    return found.value.code


def with_part(path: Path, name: str, body: bytes) -> Path:
    write_xlsx(path, GOOD)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr(name, body)
    return path


def changed(path: Path, change: Callable[[bytes], bytes], part: str) -> Path:
    """A good workbook with one part changed."""
    source = write_xlsx(path.with_suffix(".good"), GOOD)
    with zipfile.ZipFile(source) as good, zipfile.ZipFile(path, "w") as package:
        for name in good.namelist():
            body = good.read(name)
            package.writestr(name, change(body) if name == part else body)
    return path


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "file-empty"),
        (b" \r\n\r\n", "file-empty"),
        (b"\xef\xbb\xbf", "file-empty"),
        (b"%PDF-1.7\n", "unsupported-format"),
        (b"\x89PNG\r\n\x1a\n", "unsupported-format"),
        (b"\xff\xd8\xff\xe0", "unsupported-format"),
        (b"<html><table><tr><td>nama</td></tr></table>", "web-page"),
        (b"Laporan <b>Juli</b>\n<table border=1>\n<tr><td>nama</td></tr></table>", "web-page"),
        (b'<?xml version="1.0"?><Workbook/>', "unsupported-format"),
        (b'ID;PSCALC3\nC;X1;Y1;K"nama"\n', "unsupported-format"),
        (b"{\\rtf1 nama}", "unsupported-format"),
        (b"\x1f\x8b\x08\x00", "unsupported-format"),
        (bytes(range(256)) * 20, "nul-bytes"),
        (b"\0" * 5000, "nul-bytes"),
        (b"halo dunia\n1,2,3\n", "no-header"),
        (",".join(HEADER).encode(), "no-rows"),
        (b'{"workers": [{"nama": "Si', "file-truncated"),
        (b'{"workers": 5}', "json-shape"),
        (b'{"workers": [5]}', "json-shape"),
        (b'{"workers": []}', "no-rows"),
        (b'{"nama": x}', "file-unreadable"),
        (b"[" * 100_000, "file-unreadable"),
        (OLE + b"\0" * 1016, "unsupported-format"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted-workbook"),
        (OLE + "Workbook _VBA_PROJECT".encode("utf-16-le"), "macro-workbook"),
        (OLE + "Workbook".encode("utf-16-le"), "file-truncated"),
        (OLE + "Workbook".encode("utf-16-le").ljust(1016, b"\0"), "file-unreadable"),
        (b"PK\x03\x04" + b"\0" * 100, "file-truncated"),
    ],
)
def test_a_file_that_is_no_roster_is_refused(tmp_path: Path, body: bytes, code: str) -> None:
    path = tmp_path / "roster.csv"
    path.write_bytes(body)
    assert refused(path) == code


@pytest.mark.parametrize("kind", WRITERS)
def test_a_truncated_spreadsheet_is_refused(tmp_path: Path, kind: str) -> None:
    path = WRITERS[kind](tmp_path / "a", GOOD)
    body = path.read_bytes()
    path.write_bytes(body[: len(body) * 2 // 3 + 1])
    assert refused(path) == "file-truncated"


def test_another_office_document_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("word/document.xml", "<document/>")
    assert refused(path) == "unsupported-format"


def test_a_workbook_with_macros_is_refused(tmp_path: Path) -> None:
    assert refused(with_part(tmp_path / "a.xlsm", "xl/vbaProject.bin", b"x")) == "macro-workbook"


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    path = with_part(tmp_path / "a.xlsx", "xl/media/bomb.xml", b"\0" * 100_000_000)
    assert refused(path) == "zip-bomb"


def test_a_zip_with_very_many_parts_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        for number in range(5000):
            package.writestr(f"xl/{number}.xml", "")
    assert refused(path) == "zip-bomb"


def test_a_part_that_unpacks_to_more_than_it_declares_is_refused(tmp_path: Path) -> None:
    path = with_part(tmp_path / "a.xlsx", "xl/big.xml", b"<a>" + b"x" * 3_000_000)
    size = (3_000_003).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(size, (10).to_bytes(4, "little")))
    assert refused(path) == "file-unreadable"


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_xml_entities_are_refused(tmp_path: Path, part: str) -> None:
    entity = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'
    path = changed(tmp_path / "a.xlsx", lambda body: entity + body, part)
    assert refused(path) == "xml-entity"


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels"])
def test_broken_xml_is_refused(tmp_path: Path, part: str) -> None:
    path = changed(tmp_path / "a.xlsx", lambda body: body[: len(body) // 2], part)
    assert refused(path) == "file-unreadable"


def test_a_locked_part_is_refused(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", GOOD)
    body = bytearray(path.read_bytes())
    at = body.index(b"PK\x01\x02")
    body[at + 8] |= 1
    path.write_bytes(body)
    assert refused(path) == "encrypted-workbook"


@pytest.mark.parametrize("kind", ["csv", "xlsx", "ods"])
def test_200_columns_are_refused(tmp_path: Path, kind: str) -> None:
    lines = [[*row, *(f"x{n}" for n in range(193))] for row in GOOD]
    path = (WRITERS | {"csv": write_csv})[kind](tmp_path / "a", lines)
    assert refused(path) == "too-many-columns"


def test_a_cell_in_the_last_corner_of_the_sheet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADER)
    sheet.write_string(1_048_575, 16_383, "x")
    book.close()
    assert refused(path) == "too-many-columns"


def test_a_formatted_but_empty_corner_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    for number, row in enumerate(GOOD):
        sheet.write_row(number, 0, row)
    sheet.write_blank(1_048_575, 16_383, None, book.add_format({"bold": True}))
    book.close()
    _, rows, _ = check_file(path)
    assert len(rows) == 2


def test_too_many_rows_are_refused(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", GOOD)
    assert refused(path, RosterLimits(rows=2)) == "too-many-rows"


def test_a_file_larger_than_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", GOOD)
    assert refused(path, RosterLimits(file_bytes=10)) == "file-too-large"


@pytest.mark.parametrize("piece", ['","\n', '""\n'])
def test_a_csv_whose_quotes_never_close_takes_little_memory(tmp_path: Path, piece: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(",".join(HEADER) + '\n"\n' + piece * (2**20 // len(piece)))
    tracemalloc.start()
    try:
        with open_roster(path) as file:
            for chunk in file:
                assert chunk
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8 * 2**20


def repeated(path: Path, *, columns: int) -> Path:
    """A small OpenDocument file that says "the same cell, a million rows of it"."""
    with path.open("wb") as out, OdsBook(out) as sheet:
        sheet.begin("Daftar")
        sheet.write(HEADER)
        sheet.write([REPEATED])
    with zipfile.ZipFile(path) as good:
        parts = {name: good.read(name) for name in good.namelist()}
    content = parts["content.xml"].decode()
    first, _, last = content.rpartition("<table:table-row>")
    bomb = (
        first
        + '<table:table-row table:number-rows-repeated="1000000">'
        + last.replace(
            "<table:table-cell", f'<table:table-cell table:number-columns-repeated="{columns}"'
        )
    )
    with zipfile.ZipFile(path, "w") as package:
        for name, body in (parts | {"content.xml": bomb.encode()}).items():
            package.writestr(name, body)
    return path


@pytest.mark.parametrize("columns", [90, 110], ids=["our limit", "the reader's limit"])
def test_a_spreadsheet_that_takes_too_much_memory_ends_only_its_own_process(
    tmp_path: Path, columns: int
) -> None:
    path = repeated(tmp_path / "a.ods", columns=columns)
    assert refused(path, RosterLimits(memory_bytes=512 * 2**20)) == "file-too-large"


def test_a_spreadsheet_that_takes_too_long_ends_only_its_own_process(tmp_path: Path) -> None:
    path = repeated(tmp_path / "a.ods", columns=20)
    assert refused(path, RosterLimits(cpu_s=1)) == "file-too-large"


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_refusal_says_what_to_do_in_both_languages(code: str) -> None:
    assert all(len(text) > 30 for text in refusal(code).text)

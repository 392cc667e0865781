"""Files and bodies that nobody should send, and that somebody does."""

import io
import json
import zipfile
from collections.abc import Iterator

import openpyxl

from tests.journeys.running import ROSTERS

HEADER = "nama,nik,jabatan,jenis_lokasi\n"
MEBIBYTE = 1 << 20
WORKER = {
    "nama": "Siti Aminah",
    "nik": "3174055506783204",
    "jabatan": "Teller",
    "jenis_lokasi": "pelayanan",
}


def workbook() -> bytes:
    """A sound workbook of twenty workers."""
    return (ROSTERS / "bank-20.xlsx").read_bytes()


def workbook_with(changes: dict[str, bytes]) -> bytes:
    """The sound workbook with parts added or replaced."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook())) as given,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for part in given.namelist():
            if part not in changes:
                made.writestr(part, given.read(part))
        for part, content in changes.items():
            made.writestr(part, content)
    return out.getvalue()


def zip_bomb() -> bytes:
    """A workbook that is 600 MB once unpacked."""
    sheet = b"<worksheet>" + b"<row/>" * (100 * MEBIBYTE)
    return workbook_with({"xl/worksheets/sheet1.xml": sheet})


def entity_bomb() -> bytes:
    """A workbook whose strings define entities, each ten times the one before."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    text = f'<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY l0 "ha">{laughs}]><sst>&l9;</sst>'
    return workbook_with({"xl/sharedStrings.xml": text.encode()})


def wide(columns: int) -> bytes:
    """A CSV file with one worker and very many columns."""
    names = ",".join(f"kolom{number}" for number in range(columns))
    cells = ",".join(["1"] * columns)
    row = "Siti Aminah,3174055506783204,Teller,pelayanan"
    return f"{HEADER.strip()},{names}\n{row},{cells}\n".encode()


def wide_workbook(columns: int) -> bytes:
    """A workbook with one worker and very many columns."""
    book = openpyxl.Workbook()
    names = HEADER.strip().split(",") + [f"kolom{number}" for number in range(columns)]
    book.active.append(names)
    book.active.append([*WORKER.values(), *["1"] * columns])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def huge_cell() -> bytes:
    """A CSV file with ten megabytes in a name, and a sound worker below."""
    huge = "A" * (10 * MEBIBYTE)
    return (
        f"{HEADER}{huge},3174055506783299,Teller,pelayanan\n"
        "Siti Aminah,3174055506783204,Teller,pelayanan\n"
    ).encode()


def huge_json_cell() -> bytes:
    """The same as JSON."""
    huge = {**WORKER, "nama": "A" * (10 * MEBIBYTE), "nik": "3174055506783299"}
    return json.dumps({"workers": [huge, WORKER]}).encode()


def pieces(total: int, size: int = MEBIBYTE) -> Iterator[bytes]:
    """So many bytes of CSV, a piece at a time, without saying how many will come."""
    yield HEADER.encode()
    for _ in range(total // size):
        yield b"x" * (size - 1) + b"\n"

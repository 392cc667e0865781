"""The corrections file says truly what it is: its kind, and how its text is encoded."""

import codecs
import csv
import io
from collections.abc import AsyncIterator
from email.message import Message
from pathlib import Path

import pytest

from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR
from strp.domain.text import Language
from strp.usecases.employers.import_registry import import_employers
from strp.usecases.filing.corrections import read_corrections
from strp.usecases.filing.file import file_roster
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.system import System

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[3]
BANK = Nib(8120001110001)
ROSTER = "nama;nik;jabatan;jenis_lokasi\r\nZoë Contoh;12;Teller;pelayanan\r\n"
ENCODINGS = {
    "utf-8": (b"", "utf-8"),
    "utf-8 with a mark": (codecs.BOM_UTF8, "utf-8"),
    "utf-16": (codecs.BOM_UTF16_LE, "utf-16-le"),
    "utf-16, high byte first": (codecs.BOM_UTF16_BE, "utf-16-be"),
    "windows-1252": (b"", "cp1252"),
}


@pytest.fixture(autouse=True)
async def ready(system: System) -> AsyncIterator[None]:
    await load_reference(system, OPERATOR)
    await import_employers(system, OPERATOR, ROOT / "samples" / "employers.csv")
    yield


@pytest.mark.parametrize("name", ENCODINGS)
async def test_the_label_of_a_csv_reads_what_is_in_it(
    system: System, tmp_path: Path, name: str
) -> None:
    mark, encoding = ENCODINGS[name]
    filed, path = tmp_path / "a.csv", tmp_path / "b.csv"
    write(filed, mark + ROSTER.encode(encoding))
    receipt = await file_roster(
        system, OPERATOR, BANK, filed, content_type=None, filename="a.csv", digest=bytes(16)
    )
    made = await read_corrections(system, OPERATOR, receipt.application_id, Language.ID, path)
    label = Message()
    label["Content-Type"] = made.media_type
    assert label.get_content_type() == "text/csv"
    text = read(path).decode(str(label.get_param("charset")))
    heading, row = csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";")
    assert (heading[0], row[0]) == ("nama", "Zoë Contoh")
    assert text.startswith("\ufeff") == bool(mark)


async def test_letters_that_nobody_could_tell_come_back_as_utf_8_to_be_typed_again(
    system: System, tmp_path: Path
) -> None:
    filed, path = tmp_path / "a.csv", tmp_path / "b.csv"
    write(filed, ROSTER.replace("Zoë Contoh", "张伟").encode("gbk"))
    receipt = await file_roster(
        system, OPERATOR, BANK, filed, content_type=None, filename="a.csv", digest=bytes(16)
    )
    made = await read_corrections(system, OPERATOR, receipt.application_id, Language.ID, path)
    assert made.media_type == "text/csv; charset=utf-8"
    assert read(path).startswith(codecs.BOM_UTF8)
    _, row = csv.reader(io.StringIO(read(path).decode("utf-8-sig")), delimiter=";")
    assert set(row[0]) == {"\ufffd"}


def write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def read(path: Path) -> bytes:
    return path.read_bytes()

"""The corrections file says truly what it is, and holds what an officer returned as well."""

import codecs
import csv
import io
from collections.abc import AsyncIterator
from email.message import Message
from pathlib import Path

import pytest

from strp.domain.desk.review import Decision
from strp.domain.errors import NotFound
from strp.domain.filing.application import Application
from strp.domain.filing.outcome import StillOpen
from strp.domain.identifiers import ApplicationId, Nib
from strp.domain.people.account import OPERATOR, Actor, ActorKind, Role
from strp.domain.roster.file_name import corrections_name
from strp.domain.text import Language
from strp.usecases.desk.review import decide_rest, take_application
from strp.usecases.employers.import_registry import import_employers
from strp.usecases.filing.corrections import read_corrections
from strp.usecases.filing.file import Receipt, body_digest, file_roster
from strp.usecases.filing.show import show_application
from strp.usecases.filing.still_open import Mending, mendings
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.system import System

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[3]
BANK = Nib(8120001110001)
ROSTER = "nama;nik;jabatan;jenis_lokasi\r\nZoë Contoh;12;Teller;pelayanan\r\n"
OFFICER = Actor(kind=ActorKind.ACCOUNT, id=1, role=Role.OFFICER)
# A NIK of a district that no list holds goes before an officer.
AGED = "Nama Karyawan;No. KTP;Jabatan;jenis_lokasi;hp\r\n"
OLD = "{};{};Teller;pelayanan;0812 3456 7890\r\n"
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


async def file(system: System, folder: Path, text: str, name: str = "juli.csv") -> Receipt:
    path = folder / "filed.csv"
    write(path, text.encode())
    digest = body_digest(text.encode())
    return await file_roster(system, OPERATOR, BANK, path, filename=name, digest=digest)


async def found(system: System, receipt: Receipt) -> Application:
    return await show_application(system, OPERATOR, receipt.application_id)


async def mending(system: System, receipt: Receipt) -> Mending:
    application = await found(system, receipt)
    return (await mendings(system, [application]))[receipt.application_id]


async def corrections(system: System, folder: Path, number: ApplicationId) -> list[list[str]]:
    path = folder / "mend.csv"
    await read_corrections(system, OPERATOR, number, Language.ID, path)
    return list(csv.reader(io.StringIO(read(path).decode(), newline=""), delimiter=";"))


async def returned_by_officer(system: System, folder: Path) -> Receipt:
    """A filing of two who wait for an officer, and one that cannot be read; the two returned."""
    rows = "".join(
        OLD.format(name, nik)
        for name, nik in (
            ("Tua Satu", "3174054101200001"),
            ("Salah", "12"),
            ("Tua Dua", "3174054101200002"),
        )
    )
    receipt = await file(system, folder, AGED + rows)
    await take_application(system, OFFICER, receipt.application_id)
    await decide_rest(
        system,
        OFFICER,
        receipt.application_id,
        Decision.RETURN,
        reason="identity-doubtful",
        remark="Cocokkan KTP",
    )
    return receipt


async def test_workers_whom_an_officer_returned_are_in_it_under_the_filed_headings(
    system: System, tmp_path: Path
) -> None:
    receipt = await returned_by_officer(system, tmp_path)
    heading, first, second, third = await corrections(system, tmp_path, receipt.application_id)
    assert heading[:5] == ["Nama Karyawan", "No. KTP", "Jabatan", "jenis_lokasi", "hp"]
    assert [row[0] for row in (first, second, third)] == ["Tua Satu", "Salah", "Tua Dua"]
    assert first[1:6] == [
        "3174054101200001\t",
        "Teller",
        "pelayanan",
        "6281234567890\t",
        "Dikembalikan petugas: Cocokkan KTP",
    ]
    assert "KTP" in first[6]


async def test_who_was_filed_again_is_in_it_no_more_and_waits_no_more(
    system: System, tmp_path: Path
) -> None:
    receipt = await returned_by_officer(system, tmp_path)
    assert (await mending(system, receipt)).still_open == StillOpen(rejected=1, returned=2)
    await file(system, tmp_path, AGED + OLD.format("Tua Satu", "3174054101200001"))
    rows = await corrections(system, tmp_path, receipt.application_id)
    assert [row[0] for row in rows[1:]] == ["Salah", "Tua Dua"]
    assert (await mending(system, receipt)).still_open == StillOpen(rejected=1, returned=1)


async def test_rows_wait_no_more_once_their_corrections_file_was_sent(
    system: System, tmp_path: Path
) -> None:
    receipt = await file(system, tmp_path, ROSTER)
    name = corrections_name(receipt.application_id, "csv").replace(".csv", " (1).csv")
    assert (await mending(system, receipt)).still_open.rejected == 1
    mended = await file(system, tmp_path, ROSTER.replace(";12;", ";3174055506780001;"), name)
    after = await mending(system, receipt)
    assert after.still_open == StillOpen(rejected=0, returned=0)
    assert after.by is not None and after.by.application_id == mended.application_id


async def test_another_file_does_not_count_as_the_corrections(
    system: System, tmp_path: Path
) -> None:
    receipt = await file(system, tmp_path, ROSTER)
    await file(system, tmp_path, ROSTER.replace(";12;", ";3174055506780001;"), "agustus.csv")
    assert (await mending(system, receipt)).still_open.rejected == 1


async def test_where_nothing_is_to_be_mended_there_is_no_file(
    system: System, tmp_path: Path
) -> None:
    receipt = await file(system, tmp_path, ROSTER.replace(";12;", ";3174055506780001;"))
    with pytest.raises(NotFound):
        await corrections(system, tmp_path, receipt.application_id)


def write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def read(path: Path) -> bytes:
    return path.read_bytes()

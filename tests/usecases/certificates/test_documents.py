"""The files of large applications: made once, kept, read in parts, given up where nobody waits."""

import asyncio
import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from strp.api.application_documents import Part, part_of
from strp.domain.certificates.documents import KEPT_FOR, WANTED_FOR, DocumentForm
from strp.domain.certificates.life import CertificateStatus
from strp.domain.errors import TooLarge, TooMany
from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR, AccountId, Actor, ActorKind, Role, account_label
from strp.store.certificates import documents, life
from strp.store.certificates.documents import Document
from strp.usecases.certificates import keep_documents
from strp.usecases.certificates.issue import Issuer
from strp.usecases.certificates.keep_documents import KeptDocument, ask_for_document, read_document
from strp.usecases.certificates.make_documents import _take, make_document, sweep_documents
from strp.usecases.employers.import_registry import import_employers
from strp.usecases.filing.file import Receipt, file_workers
from strp.usecases.operation.forget_expired import forget_expired
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.people.end_rights import end_representation
from strp.usecases.process.system import System
from tests.journeys.running import fresh_workers
from tests.usecases.stage import Clock

pytestmark = pytest.mark.anyio
SAMPLES = Path(__file__).parents[3] / "samples" / "employers.csv"
BANK = Nib(8120001110001)
FILER = Actor(
    kind=ActorKind.ACCOUNT,
    id=AccountId(7),
    role=Role.REPRESENTATIVE,
    nibs=frozenset({BANK}),
)


@pytest.fixture
async def receipt(system: System) -> Receipt:
    """Three workers of the bank with certificates."""
    await load_reference(system, OPERATOR)
    await import_employers(system, OPERATOR, SAMPLES)
    filed = await file_workers(system, OPERATOR, BANK, fresh_workers(3), digest=bytes(16))
    await Issuer(system).issue_some()
    return filed


async def asked(
    system: System, receipt: Receipt, form: DocumentForm = DocumentForm.ZIP
) -> KeptDocument:
    return await ask_for_document(system, FILER, receipt.application_id, form)


async def made(
    system: System, receipt: Receipt, form: DocumentForm = DocumentForm.ZIP
) -> KeptDocument:
    await asked(system, receipt, form)
    [document] = await _take(system, 4)
    await make_document(system, document)
    return await asked(system, receipt, form)


async def content(system: System, document: KeptDocument, first: int, end: int) -> bytes:
    return b"".join([piece async for piece in read_document(system, document, first, end)])


async def kept(system: System) -> list[Document]:
    async with system.database.connection() as conn:
        return list(await documents.finished_documents(conn))


async def test_a_zip_is_made_once_and_kept_whole(system: System, receipt: Receipt) -> None:
    document = await made(system, receipt)
    assert document.size_bytes is not None

    whole = await content(system, document, 0, document.size_bytes)

    assert len(zipfile.ZipFile(io.BytesIO(whole)).namelist()) == 4
    assert (await asked(system, receipt)).tag == document.tag
    assert await _take(system, 4) == []


async def test_a_pdf_has_a_page_a_certificate(
    system: System, receipt: Receipt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("strp.usecases.certificates.print.A_PROCESS", 2)
    document = await made(system, receipt, DocumentForm.PDF)

    whole = await content(system, document, 0, document.size_bytes or 0)

    assert len(pikepdf.open(io.BytesIO(whole)).pages) == 3


async def test_a_part_is_that_part_of_the_whole(
    system: System, receipt: Receipt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("strp.usecases.certificates.make_documents.CHUNK_BYTES", 1_000)
    monkeypatch.setattr(keep_documents, "CHUNK_BYTES", 1_000)
    document = await made(system, receipt)
    size = document.size_bytes or 0
    whole = await content(system, document, 0, size)

    for first, end in ((0, 1), (999, 1_001), (1_000, 2_000), (1_500, 9_000), (size - 1, size)):
        assert await content(system, document, first, end) == whole[first:end]


async def test_bytes_are_sealed_where_they_lie(system: System, receipt: Receipt) -> None:
    await made(system, receipt)
    async with system.database.connection() as conn:
        found = await conn.execute("SELECT sealed FROM document_chunk", binary=True)
        [[sealed]] = await found.fetchall()

    assert b"PK\x03\x04" not in sealed and b"%PDF" not in sealed


async def test_another_file_is_made_once_a_certificate_has_changed(
    system: System, receipt: Receipt
) -> None:
    before = await made(system, receipt)
    async with system.database.transaction() as conn:
        [serial, *_] = await life.serials_of_employer(conn, BANK)
        await life.set_status(
            conn,
            [serial],
            CertificateStatus.SUSPENDED,
            reason="uji",
            actor="operator",
            at=system.clock(),
        )

    await sweep_documents(system)
    assert await kept(system) == []
    assert (await asked(system, receipt)).tag != before.tag


async def test_what_nobody_waits_for_any_more_is_given_up(
    system: System, receipt: Receipt, clock: Clock
) -> None:
    await asked(system, receipt)
    [document] = await _take(system, 4)
    clock.pass_(seconds=WANTED_FOR.total_seconds() + 1)

    await make_document(system, document)

    assert await kept(system) == []
    async with system.database.connection() as conn:
        assert await documents.count_unfinished(conn, BANK) == (0, 0)


async def test_what_nobody_makes_and_nobody_waits_for_is_swept_away(
    system: System, receipt: Receipt, clock: Clock
) -> None:
    await asked(system, receipt)
    clock.pass_(seconds=WANTED_FOR.total_seconds() + 1)

    assert await _take(system, 4) == []
    await sweep_documents(system)

    async with system.database.connection() as conn:
        assert await documents.count_unfinished(conn, BANK) == (0, 0)


async def test_a_process_that_is_told_to_stop_gives_its_document_back(
    system: System, receipt: Receipt
) -> None:
    await asked(system, receipt)
    [document] = await _take(system, 4)
    making = asyncio.create_task(make_document(system, document))
    await asyncio.sleep(0.1)
    making.cancel()
    await asyncio.wait({making})

    [again] = await _take(system, 4)
    assert again.document_id == document.document_id


async def test_a_process_that_died_keeps_its_document_for_a_minute_only(
    system: System, receipt: Receipt, clock: Clock
) -> None:
    await asked(system, receipt)
    [document] = await _take(system, 4)
    assert await _take(system, 4) == []
    clock.pass_(seconds=61)

    assert [each.document_id for each in await _take(system, 4)] == [document.document_id]


async def test_one_employer_has_two_files_made_at_a_time(system: System, receipt: Receipt) -> None:
    other = await file_workers(system, OPERATOR, BANK, fresh_workers(2), digest=bytes(16))
    await Issuer(system).issue_some()
    for form in DocumentForm:
        await asked(system, receipt, form)

    with pytest.raises(TooMany):
        await asked(system, other)


async def test_what_is_larger_than_may_be_kept_is_refused(system: System, receipt: Receipt) -> None:
    small = replace(system, settings=replace(system.settings, documents_max_bytes=1_000))

    with pytest.raises(TooLarge):
        await made(small, receipt)


async def test_the_oldest_files_make_room_for_new_ones(system: System, receipt: Receipt) -> None:
    first = await made(system, receipt, DocumentForm.PDF)
    bound = (first.size_bytes or 0) * 4
    small = replace(system, settings=replace(system.settings, documents_max_bytes=bound))

    async with system.database.connection() as conn:
        await documents.make_room(conn, bound, small.settings.documents_max_bytes)

    assert await kept(system) == []


async def test_files_are_forgotten_after_some_hours(
    system: System, receipt: Receipt, clock: Clock
) -> None:
    await made(system, receipt)
    clock.pass_(seconds=KEPT_FOR.total_seconds() + 1)

    await forget_expired(system)

    assert await kept(system) == []


async def test_files_end_with_the_right_of_who_asked_for_them(
    system: System, receipt: Receipt
) -> None:
    await made(system, receipt)
    assert FILER.label == account_label(AccountId(7))
    async with system.database.transaction() as conn:
        await end_representation(conn, system, BANK, AccountId(7))

    assert await kept(system) == []


@pytest.mark.parametrize(
    ("asked_for", "part"),
    [
        (None, Part(0, 100)),
        ("bytes=0-9", Part(0, 10)),
        ("bytes=90-", Part(90, 100)),
        ("bytes=-10", Part(90, 100)),
        ("bytes=-1000", Part(0, 100)),
        ("bytes=50-1000", Part(50, 100)),
        ("bytes=100-", None),
        ("bytes=-0", None),
        ("bytes=9-3", Part(0, 100)),
        ("bytes=0-1,5-6", Part(0, 100)),
        ("pages=1-2", Part(0, 100)),
        ("bytes=-", Part(0, 100)),
    ],
)
async def test_ranges_are_read_as_the_standard_says(
    asked_for: str | None, part: Part | None
) -> None:
    assert part_of(asked_for, 100) == part

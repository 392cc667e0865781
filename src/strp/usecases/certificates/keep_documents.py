"""All certificates of a large application in one file: asked for, waited for, read in parts."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from strp.domain.certificates.documents import (
    ASK_AGAIN_S,
    AT_ONCE,
    KEPT_FOR,
    MOST_PAGES,
    MOST_UNFINISHED,
    MOST_UNFINISHED_EACH,
    DocumentForm,
)
from strp.domain.errors import Conflict, NotFound, TooLarge, TooMany, TooSoon, Unavailable
from strp.domain.filing.application import Application
from strp.domain.identifiers import ApplicationId
from strp.domain.people.account import Actor, require_filer
from strp.domain.text import Text
from strp.store.certificates import documents as store
from strp.store.certificates.documents import Document
from strp.store.engine.database import Connection
from strp.usecases.filing.show import visible
from strp.usecases.process.system import System
from strp.usecases.rules.current import current_periods

CHUNK_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDocument:
    """A document that is asked for.

    Args:
        tag: names its content; another tag is another content.
        pages: certificates that it is to hold, and
        made: those that are in it so far.
        size_bytes: of the whole; None until it is ready.
    """

    document_id: int
    tag: str
    pages: int
    made: int
    size_bytes: int | None


async def is_made_at_once(system: System, actor: Actor, application_id: ApplicationId) -> bool:
    """Whether an application is so small that its certificates are printed while one waits.

    Args:
        actor: its employer.
        application_id: of the filing.

    Raises:
        Forbidden: the actor is an official.
        NotFound: it is not there, or not for this reader.
    """
    require_filer(actor)
    async with system.database.connection() as conn:
        return (await visible(conn, actor, application_id)).approved <= AT_ONCE


async def ask_for_document(
    system: System, actor: Actor, application_id: ApplicationId, form: DocumentForm
) -> KeptDocument:
    """Have a document made, or find it as it was made for these certificates.

    Who asks again within a minute and a half goes on waiting; where nobody does, it is given up.

    Args:
        actor: its employer.
        application_id: of the filing.
        form: PDF or zip of PDFs.

    Raises:
        Forbidden: the actor is an official.
        NotFound: no such application for this reader, or no certificate yet.
        TooLarge: `document-too-large`.
        TooMany: `documents-too-many`: enough are being made.
        Unavailable, Conflict: it could not be made.
    """
    require_filer(actor)
    now = system.clock()
    async with system.database.transaction() as conn:
        application = await visible(conn, actor, application_id)
        if form is DocumentForm.PDF and application.approved > MOST_PAGES:
            raise _too_large()
        version = await version_now(system, conn, application, now)
        found = await store.find_document(conn, application.nib, application_id, form)
        if found is not None and found.version != version:
            await store.remove_document(conn, found.document_id)
            found = None
        if found is None:
            found = await _add(conn, application, form, version, actor, now)
        else:
            await store.note_asked(conn, found.document_id, now, now + KEPT_FOR)
    if found.failed is not None:
        await _forget(system, found)
        raise _failure(found.failed)
    return KeptDocument(
        document_id=found.document_id,
        tag=f"{version}-{found.document_id}-{form}",
        pages=found.pages,
        made=found.made,
        size_bytes=found.size_bytes,
    )


def being_made(document: KeptDocument) -> TooSoon:
    """The error for a document that is not ready."""
    made, pages = document.made, document.pages
    return TooSoon(
        "document-being-made",
        Text(
            f"Berkas sedang dibuat: {made} dari {pages} surat. Minta lagi dalam {ASK_AGAIN_S} "
            "detik; bila tidak ada yang memintanya lagi selama satu setengah menit, pembuatan "
            "dihentikan.",
            f"The file is being made: {made} of {pages} certificates. Ask again in {ASK_AGAIN_S} "
            "seconds; if nobody asks for a minute and a half, it is given up.",
        ),
        retry_after_s=ASK_AGAIN_S,
    )


async def read_document(
    system: System, document: KeptDocument, first: int, end: int
) -> AsyncIterator[bytes]:
    """Bytes of a document that is ready, from one to before another.

    Args:
        document: one that is ready.
        first: offset of the first byte.
        end: offset of the byte after the last.

    Raises:
        Unavailable: it was removed meanwhile.
    """
    for number in range(first // CHUNK_BYTES, -(-end // CHUNK_BYTES)):
        async with system.database.connection() as conn:
            sealed = await store.read_chunk(conn, document.document_id, number)
        if sealed is None:
            raise Unavailable("document-removed", _REMOVED)
        start = number * CHUNK_BYTES
        plain = system.keys.open(sealed, document_aad(document.document_id, number))
        yield plain[max(0, first - start) : end - start]


async def version_now(
    system: System, conn: Connection, application: Application, now: datetime
) -> str:
    """What names the state of an application's certificates, their periods included.

    Args:
        application: whose certificates they are.
        now: aware; what closures suspend at this moment counts.
    """
    state = await store.version_of(conn, application.nib, application.application_id, now)
    ends = [
        period.ends_on
        for period in await current_periods(system)
        if period.number == application.period_id
    ]
    said = repr((application.version, application.approved, tuple(state), ends))
    return hashlib.blake2b(said.encode(), digest_size=9).hexdigest()


def document_aad(document_id: int, number: int) -> bytes:
    """What a sealed piece of a document belongs to.

    Args:
        document_id: number of the document.
        number: of the piece, from 0.
    """
    return b"document" + document_id.to_bytes(8) + number.to_bytes(4)


async def _add(
    conn: Connection,
    application: Application,
    form: DocumentForm,
    version: str,
    actor: Actor,
    now: datetime,
) -> Document:
    pages = application.approved - application.leavers
    if pages <= 0:
        raise NotFound("no-certificates-yet", _NONE_YET)
    unfinished, of_employer = await store.count_unfinished(conn, application.nib)
    if unfinished >= MOST_UNFINISHED or of_employer >= MOST_UNFINISHED_EACH:
        raise TooMany("documents-too-many", _TOO_MANY, retry_after_s=60)
    return await store.add_document(
        conn,
        application.nib,
        application.application_id,
        form,
        version=version,
        asked_by=actor.label,
        now=now,
        pages=pages,
        forget_at=now + KEPT_FOR,
    )


async def _forget(system: System, failed: Document) -> None:
    """Let the next one who asks have it tried again."""
    async with system.database.connection() as conn:
        await store.remove_document(conn, failed.document_id)


def _failure(code: str) -> Exception:
    match code:
        case "document-too-large":
            return _too_large()
        case "no-certificates-yet":
            return NotFound(code, _NONE_YET)
        case "no-certificates-standing":
            return Conflict(code, _NONE_STANDING)
        case _:
            return Unavailable("document-not-made", _NOT_MADE, retry_after_s=60)


def _too_large() -> TooLarge:
    return TooLarge("document-too-large", _TOO_LARGE)


_NONE_YET = Text(
    id="Belum ada sertifikat untuk pengajuan ini. Sertifikat terbit sesaat setelah disetujui.",
    en="There is no certificate for this application yet. They are issued moments after approval.",
)
_NONE_STANDING = Text(
    id="Tidak ada surat pengajuan ini yang sedang berlaku, jadi tidak ada yang dicetak.",
    en="No certificate of this application stands now, so there is nothing to print.",
)
_NOT_MADE = Text(
    id="Berkas ini tidak dapat dibuat. Coba lagi; bila gagal lagi, hubungi operator.",
    en="This file could not be made. Try again; if it fails again, tell the operator.",
)
_REMOVED = Text(
    id="Berkas ini baru saja dihapus. Mintalah sekali lagi.",
    en="This file was removed a moment ago. Ask for it once more.",
)
_TOO_LARGE = Text(
    id="Surat sebanyak ini tidak dibuat sebagai satu berkas. Ambil sebagai ZIP, atau satu per satu "
    "lewat daftar pekerja.",
    en="So many certificates are not made into one such file. Take them as a zip, or one by one "
    "through the list of workers.",
)
_TOO_MANY = Text(
    id="Terlalu banyak berkas sedang dibuat. Coba lagi dalam satu menit.",
    en="Too many files are being made. Try again in a minute.",
)

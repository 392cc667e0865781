"""The worker makes documents that somebody waits for: a few side by side, a set at a time."""

import asyncio
import contextlib
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Final

import structlog

from strp.domain.certificates.documents import WANTED_FOR, DocumentForm
from strp.domain.errors import NotFound, StrpError, TooLarge
from strp.domain.people.account import OPERATOR
from strp.domain.text import Text
from strp.outside.machine.disks import free_bytes
from strp.store.certificates import documents as store
from strp.store.certificates.documents import Document
from strp.usecases.certificates.keep_documents import CHUNK_BYTES, document_aad, version_now
from strp.usecases.certificates.print import print_all, zip_all
from strp.usecases.filing.show import visible
from strp.usecases.process.supervise import Beat
from strp.usecases.process.system import System

log = structlog.get_logger()

SIDE_BY_SIDE: Final = 4
"""Documents in the making; their sets take turns, so that a large one keeps no other waiting."""
HELD_FOR: Final = timedelta(seconds=60)
LOOK_EVERY_S: Final = 0.5
SWEEP_EVERY_S: Final = 60.0
BOUND_S: Final = 120.0
LEFT_FREE_BYTES: Final = 1 << 30
CHUNKS_AT_ONCE: Final = 8


class NobodyWaits(Exception):
    """The document was given up, or removed; nothing is wrong."""


async def make_documents_forever(system: System, stop: asyncio.Event) -> None:
    """Make documents until told to stop; what is half made is given back.

    Args:
        stop: set when the process should end.
    """

    async def work(beat: Beat) -> None:
        making: set[asyncio.Task[None]] = set()
        try:
            swept_at = 0.0
            loop = asyncio.get_running_loop()
            while not stop.is_set():
                making = {each for each in making if not each.done()}
                for document in await _take(system, SIDE_BY_SIDE - len(making)):
                    making.add(asyncio.create_task(make_document(system, document)))
                if loop.time() - swept_at > SWEEP_EVERY_S:
                    await sweep_documents(system)
                    swept_at = loop.time()
                beat()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), LOOK_EVERY_S)
        finally:
            for each in making:
                each.cancel()
            await asyncio.gather(*making, return_exceptions=True)

    await system.loops.keep("documents", work, bound_s=BOUND_S, stop=stop)


async def make_document(system: System, document: Document) -> None:
    """Make one document, and keep it; stops where nobody waits for it any more.

    Args:
        document: that this process holds.
    """
    try:
        with tempfile.NamedTemporaryFile(prefix="strp-document-") as file:
            await _print(system, document, Path(file.name))
            await _keep(system, document, Path(file.name))
    except NobodyWaits:
        async with system.database.connection() as conn:
            await store.remove_document(conn, document.document_id)
    except asyncio.CancelledError:
        with contextlib.suppress(Exception):
            async with asyncio.timeout(2), system.database.connection() as conn:
                await store.give_back(conn, document.document_id)
        raise
    except Exception as error:
        code = error.code if isinstance(error, StrpError) else type(error).__name__
        log.error("document_not_made", document=document.document_id, error=code)
        with contextlib.suppress(StrpError):
            async with system.database.connection() as conn:
                await store.fail_document(conn, document.document_id, code)


async def sweep_documents(system: System) -> None:
    """Remove what nobody waits for, and what is not true any more."""
    now = system.clock()
    async with system.database.connection() as conn:
        await store.remove_unwanted(conn, now - WANTED_FOR, now)
        for document in await store.finished_documents(conn):
            try:
                application = await visible(conn, OPERATOR, document.application_id)
                current = await version_now(system, conn, application, now)
            except NotFound:
                current = ""
            if document.version != current:
                await store.remove_document(conn, document.document_id)


async def _take(system: System, most: int) -> list[Document]:
    if most <= 0:
        return []
    now = system.clock()
    async with system.database.connection() as conn:
        taken = await store.take_documents(
            conn, most, now=now, until=now + HELD_FOR, wanted=now - WANTED_FOR
        )
    return list(taken)


async def _print(system: System, document: Document, path: Path) -> None:
    write = zip_all if document.form == DocumentForm.ZIP else print_all

    async def between(made: int) -> None:
        now = system.clock()
        async with system.database.connection() as conn:
            if not await store.go_on(
                conn, document.document_id, made, until=now + HELD_FOR, wanted=now - WANTED_FOR
            ):
                raise NobodyWaits
        _require_room(system, path, to_store=False)

    await write(system, OPERATOR, document.application_id, path, between=between)


async def _keep(system: System, document: Document, path: Path) -> None:
    size, number, step = _require_room(system, path, to_store=True), 0, CHUNKS_AT_ONCE
    async with system.database.transaction() as conn:
        await store.make_room(conn, size, system.settings.documents_max_bytes)
        with path.open("rb") as file:
            while chunks := [c for _ in range(step) if (c := file.read(CHUNK_BYTES))]:
                sealed = [
                    system.keys.seal(chunk, document_aad(document.document_id, number + n))
                    for n, chunk in enumerate(chunks)
                ]
                await store.save_chunks(conn, document.document_id, number, sealed)
                number += len(chunks)
        if not await store.finish(conn, document.document_id, size):
            raise NobodyWaits


def _require_room(system: System, path: Path, *, to_store: bool) -> int:
    """The size of a file that may be kept.

    Raises:
        TooLarge: there is no room for it.
    """
    size = path.stat().st_size
    needed = LEFT_FREE_BYTES + (size if to_store else 0)
    if size > system.settings.documents_max_bytes or free_bytes(path.parent) < needed:
        raise TooLarge("document-too-large", _NO_ROOM)
    return size


_NO_ROOM = Text(
    id="Berkas ini lebih besar daripada yang dapat disimpan.",
    en="This file is larger than can be kept.",
)

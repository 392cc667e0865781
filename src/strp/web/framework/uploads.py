"""Roster files on their way in: put on disk, hashed, and how far each has been read."""

import hashlib
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from litestar.datastructures import UploadFile

from strp.domain.identifiers import Nib
from strp.outside.machine.temporary_files import SMALL_BYTES, small_file
from strp.usecases.filing.file import DIGEST_BYTES
from strp.usecases.process.own_threads import OwnThreads

PIECE_BYTES = 1 << 18


class StoredUpload(NamedTuple):
    """A file as it was sent, and its digest."""

    path: Path
    digest: bytes


class ReadingProgress:
    """How many rows of each upload this process has read; for the page that shows it."""

    def __init__(self) -> None:
        self._rows: dict[tuple[Nib, str], int] = {}

    def rows(self, nib: Nib, key: str) -> int | None:
        """Rows read so far, or None where no such upload is being read here.

        Args:
            nib: of the employer.
            key: of the upload, as its form sent it.
        """
        return self._rows.get((nib, key))

    def teller(self, nib: Nib, key: str) -> Callable[[int], None]:
        """What the reader of a roster tells its progress to.

        Args:
            nib: of the employer.
            key: of the upload, as its form sent it.
        """

        def tell(rows: int) -> None:
            self._rows[nib, key] = rows

        tell(0)
        return tell

    def forget(self, nib: Nib, key: str) -> None:
        """The upload is done.

        Args:
            nib: of the employer.
            key: of the upload, as its form sent it.
        """
        self._rows.pop((nib, key), None)


@asynccontextmanager
async def stored(upload: UploadFile, threads: OwnThreads) -> AsyncIterator[StoredUpload]:
    """Put an upload on disk for as long as it is read.

    Args:
        upload: as the form holds it.
        threads: that copy it.
    """
    content = await threads.run(_small, upload)
    if content is not None:
        with small_file(content, "strp-upload-") as path:
            yield StoredUpload(path, hashlib.blake2b(content, digest_size=DIGEST_BYTES).digest())
        return
    with tempfile.TemporaryDirectory(prefix="strp-upload-") as folder:
        path = Path(folder) / "roster"
        digest = await threads.run(_copy, upload, path)
        yield StoredUpload(path, digest)


def _small(upload: UploadFile) -> bytes | None:
    """All of an upload that is small, else None."""
    upload.file.seek(0)
    content: bytes = upload.file.read(SMALL_BYTES + 1)
    return content if len(content) <= SMALL_BYTES else None


def _copy(upload: UploadFile, path: Path) -> bytes:
    digest = hashlib.blake2b(digest_size=DIGEST_BYTES)
    upload.file.seek(0)
    with path.open("wb") as file:
        while piece := upload.file.read(PIECE_BYTES):
            digest.update(piece)
            file.write(piece)
    return digest.digest()

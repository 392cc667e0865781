"""Bodies of requests: small ones in memory, large ones in a file, none beyond the limit."""

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple

from litestar import Request
from litestar.exceptions import HTTPException, InternalServerException

from strp.domain.errors import StrpError, TooLarge, Unsupported
from strp.domain.overload import upload_incomplete
from strp.domain.text import Text
from strp.outside.machine.temporary_files import SMALL_BYTES, small_file
from strp.usecases.filing.file import DIGEST_BYTES
from strp.usecases.process.own_threads import OwnThreads

AnyRequest = Request[Any, Any, Any]
# A sender that is silent for this long has gone; a slow line sends something all the time.
LONGEST_SILENCE_S = 30.0


class SpooledBody(NamedTuple):
    """A body in a file, and the digest of its bytes."""

    path: Path
    digest: bytes


async def _parts(request: AnyRequest) -> AsyncIterator[bytes]:
    """Pieces of a body as they arrive.

    Raises:
        InvalidInput: `upload-incomplete`: the sender went away before the end.
        HTTPException: 408: it fell silent.
    """
    parts = request.stream()
    try:
        while True:
            async with asyncio.timeout(LONGEST_SILENCE_S):
                part = await anext(parts, None)
            if part is None:
                return
            yield part
    except InternalServerException:  # how Litestar says that the connection ended
        raise upload_incomplete() from None
    except TimeoutError:
        raise HTTPException(status_code=HTTPStatus.REQUEST_TIMEOUT) from None


async def small_body(request: AnyRequest, limit_bytes: int) -> bytes:
    """A body that fits into memory.

    Args:
        request: is read to its end.
        limit_bytes: largest body.

    Raises:
        TooLarge: it is larger than the limit.
    """
    _refuse_declared(request, limit_bytes)
    parts: list[bytes] = []
    size = 0
    async for part in _parts(request):
        size += len(part)
        if size > limit_bytes:
            raise too_large(limit_bytes)
        parts.append(part)
    return b"".join(parts)


@asynccontextmanager
async def spooled_body(
    request: AnyRequest, limit_bytes: int, threads: OwnThreads
) -> AsyncIterator[SpooledBody]:
    """A body written to a file as it arrives; the file goes when the block ends.

    Args:
        request: is read to its end.
        limit_bytes: largest body; small ones stay in memory.
        threads: that write: a disk that is slow holds whoever sends, and nobody else.

    Raises:
        TooLarge: it is larger than the limit.
    """
    _refuse_declared(request, limit_bytes)
    declared = declared_bytes(request)
    if declared is not None and declared <= SMALL_BYTES:
        with kept_body(await small_body(request, limit_bytes)) as kept:
            yield kept
        return
    digest = hashlib.blake2b(digest_size=DIGEST_BYTES)
    size = 0
    async with threads.held(_new_file) as file:
        async for part in _parts(request):
            size += len(part)
            if size > limit_bytes:
                raise too_large(limit_bytes)
            await threads.finish(_add, file, digest.update, part)
        await threads.run(file.flush)
        yield SpooledBody(Path(file.name), digest.digest())


def _new_file() -> "tempfile._TemporaryFileWrapper[bytes]":
    return tempfile.NamedTemporaryFile(prefix="strp-roster-")


def _add(file: Any, count: Callable[[bytes], None], part: bytes) -> None:
    count(part)
    file.write(part)


@contextmanager
def kept_body(body: bytes) -> Iterator[SpooledBody]:
    """A small body that was read, as a file; the file goes when the block ends."""
    digest = hashlib.blake2b(body, digest_size=DIGEST_BYTES).digest()
    with small_file(body, "strp-roster-") as path:
        yield SpooledBody(path, digest)


def declared_bytes(request: AnyRequest) -> int | None:
    """Size that the request declares, or None."""
    length = request.headers.get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() else None


def too_large(limit_bytes: int) -> StrpError:
    """The error for a body beyond the limit."""
    large = limit_bytes >= 1 << 20
    limit = f"{limit_bytes // (1 << 20)} MB" if large else f"{limit_bytes // (1 << 10)} kB"
    return TooLarge(
        "file-too-large",
        Text(
            id=f"Berkas lebih besar dari {limit}. Bagi daftar menjadi beberapa berkas; setiap "
            "berkas mendapat tanda terima sendiri.",
            en=f"The file is larger than {limit}. Split the list into several files; each gets a "
            "receipt of its own.",
        ),
    )


def _refuse_declared(request: AnyRequest, limit_bytes: int) -> None:
    coding = request.headers.get("content-encoding", "").strip().lower()
    if coding not in ("", "identity", "gzip", "x-gzip"):
        raise Unsupported("encoding-unsupported", _ENCODING)
    declared = declared_bytes(request)
    if declared is not None and declared > limit_bytes:
        raise too_large(limit_bytes)


_ENCODING = Text(
    id="Content-Encoding ini tidak dibaca. Kirim isinya apa adanya, atau dengan gzip.",
    en="This Content-Encoding is not read. Send the body as it is, or with gzip.",
)

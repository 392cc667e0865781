"""Bodies of requests: small ones in memory, large ones in a file, none beyond the limit."""

import hashlib
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

from litestar import Request

from strp.domain.errors import StrpError, TooLarge
from strp.domain.text import Text
from strp.usecases.file_roster import DIGEST_BYTES

AnyRequest = Request[Any, Any, Any]
SPOOL_BYTES = 1 << 20


class SpooledBody(NamedTuple):
    """A body in a file, and the digest of its bytes."""

    path: Path
    digest: bytes


async def small_body(request: AnyRequest, limit_bytes: int) -> bytes:
    """A body that fits into memory.

    Raises:
        TooLarge: it is larger than the limit.
    """
    _refuse_declared(request, limit_bytes)
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > limit_bytes:
            raise too_large(limit_bytes)
        parts.append(part)
    return b"".join(parts)


@asynccontextmanager
async def spooled_body(request: AnyRequest, limit_bytes: int) -> AsyncIterator[SpooledBody]:
    """A body written to a file as it arrives; the file goes when the block ends.

    Raises:
        TooLarge: it is larger than the limit.
    """
    _refuse_declared(request, limit_bytes)
    digest = hashlib.blake2b(digest_size=DIGEST_BYTES)
    size = 0
    with tempfile.NamedTemporaryFile(prefix="strp-roster-") as file:
        async for part in request.stream():
            size += len(part)
            if size > limit_bytes:
                raise too_large(limit_bytes)
            digest.update(part)
            file.write(part)
        file.flush()
        yield SpooledBody(Path(file.name), digest.digest())


def declared_bytes(request: AnyRequest) -> int | None:
    """Size that the request declares, or None."""
    length = request.headers.get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() else None


def too_large(limit_bytes: int) -> StrpError:
    """The error for a body beyond the limit."""
    limit = f"{limit_bytes // (1 << 20)} MB"
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
    declared = declared_bytes(request)
    if declared is not None and declared > limit_bytes:
        raise too_large(limit_bytes)

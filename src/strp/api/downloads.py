"""Files that are written for one answer, at the JSON door."""

import os
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import BinaryIO, TypeVar

from litestar.response import Stream

Made = TypeVar("Made")
READ_BYTES = 64 << 10


async def written(write: Callable[[Path], Awaitable[Made]]) -> tuple[BinaryIO, Made]:
    """A file that was written, open to be read; its name is gone already, so nothing can stay."""
    with tempfile.NamedTemporaryFile(prefix="strp-") as file:
        made = await write(Path(file.name))
        return Path(file.name).open("rb"), made  # noqa: ASYNC230 (a file just written)


def download(file: BinaryIO, media_type: str, filename: str) -> Stream:
    """Answer with a file to save, a piece at a time.

    Args:
        file: as `written` gives it.
        media_type: what it is.
        filename: to save it under.
    """
    return Stream(
        lambda: _pieces(file),
        media_type=media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{filename}"',
            "Content-Length": str(os.fstat(file.fileno()).st_size),
            "Cache-Control": "private, no-store",
        },
    )


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(READ_BYTES):
            yield piece

"""Unpacks what was sent packed with gzip, within the limits of what is read (RFC 1952)."""

import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from strp.outside.spreadsheets.form import MEBIBYTE
from strp.outside.spreadsheets.refusals import refusal

GZIP: Final = b"\x1f\x8b"
PIECE_BYTES: Final = 1 << 18
LARGEST_RATIO: Final = 200
RATIO_COUNTS_FROM_BYTES: Final = 32 * MEBIBYTE
MOST_MEMBERS: Final = 20_000
"""Of one file; the smallest that programs write hold 64 KiB."""
_WITH_GZIP_HEADER: Final = 31  # window bits of zlib


@contextmanager
def unpacked(path: Path, most_bytes: int) -> Iterator[Path]:
    """The file itself, or where it is packed with gzip, what is in it, as a file for a while.

    Args:
        path: the file as it was sent.
        most_bytes: of what is in it.

    Raises:
        InvalidInput: `file-truncated`, `file-unreadable`.
        TooLarge: `file-too-large`, `zip-bomb`.
    """
    with path.open("rb") as source:
        if source.read(2) != GZIP:
            yield path
            return
        source.seek(0)
        with tempfile.NamedTemporaryFile(prefix="strp-roster-") as target:
            _unpack(source, target, most_bytes)
            target.flush()
            yield Path(target.name)


def _unpack(source: Any, target: Any, most_bytes: int) -> None:
    """Unpack every member: programs that pack in pieces write one behind the other (2.2)."""
    unpacker, members = zlib.decompressobj(_WITH_GZIP_HEADER), 1
    read = written = 0
    try:
        while piece := source.read(PIECE_BYTES):
            read += len(piece)
            while piece:
                if unpacker.eof:
                    piece = piece.lstrip(b"\0")  # some programs fill up their last block
                    if not piece:
                        break
                    unpacker, members = zlib.decompressobj(_WITH_GZIP_HEADER), members + 1
                    if members > MOST_MEMBERS:
                        raise refusal("file-unreadable")
                written += target.write(unpacker.decompress(piece, PIECE_BYTES))
                if written > most_bytes:
                    raise refusal("file-too-large")
                if written > RATIO_COUNTS_FROM_BYTES and written > LARGEST_RATIO * read:
                    raise refusal("zip-bomb")
                piece = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
    except zlib.error:
        raise refusal("file-unreadable") from None
    if not unpacker.eof:
        raise refusal("file-truncated")

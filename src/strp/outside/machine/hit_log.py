"""nginx's log of hits as files: found again after a rotation, read up to its last whole line."""

import hashlib
from pathlib import Path
from typing import Final, NamedTuple

HEAD_BYTES: Final = 256
"""Of its beginning, by which a file is known whose number was given to another one."""


class LogFile(NamedTuple):
    """One file of the log.

    Args:
        file_id: device and inode, which renaming keeps.
    """

    path: Path
    file_id: str
    size_bytes: int


def files_of(path: Path) -> list[LogFile]:
    """The log and what was rotated away and not yet packed, the newest first.

    Args:
        path: of the log that nginx writes now; it need not be there.
    """
    found = []
    for each in [path, *path.parent.glob(f"{path.name}.*")]:
        try:
            stat = each.stat()
        except OSError:
            continue
        if each.suffix != ".gz":
            told = LogFile(each, f"{stat.st_dev}:{stat.st_ino}", stat.st_size)
            found.append((each != path, -stat.st_mtime_ns, told))
    return [told for _, _, told in sorted(found)]


def head_of(path: Path, size_bytes: int = HEAD_BYTES) -> tuple[bytes, int]:
    """Digest of the first bytes of a file, and how many they were.

    Args:
        path: of the file.
        size_bytes: most that is read.
    """
    with path.open("rb") as file:
        head = file.read(size_bytes)
    return hashlib.sha256(head).digest(), len(head)


def read_lines(path: Path, offset: int, most_bytes: int) -> tuple[list[bytes], int]:
    """Whole lines from an offset on.

    Args:
        path: of the file.
        offset: of the first byte.
        most_bytes: to read; a line longer than that is cut there.

    Returns:
        Lines without their ends, and the offset after them. A last line without an end stays.
    """
    with path.open("rb") as file:
        file.seek(offset)
        piece = file.read(most_bytes)
    end = piece.rfind(b"\n") + 1
    if not end and len(piece) == most_bytes:
        end = most_bytes
    return piece[:end].splitlines(), offset + end

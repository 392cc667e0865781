"""Status lists that processes of this machine have begun, kept in its memory while they are used.

A process that is started anew goes on in the list that one before it left, however that ended.
Where a list goes on cannot be read from the database: a copy of that would go on there too. The
memory of a machine is in no backup, no dump and no copied disk, and ends with the machine. One
process holds a list at a time (flock), and what it gives out is noted before it is given.
"""

import fcntl
import mmap
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Final

from strp.domain.epochs import KEY_BYTES, NUMBERS_OF_EPOCH

MEMORY: Final = Path("/dev/shm")
_FORM: Final = 1
# Form, number of the list, how many of its numbers were given.
_GIVEN_AT: Final = 2
_HEAD_BYTES: Final = 3 * 8
_FILE_BYTES: Final = _HEAD_BYTES + KEY_BYTES
_MOST_FILES: Final = 1_000


class BegunList:
    """A list that this process alone gives numbers of.

    Args:
        epoch: number of the list.
        key: of the order in which its numbers are given.
        kept: where it is noted how many were given; None: in this process alone.
    """

    def __init__(self, epoch: int, key: bytes, kept: "_Kept | None" = None) -> None:
        self.epoch = epoch
        self.key = key
        self._kept = kept
        self._given = kept.given if kept else 0

    def take(self, count: int) -> range:
        """The next of its numbers, as many as are left at most.

        Args:
            count: how many.
        """
        begin, end = self._given, min(self._given + count, NUMBERS_OF_EPOCH)
        self._given = end
        if self._kept is not None:
            self._kept.note(end)
        return range(begin, end)


class _Kept:
    """A file in memory, locked for as long as this lives."""

    def __init__(self, file: int) -> None:
        self._file = file
        self._map = mmap.mmap(file, _FILE_BYTES)
        self._words = memoryview(self._map)[:_HEAD_BYTES].cast("Q")

    @property
    def given(self) -> int:
        return self._words[_GIVEN_AT]

    def note(self, given: int) -> None:
        """One store of eight bytes: a kill finds the number before or the one after."""
        self._words[_GIVEN_AT] = given

    def read(self) -> tuple[int, int, bytes]:
        """Form, list and key."""
        return self._words[0], self._words[1], self._map[_HEAD_BYTES:_FILE_BYTES]

    def __del__(self) -> None:
        """Let go of the file: whoever comes goes on."""
        self.close()

    def close(self) -> None:
        """Let go of the file; twice does no harm."""
        if self._file < 0:
            return
        file, self._file = self._file, -1
        self._words.release()
        self._map.close()
        os.close(file)


class BegunLists:
    """The begun lists of one database on this machine.

    Args:
        data_path: folder of the installation's data.
        database: what tells the database from every other, its copies on other servers too.
        memory: folder of a file system in memory.
    """

    def __init__(self, data_path: Path, database: str, memory: Path = MEMORY) -> None:
        name = blake2b(f"{data_path.resolve()}\0{database}".encode(), digest_size=12).hexdigest()
        self._folder = memory / f"strp-lists-{os.getuid()}-{name}"

    def left(self) -> Iterator[BegunList]:
        """Lists that no process holds and that have numbers left; each is held once it is given."""
        if not self._is_ours():
            return
        with os.scandir(self._folder) as found:
            paths = sorted(entry.path for _, entry in zip(range(_MOST_FILES), found, strict=False))
        for path in paths:
            with suppress(OSError):
                begun = _hold(path)
                if begun is not None:
                    yield begun

    def keep(self, epoch: int, key: bytes) -> BegunList:
        """A list that this process begins; where memory cannot keep it, it ends with the process.

        Args:
            epoch: number of the list.
            key: of the order of its numbers.
        """
        with suppress(OSError):
            if self._is_ours(makes=True):
                return BegunList(epoch, key, _write(self._folder / str(epoch), epoch, key))
        return BegunList(epoch, key)

    def _is_ours(self, *, makes: bool = False) -> bool:
        """Whether the folder is this account's alone: everybody may write beside it."""
        if makes:
            with suppress(FileExistsError, FileNotFoundError):
                self._folder.mkdir(mode=0o700)
        try:
            found = self._folder.lstat()
        except OSError:
            return False
        is_closed = stat.S_ISDIR(found.st_mode) and not found.st_mode & 0o077
        return is_closed and found.st_uid == os.getuid()


def _hold(path: str) -> BegunList | None:
    """Hold a list that nobody holds; what is used up or was never whole is removed."""
    file = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(file)
        return None
    if os.fstat(file).st_size != _FILE_BYTES:
        # Removed by name: who begins a list locks its file before it has a name, see `_write`.
        os.unlink(path)  # noqa: PTH108
        os.close(file)
        return None
    kept = _Kept(file)
    form, epoch, key = kept.read()
    if form == _FORM and kept.given < NUMBERS_OF_EPOCH and str(epoch) == os.path.basename(path):  # noqa: PTH119
        return BegunList(epoch, key, kept)
    os.unlink(path)  # noqa: PTH108
    kept.close()
    return None


def _write(path: Path, epoch: int, key: bytes) -> _Kept:
    """A new file, whole and locked before it has a name."""
    file = os.open(path.parent, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        head = b"".join(each.to_bytes(8, sys.byteorder) for each in (_FORM, epoch, 0))
        os.write(file, head + key)
        # By the file's number, whatever the folder: link(2) alone would link the link in /proc.
        os.link(f"/proc/self/fd/{file}", path, src_dir_fd=file, follow_symlinks=True)
        return _Kept(file)
    except OSError:
        os.close(file)
        raise

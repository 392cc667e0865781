"""Temporary files of one process: rosters on their way in hold personal data, and must not stay.

A file that is closed is gone. What a process leaves that was killed, the next one removes.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final

from strp.domain.overload import is_storage_full

SMALL_BYTES: Final = 1 << 18
_MEMORY: Final = Path("/dev/shm")


def use_own_temporary_folder(data_path: Path) -> Path:
    """Put every temporary file of this process into a folder of its own; tidy up after the dead.

    Args:
        data_path: folder of the installation's data.

    Returns:
        The folder, readable by this account alone.
    """
    all_of_them = data_path / "temporary"
    own = all_of_them / str(os.getpid())
    all_of_them.mkdir(parents=True, exist_ok=True)
    for folder in all_of_them.iterdir():
        if folder == own or not _is_alive(folder.name):
            shutil.rmtree(folder, ignore_errors=True)
    own.mkdir(mode=0o700)
    tempfile.tempdir = str(own)
    return own


@contextmanager
def small_file(content: bytes, prefix: str) -> Iterator[Path]:
    """A few bytes as a file for a while; in memory where the disk is full or read-only.

    So small filings go on when large ones cannot. At most SMALL_BYTES each, and as many as bodies
    may arrive at once.

    Args:
        content: all of it.
        prefix: of the file's name.
    """
    with ExitStack() as stack:
        try:
            path = _written(stack, content, prefix, None)
        except OSError as error:
            if not is_storage_full(error) or len(content) > SMALL_BYTES or not _MEMORY.is_dir():
                raise
            path = _written(stack, content, prefix, _MEMORY)
        yield path


def _written(stack: ExitStack, content: bytes, prefix: str, folder: Path | None) -> Path:
    file = tempfile.NamedTemporaryFile(prefix=prefix, dir=folder, buffering=0)  # noqa: SIM115
    try:
        left = memoryview(content)
        while left:
            left = left[file.write(left) :]
    except OSError:
        file.close()
        raise
    return Path(stack.enter_context(file).name)


def _is_alive(process_id: str) -> bool:
    with suppress(ValueError, ProcessLookupError):
        try:
            os.kill(int(process_id), 0)
        except PermissionError:
            return True
        return True
    return False

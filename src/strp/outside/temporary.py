"""Temporary files of one process: rosters on their way in hold personal data, and must not stay.

A file that is closed is gone. What a process leaves that was killed, the next one removes.
"""

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path


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


def _is_alive(process_id: str) -> bool:
    with suppress(ValueError, ProcessLookupError):
        try:
            os.kill(int(process_id), 0)
        except PermissionError:
            return True
        return True
    return False

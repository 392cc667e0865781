"""Where files of tests lie: in memory where there is room, since tests mostly wait for a disk.

A flush to a disk takes milliseconds, and each database that a journey starts flushes by the
hundred. What a folder is for a power cut is asked of nobody here.
"""

import os
import shutil
from pathlib import Path
from tempfile import mkdtemp

import psutil

_MEMORY = Path("/dev/shm")


def folder_in_memory(purpose: str, room_bytes: int) -> Path | None:
    """A new folder in memory; those are removed that processes which are gone have left.

    Args:
        purpose: one word, of its name.
        room_bytes: that must be free for it.

    Returns:
        None where memory is short or cannot be written to.
    """
    for left in _MEMORY.glob(f"strp-{purpose}-*"):
        if not Path("/proc", left.name.split("-")[2]).exists():
            shutil.rmtree(left, ignore_errors=True)
    if not os.access(_MEMORY, os.W_OK):
        return None
    free = min(shutil.disk_usage(_MEMORY).free, psutil.virtual_memory().available)
    if free < room_bytes:
        return None
    return Path(mkdtemp(prefix=f"strp-{purpose}-{os.getpid()}-", dir=_MEMORY))

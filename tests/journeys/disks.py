"""A real file system of a few hundred megabytes, to fill and to enlarge."""

import contextlib
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class SmallDisk:
    """A file system of its own below a folder.

    Args:
        folder: where it is mounted.
    """

    folder: Path

    def fill(self) -> None:
        """Take all space that is left, as somebody else's file would."""
        with (self.folder / "somebody-elses").open("ab", buffering=0) as file:
            for piece_bytes in (MEBIBYTE, 4096):
                with contextlib.suppress(OSError):
                    while file.write(bytes(piece_bytes)) == piece_bytes:
                        pass

    def close_for_writing(self) -> None:
        """Mount it read-only, as the kernel does with a disk that has errors."""
        _run("mount", "-o", "remount,ro", str(self.folder))

    def enlarge(self, mebibytes: int) -> None:
        """Give it another size, as an operator does with a volume."""
        _run("mount", "-o", f"remount,size={mebibytes}m", str(self.folder))


@contextlib.contextmanager
def small_disk(folder: Path, mebibytes: int) -> Iterator[SmallDisk]:
    """Mount one; skips the test where that is not allowed."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        _run("mount", "-t", "tmpfs", "-o", f"size={mebibytes}m,mode=0755", "tmpfs", str(folder))
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("may not mount a file system here: run as root")
    try:
        yield SmallDisk(folder)
    finally:
        _run("umount", "--lazy", str(folder))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)

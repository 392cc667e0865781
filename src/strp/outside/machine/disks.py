"""How much space is left where the installation keeps things."""

import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from strp.settings import Settings

# PostgreSQL needs one more segment of its log (16 MiB) to start, and something to work with.
FULL_BELOW_BYTES = 24 << 20


def free_bytes(path: Path) -> int:
    """Space that is left on the disk of a folder, or of the folder that it will be made in."""
    return shutil.disk_usage(_existing(path)).free


def is_full(path: Path) -> bool:
    """Whether the disk of a folder has so little space that the database cannot work there."""
    return free_bytes(path) < FULL_BELOW_BYTES


def is_read_only(path: Path) -> bool:
    """Whether the disk of a folder takes nothing (statvfs(3))."""
    return bool(os.statvfs(_existing(path)).f_flag & os.ST_RDONLY)


def written_folders(settings: Settings) -> Mapping[str, Path]:
    """The folders in which an installation writes, by a name without a path; some come later."""
    data = settings.data_path
    found = {
        "data": data,
        "database": data / "postgres",
        "database-log": data / "postgres" / "pg_wal",
        "uploads": data / "temporary",
        "front": settings.front_path,
    }
    return {**found, "archive": settings.archive_path} if settings.archive_dir else found


def one_of_each_disk(paths: Iterable[Path]) -> list[Path]:
    """The first folder on each disk, links followed; those not made yet count as their parents."""
    return list({_existing(path).stat().st_dev: path for path in reversed(list(paths))}.values())


def _existing(path: Path) -> Path:
    return next(folder for folder in (path, *path.parents) if folder.exists())

"""The files of a backup: a dump of the database, the keys, and a manifest with their digests.

A backup is made aside and moved in whole, so that a kill leaves no half of one that looks like one.
"""

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

from strp.domain.errors import Unavailable
from strp.domain.text import Text
from strp.outside.machine.postgres import programs_dir

FORMAT: Final = 1
DUMP: Final = "database.dump"
MANIFEST: Final = "manifest.json"


def dump_database(url: str, folder: Path, facts: dict[str, Any], keys: Path | None) -> Path:
    """Make a backup: one moment of the database, while others go on working.

    Args:
        url: address of the database.
        folder: where the backup goes; it must not be there yet, or be empty.
        facts: what the manifest says besides.
        keys: the folder of keys that goes with it; None: they are kept apart.

    Raises:
        Unavailable: `backup-failed`; nothing was left behind.
    """
    part = folder.with_name(f".{folder.name}.part")
    try:
        if folder.exists() and any(folder.iterdir()):
            raise backup_failed(f"{folder} is not empty")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(mode=0o700, parents=True)
        _run("pg_dump", "--format", "custom", "--no-owner", "--file", str(part / DUMP), url)
        if keys is not None:
            shutil.copytree(keys, part / "keys")
        files = {str(path.relative_to(part)): _digest(path) for path in _files(part)}
        manifest = {"format": FORMAT, **facts, "files": files}
        (part / MANIFEST).write_text(json.dumps(manifest, indent=1))
        for path in _files(part):
            with path.open("rb") as file:
                os.fsync(file.fileno())
        if folder.exists():
            folder.rmdir()
        part.rename(folder)
    except OSError as error:
        raise backup_failed(str(error)) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return folder


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a backup whose files are all there and unchanged.

    Raises:
        Unavailable: `backup-broken`: cut short, changed, no backup, or of a newer release.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text())
        if manifest["format"] > FORMAT:
            raise backup_broken(f"{folder} was made by a newer release; restore with that one")
        wrong = [name for name, sha in manifest["files"].items() if _digest(folder / name) != sha]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise backup_broken(f"{folder}: {type(error).__name__}") from error
    if wrong:
        raise backup_broken(f"{folder}: {', '.join(wrong)}")
    return dict(manifest)


def load_dump(folder: Path, url: str) -> None:
    """Load the dump of a backup into an empty database, whole or not at all.

    Raises:
        Unavailable: `backup-failed`; the database is as it was.
    """
    options = ("--no-owner", "--exit-on-error", "--single-transaction")
    _run("pg_restore", *options, "--dbname", url, str(folder / DUMP))


def _run(program: str, *arguments: str) -> None:
    command = [str(programs_dir() / "bin" / program), *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or [f"exit code {done.returncode}"]
        raise backup_failed(f"{program}: {last[0]}")


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def backup_failed(why: str) -> Unavailable:
    """A backup or restore did not come about."""
    return Unavailable(
        "backup-failed",
        Text(
            f"Cadangan atau pemulihan tidak jadi: {why}. Tidak ada yang hilang; perbaiki, ulangi.",
            f"The backup or restore did not come about: {why}. Nothing is lost; mend it, repeat.",
        ),
    )


def backup_broken(why: str) -> Unavailable:
    """A backup is not whole."""
    return Unavailable(
        "backup-broken",
        Text(
            f"Cadangan tidak utuh atau berubah ({why}). Pakai cadangan yang lain.",
            f"The backup is not whole or was changed ({why}). Use another one.",
        ),
    )

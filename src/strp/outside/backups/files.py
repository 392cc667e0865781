"""The folder of a backup: what was copied, the keys, and a manifest with the digest of each file.

    manifest.json        format, kind, moments, digests (SHA-256)
    base.tar.gz          a copy of the data folder of the bundled PostgreSQL, with its log; or
    database.dump        what `pg_dump` wrote of another server
    keys/                the keys, in the clear; or
    keys.tar             the same in one file, where all is sealed

Sealed files have `.age` behind their names. A backup is made aside and moved in whole, so that a
kill leaves no half of one that looks like one.
"""

import fcntl
import hashlib
import io
import json
import os
import shutil
import tarfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from strp.outside.backups.encryption import SEALED, opened, write_sealed
from strp.outside.backups.errors import backup_broken, backup_failed

FORMAT: Final = 2
DUMP: Final = "database.dump"
BASE: Final = "base.tar.gz"
KEYS: Final = "keys"
SEALED_KEYS: Final = f"keys.tar{SEALED}"
MANIFEST: Final = "manifest.json"


class Manifest(NamedTuple):
    """What a backup says of itself.

    Args:
        folder: where it lies.
        data: the file with the database.
        is_base: whether that is a copy of the data folder; else a dump.
        made_at: all that was committed before is in it.
        ended_at: nothing that was committed later is in it.
        archive: folder of the archive of the log that goes on from it; None: there is none.
    """

    folder: Path
    data: Path
    is_base: bool
    made_at: datetime
    ended_at: datetime
    archive: Path | None

    @property
    def is_sealed(self) -> bool:
        """Whether an identity is needed to read it."""
        return self.data.suffix == SEALED

    @property
    def has_keys(self) -> bool:
        """Whether the keys are in it."""
        return any((self.folder / name).exists() for name in (KEYS, SEALED_KEYS))


@contextmanager
def new_backup(folder: Path) -> Iterator[Path]:
    """A folder aside that takes its place in whole at the end, or leaves nothing.

    Args:
        folder: where the backup goes; it must not be there yet, or be empty.

    Raises:
        Unavailable: `backup-failed`.
    """
    part = folder.with_name(f".{folder.name}.part")
    try:
        if folder.exists() and any(folder.iterdir()):
            raise backup_failed(f"{folder} is not empty")
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _fresh(part):
            try:
                yield part
                _settle(part)
                if folder.exists():
                    folder.rmdir()
                part.rename(folder)
                _settle_folder(folder.parent)
            finally:
                shutil.rmtree(part, ignore_errors=True)
    except OSError as error:
        raise backup_failed(f"{error.filename or folder}: {error.strerror or error}") from error


@contextmanager
def _fresh(part: Path) -> Iterator[None]:
    """An empty folder that is ours alone; what a killed run left of it is removed."""
    if part.exists():
        with only_one(part):
            shutil.rmtree(part)
    part.mkdir(mode=0o700)
    with only_one(part):
        yield


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Nobody else makes or restores a backup in this folder meanwhile; a kill lets go of it.

    Raises:
        Unavailable: `backup-failed`.
    """
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise backup_failed(f"another backup or restore is at work in {folder}") from None
    finally:
        os.close(descriptor)


def save_keys(own: Path, folder: Path, recipients: Sequence[Any]) -> None:
    """Put the keys beside a backup: in one sealed file, or in the clear where nobody is named.

    Args:
        own: the folder of keys.
        folder: where they go.
        recipients: whom they are sealed for.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not recipients:
        shutil.copytree(own, folder, dirs_exist_ok=True)
        return
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for path in sorted(own.glob("*")):
            tar.add(path, path.name)
    packed.seek(0)
    draft = folder / ".keys"
    Path(f"{draft}{SEALED}").unlink(missing_ok=True)
    write_sealed(packed, draft, recipients).replace(folder / SEALED_KEYS)


def take_keys(folder: Path, target: Path, identities: Sequence[Any]) -> None:
    """Bring saved keys into a new folder, with their times: a young signing key waits.

    Args:
        folder: a backup, or a folder of keys alone.
        target: must not be there.

    Raises:
        Unavailable: `backup-failed`: it holds no keys; or as `opened`.
    """
    if (folder / SEALED_KEYS).exists():
        with opened(folder / SEALED_KEYS, identities) as stream:
            target.mkdir(mode=0o700)
            unpack(io.BytesIO(stream.read()), target, mode="r:")
        return
    plain = folder / KEYS if (folder / KEYS).is_dir() else folder
    if not any(plain.glob("*.key")):
        raise backup_failed(f"{folder} holds no keys: name their folder with --keys")
    shutil.copytree(plain, target, ignore=shutil.ignore_patterns(".*"))
    target.chmod(0o700)


def unpack(stream: Any, target: Path, mode: Any, leave_out: Sequence[str] = ()) -> None:
    """Unpack files and folders of a tar file, and nothing else, into a folder.

    Args:
        stream: what is read.
        target: an empty folder.
        mode: of `tarfile.open`.
        leave_out: first parts of names.

    Raises:
        Unavailable: `backup-broken`.
    """
    try:
        with tarfile.open(fileobj=stream, mode=mode) as tar:
            for member in tar:
                parts = Path(member.name).parts
                if ".." in parts or member.name.startswith("/"):
                    raise backup_broken(member.name)
                if parts and parts[0] in leave_out:
                    continue
                _unpack_one(tar, member, target.joinpath(*parts))
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise backup_broken(type(error).__name__) from error


def _unpack_one(tar: tarfile.TarFile, member: tarfile.TarInfo, path: Path) -> None:
    if member.isdir():
        path.mkdir(mode=0o700, exist_ok=True)
    elif member.isreg() and (content := tar.extractfile(member)):
        with path.open("xb") as file:
            shutil.copyfileobj(content, file, 1 << 20)
        path.chmod(0o600)
        os.utime(path, (member.mtime, member.mtime))


def write_manifest(part: Path, facts: dict[str, Any]) -> None:
    """Write what a backup says of itself, with the digests of all files that are there.

    Args:
        part: the folder of the backup while it is made; nothing is added to it after this.
        facts: what the manifest says beside digests; what JSON cannot hold is written as text.
    """
    files = {str(path.relative_to(part)): _digest(path) for path in _files(part)}
    text = json.dumps({"format": FORMAT, **facts, "files": files}, indent=1, default=str)
    (part / MANIFEST).write_text(text)
    (part / MANIFEST).chmod(0o600)


def read_manifest(folder: Path, *, just_made: bool = False) -> Manifest:
    """The manifest of a backup whose files are all there and unchanged.

    Args:
        folder: the backup.
        just_made: whether its digests were made a moment ago, and need no second look.

    Raises:
        Unavailable: `backup-broken`: cut short, changed, no backup, or of a newer release.
    """
    try:
        told = json.loads((folder / MANIFEST).read_text())
        if told["format"] > FORMAT:
            raise backup_broken(f"{folder} was made by a newer release; restore with that one")
        files = {} if just_made else told["files"]
        wrong = [name for name, sha in files.items() if _digest(folder / name) != sha]
        data = next(folder / name for name in told["files"] if name.startswith((BASE, DUMP)))
        made_at = datetime.fromisoformat(told["made_at"])
        ended_at = datetime.fromisoformat(told.get("ended_at") or told["made_at"])
        archive = Path(told["archive"]) if told.get("archive") else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, StopIteration) as error:
        raise backup_broken(f"{folder}: {type(error).__name__}") from error
    if wrong:
        raise backup_broken(f"{folder}: {', '.join(wrong)}")
    return Manifest(folder, data, data.name.startswith(BASE), made_at, ended_at, archive)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _settle(folder: Path) -> None:
    """Have the disk keep every file, so that a power cut leaves the whole."""
    for path in _files(folder):
        with path.open("rb") as file:
            os.fsync(file.fileno())
    _settle_folder(folder)


def _settle_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

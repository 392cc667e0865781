"""Restoring: a backup into an empty STRP_DATA_DIR, or an empty outside database.

Below STRP_DATA_DIR all is made in a folder aside, which takes its place at the end: a restore that
was interrupted left nothing, and is repeated. An outside database says itself, in its comment,
that a restore into it has not ended; the same command goes on with it. Until the keys are in their
place, no process starts.
"""

import filecmp
import hashlib
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from strp.credential.trust import TrustBundle
from strp.outside.backups.dump import load_dump
from strp.outside.backups.encryption import opened
from strp.outside.backups.errors import backup_failed
from strp.outside.backups.files import KEYS, MANIFEST, Manifest, only_one, read_manifest, take_keys
from strp.outside.backups.folder_copy import end_left_over
from strp.outside.keys import KeyRing, load_keys
from strp.outside.machine.postgres import RESTORING
from strp.settings import Settings
from strp.store.engine.database import single_connection
from strp.store.operation import restored
from strp.usecases.operation.back_up import brought_back
from strp.usecases.operation.database import migrate_database
from strp.usecases.operation.own_keys import settle_keys
from strp.usecases.operation.restore_database import Settled, read_own_bundle, settle_restore


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to restore.

    Args:
        folder: the backup.
        at: aware; nothing that was committed later. None: the moment of the backup.
        identities: what opens the backup, where it is sealed.
        keys: folder of its keys, where they are elsewhere.
        archive: folder of the archived log, where it was moved; a series, or the folder above it.
        bundle: a saved trust bundle, lists inline.
    """

    folder: Path
    at: datetime | None = None
    identities: Sequence[Any] = ()
    keys: Path | None = None
    archive: Path | None = None
    bundle: bytes | None = None


class Done(NamedTuple):
    """What a restore came to.

    Args:
        to: aware; what was committed before is there.
        ended_early: whether the log ended before the moment that was asked for.
        settled: certificates taken back since, as far as known.
        keys: of the installation.
    """

    to: datetime
    ended_early: bool
    settled: Settled
    keys: KeyRing


async def restore(settings: Settings, wanted: Wanted) -> Done:
    """Restore a backup.

    Args:
        settings: those of the environment: no address of a database means the bundled one.
        wanted: which one, and how far.

    Raises:
        Unavailable: `backup-broken`, `backup-locked`, `keys-differ`, or `backup-failed`: there is
            something already, or no way to that moment.
        InvalidInput: as `read_own_bundle`.
    """
    manifest = read_manifest(wanted.folder)
    archive = _archive(manifest, wanted) if wanted.at is not None else None
    if settings.database_url and manifest.is_base:
        raise backup_failed(
            "this is a copy of a bundled PostgreSQL: restore it without STRP_DATABASE_URL, and "
            "move it to the outside server with pg_dump"
        )
    settings.data_path.mkdir(parents=True, exist_ok=True)
    with _aside(settings.data_path) as aside:
        take_keys(wanted.keys or wanted.folder, aside / KEYS, wanted.identities)
        _require_no_other_keys(settings.data_path / KEYS, aside / KEYS)
        keys = load_keys(aside / KEYS)
        to = wanted.at or manifest.made_at
        bundle = read_own_bundle(wanted.bundle, keys, to) if wanted.bundle else None
        if settings.database_url:
            settled = await _load_outside(settings.database_url, manifest, wanted, aside, bundle)
            is_reached = True
        else:
            if (settings.data_path / "postgres").exists():
                raise backup_failed(f"{settings.data_path / 'postgres'} is there already")
            own = brought_back(manifest, aside, wanted.identities, archive, wanted.at)
            async with own as (url, is_reached):
                to = to if is_reached else await _end_of_log(url, manifest)
                await migrate_database(url)
                settled = await settle_restore(url, to, bundle)
                await settle_keys(url, aside / KEYS, wanted.keys or wanted.folder)
        _put_in_place(aside, settings.data_path)
        if settings.database_url:
            await _end(settings.database_url)
    return Done(to, not is_reached, settled, keys)


async def settle_recovered(url: str, keys: KeyRing, to: datetime, data: bytes | None) -> Settled:
    """Mark an outside database that its own server's means brought back to a moment.

    Args:
        url: address of the database.
        keys: of the installation.
        to: aware; the moment that it was brought back to.
        data: a trust bundle published later, whole; None: there is none.

    Raises:
        InvalidInput: as `read_own_bundle`.
    """
    bundle = read_own_bundle(data, keys, to) if data else None
    return await settle_restore(url, to, bundle)


def _archive(manifest: Manifest, wanted: Wanted) -> Path:
    """The archived log that leads from a backup to a later moment.

    Raises:
        Unavailable: `backup-failed`: there is none, or the moment is before the backup.
    """
    assert wanted.at is not None
    if not manifest.is_base:
        raise backup_failed(
            "a dump is of one moment; for a later one, an outside server needs its own archive: "
            "docs/backup.md"
        )
    if wanted.at < manifest.ended_at:
        raise backup_failed(
            f"the backup is of {manifest.ended_at:%Y-%m-%d %H:%M:%S} UTC, later than that moment: "
            "take an earlier backup"
        )
    if manifest.archive is None and wanted.archive is None:
        raise backup_failed("no log was archived when this backup was made (STRP_ARCHIVE_DIR)")
    found = wanted.archive or manifest.archive
    assert found is not None
    below = found / manifest.archive.name if manifest.archive else found
    series = below if below.is_dir() else found
    if not series.is_dir():
        raise backup_failed(f"{series}, the archived log, is not here: name it with --archive")
    return series


@contextmanager
def _aside(data_dir: Path) -> Iterator[Path]:
    """A folder below STRP_DATA_DIR in which all is made; gone at the end, whatever came of it."""
    aside = data_dir / RESTORING
    with only_one(data_dir):
        end_left_over(aside)
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(mode=0o700)
        try:
            yield aside
        except OSError as error:  # no room, no rights
            raise backup_failed(f"{error.filename or data_dir}: {error.strerror}") from error
        finally:
            shutil.rmtree(aside, ignore_errors=True)


def _require_no_other_keys(own: Path, given: Path) -> None:
    """Go on where there are no keys yet, or with those that an earlier try has put there."""
    if not own.exists():
        return
    names = [path.name for path in given.iterdir()]
    _, differ, unread = filecmp.cmpfiles(own, given, names, shallow=False)
    if differ or unread:
        raise backup_failed(f"{own} is there already: STRP_DATA_DIR must be empty")
    shutil.copytree(own, given, dirs_exist_ok=True)


async def _end_of_log(url: str, manifest: Manifest) -> datetime:
    """When the last transaction of the log was committed."""
    async with single_connection(url) as conn:
        return await restored.last_replayed(conn) or manifest.ended_at


async def _load_outside(
    url: str, manifest: Manifest, wanted: Wanted, aside: Path, bundle: TrustBundle | None
) -> Settled:
    """Load a dump into an outside database, or go on with what an interrupted restore left."""
    name = hashlib.sha256((manifest.folder / MANIFEST).read_bytes()).hexdigest()
    async with single_connection(url) as conn:
        begun, is_empty = await restored.unfinished(conn), await restored.is_empty(conn)
        if not is_empty and begun != name:
            raise backup_failed("the database is not empty")
        await restored.begin(conn, name)
    if is_empty:
        with opened(manifest.data, wanted.identities) as dump:
            load_dump(dump, url)
    await migrate_database(url)
    settled = await settle_restore(url, manifest.made_at, bundle)
    await settle_keys(url, aside / KEYS, wanted.keys or wanted.folder)
    return settled


async def _end(url: str) -> None:
    async with single_connection(url) as conn:
        await restored.begin(conn, "")


def _put_in_place(aside: Path, data_dir: Path) -> None:
    """Move in what was made: the database last, so that a kill in between leaves only its keys."""
    if not (data_dir / KEYS).exists():
        (aside / KEYS).rename(data_dir / KEYS)
    if (aside / "postgres").exists():
        (aside / "postgres").rename(data_dir / "postgres")

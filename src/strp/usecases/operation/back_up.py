"""Backing up: a copy of the database and its keys, made while all goes on; and trying one."""

import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from strp import __version__
from strp.credential.certificate import read_token
from strp.outside.backups.dump import load_dump, save_dump
from strp.outside.backups.encryption import opened
from strp.outside.backups.errors import backup_broken, backup_failed
from strp.outside.backups.files import (
    KEYS,
    Manifest,
    new_backup,
    read_manifest,
    save_keys,
    take_keys,
    write_manifest,
)
from strp.outside.backups.folder_copy import recover, save_base, unpack_base
from strp.outside.backups.wal_archive import current_segment, note_backup, series_of
from strp.outside.keys import KeyRing, load_keys
from strp.outside.machine.postgres import bundled_postgres
from strp.outside.machine.postgres_server import Server
from strp.settings import Settings
from strp.store.engine.database import single_connection
from strp.store.operation import restored
from strp.usecases.operation.database import migrate_database
from strp.usecases.operation.own_keys import require_own_keys
from strp.usecases.operation.restore_database import wrong_books
from strp.usecases.process.personal_data import certificate_aad

SAMPLED: Final = 200


class Tried(NamedTuple):
    """What trying a backup came to; its books are sound.

    Args:
        made_at: aware; all that was committed before is in it.
        certificates: how many were opened and verified; None: its keys are elsewhere.
    """

    made_at: datetime
    certificates: int | None


def back_up(
    settings: Settings,
    url: str,
    folder: Path,
    recipients: Sequence[Any],
    keys: Path | None,
    rate_mib: int | None = None,
) -> Manifest:
    """Make a backup of a database that runs.

    Args:
        settings: those of the environment: no address of a database means the bundled one.
        url: address of the database.
        folder: where the backup goes.
        recipients: whom it is sealed for; nobody: it is in the clear.
        keys: where the keys go; None: with the rest.
        rate_mib: most MiB a second of a bundled database; 0: no bound; None: by its cores.

    Raises:
        Unavailable: `backup-failed`; nothing was left behind.
    """
    own, data_dir = settings.data_path / "keys", settings.data_path
    is_base = not settings.database_url
    series = _series(settings) if is_base else None
    with new_backup(folder) as part:
        save_keys(own, keys or (part if recipients else part / KEYS), recipients)
        first = current_segment(Server(data_dir / "postgres")) if series else ""
        made_at = datetime.now(UTC)
        if is_base:
            save_base(data_dir, part, recipients, rate_mib=rate_mib)
        else:
            save_dump(url, part, recipients)
        write_manifest(
            part,
            {
                "release": __version__,
                "issuer": settings.authority.issuer,
                "made_at": made_at,
                "ended_at": datetime.now(UTC),
                "archive": series,
            },
        )
    if series is not None:
        with suppress(OSError):  # the backup is whole; doctor says that none leads into the archive
            note_backup(series, made_at, first)
    return read_manifest(folder, just_made=True)


def _series(settings: Settings) -> Path | None:
    """The series of the archived log that goes on from a backup made now."""
    if not settings.archive_dir:
        return None
    series = series_of(settings.archive_path, settings.data_path)
    return series if series and series.is_dir() else None


async def try_backup(folder: Path, identities: Sequence[Any], keys: Path | None) -> Tried:
    """Restore a backup into a scratch folder, and ask whether it is sound.

    Args:
        folder: the backup.
        identities: what opens it, where it is sealed.
        keys: folder of its keys, where they are elsewhere.

    Raises:
        Unavailable: `backup-broken`, `backup-locked`, `backup-failed`, or `keys-differ`.
    """
    manifest = read_manifest(folder)
    try:
        with tempfile.TemporaryDirectory(prefix="strp-verify-") as scratch:
            certificates = await _try_in(Path(scratch), manifest, identities, keys)
    except OSError as error:  # no room
        raise backup_failed(
            f"{error.filename or tempfile.gettempdir()}: {error.strerror}"
        ) from error
    return Tried(manifest.made_at, certificates)


async def _try_in(
    scratch: Path, manifest: Manifest, identities: Sequence[Any], keys: Path | None
) -> int | None:
    """Restore into a scratch folder and look; how many certificates were verified."""
    folder, own, ring = manifest.folder, scratch / KEYS, None
    if keys is not None or manifest.has_keys:
        take_keys(keys or folder, own, identities)
        ring = load_keys(own)
    async with brought_back(manifest, scratch, identities) as (url, _):
        await migrate_database(url)
        if ring is not None:
            async with single_connection(url) as conn:
                await require_own_keys(conn, ring, keys or folder)
        if wrong := await wrong_books(url):
            raise backup_broken(f"{folder}: books: {', '.join(wrong)}")
        return await _verified(url, ring, folder) if ring is not None else None


class BroughtBack(NamedTuple):
    """A database that a backup was brought back into.

    Args:
        url: its address.
        is_reached: False where the log ended before the moment that was asked for.
    """

    url: str
    is_reached: bool = True


@asynccontextmanager
async def brought_back(
    manifest: Manifest,
    data_dir: Path,
    identities: Sequence[Any],
    archive: Path | None = None,
    at: datetime | None = None,
) -> AsyncIterator[BroughtBack]:
    """What a backup holds, in a bundled PostgreSQL of its own below a folder.

    Args:
        data_dir: an empty folder, or one with keys.
        archive: of the log, where more than the backup is brought back.
        at: aware; up to then. None: the end of the backup.
    """
    if manifest.is_base:
        with opened(manifest.data, identities) as base:
            server = unpack_base(base, data_dir)
        try:
            is_reached = recover(server, archive, at)
            with bundled_postgres(data_dir) as url:
                yield BroughtBack(url, is_reached)
        finally:
            server.stop()
    else:
        with bundled_postgres(data_dir) as url:
            with opened(manifest.data, identities) as dump:
                load_dump(dump, url)
            yield BroughtBack(url)


async def _verified(url: str, keys: KeyRing, folder: Path) -> int:
    """Open some certificates drawn at random and verify their signatures; how many there were.

    Raises:
        Unavailable: `backup-broken`, or as opening what is sealed.
    """
    async with single_connection(url) as conn:
        drawn = await restored.some_certificates(conn, SAMPLED)
    for each in drawn:
        aad = certificate_aad(each.nib, each.application_id, each.row_no)
        unverified = read_token(keys.open(each.sealed, aad))
        if unverified is None or unverified.verify(keys.verifying) is None:
            raise backup_broken(f"{folder}: a certificate of application {each.application_id}")
    return len(drawn)

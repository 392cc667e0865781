"""The keys at hand must be those of the database: with others, what is stored cannot be read.

A forgotten mount made new keys without a word, and filings were sealed with them. So the database
keeps the fingerprints of its keys. Only a database that holds nothing yet gets new ones.
"""

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from strp.domain.employers.employer import email_aad
from strp.domain.errors import Unavailable
from strp.domain.identifiers import ApplicationId, Nib
from strp.domain.text import Text
from strp.outside.keys import BUNDLE_SIGNER, KeyRing, load_keys
from strp.outside.machine.key_files import check_key_files, find_key_files
from strp.store.engine.database import Connection, single_connection
from strp.store.operation import key_prints
from strp.usecases.process.personal_data import worker_aad

KEYS_DIFFER = "keys-differ"
SIGNS = "signing "


async def settle_keys(url: str, folder: Path, named: Path | None = None) -> KeyRing:
    """The keys of this database; an empty one gets new keys where there are none.

    Args:
        url: address of a migrated database.
        folder: `STRP_DATA_DIR/keys`.
        named: what the sentence calls it, where people know the keys by another place.

    Raises:
        Unavailable: `keys-absent` or `keys-differ`, or as `load_keys`.
    """
    async with single_connection(url) as conn:
        if not any(find_key_files(folder).values()) and await _needs_its_keys(conn):
            raise keys_absent(named or folder)
        keys = load_keys(folder)
        await keep_or_refuse(conn, keys, named or folder)
    return keys


async def require_no_need(url: str, folder: Path) -> None:
    """Go on only where the database needs no keys yet.

    Args:
        url: address of the database.
        folder: where keys would be; for the sentence.

    Raises:
        Unavailable: `keys-absent`.
    """
    async with single_connection(url) as conn:
        if await _needs_its_keys(conn):
            raise keys_absent(folder)


async def require_whole_and_own(url: str, folder: Path) -> None:
    """Go on only where every key is there, whole, and of this database; makes and keeps nothing.

    Args:
        url: address of the database.
        folder: `STRP_DATA_DIR/keys`.

    Raises:
        Unavailable: `keys-absent`, `keys-not-made`, `keys-missing`, `keys-unreadable` or
            `keys-differ`.
    """
    await require_keys(url, folder)
    check_key_files(folder)
    async with single_connection(url) as conn:
        await require_own_keys(conn, load_keys(folder), folder)


async def require_keys(url: str, folder: Path) -> None:
    """Go on only where there are keys; whether they are the right ones is asked afterwards.

    Args:
        url: address of the database.
        folder: `STRP_DATA_DIR/keys`.

    Raises:
        Unavailable: `keys-absent` or `keys-not-made`.
    """
    if any(find_key_files(folder).values()):
        return
    await require_no_need(url, folder)
    raise keys_not_made(folder)


async def require_own_keys(conn: Connection, keys: KeyRing, folder: Path) -> None:
    """Go on only where these are the keys of this database; keeps and makes nothing.

    Args:
        keys: as loaded.
        folder: where they are; for the sentence.

    Raises:
        Unavailable: `keys-differ`.
    """
    known = await key_prints.read_prints(conn)
    if _strange(known, keys.prints) or (not known and not await _opens_something(conn, keys)):
        raise keys_differ(folder)


async def keep_or_refuse(conn: Connection, keys: KeyRing, folder: Path) -> None:
    """Keep what is new among the fingerprints; an empty database that nobody uses takes others.

    Args:
        keys: as loaded, or just made.
        folder: where they are; for the sentence.

    Raises:
        Unavailable: `keys-differ`.
    """
    if _strange(await key_prints.read_prints(conn), keys.prints):
        if await _needs_its_keys(conn):
            raise keys_differ(folder)
        await key_prints.forget_prints(conn)
    await require_own_keys(conn, keys, folder)
    await key_prints.keep_prints(conn, keys.prints)
    await require_own_keys(conn, keys, folder)  # another starter may have been faster


async def _needs_its_keys(conn: Connection) -> bool:
    return await key_prints.is_filled(conn) or await key_prints.is_in_use(conn)


def _strange(known: Mapping[str, bytes], own: Mapping[str, bytes]) -> bool:
    """Whether keys that the database knows are missing here, or are others.

    Keys that sign may be withdrawn and added; one of those that are known must be left, of those
    that sign certificates and of those that sign bundles.
    """
    signers = {name for name in known if name.startswith(SIGNS)}
    bundle = {name for name in signers if name.startswith(BUNDLE_SIGNER)}
    if any(kind and not kind & own.keys() for kind in (bundle, signers - bundle)):
        return True
    return any(own.get(name) != known[name] for name in known.keys() - signers)


async def _opens_something(conn: Connection, keys: KeyRing) -> bool:
    """Whether the keys open what was sealed before fingerprints were kept, if anything was."""
    sealed = [
        (envelope, worker_aad(Nib(nib), ApplicationId(application_id), row_no))
        for nib, application_id, row_no, envelope in await key_prints.some_workers(conn)
    ] or [
        (envelope, email_aad(Nib(nib))) for nib, envelope in await key_prints.some_addresses(conn)
    ]
    return not sealed or any(_opened(keys, sealed))


def _opened(keys: KeyRing, sealed: list[tuple[bytes, bytes]]) -> Iterator[bool]:
    for envelope, aad in sealed:
        with contextlib.suppress(Unavailable):
            keys.open(envelope, aad)
            yield True


def keys_absent(folder: Path) -> Unavailable:
    """There are no keys, and the database holds what only its keys open."""
    return Unavailable(
        "keys-absent",
        Text(
            f"Tidak ada kunci di {folder}, padahal basis data berisi data yang tersegel. "
            "Pulihkan kunci dari cadangan, atau perbaiki STRP_DATA_DIR; tidak ada kunci baru "
            "yang dibuat.",
            f"There are no keys in {folder}, but the database holds what they sealed. Restore "
            "them from the backup, or fix STRP_DATA_DIR; no new keys were made.",
        ),
    )


def keys_not_made(folder: Path) -> Unavailable:
    """There are no keys, and nothing was sealed yet; another machine may have the right ones."""
    return Unavailable(
        "keys-not-made",
        Text(
            f"Belum ada kunci di {folder}. Salin kunci pemasangan ini ke sana, atau perbaiki "
            "STRP_DATA_DIR; pada pemasangan baru `strp db migrate` membuatnya.",
            f"There are no keys in {folder} yet. Copy those of this installation there, or fix "
            "STRP_DATA_DIR; on a new installation `strp db migrate` makes them.",
        ),
    )


def keys_differ(folder: Path) -> Unavailable:
    """The keys are not those of the database."""
    return Unavailable(
        "keys-differ",
        Text(
            f"Kunci di {folder} bukan kunci basis data ini. Pulihkan kunci yang benar dari "
            "cadangan, atau perbaiki STRP_DATA_DIR atau STRP_DATABASE_URL.",
            f"The keys in {folder} are not those of this database. Restore the right ones from "
            "the backup, or fix STRP_DATA_DIR or STRP_DATABASE_URL.",
        ),
    )

"""Looks at the files of keys before anything starts: are all of them there, whole and readable?

It reads them and makes nothing; what they hold is for `keys`.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from strp.domain.errors import Unavailable
from strp.domain.text import Text

KEY_BYTES: Final = 32
SIGNING_KEYS: Final = "signing-*.pem"
EXERCISE_KEYS: Final = "exercise-*.pem"
BUNDLE_KEYS: Final = "bundle-*.pem"
NEEDED: Final = ("seal-*.key", SIGNING_KEYS, BUNDLE_KEYS, EXERCISE_KEYS, "index.key", "tag.key")
ADDED: Final = frozenset({EXERCISE_KEYS, BUNDLE_KEYS})
"""Keys that the first releases did not have; a start makes those that are missing."""
_PEM: Final = b"-----BEGIN "


def find_key_files(folder: Path) -> dict[str, list[Path]]:
    """Files of keys by the pattern of their names; those with the highest number first.

    The folder is listed once: a first start puts it there whole, between two looks.

    Raises:
        Unavailable: `keys-unreadable`: this account may not look into the folder.
    """
    try:
        paths = sorted(folder.iterdir(), reverse=True)
    except FileNotFoundError:
        paths = []
    except PermissionError:
        raise keys_unreadable(folder, "permission denied") from None
    if paths and not os.access(folder, os.X_OK):
        raise keys_unreadable(folder, "permission denied")
    return {name: [path for path in paths if path.match(name)] for name in NEEDED}


def check_key_files(folder: Path) -> None:
    """Read every file of keys once. A folder without any is fine: the first start makes them.

    Args:
        folder: `STRP_DATA_DIR/keys`.

    Raises:
        Unavailable: `keys-unreadable` or `keys-missing`; names the file.
    """
    found = find_key_files(folder)
    for path in (path for paths in found.values() for path in paths):
        for why in _faults(path):
            raise keys_unreadable(path, why)
    missing = [name for name, paths in found.items() if not paths]
    if len(missing) < len(NEEDED) and not ADDED.issuperset(missing):
        raise keys_missing(folder, missing)


def keys_unreadable(path: Path, why: str) -> Unavailable:
    """A file of keys cannot be used.

    Args:
        path: of the file.
        why: for whoever mends it, in a few words.
    """
    return Unavailable(
        "keys-unreadable",
        Text(
            f"Berkas kunci {path} tidak dapat dipakai ({why}). Periksa pemilik dan izinnya, atau "
            "pulihkan dari cadangan; jangan membuat kunci baru, karena data lama tidak akan "
            "dapat dibuka lagi.",
            f"The key file {path} cannot be used ({why}). Fix its owner and rights, or restore it "
            "from the backup; do not make a new one, or nothing stored can be opened again.",
        ),
    )


def keys_missing(folder: Path, missing: list[str]) -> Unavailable:
    """Some files of keys are there and others are not.

    Args:
        folder: where they should be.
        missing: names of files.
    """
    names = ", ".join(missing)
    return Unavailable(
        "keys-missing",
        Text(
            f"Kunci tidak lengkap di {folder}: {names}. Pulihkan dari cadangan; dengan kunci "
            "baru, data lama tidak dapat dibuka atau ditemukan lagi.",
            f"Keys are missing in {folder}: {names}. Restore them from the backup; with new "
            "ones, nothing that was stored can be opened or found again.",
        ),
    )


def _faults(path: Path) -> Iterator[str]:
    try:
        content = path.read_bytes()
    except OSError as error:
        yield error.strerror or type(error).__name__
        return
    if not content:
        yield "empty"
    elif path.suffix == ".key" and len(content) != KEY_BYTES:
        yield f"{len(content)} bytes, not {KEY_BYTES}"
    elif path.suffix == ".pem" and not content.startswith(_PEM):
        yield "no PEM"
    elif path.stem not in {"index", "tag"} and not path.stem.rpartition("-")[2].isdigit():
        yield "its name has no number"

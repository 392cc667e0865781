"""What the operating system refused, as a sentence that says what to do about that very refusal."""

import errno
import os
from pathlib import Path
from typing import Final

from strp.domain.errors import Unavailable
from strp.domain.text import Text
from strp.outside.machine.owners import account_name

_FULL: Final = {errno.ENOSPC, errno.EDQUOT}
_CLOSED: Final = {errno.EACCES, errno.EPERM}
_WRONG_KIND: Final = {errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ENOTEMPTY}
OF_A_DISK: Final = {*_FULL, errno.EROFS, errno.EIO}
"""Refusals that name no file where they meet one that is open already."""


def unusable(error: OSError) -> Unavailable:
    """A file or folder that this account may not use, or a disk that takes nothing more.

    Args:
        error: as raised by the operating system.
    """
    why = error.strerror if error.filename is None else f"{error.filename}: {error.strerror}"
    advice = advice_of(error)
    return Unavailable(
        "folder-unusable",
        Text(
            f"Berkas atau folder tidak dapat dipakai: {why}. {advice.id}",
            f"A file or folder cannot be used: {why}. {advice.en}",
        ),
    )


def advice_of(error: OSError) -> Text:
    """What fixes it.

    Args:
        error: as raised by the operating system.
    """
    if error.errno == errno.ENOENT:
        return Text("Perbaiki jalurnya: tidak ada di sana.", "Fix the path: it is not there.")
    if error.errno in _CLOSED:
        return _closed(error.filename)
    if error.errno in _FULL:
        return Text(
            "Diskanya penuh: kosongkan atau perbesar, lalu jalankan lagi.",
            "Its disk is full: make room or enlarge it, then run it again.",
        )
    if error.errno == errno.EROFS:
        return Text(
            "Diskanya hanya dapat dibaca: pasang (mount) untuk ditulis, lalu jalankan lagi.",
            "Its disk is read-only: mount it for writing, then run it again.",
        )
    if error.errno in _WRONG_KIND:
        return Text(
            "Perbaiki jalurnya: di sana ada sesuatu yang lain.",
            "Fix the path: something of another kind is there.",
        )
    return Text(
        "Periksa diska dan sistem berkasnya, lalu jalankan lagi.",
        "Look at its disk and file system, then run it again.",
    )


def _closed(name: object) -> Text:
    """Whom what refuses belongs to: the file, or the first folder above it that can be seen."""
    own, path = account_name(os.geteuid()), Path(str(name))
    seen = next((each for each in (path, *path.parents) if os.access(each, os.F_OK)), Path("/"))
    owner = account_name(seen.stat().st_uid)
    return Text(
        f"Ini dijalankan oleh akun {own}, sedangkan {seen} milik {owner}: jalankan sebagai akun "
        "yang menjalankan STRP, atau perbaiki pemilik dan izinnya.",
        f"This runs as the account {own}, and {seen} belongs to {owner}: run it as the account "
        "that runs STRP, or fix owner and rights.",
    )

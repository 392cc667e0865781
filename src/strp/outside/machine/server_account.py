"""The account that runs the bundled PostgreSQL where STRP itself runs as root.

PostgreSQL refuses to run as root, rightly. Then a system account of its own runs it, and is let
through the folders above the program and the data: one access control entry for that account to
pass through, no more; nobody else gains anything.
"""

import os
import pwd
import stat
import struct
import subprocess
from pathlib import Path
from typing import NamedTuple

from strp.domain.errors import Unavailable
from strp.domain.text import Text

ACCOUNT = "strp-postgres"

# Layout of POSIX access control lists in the kernel (linux/posix_acl_xattr.h).
_ATTRIBUTE = "system.posix_acl_access"
_VERSION = 2
_ENTRY = struct.Struct("<HHI")
_OWNER, _USER, _GROUP_OWNER, _MASK, _OTHERS = 0x01, 0x02, 0x04, 0x10, 0x20
_NO_ID = 0xFFFFFFFF
_SEARCH, _READ_AND_SEARCH = 1, 5


class ServerAccount(NamedTuple):
    """Who runs the bundled PostgreSQL: name and ids of the operating system."""

    name: str
    uid: int
    gid: int


def server_account() -> ServerAccount:
    """The account that runs the bundled PostgreSQL: ours, or, below root, one of its own.

    Raises:
        Unavailable: root, and the account cannot be made; or this process has no account name.
    """
    try:
        found = pwd.getpwnam(ACCOUNT) if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    except KeyError:
        found = _make_account() if os.geteuid() == 0 else _no_name()
    return ServerAccount(found.pw_name, found.pw_uid, found.pw_gid)


def let_through(account: ServerAccount, folder: Path) -> None:
    """Let the account pass through every folder above `folder`.

    Args:
        account: of PostgreSQL.
        folder: itself is left as it is.

    Raises:
        Unavailable: a folder cannot be opened for it; says what to do.
    """
    for above in reversed(folder.parents):
        if not _may_search(account, above.stat()):
            _grant(account, above, _SEARCH)


def let_read(account: ServerAccount, tree: Path) -> None:
    """Let everybody read a tree of programs where the installer's umask was narrow.

    Args:
        account: of PostgreSQL.
        tree: top folder of the programs.
    """
    if _may_search(account, tree.stat()):
        return
    for path in (tree, *tree.rglob("*")):
        mode = path.stat().st_mode
        extra = 0o055 if mode & stat.S_IXUSR else 0o044
        path.chmod(stat.S_IMODE(mode) | extra)


def give_to(account: ServerAccount, tree: Path) -> None:
    """Give a folder and all in it to the account, where STRP runs as root.

    Args:
        account: of PostgreSQL.
        tree: top folder; links in it are given away, not what they lead to.
    """
    if os.geteuid() == 0:
        for path in (tree, *tree.rglob("*")):
            os.chown(path, account.uid, account.gid, follow_symlinks=False)


def _make_account() -> pwd.struct_passwd:
    command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT]
    try:
        subprocess.run(command, check=True, capture_output=True)
        return pwd.getpwnam(ACCOUNT)
    except (OSError, subprocess.CalledProcessError, KeyError):
        raise Unavailable(
            "database-account-missing",
            Text(
                f"PostgreSQL tidak boleh berjalan sebagai root dan akun {ACCOUNT} tidak dapat "
                "dibuat. Buat akun itu, jalankan STRP sebagai pengguna biasa, atau isi "
                "STRP_DATABASE_URL.",
                f"PostgreSQL must not run as root and the account {ACCOUNT} cannot be made. "
                "Make that account, run STRP as an ordinary user, or set STRP_DATABASE_URL.",
            ),
        ) from None


def _no_name() -> pwd.struct_passwd:
    raise Unavailable(
        "database-account-missing",
        Text(
            f"Pengguna nomor {os.geteuid()} tidak punya nama akun, padahal PostgreSQL "
            "memerlukannya. Jalankan STRP sebagai pengguna yang bernama, atau isi "
            "STRP_DATABASE_URL.",
            f"User number {os.geteuid()} has no account name, which PostgreSQL needs. "
            "Run STRP as a user with a name, or set STRP_DATABASE_URL.",
        ),
    )


def _may_search(account: ServerAccount, found: os.stat_result) -> bool:
    if found.st_uid == account.uid:
        return bool(found.st_mode & stat.S_IXUSR)
    if found.st_gid == account.gid:
        return bool(found.st_mode & stat.S_IXGRP)
    return bool(found.st_mode & stat.S_IXOTH)


def _grant(account: ServerAccount, folder: Path, permission: int) -> None:
    try:
        listed = os.getxattr(folder, _ATTRIBUTE)
    except OSError:
        listed = _from_mode(folder.stat().st_mode)
    try:
        os.setxattr(folder, _ATTRIBUTE, _with_entry(listed, account.uid, permission))
    except OSError:
        raise Unavailable(
            "database-folder-closed",
            Text(
                f"Akun {account.name}, yang menjalankan PostgreSQL, tidak dapat melewati folder "
                f"{folder}. Jalankan `chmod o+x {folder}`, atau arahkan STRP_DATA_DIR dan "
                "salinan STRP ke folder lain, misalnya di bawah /srv.",
                f"The account {account.name}, which runs PostgreSQL, cannot pass through the "
                f"folder {folder}. Run `chmod o+x {folder}`, or put STRP_DATA_DIR and the "
                "checkout elsewhere, for example below /srv.",
            ),
        ) from None


def _from_mode(mode: int) -> bytes:
    entries = ((_OWNER, mode >> 6), (_GROUP_OWNER, mode >> 3), (_OTHERS, mode))
    body = b"".join(_ENTRY.pack(tag, bits & 7, _NO_ID) for tag, bits in entries)
    return struct.pack("<I", _VERSION) + body


def _with_entry(listed: bytes, uid: int, permission: int) -> bytes:
    """The list with an entry for one more user, and the mask wide enough for it."""
    entries = {(tag, who): bits for tag, bits, who in _ENTRY.iter_unpack(listed[4:])}
    mask = entries.get((_MASK, _NO_ID), entries[_GROUP_OWNER, _NO_ID])
    entries[_USER, uid] = entries.get((_USER, uid), 0) | permission
    entries[_MASK, _NO_ID] = mask | permission
    body = b"".join(_ENTRY.pack(tag, bits, who) for (tag, who), bits in sorted(entries.items()))
    return struct.pack("<I", _VERSION) + body

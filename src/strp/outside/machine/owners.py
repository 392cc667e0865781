"""Whose files an installation is made of: a command of another account would leave some of its own.

Root may read and write everything, so nothing stops it; afterwards the account of the service meets
a lock, a key or a folder that it may not open.
"""

import os
import pwd
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from strp.domain.errors import Unavailable
from strp.domain.text import Text
from strp.outside.machine.server_account import ACCOUNT

_BELONG_TO_IT = ("keys", "postgres", "postgres.lock", "postgres.users", "temporary", "front")


def require_own_installation(data_path: Path) -> None:
    """Refuse root on an installation that an ordinary account made and runs.

    Args:
        data_path: `STRP_DATA_DIR`.

    Raises:
        Unavailable: `installation-of-another`; says as whom to run the command.
    """
    owner = owner_of_installation(data_path)
    if os.geteuid() == 0 and owner is not None:
        raise _of_another(data_path, owner)


def owner_of_installation(data_path: Path) -> str | None:
    """Name of the ordinary account whose keys or database lie there; None: root's, or none.

    Args:
        data_path: `STRP_DATA_DIR`.
    """
    for name in ("keys", "postgres"):
        try:
            owner = account_name((data_path / name).stat().st_uid)
        except OSError:
            continue
        if owner not in {account_name(0), ACCOUNT}:
            return owner
    return None


def left_by_others(data_path: Path) -> Iterator[Path]:
    """What in an installation belongs to another account than the installation does.

    Args:
        data_path: `STRP_DATA_DIR`.
    """
    try:
        owner = data_path.stat().st_uid
    except OSError:
        return
    of_postgres = {_number(ACCOUNT), owner} if owner == 0 else {owner}
    found = [data_path / name for name in _BELONG_TO_IT]
    if os.access(data_path / "keys", os.R_OK | os.X_OK):
        found += sorted((data_path / "keys").iterdir())
    for path in found:
        fine = of_postgres if path.name == "postgres" else {owner}
        with suppress(OSError):
            if path.stat().st_uid not in fine:
                yield path


def account_name(uid: int) -> str:
    """The name of an account of the operating system, or its number where it has none.

    Args:
        uid: its number.
    """
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _number(name: str) -> int:
    try:
        return pwd.getpwnam(name).pw_uid
    except KeyError:
        return 0


def _of_another(data_path: Path, owner: str) -> Unavailable:
    return Unavailable(
        "installation-of-another",
        Text(
            f"Pemasangan di {data_path} milik akun {owner}. Jalankan perintah ini sebagai akun itu "
            f"(`runuser -u {owner} -- strp …`); sebagai root, ia meninggalkan berkas yang tidak "
            "dapat dipakai akun itu.",
            f"The installation in {data_path} belongs to the account {owner}. Run this as it "
            f"(`runuser -u {owner} -- strp …`); as root it would leave files that the account "
            "cannot use.",
        ),
    )

"""The bundled PostgreSQL: made, started, joined and stopped by STRP itself.

The programs come from a wheel. The data lies in `STRP_DATA_DIR/postgres`. Whoever uses the server
holds a shared lock on `postgres.users` in the data folder; the last one to leave stops it. A lock
goes with its process, so kill -9 leaves nothing to tidy up by hand.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from strp.domain.errors import Unavailable
from strp.domain.text import Text
from strp.outside.machine.owners import require_own_installation
from strp.outside.machine.postgres_server import ROLE, Server, Shared
from strp.settings import Settings

RESTORING: Final = ".restoring"
"""Below STRP_DATA_DIR: what a restore works on until all of it takes its place."""


@contextmanager
def running_postgres(settings: Settings, *, makes: bool = True) -> Iterator[str]:
    """Yield the address of PostgreSQL: of the one that is named, or else of the bundled one.

    The bundled server is made on first use, started where it is not running, and stopped when
    its last user leaves. Whether what it commits is safe is asked by `store.durability`.

    Args:
        makes: whether a bundled database is made where there is none. A command that only looks,
            or acts on what is there, finds a mistyped folder rather than makes a new city in it.

    Raises:
        Unavailable: the bundled server does not start; says why. `restore-unfinished`: a restore
            is at work here, or was killed. `database-none`: there is none, and none is to be made.
            `installation-of-another`: root would leave files that its own account cannot use.
    """
    require_own_installation(settings.data_path)
    if settings.database_url:
        yield settings.database_url
        return
    is_there = (settings.data_path / "postgres").exists()  # its place is taken last
    if (settings.data_path / RESTORING).exists() and not is_there:
        raise _restore_unfinished(settings.data_path)
    if not makes and not (settings.data_path / "postgres" / "PG_VERSION").exists():
        raise _no_database(settings.data_path)
    with bundled_postgres(settings.data_path, _shared(settings)) as url:
        yield url


def revive_postgres(settings: Settings) -> None:
    """Start the bundled PostgreSQL again where it has died under its users.

    Cheap where it lives, so that it can be asked every second.

    Raises:
        Unavailable: it does not start; says why.
    """
    if settings.database_url:
        return
    server = Server(settings.data_path / "postgres", _shared(settings))
    if not server.is_alive():
        with _alone(settings.data_path):
            server.ensure_running()


def _shared(settings: Settings) -> Shared | None:
    listen, password = settings.database_listen, settings.database_password
    if listen and not password:
        raise _password_missing()
    return Shared(listen, password) if listen else None


@contextmanager
def bundled_postgres(data_dir: Path, shared: Shared | None = None) -> Iterator[str]:
    """Yield the address of the bundled PostgreSQL with its data in `data_dir/postgres`.

    Args:
        shared: how other machines reach it; None: they do not.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "postgres.users").open("a") as users:
        with _alone(data_dir):
            fcntl.flock(users, fcntl.LOCK_SH)
            server = Server(data_dir / "postgres", shared)
            server.ensure_running()
        try:
            yield server.url(ROLE, ROLE)
        finally:
            with _alone(data_dir):
                if _is_last(users):
                    server.stop()


@contextmanager
def _alone(data_dir: Path) -> Iterator[None]:
    """Nobody else starts or stops the server meanwhile."""
    with (data_dir / "postgres.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _is_last(users: IO[str]) -> bool:
    fcntl.flock(users, fcntl.LOCK_UN)
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _no_database(data_dir: Path) -> Unavailable:
    return Unavailable(
        "database-none",
        Text(
            f"Belum ada basis data di {data_dir}. Perbaiki STRP_DATA_DIR atau STRP_DATABASE_URL; "
            "bila ini pemasangan baru, `strp db migrate` membuatnya.",
            f"There is no database in {data_dir}. Fix STRP_DATA_DIR or STRP_DATABASE_URL; where "
            "this is a new installation, `strp db migrate` makes it.",
        ),
    )


def _restore_unfinished(data_dir: Path) -> Unavailable:
    return Unavailable(
        "restore-unfinished",
        Text(
            f"Pemulihan ke {data_dir} belum selesai. Tunggu; bila terputus, ulangi `strp restore` "
            "yang sama.",
            f"A restore into {data_dir} has not ended. Wait for it; where it was interrupted, "
            "repeat the same `strp restore`.",
        ),
    )


def _password_missing() -> Unavailable:
    return Unavailable(
        "database-password-missing",
        Text(
            "STRP_DATABASE_LISTEN membuka basis data bagi mesin lain. Isi STRP_DATABASE_PASSWORD "
            "dengan kata sandi yang panjang.",
            "STRP_DATABASE_LISTEN opens the database to other machines. Set "
            "STRP_DATABASE_PASSWORD to a long password.",
        ),
    )

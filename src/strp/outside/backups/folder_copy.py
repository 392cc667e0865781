"""A copy of the data folder of the bundled PostgreSQL, with as much of its log as makes it whole.

It is made by `pg_basebackup` while everybody works, and goes on from there by the archive of the
log, to any later moment (PostgreSQL manual, "Continuous Archiving and Point-in-Time Recovery").
"""

import os
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path
from typing import IO, Any, Final, Self

from strp.domain.errors import Unavailable
from strp.outside.backups.errors import backup_broken, backup_failed
from strp.outside.backups.files import BASE, unpack
from strp.outside.backups.programs import save_output
from strp.outside.backups.wal_archive import put_log
from strp.outside.machine.postgres_server import Server, programs_dir
from strp.outside.machine.server_account import give_to

_OWN_LOGS: Final = ("log", "start.log")
_RATE_OF_CORE_MIB: Final = 8
_MOST_READING_S: Final = 1800
_MOST_RATE_MIB: Final = 1023  # pg_basebackup --max-rate
_TARGET_NOT_REACHED: Final = "before configured recovery target was reached"


def usual_rate_mib(size_mib: int) -> int:
    """MiB a second at which a copy leaves the filings of a machine their pace, by its cores.

    Compressing takes some 8 ms of a core for each MiB: a sixteenth of the machine (`bench.backup`).
    A large database is read faster, in half an hour: the log of all that time has to be kept.

    Args:
        size_mib: of all databases.
    """
    of_cores = _RATE_OF_CORE_MIB * (os.cpu_count() or 1)
    return min(max(of_cores, size_mib // _MOST_READING_S), _MOST_RATE_MIB)


def save_base(
    data_dir: Path, part: Path, recipients: Sequence[Any], *, rate_mib: int | None = None
) -> Path:
    """Copy the data folder of the bundled PostgreSQL, which runs, into the folder of a backup.

    Where filings bring more log meanwhile than the server keeps, it is made anew without a bound,
    unless that was asked for: better a slow hour than a night without a backup.

    Args:
        data_dir: of the installation; PostgreSQL's is below it.
        part: the folder of the backup while it is made; outside of PostgreSQL's.
        recipients: age recipients; empty for a copy that is not sealed.
        rate_mib: most MiB a second; 0: as fast as it goes; None: `usual_rate_mib`.

    Returns:
        The file.

    Raises:
        Unavailable: `backup-failed`.
    """
    if part.is_relative_to(data_dir / "postgres"):
        raise backup_failed(f"{part.parent} belongs to PostgreSQL: name another folder")
    url = Server(data_dir / "postgres").upkeep_url()
    with _KeptLog(url) as log:
        rate = usual_rate_mib(log.database_mib()) if rate_mib is None else rate_mib
        try:
            return _copy(url, part, recipients, rate)
        except Unavailable as error:
            if not log.is_lost():
                raise
            if not rate or rate_mib is not None:
                raise backup_failed(
                    "the log that came meanwhile was more than the server keeps "
                    "(max_slot_wal_keep_size): a higher --max-rate, or a larger disk"
                ) from error
    for path in part.glob(f"{BASE}*"):
        path.unlink()
    with _KeptLog(url):
        return _copy(url, part, recipients, 0)


def _copy(url: str, part: Path, recipients: Sequence[Any], rate_mib: int) -> Path:
    bound = ("--max-rate", f"{min(rate_mib, _MOST_RATE_MIB)}M") if rate_mib else ()
    command = (
        *(str(programs_dir() / "bin" / "pg_basebackup"), "--dbname", url, "--pgdata", "-"),
        *("--format", "tar", "--wal-method", "fetch", "--checkpoint", "fast", "--no-manifest"),
        *("--compress", "client-gzip:1", "--no-password", *bound),
    )
    return save_output(command, part / BASE, recipients, url)


class _KeptLog:
    """Has the server keep its log meanwhile: a slot that goes with this session, however it ends.

    `max_slot_wal_keep_size` bounds how much it keeps; the copy fails where that is too little.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._slot = f"strp_backup_{os.getpid()}"

    def __enter__(self) -> Self:
        self._session = subprocess.Popen(
            self._psql, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        made = f"'kept' FROM pg_create_physical_replication_slot('{self._slot}', true, true)"
        if self._told(made) != "kept":
            self.__exit__()
            raise backup_failed("the server does not keep its log for a backup")
        return self

    def __exit__(self, *_: object) -> None:
        with self._session as session, suppress(OSError):
            assert session.stdin is not None
            session.stdin.close()

    def database_mib(self) -> int:
        """How large all databases are."""
        size = self._told("sum(pg_database_size(oid))::bigint >> 20 FROM pg_database")
        return int(size or 0)

    def is_lost(self) -> bool:
        """Whether more log came than the server keeps: it ends our session then, and goes on."""
        if self._told("1"):
            return False
        again = subprocess.run([*self._psql, "-c", "SELECT 1"], capture_output=True, check=False)
        return again.returncode == 0

    @property
    def _psql(self) -> tuple[str, ...]:
        return (str(programs_dir() / "bin" / "psql"), "-X", "--quiet", "-At", self._url)

    def _told(self, what: str) -> str:
        """The answer to a question, empty where there is none."""
        assert self._session.stdin is not None and self._session.stdout is not None
        with suppress(OSError):  # the server is gone
            self._session.stdin.write(f"SELECT {what};\n\\echo\n".encode())
            self._session.stdin.flush()
        lines = iter(self._session.stdout.readline, b"")
        return "".join(line.decode().strip() for line in takewhile(bytes.strip, lines))


def unpack_base(base: IO[bytes], data_dir: Path) -> Server:
    """Unpack a copy into `data_dir/postgres`, which must not be there.

    Args:
        base: what `save_base` wrote, opened.
        data_dir: of the new installation.

    Returns:
        The server on it, not started.

    Raises:
        Unavailable: `backup-broken`.
        Unavailable: `backup-failed`: it is of another version of PostgreSQL.
    """
    data = data_dir / "postgres"
    data.mkdir(mode=0o700)
    unpack(base, data, mode="r|gz", leave_out=_OWN_LOGS)
    server = Server(data)
    if not (data / "backup_label").exists():
        raise backup_broken(f"{data_dir}: no backup_label")
    if (data / "PG_VERSION").read_text().split()[0] != server.version():
        raise backup_failed(
            "it was made by another version of PostgreSQL: use that release of STRP"
        )
    return server


def end_left_over(data_dir: Path) -> None:
    """End the server that a killed restore left at work; at its end it would take our socket."""
    if (data_dir / "postgres" / "postmaster.pid").exists():
        Server(data_dir / "postgres").stop()


def recover(server: Server, archive: Path | None, at: datetime | None) -> bool:
    """Bring an unpacked copy to the moment when it ended, or to a later one by an archived log.

    Args:
        server: on the unpacked copy.
        archive: of the log; None: there is none.
        at: aware; nothing that was committed later will be in it. None: the end of the copy.

    Returns:
        False where the log ended before `at`: then everything in it was brought back.

    Raises:
        Unavailable: `backup-failed`: the archive misses a part; or as starting a server.
    """
    settings, reached = server.data / "postgresql.auto.conf", True
    own = settings.read_text() if settings.exists() else ""
    if archive is not None and at is not None:
        put_log(archive, _first_segment(server.data), server.data / "pg_wal")
    target = "recovery_target = 'immediate'"
    if at is not None:
        target = f"recovery_target_time = '{at.astimezone(UTC).isoformat()}'"
    _ask_to_recover(server, own, target)
    try:
        server.recover()
    except Unavailable as error:
        if at is None or _TARGET_NOT_REACHED not in error.text.en:
            raise
        # Nothing was committed after that moment: all that there is belongs to it.
        reached = False
        _ask_to_recover(server, own, "")
        server.recover()
    settings.write_text(own)
    return reached


def _ask_to_recover(server: Server, own: str, target: str) -> None:
    lines = (
        own,
        target,
        "recovery_target_timeline = 'current'",
        "recovery_target_action = 'promote'",
        "restore_command = 'false'",  # all there is lies in pg_wal
        "hot_standby = off",
    )
    (server.data / "postgresql.auto.conf").write_text("\n".join([*filter(None, lines), ""]))
    (server.data / "recovery.signal").touch()
    give_to(server.account, server.data)


def _first_segment(data: Path) -> str:
    """The part of the log that the copy goes on from, by its label."""
    label = (data / "backup_label").read_text()
    return label.partition("(file ")[2].partition(")")[0]

"""The archive of the log of the bundled PostgreSQL: what `strp restore --at` replays.

`pg_receivewal` writes the log as it comes, within a second, into a series: a folder below
`STRP_ARCHIVE_DIR` named by an id that lies in `STRP_DATA_DIR/archive.id`. A restored system has no
such id and begins a series of its own, so that two systems never write into one. The server keeps
what the archive has not got yet, up to `max_slot_wal_keep_size`; where that was too little, the
series has a hole, and a new one begins.
"""

import errno
import json
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

from strp.outside.backups.errors import backup_failed
from strp.outside.machine.postgres_server import Server, programs_dir
from strp.outside.machine.processes import end_with_parent

SLOT: Final = "strp_archive"
_SEGMENT_DIGITS: Final = 24
_ID: Final = "archive.id"
_PARTIAL: Final = ".partial"
_IN_SERIES: Final = "[0-9]*T[0-9]*Z-*/*"  # and in no archive of another server beside them
_LAST_BACKUP: Final = "last-backup.json"
_SEGMENTS_OF_FILE: Final = 256  # of 16 MiB each, to a number of 4 GiB
_KEPT_SEGMENTS: Final = 2
STEADY_S: Final = 3.0
_STOP_WITHIN_S: Final = 10.0
SEGMENT_BYTES: Final = 16 << 20


class Reach(NamedTuple):
    """From when to when a series reaches.

    Args:
        oldest: name of its first part.
        size_bytes: of the whole archive.
        last_backup: when a backup was made that it goes on from; None: none was.
        goes_on: whether all that follows that backup is there.
    """

    oldest: str
    size_bytes: int
    last_backup: datetime | None
    goes_on: bool


def series_of(archive_dir: Path, data_dir: Path) -> Path | None:
    """The series that this installation writes; None before it began one.

    Args:
        archive_dir: with all series.
        data_dir: of the installation; it holds the name of its series.
    """
    try:
        return archive_dir / (data_dir / _ID).read_text().strip()
    except OSError:
        return None


def begin_series(archive_dir: Path, data_dir: Path) -> Path:
    """Begin a new series: the installation has none, or the log has a hole.

    Args:
        archive_dir: with all series; is made where it is missing.
        data_dir: of the installation; from now on it writes the new series.

    Returns:
        Its folder.
    """
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
    series = archive_dir / name
    series.mkdir(mode=0o700, parents=True)
    draft = data_dir / ".archive.id"
    draft.write_text(name)
    draft.replace(data_dir / _ID)
    return series


def forget_archive(data_dir: Path) -> None:
    """No archive is kept any more: let the server keep nothing for it, and end the series."""
    if (data_dir / _ID).exists():
        drop_slot(Server(data_dir / "postgres"))
        (data_dir / _ID).unlink(missing_ok=True)


class Receiver:
    """`pg_receivewal` on one series, started again where it ended.

    Args:
        server: whose log it is.
        series: folder to write into.
    """

    def __init__(self, server: Server, series: Path) -> None:
        self._command = (
            *(str(programs_dir() / "bin" / "pg_receivewal"), "--dbname", server.upkeep_url()),
            *("--directory", str(series), "--slot", SLOT, "--no-loop", "--no-password"),
        )
        self._running: subprocess.Popen[bytes] | None = None
        self._series = series
        self._started_at = 0.0
        self._why: str | None = None
        self._said: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as we do

    def keep(self) -> str | None:
        """Start it where it does not run; returns why it ended, until it has run for a while."""
        if self._running is None or self._running.poll() is not None:
            self._why = None if self._running is None else self._first_line()
            self._start()
        elif time.monotonic() - self._started_at > STEADY_S:
            self._why = None
        return self._why

    def _start(self) -> None:
        # Killed, or on a full disk, while it made room for the next part: nothing is in it yet, and
        # it would refuse to go on.
        for path in self._series.glob(f"*{_PARTIAL}"):
            if path.stat().st_size not in {0, SEGMENT_BYTES}:
                path.unlink()
        self._said.seek(0)
        self._said.truncate()
        self._started_at = time.monotonic()
        self._running = subprocess.Popen(
            self._command,
            stdin=subprocess.DEVNULL,
            stdout=self._said,
            stderr=self._said,
            start_new_session=True,
            preexec_fn=end_with_parent,
        )

    def stop(self) -> None:
        """End it for good; it closes its file in order."""
        if self._running is not None and self._running.poll() is None:
            self._running.terminate()
            try:
                self._running.wait(_STOP_WITHIN_S)
            except subprocess.TimeoutExpired:  # its disk hangs
                self._running.kill()
        self._said.close()

    def _first_line(self) -> str:
        self._said.seek(0)
        lines = self._said.read().decode(errors="replace").strip().splitlines()
        return lines[0].removeprefix("pg_receivewal: ") if lines else "ended"


def slot_state(server: Server) -> str | None:
    """How the server's slot for the archive stands (`pg_replication_slots.wal_status`).

    Returns:
        `lost` where the server no longer has what the archive lacks; empty where there is no slot;
        None where the server does not answer.
    """
    asked = f"SELECT wal_status FROM pg_replication_slots WHERE slot_name = '{SLOT}'"
    return _ask(server, asked)


def renew_slot(server: Server) -> None:
    """Have the server keep its log for the archive, from now on.

    Raises:
        OSError: it does not, or not yet.
    """
    drop_slot(server)
    if _ask(server, f"SELECT pg_create_physical_replication_slot('{SLOT}', true)") is None:
        raise OSError(errno.EBUSY, "the server does not let go of the archive's place yet")


def drop_slot(server: Server) -> None:
    """Have the server keep nothing for the archive; fine where there is no slot."""
    _ask(
        server,
        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
        f" WHERE slot_name = '{SLOT}' AND NOT active",
    )


def _ask(server: Server, statement: str) -> str | None:
    psql = (str(programs_dir() / "bin" / "psql"), "-X", "--quiet", "-At", "--command", statement)
    done = subprocess.run((*psql, server.upkeep_url()), capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else None


def note_backup(series: Path, made_at: datetime, first: str) -> None:
    """Keep beside the log which backup it goes on from.

    Args:
        first: name of the part of the log that the backup goes on from.
    """
    text = json.dumps({"made_at": made_at.isoformat(), "first": first})
    draft = series / f".{_LAST_BACKUP}"
    draft.write_text(text)
    draft.replace(series / _LAST_BACKUP)


def current_segment(server: Server) -> str:
    """Name of the part of the log that is written now."""
    return _ask(server, "SELECT pg_walfile_name(pg_current_wal_lsn())") or ""


def reach_of(series: Path) -> Reach:
    """From when to when a series reaches."""
    found = sorted(_segments(series))
    oldest = found[0] if found else ""
    size = sum(path.stat().st_size for path in series.parent.glob(_IN_SERIES))
    try:
        told = json.loads((series / _LAST_BACKUP).read_text())
        made_at, first = datetime.fromisoformat(told["made_at"]), str(told["first"])
    except (OSError, ValueError, KeyError, TypeError):
        return Reach(oldest, size, None, goes_on=False)
    return Reach(oldest, size, made_at, goes_on=bool(oldest) and oldest <= first)


def prune(archive_dir: Path, most_bytes: int) -> int:
    """Remove the oldest parts, of all series, until the archive is small enough.

    Args:
        archive_dir: with all series.
        most_bytes: that may be left; the newest few parts stay even if they are more.

    Returns:
        How many were removed.
    """
    parts = [path for path in archive_dir.glob(_IN_SERIES) if _is_segment(path.name)]
    by_age = sorted((path.stat().st_mtime, path, path.stat().st_size) for path in parts)
    total, removed = sum(size for _, _, size in by_age), 0
    for _, path, size in by_age[:-_KEPT_SEGMENTS]:
        if total <= most_bytes:
            break
        path.unlink(missing_ok=True)
        total, removed = total - size, removed + 1
    return removed


def put_log(series: Path, first: str, pg_wal: Path) -> None:
    """Copy the log from one part on into the data folder of a server that is to replay it.

    Args:
        series: folder of the archive.
        first: name of the part to begin with.
        pg_wal: where the server looks for it.

    Raises:
        Unavailable: `backup-failed`: a part in between is missing.
    """
    found = {name: path for name, path in _segments(series).items() if name >= first}
    ours = {name: path for name, path in found.items() if name[:8] == first[:8]}
    there = {path.name for path in pg_wal.glob("*") if _is_segment(path.name)}
    for name in _missing(first, sorted({*ours, *there})):
        raise backup_failed(f"the archive {series} misses {name}")
    for name, path in ours.items():
        if not path.name.endswith(_PARTIAL) or name not in there:
            shutil.copyfile(path, pg_wal / name)


def _missing(first: str, names: Sequence[str]) -> Iterator[str]:
    """Names between the first and the last that are not there."""
    have, number = set(names), _number(first)
    last = max((_number(name) for name in names), default=number)
    for each in range(number, last + 1):
        file, segment = divmod(each, _SEGMENTS_OF_FILE)
        name = f"{first[:8]}{file:08X}{segment:08X}"
        if name not in have:
            yield name


def _number(name: str) -> int:
    return int(name[8:16], 16) * _SEGMENTS_OF_FILE + int(name[16:24], 16)


def _segments(series: Path) -> dict[str, Path]:
    """Parts of the log by name; a whole one wins over one that is still being written."""
    found: dict[str, Path] = {}
    for path in sorted(series.glob("*"), reverse=True):  # the one with `.partial` comes first
        if _is_segment(path.name):
            found[path.name[:_SEGMENT_DIGITS]] = path
    return found


def _is_segment(name: str) -> bool:
    plain: Any = name.removesuffix(_PARTIAL)
    return len(plain) == _SEGMENT_DIGITS and set(plain) <= set("0123456789ABCDEF")

"""A copy of the data folder goes on by the archived log, to a moment or to the end of the log."""

import os
import time
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

import psycopg
import pytest

from strp.domain.errors import Unavailable
from strp.outside.backups import folder_copy
from strp.outside.backups.encryption import opened
from strp.outside.backups.folder_copy import end_left_over, recover, save_base, unpack_base
from strp.outside.backups.keep_archive import ArchiveKeeper
from strp.outside.machine.log_lines import LogLines
from strp.outside.machine.postgres import bundled_postgres
from strp.outside.machine.postgres_server import Server


def behind(data: Path) -> bool:
    """Whether the archive has not yet got all that was written."""
    asked = "SELECT write_lsn < pg_current_wal_lsn() FROM pg_stat_replication"
    with psycopg.connect(Server(data / "postgres").upkeep_url()) as conn:
        [(found,)] = conn.execute(asked).fetchall()
    return bool(found)


class Past:
    """A server that is gone, with a copy of its folder and the archive of its log.

    Args:
        folder: with the copy and the archive.
        at: a moment between the second row and the third.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        data, stop = folder / "data", Event()
        keeper = ArchiveKeeper(data, folder / "archive", 1 << 30, LogLines("json", "archive"))
        archiving = Thread(target=keeper.run, args=(stop.wait,), daemon=True)
        with bundled_postgres(data) as url, psycopg.connect(url, autocommit=True) as conn:
            conn.execute("CREATE TABLE filed AS SELECT 1 AS row_no")
            archiving.start()
            while not any((folder / "archive").glob("*/*")):
                time.sleep(0.05)
            [self.series] = (folder / "archive").iterdir()
            self.copy = save_base(data, folder, [])
            conn.execute("INSERT INTO filed VALUES (2)")
            self.at = datetime.now(UTC)
            time.sleep(0.05)
            conn.execute("INSERT INTO filed VALUES (3)")
            while behind(data):
                time.sleep(0.05)
            stop.set()
            archiving.join()

    def restored(self, folder: Path, at: datetime | None) -> tuple[bool, list[int]]:
        """Whether the log led to that moment, and what is there."""
        folder.mkdir()
        with opened(self.copy, []) as stream:
            server = unpack_base(stream, folder)
        try:
            is_reached = recover(server, self.series if at else None, at)
            with bundled_postgres(folder) as url, psycopg.connect(url) as conn:
                rows = conn.execute("SELECT row_no FROM filed ORDER BY 1").fetchall()
            return is_reached, [number for (number,) in rows]
        finally:
            server.stop()


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Past]:
    yield Past(tmp_path_factory.mktemp("past"))


def test_a_copy_is_of_the_moment_when_it_ended(past: Past, tmp_path: Path) -> None:
    assert past.restored(tmp_path / "new", None) == (True, [1])


def test_the_archived_log_leads_to_a_moment_and_no_further(past: Past, tmp_path: Path) -> None:
    assert past.restored(tmp_path / "new", past.at) == (True, [1, 2])


def test_where_the_log_ends_before_the_moment_all_of_it_comes_back(
    past: Past, tmp_path: Path
) -> None:
    assert past.restored(tmp_path / "new", datetime.now(UTC)) == (False, [1, 2, 3])


def test_a_copy_of_another_version_is_refused(
    past: Past, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Server, "version", lambda _: "99")
    with pytest.raises(Unavailable, match="another version"), opened(past.copy, []) as stream:
        unpack_base(stream, tmp_path)


def test_a_server_that_a_killed_restore_left_is_ended(past: Past, tmp_path: Path) -> None:
    with opened(past.copy, []) as stream:
        server = unpack_base(stream, tmp_path)
    recover(server, None, None)
    end_left_over(tmp_path)
    assert not server.is_alive()


@pytest.mark.parametrize(
    ("asked", "bound"), [(None, ("--max-rate", "16M")), (40, ("--max-rate", "40M")), (0, ())]
)
def test_a_copy_leaves_filings_their_pace_unless_told_otherwise(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    asked: int | None,
    bound: tuple[str, ...],
) -> None:
    commands: list[tuple[str, ...]] = []

    def keep(command: tuple[str, ...], path: Path, *_: object) -> Path:
        commands.append(command)
        return path

    monkeypatch.setattr(folder_copy, "save_output", keep)
    monkeypatch.setattr(folder_copy, "_log_kept", lambda _: nullcontext())
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    (tmp_path / "data").mkdir()
    save_base(tmp_path / "data", tmp_path / "part", [], rate_mib=asked)
    [command] = commands
    given = tuple(command[command.index("--no-password") + 1 :])
    assert given == bound

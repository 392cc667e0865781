"""A copy of the data folder goes on by the archived log, to a moment or to the end of the log."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

import psycopg
import pytest

from strp.domain.errors import Unavailable
from strp.outside.backups import folder_copy
from strp.outside.backups.encryption import opened
from strp.outside.backups.errors import backup_failed
from strp.outside.backups.folder_copy import (
    end_left_over,
    recover,
    save_base,
    unpack_base,
    usual_rate_mib,
)
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


@pytest.fixture
def commands(small_server: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """What would have been run to copy; each way it begins is noted, and nothing is copied."""
    noted: list[tuple[str, ...]] = []

    def note(command: tuple[str, ...], path: Path, *_: object) -> Path:
        noted.append(command)
        return path

    monkeypatch.setattr(folder_copy, "save_output", note)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    return noted


@pytest.fixture(scope="module")
def small_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Data folder of a server that keeps hardly any log."""
    data = tmp_path_factory.mktemp("small") / "data"
    (data / "postgres").mkdir(parents=True)
    with bundled_postgres(data):
        with psycopg.connect(Server(data / "postgres").upkeep_url(), autocommit=True) as conn:
            for name in ("max_slot_wal_keep_size", "max_wal_size", "min_wal_size"):
                conn.execute(f"ALTER SYSTEM SET {name} = '32MB'")  # type: ignore[arg-type]
            conn.execute("SELECT pg_reload_conf()")
        yield data


@pytest.mark.parametrize(
    ("asked", "bound"), [(None, ("--max-rate", "16M")), (40, ("--max-rate", "40M")), (0, ())]
)
def test_a_copy_leaves_filings_their_pace_unless_told_otherwise(
    small_server: Path,
    commands: list[tuple[str, ...]],
    tmp_path: Path,
    asked: int | None,
    bound: tuple[str, ...],
) -> None:
    save_base(small_server, tmp_path / "part", [], rate_mib=asked)
    assert [rate_of(command) for command in commands] == [bound]


def test_a_large_database_is_read_in_half_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    assert usual_rate_mib(10 << 10) == 16
    assert usual_rate_mib(100 << 10) == 56


def rate_of(command: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(command[command.index("--no-password") + 1 :])


def file_more_than_is_kept(data: Path) -> None:
    """So much log that the server gives up keeping it for anybody."""
    with psycopg.connect(Server(data / "postgres").upkeep_url(), autocommit=True) as conn:
        for _ in range(8):
            conn.execute("SELECT pg_logical_emit_message(false, 'test', 'filed')")
            conn.execute("SELECT pg_switch_wal()")
        conn.execute("CHECKPOINT")


@pytest.fixture
def too_slow(
    commands: list[tuple[str, ...]], small_server: Path, monkeypatch: pytest.MonkeyPatch
) -> list[tuple[str, ...]]:
    """Whatever is bounded copies less than is filed meanwhile."""

    def copy(command: tuple[str, ...], path: Path, *_: object) -> Path:
        commands.append(command)
        if rate_of(command):
            path.write_bytes(b"the beginning")
            file_more_than_is_kept(small_server)
            raise backup_failed("pg_basebackup: a part of the log has already been removed")
        path.touch(exist_ok=False)
        return path

    monkeypatch.setattr(folder_copy, "save_output", copy)
    return commands


def test_where_more_is_filed_than_the_server_keeps_the_copy_is_made_anew_without_a_bound(
    small_server: Path, too_slow: list[tuple[str, ...]], tmp_path: Path
) -> None:
    save_base(small_server, tmp_path, [])
    assert [rate_of(command) for command in too_slow] == [("--max-rate", "16M"), ()]


def test_a_bound_that_was_asked_for_is_kept_and_named_where_it_is_too_low(
    small_server: Path, too_slow: list[tuple[str, ...]], tmp_path: Path
) -> None:
    with pytest.raises(Unavailable, match="a higher --max-rate"):
        save_base(small_server, tmp_path, [], rate_mib=4)
    assert len(too_slow) == 1


def test_a_copy_that_fails_for_another_reason_is_not_repeated(
    small_server: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tries = []

    def fail(command: tuple[str, ...], *_: object) -> Path:
        tries.append(command)
        raise backup_failed("no space left on device")

    monkeypatch.setattr(folder_copy, "save_output", fail)
    with pytest.raises(Unavailable, match="no space left"):
        save_base(small_server, tmp_path, [])
    assert len(tries) == 1

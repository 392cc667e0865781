"""The archive of the log: bounded, whole or refused, and never in the way of the database."""

import json
import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

import psycopg
import pytest

from strp.domain.errors import Unavailable
from strp.outside.backups import keep_archive, wal_archive
from strp.outside.backups.keep_archive import ArchiveKeeper
from strp.outside.backups.wal_archive import (
    forget_archive,
    note_backup,
    prune,
    put_log,
    reach_of,
    series_of,
    slot_state,
)
from strp.outside.machine.log_lines import LogLines
from strp.outside.machine.postgres import bundled_postgres
from strp.outside.machine.postgres_server import Server

OLD, NEW = "20261129T020000Z-0a1b2c3d", "20261130T020000Z-4e5f6a7b"
PART = "0000000100000000000000{:02X}"


def parts(series: Path, *numbers: int, partial: int | None = None) -> Path:
    """A series with such parts of a log, the older ones made earlier."""
    series.mkdir(parents=True, exist_ok=True)
    for number in numbers:
        path = series / PART.format(number)
        path.write_bytes(b"whole")
        os.utime(path, (number, number))
    if partial is not None:
        (series / f"{PART.format(partial)}.partial").write_bytes(b"begun")
    return series


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_oldest_parts_go_where_the_archive_is_too_large(tmp_path: Path) -> None:
    old, new = parts(tmp_path / OLD, 1, 2), parts(tmp_path / NEW, 3, 4, 5)
    assert prune(tmp_path, most_bytes=15) == 2
    assert (names(old), names(new)) == ([], [PART.format(n) for n in (3, 4, 5)])


def test_the_newest_two_parts_stay_however_small_the_bound(tmp_path: Path) -> None:
    series = parts(tmp_path / NEW, 1, 2, 3)
    prune(tmp_path, most_bytes=0)
    assert names(series) == [PART.format(2), PART.format(3)]


def test_the_log_of_another_server_beside_it_is_left_alone(tmp_path: Path) -> None:
    other, series = parts(tmp_path / "pg16-main", 1, 2, 3), parts(tmp_path / NEW, 4, 5)
    assert prune(tmp_path, most_bytes=0) == 0
    assert (len(names(other)), len(names(series))) == (3, 2)


def test_a_log_with_a_hole_is_not_replayed(tmp_path: Path) -> None:
    series, there = parts(tmp_path / "series", 1, 2, 4), parts(tmp_path / "pg_wal")
    with pytest.raises(Unavailable, match=PART.format(3)):
        put_log(series, PART.format(1), there)


def test_what_the_copy_brings_itself_fills_no_hole_twice(tmp_path: Path) -> None:
    series, there = parts(tmp_path / "series", 2, 4, partial=5), parts(tmp_path / "pg_wal", 3)
    put_log(series, PART.format(2), there)
    assert names(there) == [PART.format(number) for number in (2, 3, 4, 5)]


def test_a_part_that_was_only_begun_never_replaces_a_whole_one(tmp_path: Path) -> None:
    series, there = parts(tmp_path / "series", partial=3), parts(tmp_path / "pg_wal", 3)
    put_log(series, PART.format(3), there)
    assert (there / PART.format(3)).read_bytes() == b"whole"


def test_an_archive_tells_whether_a_backup_leads_into_it(tmp_path: Path) -> None:
    series, at = parts(tmp_path / NEW, 3, 4), datetime.now(UTC)
    assert reach_of(series).last_backup is None
    note_backup(series, at, PART.format(3))
    found = reach_of(series)
    assert (found.last_backup, found.goes_on) == (at, True)
    prune(tmp_path, most_bytes=0)
    (series / PART.format(3)).unlink()
    assert not reach_of(series).goes_on


class Kept:
    """An archive that a thread keeps, with what it said."""

    def __init__(self, data: Path, archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folders = data, archive
        self.capsys = capsys
        self.said: list[str] = []
        self.again()

    def again(self) -> None:
        """Start it, as `strp serve` does."""
        self.stop = Event()
        self.keeper = ArchiveKeeper(*self.folders, 1 << 30, LogLines("json", "archive"))
        self.thread = Thread(target=self.keeper.run, args=(self.stop.wait,), daemon=True)
        self.thread.start()

    def events(self) -> list[str]:
        lines = self.capsys.readouterr().err.splitlines()
        self.said += [json.loads(line)["event"] for line in lines if line.startswith("{")]
        return self.said


@pytest.fixture
def kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Kept]:
    monkeypatch.setattr(keep_archive, "LOOK_EVERY_S", 0.1)
    monkeypatch.setattr(wal_archive, "STEADY_S", 0.5)
    with bundled_postgres(tmp_path / "data"):
        kept = Kept(tmp_path / "data", tmp_path / "archive", capsys)
        yield kept
        kept.stop.set()
        kept.thread.join()


def until(is_so: Callable[[], object]) -> None:
    deadline = time.monotonic() + 40
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def ask(data: Path, statement: str) -> object:
    with psycopg.connect(Server(data / "postgres").upkeep_url(), autocommit=True) as conn:
        return conn.execute(statement).fetchone()


def test_an_archive_that_stalls_says_why_and_goes_on_by_itself(kept: Kept, tmp_path: Path) -> None:
    archive, data = tmp_path / "archive", tmp_path / "data"
    until(lambda: any(archive.glob("*/*")))
    series = series_of(archive, data)
    assert series is not None
    moved = series.rename(tmp_path / "gone")
    end_receiver(kept)
    until(lambda: "archive_stalled" in kept.events())
    moved.rename(series)
    until(lambda: "archive_goes_on" in kept.events())
    assert kept.said == ["archive_begun", "archive_stalled", "archive_goes_on"]
    assert slot_state(Server(data / "postgres")) == "reserved"


def test_a_log_that_the_server_no_longer_has_begins_a_new_series(
    kept: Kept, tmp_path: Path
) -> None:
    archive, data = tmp_path / "archive", tmp_path / "data"
    until(lambda: any(archive.glob("*/*")))
    first = series_of(archive, data)
    kept.stop.set()
    kept.thread.join()
    until(lambda: ask(data, "SELECT active FROM pg_replication_slots") == (False,))
    ask(data, "SELECT pg_drop_replication_slot('strp_archive')")
    kept.again()
    until(lambda: series_of(archive, data) != first)
    until(lambda: slot_state(Server(data / "postgres")) == "reserved")
    assert kept.events().count("archive_begun") == 2


def test_a_system_without_archive_lets_the_server_keep_nothing_for_it(
    kept: Kept, tmp_path: Path
) -> None:
    archive, data = tmp_path / "archive", tmp_path / "data"
    until(lambda: any(archive.glob("*/*")))
    kept.stop.set()
    kept.thread.join()
    until(lambda: ask(data, "SELECT active FROM pg_replication_slots") == (False,))
    forget_archive(data)
    assert slot_state(Server(data / "postgres")) == "" and series_of(archive, data) is None


def end_receiver(kept: Kept) -> None:
    """End the program that writes the archive, without a word."""
    receiver = kept.keeper._receiver
    assert receiver is not None and receiver._running is not None
    receiver._running.kill()

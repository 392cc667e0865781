"""An operator backs a running system up, tries the backup, and restores it on another host."""

import json
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import psycopg
import pyrage
import pytest

from strp.outside.keys import load_keys
from strp.outside.machine.postgres import bundled_postgres
from tests.journeys.disks import small_disk
from tests.journeys.running import (
    BANK,
    Installation,
    fresh_workers,
    installation,
    post_workers,
    until_issued,
)
from tests.ports import free_port


@dataclass(slots=True)
class City:
    """A running system whose log is archived, with one backup of it.

    Args:
        backup: sealed for `identity`.
        filed: application ids in the order in which they were filed.
    """

    running: Installation
    backup: Path
    identity: Path
    recipient: str
    filed: list[str] = field(default_factory=list)

    def file(self) -> str:
        """File one worker, and wait for the certificate."""
        with self.running.client(BANK) as client:
            answer = post_workers(client, BANK, fresh_workers(1))
            assert answer.status_code == 202, answer.text
            self.filed.append(answer.json()["application_id"])
            until_issued(client, self.filed[-1])
        return self.filed[-1]

    def host(self, folder: Path) -> Installation:
        """Another host, with nothing on it."""
        return Installation(folder, free_port())


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    folder = tmp_path_factory.mktemp("city")
    secret = pyrage.x25519.Identity.generate()
    identity = folder / "identity.txt"
    identity.write_text(f"# of the operator\n{secret}\n")
    recipient = str(secret.to_public())
    archive = str(folder / "archive")
    with installation(folder / "own", STRP_ARCHIVE_DIR=archive) as running:
        city = City(running, folder / "backup", identity, recipient)
        city.file()
        until(lambda: any(Path(archive).glob("*/*")))
        tell(running.run("backup", str(city.backup), "--recipient", recipient, "--json"))
        yield city


def tell(done: "CompletedProcess[str]") -> dict[str, Any]:
    """The document of a command that was done."""
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def refused(done: "CompletedProcess[str]", code: str) -> str:
    """What a command said that was refused with a code."""
    assert (done.returncode, f"[{code}]" in done.stderr) == (3, True), done.stderr
    return done.stderr


def until(is_so: Callable[[], bool], within_s: float = 60.0) -> None:
    deadline = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def applications(host: Installation) -> set[str]:
    """What a restored database holds."""
    with bundled_postgres(host.folder / "data") as url, psycopg.connect(url) as conn:
        return {str(one) for (one,) in conn.execute("SELECT application_id FROM application")}


def slots(running: Installation) -> list[str]:
    return [name for (name,) in running.ask("SELECT slot_name FROM pg_replication_slots")]


def test_a_sealed_backup_shows_nothing_and_its_recipient_finds_it_sound(town: City) -> None:
    names = {path.name for path in town.backup.iterdir()}
    assert names == {"manifest.json", "base.tar.gz.age", "keys.tar.age"}
    assert town.backup.stat().st_mode & 0o777 == 0o700
    verify = ("backup", "verify", str(town.backup))
    found = tell(town.running.run(*verify, "--identity", str(town.identity), "--json"))
    assert (found["books"], found["certificates_verified"]) == ("sound", 1)


def test_doctor_and_metrics_tell_how_the_archive_stands(town: City) -> None:
    with town.running.client() as client:
        told = client.get("/metrics").text
    assert "strp_archive_stalled 0.0" in told and "strp_archive_behind_bytes" in told
    found = json.loads(town.running.run("doctor", "--no-books", "--json").stdout)["findings"]
    [archive] = [each for each in found if each["topic"] == "archive"]
    assert archive["state"] == "ok" and " WIB on" in archive["value"]


def test_nobody_but_its_recipient_reads_a_sealed_backup(town: City, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text(f"{pyrage.x25519.Identity.generate()}\n")
    verify = ("backup", "verify", str(town.backup))
    refused(town.running.run(*verify), "backup-locked")
    refused(town.running.run(*verify, "--identity", str(other)), "backup-locked")


def test_a_backup_without_recipient_says_what_is_in_the_clear(town: City, tmp_path: Path) -> None:
    whole = town.running.run("backup", str(tmp_path / "whole"), "--json")
    apart = town.running.run("backup", str(tmp_path / "b"), "--keys", str(tmp_path / "k"), "--json")
    assert tell(whole)["encrypted"] is False and "holds the keys too" in whole.stderr
    assert tell(apart)["keys"] == str(tmp_path / "k")
    assert "are sealed by the keys" in apart.stderr and not (tmp_path / "b" / "keys").exists()
    assert (tmp_path / "k").stat().st_mode & 0o777 == 0o700


def test_a_restored_system_beside_the_running_one_answers_for_every_receipt(
    town: City, tmp_path: Path
) -> None:
    before = list(town.filed)
    host = town.host(tmp_path / "new")
    done = tell(host.run("restore", str(town.backup), "--identity", str(town.identity), "--json"))
    [unknown] = done["certificates_of_unknown_state"]
    assert unknown["certificates"] == 1 and unknown["first_serial"] == unknown["last_serial"]
    host._keys.update(town.running._keys)
    host.start()
    try:
        with host.client(BANK) as client, town.running.client(BANK) as old:
            [old_serial] = [one["serial"] for one in until_issued(old, before[0])]
            assert [one["serial"] for one in until_issued(client, before[0])] == [old_serial]
            theirs = post_workers(client, BANK, fresh_workers(1)).json()["application_id"]
            ours = town.file()
            serials = {until_issued(client, theirs)[0]["serial"], old_serial}
            serials |= {one["serial"] for one in until_issued(old, ours)}
        assert len(serials) == 3 and theirs != ours
    finally:
        host.stop()


def test_a_restore_reaches_any_moment_by_the_archived_log(town: City, tmp_path: Path) -> None:
    kept = town.file()
    time.sleep(0.1)
    at = datetime.now(UTC)
    lost = town.file()
    host = town.host(tmp_path / "then")
    named = ("--identity", str(town.identity), "--at", at.isoformat(), "--json")
    # Until the archive has what is newer than that moment.
    until(lambda: tell(host.run("restore", str(town.backup), *named))["restored_to"] != "")
    found = applications(host)
    assert kept in found and lost not in found


def test_a_moment_before_the_backup_is_refused_with_advice(town: City, tmp_path: Path) -> None:
    host = town.host(tmp_path / "before")
    early = ("--at", "2021-07-05T09:00", "--identity", str(town.identity))
    assert "earlier backup" in refused(
        host.run("restore", str(town.backup), *early), "backup-failed"
    )
    assert not (host.folder / "data" / "postgres").exists()


def test_a_later_moment_without_the_archive_is_refused_with_advice(
    town: City, tmp_path: Path
) -> None:
    moved = shutil.copytree(town.backup, tmp_path / "moved")
    manifest = moved / "manifest.json"
    manifest.write_text(manifest.read_text().replace("/archive/", "/gone/"))
    named = ("--at", datetime.now(UTC).isoformat(), "--identity", str(town.identity))
    done = town.host(tmp_path / "new").run("restore", str(moved), *named)
    assert "--archive" in refused(done, "backup-failed")


def test_a_backup_killed_in_the_middle_is_none_and_the_next_one_is_whole(
    town: City, tmp_path: Path
) -> None:
    folder = tmp_path / "killed"
    running = town.running.begin("backup", str(folder))
    until(lambda: (tmp_path / ".killed.part" / "base.tar.gz").exists())
    running.kill()
    running.wait()
    assert not folder.exists()
    refused(town.running.run("backup", "verify", str(tmp_path / ".killed.part")), "backup-broken")
    until(lambda: slots(town.running) == ["strp_archive"])
    tell(town.running.run("backup", str(folder), "--json"))
    assert [path.name for path in tmp_path.iterdir()] == ["killed"]
    tell(town.running.run("backup", "verify", str(folder), "--json"))


def test_a_backup_that_finds_no_space_leaves_nothing_behind(town: City, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 2) as disk:
        said = refused(town.running.run("backup", str(disk.folder / "b")), "backup-failed")
        assert "No space left" in said and list(disk.folder.iterdir()) == []


def test_a_restore_that_finds_no_space_leaves_nothing_behind_and_is_repeated(
    town: City, tmp_path: Path
) -> None:
    host = town.host(tmp_path / "small")
    named = ("restore", str(town.backup), "--identity", str(town.identity))
    with small_disk(host.folder / "data", 30) as disk:
        refused(host.run(*named), "backup-failed")
        assert list(disk.folder.iterdir()) == []
        disk.enlarge(600)
        assert host.run(*named).returncode == 0
        assert {path.name for path in disk.folder.iterdir()} == {"keys", "postgres"}


def test_a_restore_killed_in_the_middle_leaves_no_system_and_is_repeated(
    town: City, tmp_path: Path
) -> None:
    host = town.host(tmp_path / "new")
    data = host.folder / "data"
    named = ("restore", str(town.backup), "--identity", str(town.identity))
    running = host.begin(*named)
    until(lambda: (data / ".restoring" / "postgres" / "recovery.signal").exists())
    running.kill()
    running.wait()
    assert not (data / "postgres").exists() and not (data / "keys").exists()
    again = host.run(*named)
    assert again.returncode == 0, again.stderr
    assert town.filed[0] in applications(host)
    assert not (data / ".restoring").exists()


def test_a_restore_onto_a_system_that_is_there_is_refused(town: City) -> None:
    before = applications(town.running)
    named = ("restore", str(town.backup), "--identity", str(town.identity))
    assert "is there already" in refused(town.running.run(*named), "backup-failed")
    assert applications(town.running) == before


def test_keys_of_another_installation_are_refused(town: City, tmp_path: Path) -> None:
    load_keys(tmp_path / "others")
    named = ("--identity", str(town.identity), "--keys", str(tmp_path / "others"))
    host = town.host(tmp_path / "new")
    refused(host.run("restore", str(town.backup), *named), "keys-differ")
    assert list((host.folder / "data").iterdir()) == []
    refused(host.run("backup", "verify", str(town.backup), *named), "keys-differ")


def test_a_backup_into_a_folder_with_files_is_refused(town: City, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("ours")
    assert "not empty" in refused(town.running.run("backup", str(tmp_path)), "backup-failed")
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]

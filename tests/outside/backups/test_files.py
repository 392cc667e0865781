"""The folder of a backup: whole or refused, whatever was cut, changed or made by somebody else."""

import io
import json
import os
import tarfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pyrage
import pytest

from strp.domain.errors import Unavailable
from strp.outside.backups.encryption import opened, write_sealed
from strp.outside.backups.files import (
    BASE,
    KEYS,
    new_backup,
    only_one,
    read_manifest,
    save_keys,
    take_keys,
    unpack,
    write_manifest,
)
from strp.outside.backups.programs import save_output
from strp.outside.keys import load_keys

AT = datetime(2026, 11, 30, tzinfo=UTC)


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    load_keys(tmp_path / "own")
    with new_backup(tmp_path / "backup") as part:
        (part / BASE).write_bytes(b"all of it")
        save_keys(tmp_path / "own", part / KEYS, [])
        write_manifest(part, {"made_at": AT, "ended_at": AT})
    return tmp_path / "backup"


def code(act: Callable[[], object]) -> str:
    with pytest.raises(Unavailable) as raised:
        act()
    return raised.value.code


def newer(folder: Path) -> None:
    told = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**told, "format": told["format"] + 1}))


def test_a_whole_backup_says_what_it_is(backup: Path) -> None:
    found = read_manifest(backup)
    assert (found.is_base, found.is_sealed, found.has_keys) == (True, False, True)
    assert (found.made_at, found.archive) == (AT, None)
    assert backup.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: (folder / BASE).write_bytes(b"all of i"),
        lambda folder: (folder / KEYS / "tag.key").unlink(),
        lambda folder: (folder / "manifest.json").unlink(),
        lambda folder: (folder / "manifest.json").write_text("{"),
        lambda folder: (folder / "manifest.json").write_text("[]"),
        lambda folder: (folder / "manifest.json").write_text('{"format": 2, "files": {}}'),
        newer,
    ],
    ids=["cut short", "a key is gone", "no manifest", "half", "a list", "no data", "newer"],
)
def test_a_backup_that_is_not_whole_is_refused(
    backup: Path, spoil: Callable[[Path], object]
) -> None:
    spoil(backup)
    assert code(lambda: read_manifest(backup)) == "backup-broken"


def test_a_failure_in_the_middle_leaves_nothing(tmp_path: Path) -> None:
    def fail() -> None:
        with new_backup(tmp_path / "backup") as part:
            (part / BASE).write_bytes(b"half")
            raise OSError(28, "No space left on device")

    assert code(fail) == "backup-failed" and list(tmp_path.iterdir()) == []


def test_two_backups_into_one_folder_at_once_do_not_mix(tmp_path: Path) -> None:
    def second() -> None:
        with new_backup(tmp_path / "backup"):
            pass

    with new_backup(tmp_path / "backup") as part:
        assert code(second) == "backup-failed"
        assert part.exists()
    assert (tmp_path / "backup").exists()


def test_a_folder_is_free_again_once_its_user_is_gone(tmp_path: Path) -> None:
    with only_one(tmp_path):
        assert code(lambda: only_one(tmp_path).__enter__()) == "backup-failed"
    with only_one(tmp_path):
        pass


def test_sealed_keys_come_back_as_they_were_with_their_times(tmp_path: Path) -> None:
    load_keys(tmp_path / "own")
    secret = pyrage.x25519.Identity.generate()
    save_keys(tmp_path / "own", tmp_path / "apart", [secret.to_public()])
    take_keys(tmp_path / "apart", tmp_path / "new", [secret])
    for path in (tmp_path / "own").iterdir():
        again = tmp_path / "new" / path.name
        assert again.read_bytes() == path.read_bytes()
        assert abs(again.stat().st_mtime - path.stat().st_mtime) < 1
        assert again.stat().st_mode & 0o777 == 0o600


def test_a_folder_without_keys_is_refused(tmp_path: Path) -> None:
    assert code(lambda: take_keys(tmp_path, tmp_path / "new", [])) == "backup-failed"


@pytest.mark.parametrize("name", ["../outside", "/outside", "a/../../outside"])
def test_a_file_that_would_land_outside_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        tar.addfile(tarfile.TarInfo(name), io.BytesIO())
    packed.seek(0)
    target = tmp_path / "target"
    target.mkdir()
    assert code(lambda: unpack(packed, target, mode="r:")) == "backup-broken"
    assert [path.name for path in tmp_path.iterdir()] == ["target"]


def test_a_link_is_not_unpacked(tmp_path: Path) -> None:
    packed, link = io.BytesIO(), tarfile.TarInfo("link")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    with tarfile.open(fileobj=packed, mode="w") as tar:
        tar.addfile(link)
    packed.seek(0)
    unpack(packed, tmp_path, mode="r:")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("where", [10, 300, -1])
def test_a_sealed_file_that_was_changed_is_noticed_while_it_is_read(
    tmp_path: Path, where: int
) -> None:
    secret = pyrage.x25519.Identity.generate()
    sealed = write_sealed(io.BytesIO(bytes(200_000)), tmp_path / "f", [secret.to_public()])
    spoiled = bytearray(sealed.read_bytes())
    spoiled[where] ^= 1
    sealed.write_bytes(spoiled)

    def read() -> None:
        with opened(sealed, [secret]) as stream:
            stream.read()

    assert code(read) == "backup-broken"


def test_a_sealed_file_that_nobody_reads_to_its_end_holds_nobody_up(tmp_path: Path) -> None:
    secret = pyrage.x25519.Identity.generate()
    sealed = write_sealed(io.BytesIO(bytes(3 << 20)), tmp_path / "f", [secret.to_public()])
    with pytest.raises(KeyError), opened(sealed, [secret]) as stream:
        stream.read(1)
        raise KeyError


@pytest.mark.parametrize("is_sealed", [True, False])
def test_a_backup_goes_to_the_disk_as_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_sealed: bool
) -> None:
    secret, content, settled = pyrage.x25519.Identity.generate(), os.urandom(20 << 20), []
    path, sync = tmp_path / "f", os.fdatasync
    monkeypatch.setattr(os, "fdatasync", lambda file: settled.append(sync(file)))

    written = write_sealed(io.BytesIO(content), path, [secret.to_public()] if is_sealed else [])

    assert len(settled) == 2  # each 8 MiB; the rest at its end
    with opened(written, [secret]) as stream:
        assert stream.read() == content


def test_what_a_backup_runs_takes_what_other_sessions_leave(tmp_path: Path) -> None:
    group = Path("/proc/self/autogroup")
    if not os.access(group, os.W_OK):
        pytest.skip("no such kernel")
    written = save_output(["cat", str(group)], tmp_path / "f", [], "postgresql:///")
    assert written.read_text().endswith("nice 5\n")
    assert not group.read_text().endswith("nice 5\n")

"""What is wrong is said before anything starts: by `check-config`, and by each start."""

import json
import os
import pwd
import subprocess
import sys
from pathlib import Path

import pytest

from strp.outside.keys import load_keys
from tests.cli.conftest import STRP, environment

SOUND = "Sound: nothing to do." if os.geteuid() else "Sound, with 1 thing worth a look."
"""Root is told that it was asked as root."""


def run(folder: Path, *command: str, **given: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [STRP, *command],
        env={**environment(folder), **given},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_sound_settings_are_said_to_be_sound(tmp_path: Path) -> None:
    done = run(tmp_path, "check-config", STRP_EXERCISE="1")
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, SOUND)


def test_the_verdict_comes_before_what_is_wrong(tmp_path: Path) -> None:
    done = run(tmp_path, "check-config", STRP_PORT="0", STRP_WATING_ROOM="on")
    first = done.stdout.splitlines()[0]
    assert first.startswith("Not sound: 2 things are wrong.")
    assert "`strp check-config`" in first


def test_everything_wrong_is_named_at_once(tmp_path: Path) -> None:
    done = run(tmp_path, "check-config", "--json", STRP_PORT="0", STRP_WATING_ROOM="on")
    found = json.loads(done.stdout)["findings"]
    named = {each["variable"] for each in found if each["wrong"]}
    assert (done.returncode, named) == (2, {"STRP_PORT", "STRP_WATING_ROOM"})


def test_a_start_says_the_same_and_does_not_begin(tmp_path: Path) -> None:
    done = run(tmp_path, "serve", STRP_PORT="0", STRP_WATING_ROOM="on")
    assert (done.returncode, "STRP_WAITING_ROOM" in done.stderr) == (2, True)
    assert not (tmp_path / "postgres").exists()


def test_a_key_that_is_empty_is_one_sentence_before_anything_starts(tmp_path: Path) -> None:
    load_keys(tmp_path / "keys")
    (tmp_path / "keys" / "tag.key").write_bytes(b"")
    for command in ("serve", "check-config"):
        done = run(tmp_path, command, STRP_DATA_DIR=str(tmp_path))
        said = done.stderr + done.stdout
        assert (done.returncode, said.count("tag.key cannot be used")) == (3, 1)
        assert "Traceback" not in said
    assert not (tmp_path / "postgres").exists()


def test_a_folder_that_is_a_file_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    done = run(tmp_path, "db", "migrate", STRP_DATA_DIR=str(tmp_path / "data"))
    assert (done.returncode, "folder-unusable" in done.stderr) == (3, True)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("variable", ["STRP_DATA_DIR", "STRP_FRONT_DIR"])
def test_a_folder_that_cannot_be_made_is_told_beforehand(tmp_path: Path, variable: str) -> None:
    (tmp_path / "file").write_text("")
    done = run(tmp_path / "data", "check-config", **{variable: str(tmp_path / "file" / "below")})
    assert (done.returncode, variable in done.stdout) == (3, True)


@pytest.mark.skipif(os.geteuid() != 0, reason="root alone runs a command as somebody else")
def test_a_folder_of_somebody_else_is_told_with_the_account_that_runs(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", AS_DAEMON, str(tmp_path / "data")],
        env={**environment(tmp_path / "data")},
        capture_output=True,
        text=True,
    )
    assert "the account daemon cannot write" in done.stdout, done.stderr


# Loads the program while it may read it, and looks as another account.
AS_DAEMON = """
import os, pwd, sys
from strp.cli.program import app
os.setuid(pwd.getpwnam("daemon").pw_uid)
app(["check-config"])
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="root alone gives files away")
def test_root_is_told_that_it_may_write_where_the_service_may_not(tmp_path: Path) -> None:
    load_keys(tmp_path / "keys")
    of_daemon(tmp_path, tmp_path / "keys", *(tmp_path / "keys").iterdir())
    done = run(tmp_path, "check-config", STRP_DATA_DIR=str(tmp_path))
    assert (done.returncode, "runuser -u daemon" in done.stdout) == (0, True)


@pytest.mark.skipif(os.geteuid() != 0, reason="root alone gives files away")
def test_a_file_that_root_left_in_the_installation_of_the_service_is_wrong(tmp_path: Path) -> None:
    load_keys(tmp_path / "keys")
    of_daemon(tmp_path, tmp_path / "keys", *(tmp_path / "keys").iterdir())
    (tmp_path / "postgres.lock").touch()
    done = run(tmp_path, "check-config", STRP_DATA_DIR=str(tmp_path))
    mend = f"chown -R daemon: {tmp_path}/postgres.lock"
    assert (done.returncode, mend in done.stdout) == (3, True)


@pytest.mark.skipif(os.geteuid() != 0, reason="root alone gives files away")
def test_a_command_of_root_leaves_nothing_in_the_installation_of_the_service(
    tmp_path: Path,
) -> None:
    load_keys(tmp_path / "keys")
    of_daemon(tmp_path, tmp_path / "keys", *(tmp_path / "keys").iterdir())
    for command in (("serve",), ("db", "migrate", "--yes"), ("account", "list")):
        done = run(tmp_path, *command, STRP_DATA_DIR=str(tmp_path), STRP_PORT="1")
        assert (done.returncode, "installation-of-another" in done.stderr) == (3, True)
    assert [each.name for each in tmp_path.iterdir()] == ["keys"]


def of_daemon(*paths: Path) -> None:
    for path in paths:
        os.chown(path, pwd.getpwnam("daemon").pw_uid, pwd.getpwnam("daemon").pw_gid)


def test_a_key_that_others_can_read_is_told(tmp_path: Path) -> None:
    load_keys(tmp_path / "keys")
    (tmp_path / "keys" / "tag.key").chmod(0o644)
    done = run(tmp_path, "check-config")
    assert (done.returncode, f"chmod go= {tmp_path}/keys/tag.key" in done.stdout) == (3, True)

"""What is wrong is said before anything starts: by `check-config`, and by each start."""

import json
import subprocess
from pathlib import Path

from strp.outside.keys import load_keys
from tests.cli.conftest import STRP, environment


def run(folder: Path, *command: str, **given: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [STRP, *command],
        env={**environment(folder), **given},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_sound_settings_are_said_to_be_sound(tmp_path: Path) -> None:
    done = run(tmp_path, "check-config")
    assert (done.returncode, done.stdout) == (0, "The settings are sound.\n")


def test_everything_wrong_is_named_at_once(tmp_path: Path) -> None:
    done = run(tmp_path, "check-config", "--json", STRP_PORT="0", STRP_WATING_ROOM="on")
    named = {each["variable"] for each in json.loads(done.stdout)["findings"]}
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
        said = (done.stderr + done.stdout).strip().splitlines()
        assert (done.returncode, len(said), "tag.key" in said[0]) == (3, 1, True)
    assert not (tmp_path / "postgres").exists()


def test_a_folder_that_is_a_file_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    done = run(tmp_path, "db", "status", STRP_DATA_DIR=str(tmp_path / "data"))
    assert (done.returncode, "folder-unusable" in done.stderr) == (3, True)
    assert "Traceback" not in done.stderr

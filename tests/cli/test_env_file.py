"""Settings from a file, for every command; and what is said of a file that is wrong."""

import subprocess
from pathlib import Path

import pytest

from strp.cli.env_file import option_first, read_env_file
from tests.cli.conftest import STRP, environment


def run(folder: Path, *command: str, **given: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [STRP, *command],
        env={**environment(folder), **given},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "strp.env"
    path.write_text("# a comment\nSTRP_PORT='0'  # none\nSTRP_WAITING_ROOM=perhaps\n\n")
    return path


@pytest.mark.parametrize("before", [True, False])
def test_a_command_takes_its_settings_from_a_file(file: Path, tmp_path: Path, before: bool) -> None:
    option = ["--env-file", str(file)]
    command = [*option, "check-config"] if before else ["check-config", *option]
    done = run(tmp_path, *command)
    assert done.returncode == 2
    assert "STRP_PORT" in done.stdout and "STRP_WAITING_ROOM" in done.stdout


def test_what_the_environment_holds_counts_before_the_file(file: Path, tmp_path: Path) -> None:
    done = run(
        tmp_path,
        *("check-config", f"--env-file={file}"),
        STRP_PORT="8001",
        STRP_WAITING_ROOM="on",
    )
    assert (done.returncode, done.stdout.startswith("Sound")) == (0, True)


def test_the_option_may_stand_anywhere_but_behind_two_dashes() -> None:
    assert option_first(["a", "--env-file", "f", "b"]) == ["--env-file", "f", "a", "b"]
    assert option_first(["a", "--", "--env-file", "f"]) == ["a", "--", "--env-file", "f"]
    assert option_first(["a", "--env-file"]) == ["--env-file", "a"]


@pytest.mark.parametrize("line", ["STRP_MAIL_FROM=STRP <strp@city>", "a b", "='x'", "X='secret"])
def test_a_line_that_is_no_variable_is_named_and_its_value_is_not_shown(
    tmp_path: Path, line: str
) -> None:
    path = tmp_path / "strp.env"
    path.write_text(f"STRP_PORT=8000\n{line}\n")
    done = run(tmp_path, "--env-file", str(path), "check-config")
    assert (done.returncode, "line 2" in done.stderr, "secret" in done.stderr) == (2, True, False)


def test_a_file_that_is_not_there_says_which_one_to_copy(tmp_path: Path) -> None:
    done = run(tmp_path, "--env-file", str(tmp_path / "none"), "check-config")
    assert (done.returncode, "copy deploy/strp.env there" in done.stderr) == (2, True)


def test_a_folder_in_its_place_is_another_sentence(tmp_path: Path) -> None:
    done = run(tmp_path, "--env-file", str(tmp_path), "check-config")
    assert (done.returncode, "another kind" in done.stderr) == (2, True)


def test_a_variable_that_is_empty_does_not_hide_what_the_file_says(
    file: Path, tmp_path: Path
) -> None:
    done = run(tmp_path, "check-config", f"--env-file={file}", STRP_PORT="")
    assert (done.returncode, "STRP_PORT" in done.stdout) == (2, True)


def test_a_value_keeps_what_stands_between_quotes(tmp_path: Path) -> None:
    path = tmp_path / "strp.env"
    path.write_text('A=\'x # "y" $z\'\nB="two words"\nC=\n')
    assert read_env_file(path) == {"A": 'x # "y" $z', "B": "two words", "C": ""}


def test_the_release_is_told(tmp_path: Path) -> None:
    from strp import __version__

    done = run(tmp_path, "--version")
    assert (done.returncode, done.stdout) == (0, f"strp {__version__}\n")

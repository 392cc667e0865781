"""A command that looks, or acts on what is there, makes no new installation in a wrong folder."""

import subprocess
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.cli.conftest import STRP, Shell, environment

LOOKS = (
    ("room", "status"),
    ("db", "status"),
    ("policy", "list"),
    ("account", "list"),
    ("mail", "status"),
    ("certificate", "acts"),
    ("closure", "list"),
    ("doctor",),
)
ACTS = (
    ("account", "add", "--role", "officer", "--email", "a@city.example", "--yes"),
    ("stop-issuing", "--yes"),
    ("worker",),
    ("backup", "copy"),
)


@pytest.mark.parametrize("command", [*LOOKS, *ACTS], ids=" ".join)
def test_it_says_that_there_is_no_database_and_leaves_no_folder(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    folder = tmp_path / "typo"
    done = subprocess.run(
        [STRP, *command], env=environment(folder), cwd=tmp_path, capture_output=True, text=True
    )
    assert (done.returncode, "database-none" in done.stdout + done.stderr) == (3, True)
    assert list(tmp_path.iterdir()) == []


def test_keys_are_made_by_the_first_migration_alone(
    create_database: Callable[..., AbstractContextManager[str]], tmp_path: Path
) -> None:
    with create_database() as url:
        strp, elsewhere = (Shell(environment(tmp_path / name, url)) for name in ("a", "b"))
        assert strp("db", "migrate").returncode == 0
        assert (tmp_path / "a" / "keys" / "tag.key").exists()
        done = elsewhere("account", "list")
        assert (done.returncode, "keys-not-made" in done.stderr) == (3, True)
        assert not (tmp_path / "b").exists()
        assert strp("account", "list").returncode == 0

"""A process keeps its temporary files to itself and removes what the dead have left."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from strp.outside.machine.temporary_files import use_own_temporary_folder


@pytest.fixture(autouse=True)
def usual_folder() -> Iterator[None]:
    """Puts the folder of this test process back."""
    before = tempfile.tempdir
    yield
    tempfile.tempdir = before


def test_temporary_files_go_into_the_folder_of_the_process(tmp_path: Path) -> None:
    own = use_own_temporary_folder(tmp_path)

    with tempfile.NamedTemporaryFile() as file:
        assert Path(file.name).parent == own


def test_nobody_else_may_look_into_it(tmp_path: Path) -> None:
    assert use_own_temporary_folder(tmp_path).stat().st_mode & 0o077 == 0


def test_what_a_dead_process_left_is_removed(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as dead:
        dead.wait()
    left = tmp_path / "temporary" / str(dead.pid)
    left.mkdir(parents=True)
    (left / "strp-roster-x").write_text("Siti Aminah")

    use_own_temporary_folder(tmp_path)

    assert not left.exists()


def test_what_a_living_process_works_on_stays(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as living:
        used = tmp_path / "temporary" / str(living.pid)
        used.mkdir(parents=True)

        use_own_temporary_folder(tmp_path)

        assert used.exists()

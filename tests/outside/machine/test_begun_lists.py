"""A list that was begun is gone on with on this machine, by one process at a time."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from strp.domain.epochs import KEY_BYTES, LOWEST_EPOCH, NUMBERS_OF_EPOCH
from strp.outside.machine.begun_lists import BegunLists

EPOCH = LOWEST_EPOCH + 5
KEY = bytes(range(256)) * 8
BEGUN = """
import os, sys
from pathlib import Path
from strp.outside.machine.begun_lists import BegunLists

lists = BegunLists(Path(sys.argv[1]), "here", Path(sys.argv[1]))
[begun] = lists.left()
print(begun.epoch, begun.take(10), flush=True)
os.kill(os.getpid(), 9)
"""


@pytest.fixture
def lists(tmp_path: Path) -> BegunLists:
    assert len(KEY) == KEY_BYTES
    return BegunLists(tmp_path, "here", tmp_path)


def begun_here(lists: BegunLists) -> list[tuple[int, int]]:
    """Lists that a process would go on with, and where; they are held no longer afterwards."""
    return [(begun.epoch, begun.take(0).start) for begun in lists.left()]


@pytest.fixture
def folder(lists: BegunLists, tmp_path: Path) -> Iterator[Path]:
    """The folder of a list of which 10 numbers were given by a process that has ended."""
    lists.keep(EPOCH, KEY).take(10)
    [found] = [path for path in tmp_path.iterdir() if path.name.startswith("strp-lists-")]
    yield found


@pytest.mark.usefixtures("folder")
def test_a_list_goes_on_where_the_process_before_was_killed(
    lists: BegunLists, tmp_path: Path
) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", BEGUN, tmp_path], capture_output=True, text=True, check=False
    )

    assert killed.returncode == -9
    assert killed.stdout == f"{EPOCH} range(10, 20)\n"
    assert begun_here(lists) == [(EPOCH, 20)]


def test_nobody_goes_on_in_a_list_that_a_process_holds(lists: BegunLists) -> None:
    held = lists.keep(EPOCH, KEY)

    assert begun_here(lists) == []
    assert held.take(3) == range(3)


def test_a_list_that_is_used_up_is_forgotten(lists: BegunLists, folder: Path) -> None:
    [begun] = lists.left()
    assert begun.take(NUMBERS_OF_EPOCH) == range(10, NUMBERS_OF_EPOCH)
    assert not begun.take(1)
    del begun

    assert begun_here(lists) == []
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"x", bytes(24 + KEY_BYTES)])
def test_what_is_no_list_is_removed(lists: BegunLists, folder: Path, content: bytes) -> None:
    (folder / "7").write_bytes(content)

    assert begun_here(lists) == [(EPOCH, 10)]
    assert [path.name for path in folder.iterdir()] == [str(EPOCH)]


def test_another_database_or_folder_has_lists_of_its_own(
    lists: BegunLists, folder: Path, tmp_path: Path
) -> None:
    assert folder.exists()
    assert begun_here(BegunLists(tmp_path, "a copy", tmp_path)) == []
    assert begun_here(BegunLists(tmp_path / "copy", "here", tmp_path)) == []
    assert begun_here(lists) == [(EPOCH, 10)]


def test_a_folder_that_others_may_write_in_is_not_trusted(lists: BegunLists, folder: Path) -> None:
    folder.chmod(0o777)

    assert begun_here(lists) == []
    assert lists.keep(EPOCH + 1, KEY).take(2) == range(2)
    assert [path.name for path in folder.iterdir()] == [str(EPOCH)]


def test_a_link_of_somebody_else_is_not_followed(
    lists: BegunLists, folder: Path, tmp_path: Path
) -> None:
    moved = folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(moved)
    assert begun_here(lists) == []
    folder.unlink()
    moved.rename(folder)
    os.symlink(folder / str(EPOCH), folder / "9")  # noqa: PTH211
    assert begun_here(lists) == [(EPOCH, 10)]


def test_without_such_memory_a_list_ends_with_its_process(tmp_path: Path) -> None:
    lists = BegunLists(tmp_path, "here", tmp_path / "nothing")

    assert lists.keep(EPOCH, KEY).take(4) == range(4)
    assert begun_here(lists) == []

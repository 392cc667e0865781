"""The files of keys are looked at before anything starts; nothing is made."""

from pathlib import Path

import pytest

from strp.domain.errors import Unavailable
from strp.outside.keys import load_keys
from strp.outside.machine.key_files import check_key_files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    load_keys(tmp_path / "keys")
    return tmp_path / "keys"


def test_whole_keys_are_fine(folder: Path) -> None:
    check_key_files(folder)


def test_no_keys_at_all_are_fine_and_stay_none(tmp_path: Path) -> None:
    check_key_files(tmp_path / "keys")
    assert not (tmp_path / "keys").exists()


@pytest.mark.parametrize("name", ["seal-001.key", "index.key", "tag.key", "signing-001.pem"])
@pytest.mark.parametrize("content", [b"", b"short"])
def test_a_file_that_is_empty_or_cut_short_is_named(
    folder: Path, name: str, content: bytes
) -> None:
    (folder / name).write_bytes(content)
    with pytest.raises(Unavailable, match=name) as caught:
        check_key_files(folder)
    assert caught.value.code == "keys-unreadable"


def test_a_file_that_cannot_be_read_is_named(folder: Path) -> None:
    (folder / "tag.key").unlink()
    (folder / "tag.key").mkdir()
    with pytest.raises(Unavailable, match=r"tag\.key"):
        check_key_files(folder)


def test_a_key_of_another_kind_is_named(folder: Path) -> None:
    (folder / "signing-001.pem").write_text("-----BEGIN NONSENSE-----\n")
    with pytest.raises(Unavailable, match=r"signing-001\.pem"):
        load_keys(folder)


def test_a_key_that_is_missing_beside_others_is_named(folder: Path) -> None:
    (folder / "index.key").unlink()
    with pytest.raises(Unavailable, match=r"index\.key") as caught:
        check_key_files(folder)
    assert caught.value.code == "keys-missing"

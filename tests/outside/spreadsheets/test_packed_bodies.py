"""Rosters packed with gzip: read within the limits, whatever the sender calls them."""

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strp.domain.errors import StrpError
from strp.outside.spreadsheets.packed_bodies import MOST_MEMBERS, unpacked

MOST = 1 << 20


def read(path: Path, most_bytes: int = MOST) -> bytes:
    with unpacked(path, most_bytes) as found:
        return found.read_bytes()


@given(st.binary(max_size=10_000))
def test_what_was_packed_comes_out(tmp_path_factory: pytest.TempPathFactory, body: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "packed"
    path.write_bytes(gzip.compress(body))
    assert read(path) == body


@pytest.mark.parametrize("filled_up", [b"", bytes(500)])
def test_what_was_packed_in_pieces_comes_out_whole(tmp_path: Path, filled_up: bytes) -> None:
    """As bgzip and `cat a.gz b.gz` write it: the workers behind the first piece were lost."""
    path = tmp_path / "packed"
    path.write_bytes(gzip.compress(b"nama,nik\n") + gzip.compress(b"Siti,3174") + filled_up)
    assert read(path) == b"nama,nik\nSiti,3174"


def test_a_body_of_very_many_small_pieces_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "packed"
    path.write_bytes(gzip.compress(b"a") * (MOST_MEMBERS + 1))
    with pytest.raises(StrpError, match="file-unreadable"):
        read(path)


def test_what_is_not_packed_is_the_file_itself(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"nama,nik")
    with unpacked(path, MOST) as found:
        assert found == path


@pytest.mark.parametrize(
    ("body", "most_bytes", "code"),
    [
        (gzip.compress(bytes(MOST + 1)), MOST, "file-too-large"),
        (gzip.compress(bytes(64 << 20)), 1 << 30, "zip-bomb"),
        (gzip.compress(b"nama,nik" * 100)[:-9], MOST, "file-truncated"),
        (b"\x1f\x8b" + b"x" * 100, MOST, "file-unreadable"),
    ],
    ids=["too large", "bomb", "cut short", "broken"],
)
def test_what_is_too_large_cut_or_broken_is_refused(
    tmp_path: Path, body: bytes, most_bytes: int, code: str
) -> None:
    path = tmp_path / "a"
    path.write_bytes(body)
    with pytest.raises(StrpError) as refused:
        read(path, most_bytes)
    assert refused.value.code == code

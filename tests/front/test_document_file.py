"""The document of the line as a file: the present one, or none at all."""

from pathlib import Path

from strp.front.document_file import DocumentFile
from tests.journeys.disks import small_disk


def test_all_may_read_it_whatever_the_umask_is(tmp_path: Path) -> None:
    file = tmp_path / "front" / "waiting-room.json"
    DocumentFile(file).write(b"{}")
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o644, 0o755)


def test_where_the_disk_is_full_it_goes_and_comes_back(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 4) as disk:
        file = disk.folder / "waiting-room.json"
        document = DocumentFile(file)
        document.write(b"old")
        disk.fill()
        document.write(b"n" * 65536)
        assert (file.exists(), document.fails, list(disk.folder.glob(".waiting*"))) == (
            False,
            True,
            [],
        )
        disk.enlarge(16)
        document.write(b"new")
        assert (file.read_bytes(), document.fails) == (b"new", False)

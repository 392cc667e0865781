"""A name in a CSV file is read for sure, or said to be unreadable; it is never another name."""

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest

from strp.domain.errors import StrpError
from strp.domain.roster.row import Cell, Outcome, SheetNote
from strp.outside.spreadsheets.open import open_roster
from tests.rosters import check_file, outcomes, person, problems, table


def write_csv(path: Path, lines: Sequence[Sequence[Cell]], *, encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(lines)
    return path


def test_lines_read_as_windows_1252_are_named_on_the_receipt(tmp_path: Path) -> None:
    lines = table(person(1), person(2, nama="Nu’man Contoh"), person(3, nama="Zoë Contoh"))
    file, rows, _ = check_file(write_csv(tmp_path / "a.csv", lines, encoding="cp1252"))
    assert problems(rows) == []
    assert file.notes == [SheetNote("read-as-windows-1252", "", 2, (3, 4))]


@pytest.mark.parametrize(
    ("name", "encoding"), [("张伟", "gbk"), ("José Contoh", "mac_roman"), ("Kovačević", "cp1250")]
)
def test_a_name_in_an_encoding_that_cannot_be_told_is_unreadable_and_never_garbled(
    tmp_path: Path, name: str, encoding: str
) -> None:
    lines = table(person(1), person(2, nama=name), person(3))
    file, rows, _ = check_file(write_csv(tmp_path / "a.csv", lines, encoding=encoding))
    assert problems(rows) == [(3, "nama", "unreadable")]
    assert outcomes(rows)[0::2] == [(2, Outcome.SOUND), (4, Outcome.SOUND)]
    assert file.notes == [SheetNote("encoding-not-told", "", 1, (3,))]


@pytest.mark.parametrize("encoding", ["utf-32", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("text", ["nama,nik\nSiti,1\n", '{"workers": [{"nama": "Siti"}]}'])
def test_utf_32_is_refused_by_its_name(tmp_path: Path, encoding: str, text: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode(encoding))
    with pytest.raises(StrpError) as refused:
        open_roster(path)
    assert refused.value.code == "unsupported-encoding"


@pytest.mark.parametrize("name", ["JosÃ© Contoh", "Jos√© Contoh", "Jos? Contoh", "Nu&#39;man"])
def test_a_name_that_was_damaged_before_it_came_is_unreadable(tmp_path: Path, name: str) -> None:
    lines = table(person(1), person(2, nama=name))
    _, rows, _ = check_file(write_csv(tmp_path / "a.csv", lines))
    assert problems(rows) == [(3, "nama", "unreadable")]

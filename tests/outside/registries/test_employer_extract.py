"""The employer registry extract as files really come."""

from collections.abc import Callable
from pathlib import Path

import pytest

from strp.domain.employers.registry_line import COLUMNS, EmployerRecord
from strp.domain.errors import InvalidInput
from strp.outside.registries.employer_extract import RegistryLine, read_registry

HEADER = ",".join(COLUMNS)
LINE = "8120001110001,Bank Contoh,64121,2020,private,3172,2800,1200,hr@perusahaan.example"

Read = Callable[[bytes | str], list[RegistryLine]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads an extract of this content."""

    def read(content: bytes | str) -> list[RegistryLine]:
        path = tmp_path / "employers.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return list(read_registry(path))

    return read


def test_a_line_is_one_record(read: Read) -> None:
    (record,) = read(f"{HEADER}\n{LINE}\n")
    assert isinstance(record, EmployerRecord)
    assert (record.line, record.facts.name) == (2, "Bank Contoh")


def test_semicolons_separate_when_the_header_says_so(read: Read) -> None:
    (record,) = read(f"{HEADER}\n{LINE}\n".replace(",", ";"))
    assert isinstance(record, EmployerRecord)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_usual_encoding_is_read(read: Read, encoding: str) -> None:
    (record,) = read(f"{HEADER}\n{LINE.replace('Contoh', 'Café')}\n".encode(encoding))
    assert isinstance(record, EmployerRecord)
    assert record.facts.name == "Bank Café"


def test_columns_may_come_in_any_order(read: Read) -> None:
    header = ",".join(reversed(COLUMNS))
    line = ",".join(reversed(LINE.split(",")))
    (record,) = read(f"{header}\n{line}\n")
    assert isinstance(record, EmployerRecord)


def test_blank_lines_are_no_rows(read: Read) -> None:
    assert len(read(f"{HEADER}\n\n{LINE}\n,,,,,,,,\n\n")) == 1


def test_a_torn_line_is_a_problem_and_the_next_is_read(read: Read) -> None:
    torn, whole = read(f"{HEADER}\n8120001110001,Bank\n{LINE}\n")
    assert not isinstance(torn, EmployerRecord)
    assert torn[0][:3] == (2, "", "unreadable")
    assert isinstance(whole, EmployerRecord)


def test_a_problem_names_the_line_as_the_file_shows_it(read: Read) -> None:
    _, found = read(f"{HEADER}\n\n{LINE}\n{LINE.replace('3172', 'x')}\n")
    assert not isinstance(found, EmployerRecord)
    assert found[0][:3] == (4, "region", "invalid")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "registry-columns"),
        (b"nib,name\n1,2\n", "registry-columns"),
        (f"{HEADER}\n".encode(), "registry-empty"),
        (b"PK\x03\x04" + bytes(range(256)) * 4, "registry-unreadable"),
        (f"{HEADER}\n".encode() + b"x" * 200_000, "registry-unreadable"),
        (b"\xff\xfe" + b"\x00\xd8" * 3, "registry-unreadable"),
    ],
)
def test_a_file_that_is_no_extract_is_refused_whole(read: Read, content: bytes, code: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        read(content)
    assert raised.value.code == code


def test_the_columns_that_are_missing_are_named(read: Read) -> None:
    with pytest.raises(InvalidInput) as raised:
        read(HEADER.replace("kbli,", "") + "\n")
    assert [field.field for field in raised.value.fields] == ["kbli"]


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="registry-unreadable"):
        list(read_registry(tmp_path / "none.csv"))

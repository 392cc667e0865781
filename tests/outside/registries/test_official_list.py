"""Files of officials, good and bad."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strp.domain.errors import InvalidInput
from strp.domain.people.account import Role
from strp.domain.people.official_list import MOST_BYTES, MOST_LINES
from strp.outside.registries.official_list import read_official_list

HEADER = "email,role,unit\n"


def problems(text: str) -> list[tuple[int, str | None, str]]:
    return [
        (each.line, each.column, each.code)
        for each in read_official_list((HEADER + text).encode())[1]
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_file_is_read_as_spreadsheets_write_it(encoding: str, separator: str) -> None:
    rows = [("Role", "EMAIL", "Unit"), ("Officer", " Ani@Kota.example", "Kelurahan Café")]
    data = "\r\n".join(separator.join(row) for row in rows).encode(encoding)
    [line], wrong = read_official_list(data)
    assert (line.email, line.role, line.unit, wrong) == (
        "ani@kota.example",
        Role.OFFICER,
        "Kelurahan Café",
        [],
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a@kota.example,officer,x\nA@kota.example,officer,y", [(3, "email", "duplicate")]),
        ("a@kota.example,boss,", [(2, "role", "unknown-role")]),
        ("a@kota.example,representative,", [(2, "role", "unknown-role")]),
        ("bukan alamat,officer,", [(2, "email", "invalid-email")]),
        ('"=HYPERLINK(""http://x"")",officer,', [(2, "email", "formula")]),
        ("=a@kota.example,officer,", [(2, "email", "formula")]),
        ("a@kota.example,officer,@SUM(A1)", [(2, "unit", "formula")]),
        ("a@kota.example,officer", [(2, None, "cells")]),
        ("a@kota.example,officer," + "x" * 101, [(2, "unit", "too-long")]),
        ("\n , ,\na@kota.example,officer,\n", []),
    ],
)
def test_a_bad_line_is_named_and_stops_no_other(
    text: str, found: list[tuple[int, str | None, str]]
) -> None:
    assert problems(text) == found
    assert problems(f"{text}\nlain@kota.example,auditor,") == found


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "officials-columns"),
        (b"email,unit\na@kota.example,x", "officials-columns"),
        (b"email,role,role\na@kota.example,officer,officer", "officials-columns"),
        (HEADER.encode(), "officials-empty"),
        (b"\xff\xfe\x00", "officials-unreadable"),
        (b"email,role\n" + b"x" * 200_000, "officials-unreadable"),
        (b"x" * (MOST_BYTES + 1), "officials-too-long"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_whole(data: bytes, code: str) -> None:
    with pytest.raises(InvalidInput, match=code):
        read_official_list(data)


def test_ten_thousand_lines_are_read_and_no_more() -> None:
    lines = [f"a{number}@kota.example,officer,Unit {number}" for number in range(MOST_LINES)]
    assert len(read_official_list((HEADER + "\n".join(lines)).encode())[0]) == MOST_LINES
    with pytest.raises(InvalidInput, match="officials-too-long"):
        read_official_list((HEADER + "\n".join([*lines, "b@kota.example,officer,"])).encode())


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        read_official_list(HEADER.encode() + data)
    except InvalidInput as error:
        assert error.code.startswith("officials-")

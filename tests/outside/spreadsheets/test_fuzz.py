"""Rosters with anything inside: read, or refused by a declared error, within a bound of time.

What Hypothesis finds here is added to `tests/vectors/hostile`, or to the lists below.
"""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from strp.domain.errors import StrpError
from strp.outside.spreadsheets.refusals import CODES
from tests.credential.hostile import at_once
from tests.rosters import HEADER, check_file, person

WORKBOOK = (Path(__file__).parents[2] / "vectors" / "rosters" / "bank-20.xlsx").read_bytes()
OF_THE_CHECK = {"no-header", "no-rows"}
SHORT = settings(max_examples=150, suppress_health_check=list(HealthCheck))
LONG = settings(max_examples=3_000, suppress_health_check=list(HealthCheck))
COLUMNS = st.sampled_from([*HEADER, "nip", "keluar", "lokasi_kerja", "dokumen", "lain"])
# JSON as it is written, so that it may hold what no writer of ours writes.
NUMBERS = ["1e999999", "1e-999999", "-0", "9" * 4_299, "9" * 10_000, "1.5", "3.174055506783204e15"]
STRINGS = ['"\\ud800"', '"\\u0000"', f'"{"9" * 100_000}"', '"9999-99-99"', '"٣٣٣"', '"=1+1"']
NESTED = ["[" * 5_000 + "]" * 5_000, '{"a":' * 900 + "1" + "}" * 900, "[1]", "{}", "[", "nan"]
RAW = st.one_of(
    st.sampled_from([*NUMBERS, *STRINGS, *NESTED, "true", "null"]),
    st.one_of(st.text(), st.integers(), st.floats()).map(json.dumps),
)


def read_or_refused(path: Path, body: bytes) -> None:
    path.write_bytes(body)
    try:
        at_once(lambda: check_file(path))
    except StrpError as refusal:
        assert refusal.code in CODES | OF_THE_CHECK


def as_json(cells: dict[str, str]) -> bytes:
    fields = ",".join(f'"{column}":{value}' for column, value in cells.items())
    return f'{{"workers":[{{{fields}}}]}}'.encode(errors="surrogatepass")


JSON = st.dictionaries(COLUMNS, RAW, max_size=8).map(as_json)
CSV = st.lists(
    st.one_of(
        st.sampled_from(
            ['"', '""', ",", ";", "\t", "\r", "\n", "\0", "\x1a", "sep=;", "A" * 70_000]
        ),
        st.sampled_from([",".join(HEADER) + "\n", "3174055506783204", "pelayanan"]),
        st.text(max_size=9),
    ),
    max_size=60,
).map(lambda pieces: "".join(pieces).encode(errors="surrogatepass"))


@pytest.mark.parametrize("raw", [*NUMBERS, *STRINGS, *NESTED], ids=lambda raw: raw[:20])
@pytest.mark.parametrize("column", ["nama", "nik", "telepon", "keluar", "nip"])
def test_a_hostile_json_value_is_a_problem_or_a_refusal(
    tmp_path: Path, column: str, raw: str
) -> None:
    cells = {name: json.dumps(value) for name, value in person(1).items()} | {column: raw}
    read_or_refused(tmp_path / "a", as_json(cells))


@SHORT
@given(st.one_of(JSON, CSV, st.binary(max_size=300)))
def test_any_json_or_csv_is_read_or_refused(tmp_path: Path, body: bytes) -> None:
    read_or_refused(tmp_path / "a", body)


@pytest.mark.drill
@LONG
@given(st.one_of(JSON, CSV, st.binary(max_size=300)))
def test_drill_any_json_or_csv_is_read_or_refused(tmp_path: Path, body: bytes) -> None:
    read_or_refused(tmp_path / "a", body)


@st.composite
def damaged(draw: st.DrawFn, good: bytes) -> bytes:
    body = bytearray(good)
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(body) - 1))
        body[at : at + draw(st.integers(0, 4))] = draw(st.binary(max_size=4))
    return bytes(body)


def damaged_sheet(data: st.DataObject, folder: Path) -> None:
    read_or_refused(folder / "a", data.draw(damaged(WORKBOOK)))


@settings(SHORT, max_examples=15)
@given(st.data())
def test_any_damaged_spreadsheet_is_read_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    damaged_sheet(data, tmp_path)


@pytest.mark.drill
@settings(LONG, max_examples=500)
@given(st.data())
def test_drill_any_damaged_spreadsheet_is_read_or_refused(
    tmp_path: Path, data: st.DataObject
) -> None:
    damaged_sheet(data, tmp_path)

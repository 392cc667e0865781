"""Lines of the employer registry: sound, or everything that is wrong with them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strp.domain.employers.employer import EmployerKind, require_nib
from strp.domain.employers.registry_line import COLUMNS, EmployerRecord, read_employer_line
from strp.domain.errors import InvalidInput

SOUND = {
    "nib": "8120001110001",
    "name": "Bank Contoh Nusantara",
    "kbli": "64121;65111",
    "kbli_edition": "2020",
    "kind": "private",
    "region": "3172",
    "staff_service": "2800",
    "staff_administration": "",
    "email": "HR@Perusahaan.example",
}


def problems(**changes: str) -> list[tuple[str, str]]:
    found = read_employer_line(7, SOUND | changes)
    return [] if isinstance(found, EmployerRecord) else [(p.column, p.code) for p in found]


def test_a_sound_line_is_read() -> None:
    found = read_employer_line(7, SOUND)
    assert isinstance(found, EmployerRecord)
    assert found.facts.kbli == ("64121", "65111")
    assert found.facts.kind is EmployerKind.PRIVATE
    assert found.facts.staff == (2800, None)
    assert found.email == "hr@perusahaan.example"


def test_an_address_may_be_missing() -> None:
    found = read_employer_line(7, SOUND | {"email": ""})
    assert isinstance(found, EmployerRecord) and found.email is None


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("nib", "", "missing"),
        ("nib", "812000111000", "invalid"),
        ("nib", "8.12E+12", "invalid"),
        ("name", "", "missing"),
        ("name", "x" * 201, "too-long"),
        ("kbli", "6412", "invalid"),
        ("kbli", ";", "invalid"),
        ("kbli_edition", "baru", "invalid"),
        ("kind", "bumn", "invalid"),
        ("region", "Jakarta", "invalid"),
        ("staff_service", "-1", "invalid"),
        ("staff_administration", "2.800", "invalid"),
        ("email", "hr at perusahaan", "invalid"),
    ],
)
def test_a_wrong_cell_is_named_by_column_and_code(column: str, value: str, code: str) -> None:
    assert problems(**{column: value}) == [(column, code)]


def test_all_problems_of_a_line_come_at_once() -> None:
    assert problems(nib="1", region="x", email="y") == [
        ("nib", "invalid"),
        ("region", "invalid"),
        ("email", "invalid"),
    ]


@given(st.fixed_dictionaries({name: st.text(max_size=30) for name in COLUMNS}))
def test_a_problem_never_repeats_what_the_cell_said(cells: dict[str, str]) -> None:
    found = read_employer_line(7, cells)
    if not isinstance(found, EmployerRecord):
        assert all(len(p.detail.en) < 80 for p in found)


@pytest.mark.parametrize("text", ["", "812000111000", "81200011100011", "abc"])
def test_a_malformed_nib_gets_an_answer_that_says_what_to_do(text: str) -> None:
    with pytest.raises(InvalidInput, match="nib-malformed"):
        require_nib(text)


def test_a_nib_may_be_written_with_spaces() -> None:
    assert require_nib("8120 0011 10001") == 8120001110001

"""A NIK is impossible or not; what is merely odd is a remark."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lokal.nik import parse_nik

from strp.domain.roster.nik import birth_dates, nik_notes
from tests.rosters import TODAY
from tests.shipped_rules import regions


def look_at(nik: str, today: date = TODAY) -> tuple[str, ...] | None:
    return nik_notes(nik, regions(), birth_dates(today))


@pytest.mark.parametrize(
    "nik",
    [
        pytest.param("9974074501900001", id="province"),
        pytest.param("3174070001900001", id="day 00"),
        pytest.param("3174073201900001", id="day 32"),
        pytest.param("3174074001900001", id="day 40"),
        pytest.param("3174077201900001", id="day 72"),
        pytest.param("3174070100900001", id="month 00"),
        pytest.param("3174070113900001", id="month 13"),
        pytest.param("3174073002900001", id="30 February"),
        pytest.param("3174072902990001", id="29 February of no leap year"),
        pytest.param("3174070101900000", id="serial 0000"),
    ],
)
def test_an_impossible_nik_is_found(nik: str) -> None:
    assert look_at(nik) is None


def test_29_february_of_a_leap_year_is_possible() -> None:
    assert look_at("3174072902000001") == ()


def test_a_woman_has_40_added_to_her_day_of_birth() -> None:
    assert look_at("3174077112900001") == ()


def test_an_unknown_district_is_a_remark_only() -> None:
    assert look_at("3174990101900001") == ("nik-district-unknown",)


@pytest.mark.parametrize("birth", ["010110", "010139"], ids=["11 years old", "82 years old"])
def test_an_age_beyond_working_life_is_a_remark_only(birth: str) -> None:
    assert look_at(f"317407{birth}0001") == ("nik-age",)


@given(
    district=st.sampled_from(["317407", "327601", "913001", "993001", "013001", "317499"]),
    birth=st.tuples(st.integers(0, 99), st.integers(0, 14), st.integers(0, 99)),
    serial=st.integers(0, 2),
)
def test_an_independent_library_agrees(
    district: str, birth: tuple[int, int, int], serial: int
) -> None:
    nik = district + "".join(f"{part:02}" for part in birth) + f"{serial:04}"
    assert (look_at(nik) is not None) == parse_nik(nik, reference_date=TODAY).valid

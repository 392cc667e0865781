"""Values of another type are never taken for words."""

import pytest

from tests.rosters import check_person, problems


@pytest.mark.parametrize(
    "text",
    [
        *("True", "2021-07-05T12:00:00", "5 Juli 2021", "5-Jul-21", "Senin, 5 Juli 2021", "1E5"),
        *("Mon Jul 05 2021 07:00:00 GMT+0700 (Western Indonesia Time)", "July 5, 2021"),
        *("PT12H", "P3DT4H5M6,7S"),
    ],
)
def test_a_day_or_a_number_is_no_name_and_no_position(text: str) -> None:
    for column in ("nama", "jabatan"):
        assert problems([check_person(**{column: text})]) == [(2, column, "invalid")]


@pytest.mark.parametrize(
    "name",
    [
        "Juli",
        "Yuli Agustina",
        "Mei Lin",
        "Juni Ardi 2",
        "Maria 3 Mei",
        "April Octavia",
        "Mar",
        "P T",
        "Pt",
    ],
)
def test_a_name_may_be_that_of_a_month(name: str) -> None:
    assert problems([check_person(nama=name)]) == []

"""What is published never lets a small number be worked out."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from strp.domain.desk.day_figures import DayFigures, Sums, total
from strp.domain.desk.open_figures import COLUMNS, SMALLEST, open_rows, without_small

numbers = st.dictionaries(st.sampled_from("ABCDEFG"), st.integers(0, 40), max_size=7)


@given(numbers)
def test_no_small_number_is_published(counted: dict[str, int]) -> None:
    shown = without_small(counted)
    assert not any(number and number < SMALLEST for number in shown.values())


@given(numbers)
def test_the_total_gives_no_small_number_away(counted: dict[str, int]) -> None:
    shown = without_small(counted)
    left_out = [counted[code] for code, number in shown.items() if number is None]
    could_hide = sum(counted.values()) >= SMALLEST  # below that the total is left out too
    assert not left_out or not could_hide or sum(left_out) >= SMALLEST


@given(numbers)
def test_what_is_published_is_what_was_counted(counted: dict[str, int]) -> None:
    assert all(number in {None, counted[code]} for code, number in without_small(counted).items())


def figures(approved: dict[str, int], late: int = 0) -> DayFigures:
    sectors = {code: Sums(applications=n, approved=n) for code, n in approved.items()}
    return DayFigures(
        day=date(2021, 7, 5),
        exercise=False,
        totals=total(sectors.values())._replace(late=late),
        by_hour=(),
        by_sector=sectors,
        by_region={},
        by_officer={},
        by_reason={},
    )


def test_a_day_has_its_total_and_its_parts_in_the_columns_of_the_dictionary() -> None:
    day, *sectors = open_rows(figures({"A": 30, "B": 3, "C": 12}))
    assert day.numbers["applications"] == 45
    assert [row.numbers["applications"] for row in sectors] == [30, None, None]
    names = {each.name for each in COLUMNS}
    assert all(set(row.numbers) <= names for row in (day, *sectors))


def test_a_share_that_would_tell_of_few_is_left_out() -> None:
    assert open_rows(figures({"A": 30}, late=3))[0].numbers["in_time_percent"] is None
    assert open_rows(figures({"A": 30}, late=10))[0].numbers["in_time_percent"] == 66.6

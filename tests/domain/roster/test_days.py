from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strp.domain.roster.days import read_day

DAY = date(2021, 7, 31)
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    "cell",
    [
        DAY,
        datetime(2021, 7, 31, 8, 30),
        44408,
        44408.0,
        "44408",
        "2021-07-31",
        "2021-07-31T00:00:00",
        "2021-07-31 00:00:00",
        "2021/7/31",
        "31/07/2021",
        "31-7-2021",
        "31.07.2021",
        "31 Juli 2021",
        "31-Jul-2021",
        "31 july 2021",
        "'31/07/2021",
        "31-Jul-21",
        "Sabtu, 31 Juli 2021",
        "Jum'at, 31/07/2021",
        "per 31 Juli 2021",
        "TMT: 31/07/2021",
    ],
)
def test_a_day_is_read_as_people_and_spreadsheets_write_it(cell: object) -> None:
    assert read_day(cell) == (DAY, None)


@pytest.mark.parametrize(
    "cell", ["besok", "ya", "31/02/2021", "07/31/2021", "1", "0021-07-31", "2021", True, "x" * 30]
)
def test_what_is_no_day_is_invalid(cell: object) -> None:
    assert read_day(cell) == (None, "invalid")


def test_a_broken_cell_is_unreadable() -> None:
    assert read_day("#N/A") == (None, "unreadable")


@given(DAYS)
def test_every_day_is_read_back(day: date) -> None:
    for text in (day.isoformat(), f"{day:%d/%m/%Y}", f"{day.day}.{day.month}.{day.year}"):
        assert read_day(text) == (day, None)


@given(st.text(max_size=60) | st.floats() | st.integers() | st.none() | st.lists(st.text()))
def test_whatever_a_cell_holds_is_answered(cell: object) -> None:
    day, code = read_day(cell)
    assert (day is None) == (code is not None)

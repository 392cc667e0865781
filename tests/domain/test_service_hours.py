"""The promised time: five hours of service, 07:30–21:00 WIB for companies."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strp.domain.civil_time import WIB, civil_day
from strp.domain.service_hours import ServiceHours, due_at

COMPANY = ServiceHours(time(7, 30), time(21))
moments = st.datetimes(datetime(2021, 7, 1), datetime(2021, 8, 1)).map(
    lambda naive: naive.replace(tzinfo=UTC)
)


def wib(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=WIB)


@pytest.mark.parametrize(
    ("filed", "due"),
    [
        ("2021-07-08 09:00", "2021-07-08 14:00"),
        ("2021-07-08 16:00", "2021-07-08 21:00"),
        ("2021-07-08 20:00", "2021-07-09 11:30"),
        ("2021-07-08 21:00", "2021-07-09 12:30"),
        ("2021-07-08 23:30", "2021-07-09 12:30"),
        ("2021-07-08 03:00", "2021-07-08 12:30"),
        ("2021-07-08 07:30", "2021-07-08 12:30"),
    ],
)
def test_a_company_waits_five_hours_of_service(filed: str, due: str) -> None:
    assert due_at(wib(filed), 5, COMPANY) == wib(due)


def test_an_urgent_person_waits_five_hours_of_the_clock() -> None:
    assert due_at(wib("2021-07-08 23:30"), 5, None) == wib("2021-07-09 04:30")


def test_a_promise_longer_than_a_day_of_service_runs_on() -> None:
    assert due_at(wib("2021-07-08 07:30"), 27, COMPANY) == wib("2021-07-09 21:00")


@given(moments, st.integers(1, 60))
def test_the_due_time_lies_within_service_hours(filed: datetime, hours: int) -> None:
    local = due_at(filed, hours, COMPANY).astimezone(WIB).time()
    assert COMPANY.opens < local <= COMPANY.closes


@given(moments, st.integers(1, 60))
def test_exactly_the_promised_hours_of_service_pass(filed: datetime, hours: int) -> None:
    assert service_between(filed, due_at(filed, hours, COMPANY)) == timedelta(hours=hours)


@given(moments, moments)
def test_who_files_first_is_due_first(one: datetime, other: datetime) -> None:
    first, second = sorted([one, other])
    assert due_at(first, 5, COMPANY) <= due_at(second, 5, COMPANY)


@given(moments)
def test_the_due_time_is_utc(filed: datetime) -> None:
    assert due_at(filed.astimezone(WIB), 5, COMPANY).tzinfo is UTC


def test_a_civil_day_begins_at_midnight_in_jakarta() -> None:
    assert civil_day(datetime(2021, 7, 8, 17, 0, tzinfo=UTC)).isoformat() == "2021-07-09"


def service_between(begin: datetime, end: datetime) -> timedelta:
    """Hours of service between two moments, counted day by day."""
    total = timedelta()
    day = begin.astimezone(WIB).date()
    while day <= end.astimezone(WIB).date():
        opens = datetime.combine(day, COMPANY.opens, WIB)
        closes = datetime.combine(day, COMPANY.closes, WIB)
        total += max(min(closes, end) - max(opens, begin), timedelta())
        day += timedelta(days=1)
    return total

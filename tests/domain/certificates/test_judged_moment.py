"""The moment that a check judges for: a slow clock loses against what was signed."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from strp.domain.certificates.judged_moment import CLOCK_TOLERANCE, judged_moment

NOON = datetime(2021, 7, 6, 5, tzinfo=UTC)
spans = st.timedeltas(min_value=timedelta(days=-400), max_value=timedelta(days=400))


@given(spans, spans)
def test_it_is_the_later_of_clock_and_signed_data(first: timedelta, other: timedelta) -> None:
    found = judged_moment(NOON, NOON + first, NOON + other)
    assert found.at == max(NOON, NOON + first, NOON + other)
    assert bool(found.clock_behind_s) == (max(first, other) > CLOCK_TOLERANCE)


def test_a_clock_that_is_right_is_believed() -> None:
    assert judged_moment(NOON, NOON - timedelta(hours=5)) == (NOON, 0)


def test_a_clock_that_is_a_day_slow_is_told_so() -> None:
    signed = NOON + timedelta(days=1)
    assert judged_moment(NOON, signed) == (signed, 86_400)

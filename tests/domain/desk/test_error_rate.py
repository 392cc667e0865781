"""The error rate of a sample, and its interval after Wilson (1927)."""

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strp.domain.desk.error_rate import Z_95, error_rate


@given(checked=st.integers(1, 100_000), data=st.data())
def test_the_interval_holds_the_measured_rate(checked: int, data: st.DataObject) -> None:
    rate = error_rate(checked, data.draw(st.integers(0, checked)))

    assert rate.percent is not None
    slack = 1e-9
    assert 0 <= rate.low_percent <= rate.percent + slack
    assert rate.percent - slack <= rate.high_percent <= 100


@given(checked=st.integers(2, 10_000), data=st.data())
def test_its_ends_are_where_the_score_test_just_rejects(checked: int, data: st.DataObject) -> None:
    """Wilson's interval is the score test turned round: its own definition, not its formula."""
    wrong = data.draw(st.integers(1, checked - 1))
    rate = error_rate(checked, wrong)
    for end in (rate.low_percent / 100, rate.high_percent / 100):
        distance = abs(wrong / checked - end)
        assert distance == pytest.approx(Z_95 * sqrt(end * (1 - end) / checked), rel=1e-6)


def test_no_error_found_is_not_certainty() -> None:
    assert error_rate(50, 0).high_percent > 0


def test_nothing_looked_at_says_nothing() -> None:
    assert error_rate(0, 0).percent is None

"""How much may happen."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from strp.domain.rate_limit import RateLimit, TokenBucket, decide_rate

NOW = datetime(2021, 7, 5, 1, tzinfo=UTC)

limits = st.builds(
    RateLimit,
    burst=st.integers(1, 20),
    interval=st.integers(1, 3600).map(lambda s: timedelta(seconds=s)),
)
gaps = st.lists(st.integers(0, 4000).map(lambda s: timedelta(seconds=s)), max_size=60)


def allowed_times(limit: RateLimit, steps: list[timedelta]) -> list[datetime]:
    now, state, allowed = NOW, None, []
    for step in steps:
        now += step
        decision = decide_rate(limit, state, now)
        state = decision.state
        if decision.allowed:
            allowed.append(now)
    return allowed


@given(limits, gaps)
def test_no_span_of_time_lets_more_through_than_the_burst_and_its_intervals(
    limit: RateLimit, steps: list[timedelta]
) -> None:
    times = allowed_times(limit, steps)
    for first in range(len(times)):
        for last in range(first, len(times)):
            span = times[last] - times[first]
            assert last - first + 1 <= limit.burst + span // limit.interval


@given(limits)
def test_a_fresh_bucket_lets_exactly_the_burst_through_at_once(limit: RateLimit) -> None:
    at_once = [timedelta(0)] * (limit.burst + 3)
    assert len(allowed_times(limit, at_once)) == limit.burst


@given(limits, gaps)
def test_whoever_waits_as_told_is_let_through(limit: RateLimit, steps: list[timedelta]) -> None:
    now, state = NOW, None
    for step in steps:
        now += step
        decision = decide_rate(limit, state, now)
        state = decision.state
        later = now + timedelta(seconds=decision.retry_after_s)
        assert decision.allowed or decide_rate(limit, state, later).allowed


@given(limits, gaps)
def test_a_clock_that_steps_back_a_day_keeps_nobody_out(
    limit: RateLimit, steps: list[timedelta]
) -> None:
    now, state = NOW, None
    for step in steps:
        now += step
        state = decide_rate(limit, state, now).state
    back = now - limit.burst * limit.interval - timedelta(days=1)
    assert decide_rate(limit, state, back).allowed


@given(limits, gaps)
def test_a_refusal_costs_nothing(limit: RateLimit, steps: list[timedelta]) -> None:
    now, state = NOW, None
    for step in steps:
        now += step
        decision = decide_rate(limit, state, now)
        assert decision.allowed or decision.state == state
        state = decision.state


@given(st.lists(st.floats(0, 5), max_size=40), st.floats(0.1, 50))
def test_a_bucket_lets_no_more_happen_than_its_burst_and_its_rate(
    steps: list[float], rate: float
) -> None:
    bucket, now, happened = TokenBucket(5.0, 0.0), 0.0, 0
    for step in steps:
        now += step
        happened += bucket.has_room(rate, now)
    assert happened <= 5 + rate * now + 1e-6


def test_what_cost_more_than_was_left_is_paid_back_first() -> None:
    bucket = TokenBucket(1.0, 0.0)
    bucket.refill(1.0, 0.0)
    bucket.spend(3.0)
    bucket.refill(1.0, 1.0)
    assert (bucket.left, bucket.has_room(1.0, 2.5), bucket.has_room(1.0, 4.5)) == (
        -1.0,
        False,
        True,
    )

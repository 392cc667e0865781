"""The waiting room's rules: the bound on polls, places in line, lanes."""

import json
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strp.domain.waiting_room.lanes import (
    DEFAULT_SHARES,
    WAITING_LANES,
    Document,
    Lane,
    LaneState,
    advance,
    divide,
    expected_wait,
    lane_polls,
    most_calls_per_s,
    poll_interval_s,
)

VECTORS = Path(__file__).parents[2] / "vectors" / "waiting-room" / "poll-intervals.json"
capacities = st.floats(min_value=1, max_value=1e6)
rates = st.floats(min_value=0, max_value=1e5)


@pytest.mark.parametrize("case", json.loads(VECTORS.read_text(encoding="utf-8")))
def test_the_interval_is_that_of_the_vectors_which_the_page_is_held_to(
    case: dict[str, float],
) -> None:
    interval = poll_interval_s(int(case["distance"]), case["polls_per_s"], draw=case["draw"])
    assert interval == pytest.approx(case["interval_s"])


def total_polls(crowd: int, capacity: float, rate: float) -> float:
    """Requests a second of a crowd whose members hold the numbers 1 to `crowd`, an upper bound.

    Exact near the head; further out each block of numbers counts as if all stood at its head.
    """
    near = min(crowd, 2000)
    total = sum(1 / poll_interval_s(d, capacity, rate=rate) for d in range(1, near + 1))
    head = near + 1
    while head <= crowd:
        tail = min(crowd, head + max(1, head // 50))
        total += (tail - head + 1) / poll_interval_s(head, capacity, rate=rate)
        head = tail + 1
    return total


@given(st.integers(1, 1 << 29), capacities, rates)
def test_polls_of_any_crowd_stay_within_capacity(crowd: int, capacity: float, rate: float) -> None:
    # 2 % for counting in blocks whose members all stand at the head.
    assert total_polls(crowd, capacity, rate) <= capacity * 1.02


def test_the_bound_does_not_grow_with_the_crowd_that_july_saw() -> None:
    assert total_polls(17_000_000, 5000, 100) < 5000


@given(st.integers(1, 1 << 30), capacities, st.floats(0, 0.999))
def test_jitter_only_lengthens(distance: int, capacity: float, draw: float) -> None:
    assert poll_interval_s(distance, capacity, draw=draw) >= poll_interval_s(distance, capacity)


@given(st.integers(0, 1 << 30), st.integers(1, 1 << 20), capacities)
def test_whoever_stands_further_back_asks_less_often(
    distance: int, further: int, capacity: float
) -> None:
    assert poll_interval_s(distance + further, capacity) > poll_interval_s(distance, capacity)


def test_the_lanes_share_the_polls_that_the_front_may_get() -> None:
    assert sum(lane_polls(1000.0, lane) for lane in WAITING_LANES) == 1000.0


@given(st.integers(10_000, 1 << 30), capacities)
def test_whoever_is_far_off_asks_twice_before_the_turn(distance: int, capacity: float) -> None:
    wait_s = distance / most_calls_per_s(capacity)
    near_s = poll_interval_s(0, capacity)
    assert poll_interval_s(distance, capacity) <= wait_s / 2 + near_s + 1e-6


def test_a_simulated_crowd_sends_no_more_than_its_bound() -> None:
    capacity, crowd, seconds, draw = 200.0, 50_000, 60.0, random.Random(7)
    polls = 0
    for distance in range(1, crowd + 1):
        at = draw.random() * poll_interval_s(distance, capacity, draw=draw.random())
        while at < seconds:
            polls += 1
            at += poll_interval_s(distance, capacity, draw=draw.random())
    assert polls / seconds <= capacity


@given(
    st.integers(0, 10**9),
    st.integers(0, 10**9),
    st.floats(0, 1e6),
    st.floats(-1e9, 1e9, allow_nan=False),
)
def test_no_more_are_served_than_were_given_numbers(
    issued: int, serving: int, rate: float, elapsed_s: float
) -> None:
    before = LaneState(issued=max(issued, serving), serving=serving)
    after = advance(before, rate, elapsed_s)
    assert before.serving <= after.serving <= before.issued


def test_a_clock_that_jumps_an_hour_serves_five_seconds_worth() -> None:
    lane = LaneState(issued=1_000_000)
    assert advance(lane, 100.0, 3600.0).serving == 500


def test_a_clock_that_jumps_back_serves_nobody() -> None:
    assert advance(LaneState(issued=10), 100.0, -3600.0).serving == 0


@given(st.floats(0.01, 50), st.integers(1, 400))
def test_fractions_of_a_visitor_are_not_lost(rate: float, ticks: int) -> None:
    lane = LaneState(issued=10**9)
    for _ in range(ticks):
        lane = advance(lane, rate, 1.0)
    assert abs(lane.serving - rate * ticks) <= 1.0 + 1e-6


def test_lanes_share_the_rate_while_both_wait() -> None:
    both = {lane: LaneState(issued=10) for lane in Lane}
    assert divide(100.0, DEFAULT_SHARES, both) == {Lane.EMPLOYERS: 90.0, Lane.INDIVIDUALS: 10.0}


def test_an_empty_lane_leaves_its_share_to_the_others() -> None:
    one = {Lane.EMPLOYERS: LaneState(), Lane.INDIVIDUALS: LaneState(issued=5)}
    assert divide(100.0, DEFAULT_SHARES, one) == {Lane.EMPLOYERS: 0.0, Lane.INDIVIDUALS: 100.0}


def test_the_expected_wait_is_an_interval_from_the_rates_of_late() -> None:
    assert expected_wait(1000, slowest=5, fastest=20) == (50, 200)


def test_nobody_is_told_a_time_while_nobody_is_let_in() -> None:
    assert expected_wait(1000, slowest=0, fastest=0) == (None, None)


def test_the_document_says_what_the_contract_promises() -> None:
    written = Document(
        open=True,
        serving={Lane.EMPLOYERS: 7},
        rate={Lane.EMPLOYERS: 1.25},
        at=datetime(2021, 7, 5, 1, tzinfo=UTC),
    ).to_json()
    assert written == {
        "open": True,
        "serving": {"employers": 7},
        "rate": {"employers": 1.25},
        "at": "2021-07-05T01:00:00Z",
    }

"""Admission control, against a system whose capacity it does not know."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strp.domain.waiting_room.admission_control import (
    TARGET_DELAY_S,
    Bounds,
    Controller,
    Measured,
    step,
    wants_room,
)

BOUNDS = Bounds(least=1.0, most=5000.0)


class System:
    """Visitors stay `stay_s` and ask once each `think_s`; it finishes `capacity` a second."""

    def __init__(self, capacity: float, stay_s: float = 60.0, think_s: float = 4.0) -> None:
        self.capacity, self.stay_s, self.think_s = capacity, stay_s, think_s
        self.inside, self.queue, self.done = 0.0, 0.0, 0.0

    def second(self, admitted: float) -> Measured:
        self.inside += admitted - self.inside / self.stay_s
        asked = self.inside / self.think_s + self.queue
        finished = min(asked, self.capacity)
        self.queue = min(asked - finished, 2 * self.capacity)
        used = finished / self.capacity
        delay_s = self.queue / self.capacity + 0.002 / max(0.05, 1.0 - used)
        return Measured(
            elapsed_s=1.0,
            delay_s=min(delay_s, 5.0),
            goodput=finished if self.queue < 0.5 * self.capacity else 0.0,
            inside=round(self.inside),
            admitted=round(admitted),
        )


def run(system: System, demand: float, seconds: int) -> list[Measured]:
    state, seen = Controller(), []
    for _ in range(seconds):
        measured = system.second(min(state.rate, demand))
        state = step(state, measured, BOUNDS)
        seen.append(measured)
    return seen


@pytest.mark.parametrize("stay_s", [8.0, 60.0])
@pytest.mark.parametrize("capacity", [20.0, 200.0, 2000.0])
def test_goodput_stays_near_its_best_at_seventeen_times_the_load(
    capacity: float, stay_s: float
) -> None:
    system = System(capacity, stay_s)
    fits = capacity * system.think_s / system.stay_s
    seen = run(system, demand=17 * fits, seconds=900)[300:]
    mean = sum(measured.goodput for measured in seen) / len(seen)
    # A queue of 20 ms stands at 90 % of this system's capacity.
    assert mean >= 0.95 * 0.9 * capacity


@given(
    st.floats(0, 60),
    st.integers(0, 10**6),
    st.integers(0, 10**6),
    st.floats(-1e6, 1e6),
    st.floats(1, 1e4),
    st.integers(0, 100),
)
def test_the_rate_stays_within_the_operators_bounds(
    delay_s: float, inside: int, admitted: int, elapsed_s: float, limit: float, shed: int
) -> None:
    measured = Measured(
        elapsed_s=elapsed_s, delay_s=delay_s, inside=inside, admitted=admitted, shed=shed
    )
    before = Controller(limit=limit, rate=BOUNDS.least)
    assert BOUNDS.least <= step(before, measured, BOUNDS).rate <= BOUNDS.most


def test_a_clock_that_jumps_back_changes_nothing() -> None:
    state = Controller()
    assert step(state, Measured(elapsed_s=-3600.0, delay_s=9.0), BOUNDS) == state


def test_the_limit_gives_way_when_requests_queue() -> None:
    measured = Measured(elapsed_s=1.0, delay_s=10 * TARGET_DELAY_S, inside=200)
    assert step(Controller(limit=200.0), measured, BOUNDS).limit < 200.0


def test_the_limit_does_not_grow_while_it_is_not_used() -> None:
    measured = Measured(elapsed_s=1.0, delay_s=0.0, inside=10)
    assert step(Controller(limit=200.0), measured, BOUNDS).limit == 200.0


def test_two_busy_seconds_put_the_room_before_the_door() -> None:
    busy = replace(Controller(), busy_s=2.0)
    assert wants_room(busy, active=False, waiting=0)


def test_the_room_stays_while_anybody_waits() -> None:
    assert wants_room(replace(Controller(), calm_s=999.0), active=True, waiting=1)


def test_a_calm_minute_with_nobody_waiting_ends_it() -> None:
    assert not wants_room(replace(Controller(), calm_s=60.0), active=True, waiting=0)


def test_a_line_that_two_seconds_cannot_serve_puts_the_room_before_the_door() -> None:
    assert wants_room(Controller(rate=100.0), active=False, waiting=201)


def test_a_few_who_found_no_room_at_once_do_not() -> None:
    assert not wants_room(Controller(rate=100.0), active=False, waiting=199)


def test_growth_past_the_last_overload_is_faster_after_a_longer_calm() -> None:
    at_ceiling = Controller(limit=1000.0, ceiling=1000.0)
    measured = Measured(elapsed_s=1.0, delay_s=0.001, goodput=300.0, inside=1000)
    soon = step(replace(at_ceiling, calm_s=1.0), measured, BOUNDS)
    later = step(replace(at_ceiling, calm_s=30.0), measured, BOUNDS)
    assert later.limit > soon.limit > at_ceiling.limit


def test_a_severe_delay_lowers_the_limit_though_more_are_inside_than_it_allows() -> None:
    crowded = Controller(limit=1000.0, delay_s=1.0, goodput=300.0, finished=300.0, stayed=1500.0)
    measured = Measured(elapsed_s=1.0, delay_s=1.0, goodput=300.0, inside=1500)
    assert step(crowded, measured, BOUNDS).limit < 1000.0

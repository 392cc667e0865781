"""The forecast of the desk: what must hold whatever the day is like."""

from dataclasses import replace
from datetime import datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from strp.domain.civil_time import WIB
from strp.domain.desk.counts import DayCounts, DeskNow, Waiting
from strp.domain.desk.forecast import forecast
from strp.domain.service_hours import ServiceHours

HOURS = ServiceHours(time(7, 30), time(21, 0))
NOON = datetime(2021, 7, 13, 12, 0, tzinfo=WIB)
STEPS = 81


def a_day(applications: float, officers: float, done: float) -> DayCounts:
    """A day on which every step was like the other."""
    return DayCounts(
        applications=(applications,) * STEPS,
        work=(applications,) * STEPS,
        officers=(officers,) * STEPS,
        done=(done,) * STEPS,
        busy=(True,) * STEPS,
    )


def a_desk(**changes: object) -> DeskNow:
    """Ten officers who do two applications each in ten minutes; as much comes."""
    usual = DeskNow(
        at=NOON,
        waiting=(),
        officers=10,
        today=a_day(20, 10, 20),
        before=(a_day(20, 10, 20),),
        hours=HOURS,
        promise_h=5,
    )
    return replace(usual, **changes)


def waiting(count: float, due_in_h: float) -> Waiting:
    return Waiting(due_at=NOON + timedelta(hours=due_in_h), applications=count, work=count)


def test_a_desk_where_nothing_waits_and_nothing_comes_misses_nothing() -> None:
    told = forecast(a_desk(today=a_day(0, 10, 20), before=(a_day(0, 10, 20),)))
    assert (told.missed.expected, told.missed.high) == (0, 0)
    assert told.clear_at == NOON


def test_the_pace_is_that_of_all_officers_in_an_hour() -> None:
    assert forecast(a_desk()).decisions_per_h == 120


def test_what_is_late_already_is_missed_for_certain() -> None:
    told = forecast(a_desk(waiting=[waiting(7, -1)]))
    assert told.missed.low >= 7


def test_a_backlog_that_cannot_be_met_is_missed_in_the_hour_in_which_it_is_due() -> None:
    told = forecast(a_desk(waiting=[waiting(1000, 1)], today=a_day(0, 10, 20)))
    assert 850 < told.missed.expected < 900  # ten officers do 120 in an hour
    assert told.missed_by_hour[0].hour == NOON


def test_twice_the_officers_who_are_needed_miss_nothing() -> None:
    desk = a_desk(waiting=[waiting(1000, 1)])
    needed = forecast(desk).officers_needed[0].officers
    assert forecast(replace(desk, officers=2 * needed)).missed.expected == 0


def test_nobody_present_and_no_day_before_means_that_all_is_missed() -> None:
    told = forecast(a_desk(officers=0, before=(), waiting=[waiting(5, 2)]))
    assert told.missed.expected >= 5
    assert told.clear_at is None


def test_before_any_pace_is_known_one_is_assumed_and_officers_are_asked_for() -> None:
    nothing = a_day(0, 0, 0)
    told = forecast(a_desk(today=nothing, before=(), officers=0, waiting=[waiting(60, 2)]))
    assert 2 <= told.officers_needed[0].officers <= 3  # four minutes each


def test_before_the_desk_opens_the_officers_of_the_day_before_are_expected() -> None:
    early = NOON.replace(hour=6)
    due = Waiting(due_at=NOON, applications=100, work=100)
    told = forecast(a_desk(at=early, officers=0, today=a_day(0, 0, 0), waiting=[due]))
    assert told.missed.expected == 0


def test_officers_at_work_in_the_night_clear_the_desk_before_it_opens() -> None:
    night = NOON.replace(hour=23)
    due = Waiting(due_at=NOON + timedelta(days=1), applications=60, work=60)
    told = forecast(a_desk(at=night, today=a_day(0, 0, 0), waiting=[due]))
    assert told.clear_at is not None
    assert timedelta(minutes=29) < told.clear_at - night < timedelta(minutes=31)


def test_the_desk_is_clear_at_the_minute_and_not_at_a_step_of_ten() -> None:
    told = forecast(a_desk(waiting=[waiting(10, 3)], before=(a_day(0, 10, 20),)))
    assert told.clear_at is not None
    assert timedelta(minutes=4) < told.clear_at - NOON < timedelta(minutes=6)


def test_before_the_desk_opens_and_after_it_closes_there_is_a_forecast_too() -> None:
    for hour in (3, 22):
        at = NOON.replace(hour=hour)
        told = forecast(a_desk(at=at, waiting=[Waiting(due_at=at, applications=1, work=1)]))
        assert told.missed.low >= 0


COUNTS = st.floats(min_value=0, max_value=500)


@settings(max_examples=12)
@given(COUNTS, st.floats(min_value=0.2, max_value=6), st.integers(0, 40))
def test_more_officers_never_miss_more(count: float, due_in_h: float, officers: int) -> None:
    desk = a_desk(waiting=[waiting(count, due_in_h)], officers=officers)
    more = forecast(replace(desk, officers=officers + 5))
    assert more.missed.expected <= forecast(desk).missed.expected + 1e-6


@settings(max_examples=12)
@given(COUNTS, COUNTS, st.integers(0, 40))
def test_what_is_expected_lies_in_its_interval(count: float, comes: float, officers: int) -> None:
    day = a_day(comes, 10, 20)
    told = forecast(
        a_desk(waiting=[waiting(count, 1)], officers=officers, today=day, before=(day,))
    )
    rounding = 1e-6
    assert told.missed.low - rounding <= told.missed.expected <= told.missed.high + rounding
    assert all(each.low <= each.high for each in told.officers_needed)


def test_the_same_desk_is_foretold_the_same() -> None:
    desk = a_desk(waiting=[waiting(300, 1)])
    assert forecast(desk) == forecast(desk)


def staffed(*shares: tuple[int, float]) -> DayCounts:
    """A day of no more filings with a number of officers from each step on."""
    officers = [0.0] * STEPS
    for first, number in shares:
        officers[first:] = [number] * (STEPS - first)
    done = tuple(2 * number for number in officers)
    return replace(a_day(0, 10, 20), officers=tuple(officers), done=done)


def missed_tomorrow(today: DayCounts) -> float:
    """Of 500 due tomorrow at noon, at 20:30 with five officers at work; ten would do them all."""
    evening = NOON.replace(hour=20, minute=30)
    due = Waiting(due_at=NOON + timedelta(days=1), applications=500, work=500)
    desk = a_desk(at=evening, officers=5, today=today, before=(a_day(0, 10, 20),), waiting=[due])
    return forecast(desk).missed.expected


def test_who_left_at_noon_is_expected_tomorrow_and_who_did_not_come_is_not() -> None:
    left_at_noon = missed_tomorrow(staffed((0, 10), (27, 5)))
    never_came = missed_tomorrow(staffed((0, 5)))
    assert left_at_noon == 0
    assert never_came > 50


def test_what_officers_have_in_hand_can_still_be_decided_in_time() -> None:
    told = forecast(a_desk(waiting=[waiting(200, 1 / 60)], today=a_day(0, 10, 20)))
    assert told.missed.low <= told.missed.expected - 9

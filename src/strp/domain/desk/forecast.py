"""What the rest of the day will bring: missed deadlines, a clear desk, officers who are needed.

Every course that the day may take is run through; what most of them bring is expected, and what
nine in ten of them stay within is the interval (a bootstrap over days; Efron and Tibshirani, *An
Introduction to the Bootstrap*, 1993).

Work is counted in applications of usual size: one costs an officer a part that is fixed and a part
for each worker, and `weight_of` is both.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from statistics import fmean, median, quantiles
from typing import Final

from strp.domain.desk.counts import STEP, DeskNow
from strp.domain.desk.courses import (
    CLOSED,
    HOUR,
    REPLAYS,
    Batch,
    Course,
    Timeline,
    pace_of,
    replay_days,
)

INTERVAL_PERCENT: Final = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A number with the interval that it lies in nine times out of ten."""

    expected: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficersNeeded:
    """Officers who, from this hour on, would keep every promise.

    Args:
        hour: aware, its beginning.
    """

    hour: datetime
    officers: int
    low: int
    high: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedInHour:
    """Deadlines that pass without a decision in one hour."""

    hour: datetime
    expected: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The day as it will probably go on.

    Args:
        decisions_per_h: applications of usual size, at the present pace of all who are present.
        clear_at: when nothing waits; None: not before the end of the next day of service.
        clear_earliest: the early end of its interval; None as for `clear_at`.
        clear_latest: the late end.
        missed: of what waits and what comes today, decided after its due time.
        missed_by_hour: the same, by the hour in which the due time passes.
        officers_needed: for each hour of the rest of the day.
    """

    decisions_per_h: float
    clear_at: datetime | None
    clear_earliest: datetime | None
    clear_latest: datetime | None
    missed: Estimate
    missed_by_hour: tuple[MissedInHour, ...]
    officers_needed: tuple[OfficersNeeded, ...]


@dataclass(slots=True, kw_only=True)
class _Outcome:
    missed: float
    clear: float | None
    missed_at: dict[int, float] = field(default_factory=dict)


def forecast(desk: DeskNow) -> Forecast:
    """Foretell the rest of today's service.

    Args:
        desk: the desk now, and the days before.

    Returns:
        The same for the same arguments.
    """
    line = Timeline(desk)
    courses = replay_days(desk, line)
    waiting = _by_step(desk, line)
    outcomes = [_run(course, waiting) for course in courses]
    missed = [outcome.missed for outcome in outcomes]
    clear = sorted(float(len(line.steps)) if o.clear is None else o.clear for o in outcomes)
    low, high = _ends(missed)
    low = max(_late_already(desk), low - _in_hand(desk))
    return Forecast(
        decisions_per_h=pace_of(desk) * desk.officers,
        clear_at=_moment(line, clear[len(clear) // 2]),
        clear_earliest=_moment(line, clear[_tail()]),
        clear_latest=_moment(line, clear[-_tail() - 1]),
        missed=Estimate(expected=median(missed), low=low, high=high),
        missed_by_hour=_by_hour(line, outcomes),
        officers_needed=_needed(line, courses, waiting),
    )


def _late_already(desk: DeskNow) -> float:
    return sum(each.applications for each in desk.waiting if each.due_at <= desk.at)


def _in_hand(desk: DeskNow) -> float:
    """Applications due within a step that officers may have in hand now: a course counts them as
    missed, but one that is half read can still be decided in time."""
    soon = desk.at + STEP
    closing = sum(e.applications for e in desk.waiting if desk.at < e.due_at <= soon)
    return min(float(desk.officers), closing)


def _by_step(desk: DeskNow, line: Timeline) -> list[Batch]:
    """What waits, one batch for each step in which due times pass, the nearest first: thousands of
    due times would be walked through for each course."""
    found: dict[int, Batch] = {}
    for each in desk.waiting:
        batch = found.setdefault(line.step_at(each.due_at), Batch(0, 0.0, 0.0))
        batch.applications += each.applications
        batch.work += each.work
    return [Batch(step, found[step].applications, found[step].work) for step in sorted(found)]


def _tail() -> int:
    return int(REPLAYS * (100 - INTERVAL_PERCENT) / 200)


def _ends(values: Sequence[float]) -> tuple[float, float]:
    cut = quantiles(values, n=20, method="inclusive")
    return cut[0], cut[-1]


def _moment(line: Timeline, steps: float) -> datetime | None:
    if steps >= len(line.steps):
        return None
    step = line.steps[int(steps)]
    return step.begins + (steps - int(steps)) * step.length_h * HOUR


def _run(course: Course, waiting: Sequence[Batch]) -> _Outcome:
    """Serve as the desk does: the nearest due time first; what is due within this step, which an
    officer can hardly read in time, after all that can be met; then what is late."""
    queue = [Batch(w.passes, w.applications, w.work) for w in waiting]
    outcome = _Outcome(missed=0.0, clear=None)
    overdue: list[Batch] = []
    for n, capacity in enumerate(course.capacity):
        arrived = course.arrivals[n]
        if arrived is not None and arrived.applications > 0:
            queue.append(arrived)
        closing: list[Batch] = []
        while queue and queue[0].passes <= n:
            first = queue.pop(0)
            if first.passes == n:
                closing.append(first)
            else:
                _miss(outcome, first)
                overdue.append(first)
        left = _serve(queue, capacity)
        left = _serve(closing, left)
        for late in closing:
            _miss(outcome, late)
        overdue += closing
        left = _serve(overdue, left)
        if outcome.clear is None and not queue and not overdue:
            outcome.clear = n + (1 - left / capacity if capacity else 0.0)
    return outcome


def _miss(outcome: _Outcome, batch: Batch) -> None:
    outcome.missed += batch.applications
    outcome.missed_at[batch.passes] = outcome.missed_at.get(batch.passes, 0.0) + batch.applications


def _serve(queue: list[Batch], capacity: float) -> float:
    """Take from the front of a queue what the capacity allows; returns what is left of it."""
    while queue and capacity > 0:
        first = queue[0]
        if first.work <= capacity:
            capacity -= first.work
            queue.pop(0)
        else:
            part = capacity / first.work
            queue[0] = Batch(first.passes, first.applications * (1 - part), first.work - capacity)
            return 0.0
    return capacity


def _by_hour(line: Timeline, outcomes: Sequence[_Outcome]) -> tuple[MissedInHour, ...]:
    hours: dict[datetime, float] = {}
    for outcome in outcomes:
        for step, count in outcome.missed_at.items():
            begins = line.steps[max(step, 0)].begins.replace(minute=0, second=0, microsecond=0)
            hours[begins] = hours.get(begins, 0.0) + count / len(outcomes)
    return tuple(
        MissedInHour(hour=hour, expected=count)
        for hour, count in sorted(hours.items())
        if count >= 0.5
    )


def _needed(
    line: Timeline, courses: Sequence[Course], waiting: Sequence[Batch]
) -> tuple[OfficersNeeded, ...]:
    """Officers for each hour of today, in a quarter of the courses (they cost the most)."""
    found: dict[datetime, list[float]] = {}
    for course in courses[::4]:
        for hour, officers in _needed_in(line, course, waiting):
            found.setdefault(hour, []).append(officers)
    result = []
    for hour, values in sorted(found.items()):
        low, high = _ends(values)
        result.append(
            OfficersNeeded(hour=hour, officers=ceil(fmean(values)), low=ceil(low), high=ceil(high))
        )
    return tuple(result)


def _needed_in(
    line: Timeline, course: Course, waiting: Sequence[Batch]
) -> Iterator[tuple[datetime, float]]:
    """The smallest steady staff from each hour on that meets every later due time."""
    steps = line.steps
    opening = next((n for n, step in enumerate(steps) if step.of_day != CLOSED), 0)
    due = [0.0] * (len(steps) + 1)
    come = [0.0] * (len(steps) + 1)
    for batch in waiting:
        due[max(batch.passes, 0)] += batch.work
        come[0] += batch.work
    for n, arrived in enumerate(course.arrivals):
        if arrived is not None:
            due[min(arrived.passes, len(steps))] += arrived.work
            come[n] += arrived.work
    served, begin = 0.0, opening
    while begin < len(steps) and steps[begin].is_today:
        hour = steps[begin].begins.replace(minute=0, second=0, microsecond=0)
        end = begin
        while end < len(steps) and steps[end].begins - hour < timedelta(hours=1):
            end += 1
        rate, time_h, total = 0.0, 0.0, sum(due[:begin])
        for n in range(begin, len(steps)):
            time_h += steps[n].length_h
            total += due[n]
            rate = max(rate, (total - served) / time_h)
        yield hour, rate / course.pace if course.pace else 0.0
        length_h = sum(steps[n].length_h for n in range(begin, end))
        served = min(served + rate * length_h, sum(come[:end]))
        begin = end

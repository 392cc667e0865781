"""Courses that the rest of a day may take: earlier days, replayed from this moment on.

Each replay is scaled to today: arrivals by what has come so far, officers by who is present, work
by the pace that was measured. Days that were alike until now are replayed more often.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from math import ceil, exp, log
from statistics import NormalDist, pvariance
from typing import Final, NamedTuple

from strp.domain.civil_time import WIB
from strp.domain.desk.counts import STEP, STEP_H, DayCounts, DeskNow
from strp.domain.service_hours import ServiceHours, due_at

REPLAYS: Final = 160
"""Courses of the day that are tried; the ends of the interval rest on eight on each side."""
PRIOR_SHARE: Final = 0.01
"""Part of an earlier day that today's arrivals are held against, so that one early filing does not
count as a flood."""
PRIOR_PACE_H: Final = 10.0
"""Officer-hours that the pace of the days before counts for against what was measured today."""
ASSUMED_PACE: Final = 15.0
"""Work an officer does in an hour, before any is known: four minutes an application."""
ASSUMED_PACE_H: Final = 0.02
"""Officer-hours that it counts for: with the first decisions the desk's own pace counts."""
PACE_DEVIATION: Final = 0.07
"""How much the pace of the next hours differs from the last ones' (standard deviation, log)."""
LEVEL_FADES_H: Final = 1.5
"""Hours after which what came counts for a third in today's level."""
LEVEL_DEVIATION: Final = 0.07
"""The same for the arrivals of the rest of the day, where earlier days are known."""
UNKNOWN_LEVEL: Final = 0.35
"""The same for arrivals and presence where no earlier day is known."""
SHAPE_VARIANCE: Final = 0.05
"""Variance by hour (log) at which an earlier day is hardly alike any more."""
LEAST_WEIGHT: Final = 0.02
"""Weight of a day that is not alike: what happened once may happen again."""
STEPS_AN_HOUR: Final = 6
COPRIME: Final = 37
"""Shares no divisor with REPLAYS: walked in such steps, a list meets each place of another."""


OVERTIME: Final = timedelta(hours=2)
"""How long officers who are at work while the desk is closed are taken to go on."""
HOUR: Final = timedelta(hours=1)
CLOSED: Final = -1
"""Of no step of a day: the desk is closed."""
NOW_COUNTS: Final = 2.0
"""Steps that the officers who are present now count for, beside those of the last hour."""
PRIOR_PRESENCE: Final = 0.2
"""Steps of a full desk for which the day before is believed, whoever is present now."""
MOST_ATTENDANCE: Final = 3.0
LEAST_PERSISTS: Final = 0.5
"""Least part (an exponent) of today's attendance that goes over to the next day; the most is all.
"""
SOON_H: Final = 0.5
"""Hours within which who is present now goes on more likely than what a day before tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    begins: datetime
    length_h: float
    of_day: int
    is_today: bool


@dataclass(slots=True)
class Batch:
    """Applications with one due step; `passes` is that step."""

    passes: int
    applications: float
    work: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One course that the day may take, by step."""

    arrivals: list[Batch | None]
    capacity: list[float]
    pace: float


class Timeline:
    """Steps of service from now to the end of the next day of service.

    While the desk is closed, today is the day that follows; officers who are at work then go on for
    a while.
    """

    def __init__(self, desk: DeskNow) -> None:
        self._desk = desk
        self.opens = datetime.combine(service_day(desk.at, desk.hours), desk.hours.opens, WIB)
        self.steps = [
            *_overtime(desk, self.opens),
            *_steps_of(self.opens, desk, is_today=True),
            *_steps_of(self.opens + timedelta(days=1), desk, is_today=False),
        ]
        over = int((desk.at - self.opens) // STEP)
        self.now = min(max(over, 0), steps_a_day(desk.hours) - 1)
        self._ends = [step.begins + step.length_h * timedelta(hours=1) for step in self.steps]

    @cached_property
    def passes(self) -> list[int]:
        """For what comes in a step: the step in which its due time passes."""
        promise, hours = self._desk.promise_h, self._desk.hours
        return [self.step_at(due_at(step.begins, promise, hours)) for step in self.steps]

    def step_at(self, moment: datetime) -> int:
        """The first step that ends at a moment or after it; -1 for what is past."""
        if moment <= self._desk.at:
            return -1
        low, high = 0, len(self._ends)
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if self._ends[middle] >= moment else (middle + 1, high)
        return low


def steps_a_day(hours: ServiceHours) -> int:
    """Steps of one day of service; the last may be shorter."""
    day = datetime(2021, 7, 3, tzinfo=WIB)
    opens = datetime.combine(day, hours.opens, WIB)
    return ceil((datetime.combine(day, hours.closes, WIB) - opens) / STEP)


def step_of_day(moment: datetime, hours: ServiceHours) -> int:
    """The step of its day that a moment lies in; negative before the desk opens.

    Args:
        moment: aware.
        hours: of service, in WIB.
    """
    local = moment.astimezone(WIB)
    return int((local - datetime.combine(local.date(), hours.opens, WIB)) // STEP)


def service_day(moment: datetime, hours: ServiceHours) -> date:
    """The day of service that a moment counts for: from closing time on the day that follows.

    Args:
        moment: aware.
        hours: of service, in WIB.
    """
    local = moment.astimezone(WIB)
    return local.date() + timedelta(days=local.time() >= hours.closes)


def _overtime(desk: DeskNow, opens: datetime) -> Iterator[Step]:
    """Steps before the opening in which those who are at work now go on; arrivals count later."""
    at = desk.at.astimezone(WIB)
    ends = min(opens, at + OVERTIME) if desk.officers else at
    while at < ends:
        length = min(STEP, ends - at)
        yield Step(begins=at, length_h=length / HOUR, of_day=CLOSED, is_today=False)
        at += length


def _steps_of(opens: datetime, desk: DeskNow, *, is_today: bool) -> Iterator[Step]:
    closes = datetime.combine(opens.date(), desk.hours.closes, WIB)
    for n in range(steps_a_day(desk.hours)):
        begins, ends = opens + n * STEP, min(opens + (n + 1) * STEP, closes)
        begins = max(begins, desk.at.astimezone(WIB))
        if begins < ends:
            yield Step(
                begins=begins,
                length_h=(ends - begins) / timedelta(hours=1),
                of_day=n,
                is_today=is_today,
            )


def replay_days(desk: DeskNow, line: Timeline) -> list[Course]:
    """The courses of the day, from now to the end of the next day of service.

    Args:
        desk: the desk now, and the days before.
        line: its steps.
    """
    pace, days = pace_of(desk), _replayed_days(desk, line)
    return [_course(desk, line, pace, n, days[n]) for n in range(REPLAYS)]


def pace_of(desk: DeskNow) -> float:
    """Work an officer does in an hour: what the days before show, corrected by today.

    Before the first decision of the first day it is taken to be `ASSUMED_PACE`.
    """
    usual = _rate(desk.before, _while_busy) or _rate(desk.before, _at_all) or ASSUMED_PACE
    done, officer_h = _while_busy(desk.today)
    if not officer_h and not desk.before:
        done, officer_h = _at_all(desk.today)
    prior_h = PRIOR_PACE_H if desk.before else ASSUMED_PACE_H
    return (done + prior_h * usual) / (officer_h + prior_h)


def _rate(days: Sequence[DayCounts], measure: Callable[[DayCounts], tuple[float, float]]) -> float:
    measured = [measure(day) for day in days]
    officer_h = sum(h for _, h in measured)
    return sum(done for done, _ in measured) / officer_h if officer_h else 0.0


def _while_busy(day: DayCounts) -> tuple[float, float]:
    """Work and officers' hours of the steps in which nobody had to wait for work."""
    busy = [n for n, more in enumerate(day.busy) if more]
    steps = sum(day.officers[n] for n in busy) + day.overtime
    return sum(day.done[n] for n in busy) + day.overtime_done, steps * STEP_H


def _at_all(day: DayCounts) -> tuple[float, float]:
    """The same of all steps: a pace that officers are known to reach."""
    return sum(day.done), sum(day.officers) * STEP_H


def _replayed_days(desk: DeskNow, line: Timeline) -> list[tuple[DayCounts, DayCounts]]:
    """For each replay two earlier days, one for arrivals and one for presence."""
    if not desk.before:
        return [(_flat(desk), _flat(desk))] * REPLAYS
    arriving = _alike(desk, line, lambda day: day.applications)
    present = _alike(desk, line, lambda day: day.officers)
    # The second list is walked in steps that share no divisor with its length: each meets each.
    return [
        (desk.before[arriving[n]], desk.before[present[n * COPRIME % REPLAYS]])
        for n in range(REPLAYS)
    ]


def _course(
    desk: DeskNow, line: Timeline, pace: float, n: int, days: tuple[DayCounts, DayCounts]
) -> Course:
    level_z, presence_z, pace_z = (_normal(n, dimension) for dimension in range(3))
    arriving, present = days
    attendance = Attendance(
        _attendance(desk, line, present),
        _came(desk, line, present) ** (LEAST_PERSISTS + (1 - LEAST_PERSISTS) * _share(n, 3)),
    )
    spread = LEVEL_DEVIATION if desk.before else UNKNOWN_LEVEL
    level = _level(desk, line, arriving) * exp(spread * level_z)
    mine = pace * exp(PACE_DEVIATION * pace_z)
    arrivals: list[Batch | None] = []
    capacity: list[float] = []
    for n_step, step in enumerate(line.steps):
        officers = _officers(desk, line, present, step, attendance)
        if not desk.before:
            officers *= exp(UNKNOWN_LEVEL * presence_z)
        capacity.append(officers * mine * step.length_h)
        arrivals.append(
            _arrivals(desk, step, arriving, level, line.passes[n_step]) if step.is_today else None
        )
    return Course(arrivals=arrivals, capacity=capacity, pace=mine)


def _arrivals(desk: DeskNow, step: Step, day: DayCounts, level: float, passes: int) -> Batch:
    """What comes in a step as on a day before, at the level of today."""
    part, n = level * step.length_h / STEP_H, step.of_day
    applications, work = part * day.applications[n], part * day.work[n]
    if n == 0 and applications > 0:  # what came in the night came in one step: it is here already
        left = max(0.0, 1 - desk.today.applications[0] / applications)
        applications, work = applications * left, work * left
    return Batch(passes, applications, work)


def _alike(
    desk: DeskNow, line: Timeline, counts: Callable[[DayCounts], Sequence[float]]
) -> list[int]:
    """For each replay an earlier day, the more often the more alike today's course is until now.

    Alike is what rises and falls at the same hours, whatever its level: the variance of the
    logarithm of the ratio, by hour.
    """
    today = _by_hour(counts(desk.today), line.now)
    weights: list[float] = []
    for day in desk.before:
        then = _by_hour(counts(day), line.now)
        ratios = [log((mine + 1) / (theirs + 1)) for mine, theirs in zip(today, then, strict=True)]
        spread = pvariance(ratios) if ratios else 0.0
        weights.append(exp(-len(ratios) * spread / (2 * SHAPE_VARIANCE)) + LEAST_WEIGHT)
    total, so_far = sum(weights), 0.0
    picked: list[int] = []
    for n, weight in enumerate(weights):
        so_far += weight
        picked += [n] * (round(REPLAYS * so_far / total) - len(picked))
    return picked


def _by_hour(numbers: Sequence[float], until: int) -> list[float]:
    """Sums of the whole hours before a step."""
    starts = range(0, until - STEPS_AN_HOUR + 1, STEPS_AN_HOUR)
    return [sum(numbers[n : n + STEPS_AN_HOUR]) for n in starts]


def _flat(desk: DeskNow) -> DayCounts:
    """Today, as though it went on as it has gone so far."""
    steps = steps_a_day(desk.hours)
    over = max(1, min(step_of_day(desk.at, desk.hours) + 1, steps))
    # The first step holds what came in the night; while it is all, as much again comes in the day.
    first, number = (1, over - 1) if over > STEPS_AN_HOUR else (0, steps)
    count = sum(desk.today.applications[first:over]) / number
    work = sum(desk.today.work[first:over]) / number
    return DayCounts(
        applications=(count,) * steps,
        work=(work,) * steps,
        officers=(float(desk.officers),) * steps,
        done=(0.0,) * steps,
        busy=(False,) * steps,
    )


def _level(desk: DeskNow, line: Timeline, day: DayCounts) -> float:
    """How much busier today is than a day before, by what came until now; the last hours count
    most, since a morning that was busy says little of the evening."""
    if not desk.before:
        return 1.0
    prior = PRIOR_SHARE * sum(day.applications)
    so_far = _of_late(desk.today.applications, line.now)
    then = _of_late(day.applications, line.now)
    return (so_far + prior) / (then + prior) if then + prior else 1.0


def _of_late(numbers: Sequence[float], until: int) -> float:
    """The sum of the steps before one, the earlier the less."""
    return sum(
        number * exp(-(until - n) * STEP_H / LEVEL_FADES_H)
        for n, number in enumerate(numbers[:until])
    )


class Attendance(NamedTuple):
    """Officers beside those of a day before, for the rest of today and for the next day."""

    today: float
    next_day: float


def _officers(
    desk: DeskNow, line: Timeline, day: DayCounts, step: Step, attendance: Attendance
) -> float:
    """Officers in a step as on a day before, at the level of those who are at work today; on the
    next day of those who came today, though they left early."""
    if step.of_day == CLOSED:
        return desk.officers
    then = day.officers[step.of_day] if step.of_day < len(day.officers) else 0.0
    if desk.at < line.opens:
        return then
    if not step.is_today:
        return then * attendance.next_day
    soon = exp(-((step.begins - desk.at) / HOUR) / SOON_H)
    return soon * desk.officers + (1 - soon) * then * attendance.today


def _attendance(desk: DeskNow, line: Timeline, day: DayCounts) -> float:
    """Officers of the last hour and now beside those of the same hour on a day before."""
    hour = slice(max(0, line.now - STEPS_AN_HOUR), line.now)
    prior = PRIOR_PRESENCE * max(day.officers, default=0.0)
    here = NOW_COUNTS * desk.officers + sum(desk.today.officers[hour]) + prior
    then = NOW_COUNTS * day.officers[line.now] + sum(day.officers[hour]) + prior
    return min(here / then, MOST_ATTENDANCE) if then else 1.0


def _came(desk: DeskNow, line: Timeline, day: DayCounts) -> float:
    """Officers of today's fullest hour until now beside those of a day before: who left at noon
    comes again tomorrow, who did not come at all is missing then too."""
    until = max(line.now, STEPS_AN_HOUR)
    prior = PRIOR_PRESENCE * max(day.officers, default=0.0)
    here = max([*_by_hour(desk.today.officers, until), STEPS_AN_HOUR * desk.officers]) + prior
    then = max([*_by_hour(day.officers, until), STEPS_AN_HOUR * day.officers[line.now]]) + prior
    return float(min(here / then, MOST_ATTENDANCE)) if then else 1.0


def _normal(n: int, dimension: int) -> float:
    """A value of the standard normal distribution, evenly spread over the replays.

    Additive recurrence with the roots of x⁵ = x + 1 (M. Roberts, *The Unreasonable Effectiveness
    of Quasirandom Sequences*, 2018): no source of chance, so that a forecast can be repeated.
    """
    return NormalDist().inv_cdf(min(max(_share(n, dimension), 1e-6), 1 - 1e-6))


def _share(n: int, dimension: int) -> float:
    """The same between 0 and 1."""
    return (0.5 + (n + 1) * _ROOT ** -(dimension + 1)) % 1.0


_ROOT: Final = 1.1673039782614187

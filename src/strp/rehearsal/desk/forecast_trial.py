"""How good the forecast is: simulated days, foretold at several hours, beside what came."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from statistics import median
from typing import Final

from strp.domain.civil_time import WIB
from strp.domain.desk.counts import STEP_H, DayCounts, DeskNow, Waiting, weight_of
from strp.domain.desk.forecast import Forecast, forecast
from strp.domain.service_hours import ServiceHours
from strp.rehearsal.desk.simulated_days import (
    CLOSES_H,
    DAYS_BEFORE,
    PROMISE_H,
    USUAL,
    Kind,
    SimulatedDay,
    draw_city,
    simulate_day,
)

HOURS: Final = ServiceHours(time(7, 30), time(21, 0))
DAY: Final = datetime(2021, 7, 13, 7, 30, tzinfo=WIB)
FORETOLD_AT_H: Final = (3.5, 5.5, 7.5, 9.5, 11.5)
"""Hours since the opening at which each day is foretold: 11:00, 13:00, … 19:00."""
SEEDED_DAYS: Final = 30
FEW_MISSED: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One forecast beside what happened.

    Args:
        missed: deadlines that passed after the forecast among what it spoke of.
        clear_h: hours of service until nothing waited.
    """

    kind: Kind
    at_h: float
    foretold: Forecast
    missed: int
    clear_h: float
    foretold_clear_h: tuple[float, float, float]
    waiting: int

    @property
    def is_covered(self) -> bool:
        """Whether the deadlines missed lie in the interval."""
        return self.foretold.missed.low - 0.5 <= self.missed <= self.foretold.missed.high + 0.5

    @property
    def is_clear_covered(self) -> bool:
        """Whether the moment at which nothing waited lies in its interval, to a step; what was not
        clear at the end of the next day is foretold by saying so."""
        earliest, _, latest = self.foretold_clear_h
        end_h = 2 * CLOSES_H - self.at_h
        return earliest - STEP_H <= min(self.clear_h, end_h) <= latest + STEP_H


def run_trials(
    days: int = SEEDED_DAYS, first_seed: int = 1, kinds: Sequence[Kind] = tuple(Kind)
) -> list[Trial]:
    """Foretell seeded days.

    Args:
        days: how many.
        first_seed: the seed of the first.
        kinds: of the days; they take turns.
    """
    return [
        trial
        for n in range(days)
        for trial in _trials_of(kinds[n % len(kinds)], random.Random(first_seed + n))
    ]


def _trials_of(kind: Kind, chance: random.Random) -> list[Trial]:
    city = draw_city(chance)
    before = [
        counts_of(simulate_day(city, chance.choice(USUAL), chance), CLOSES_H)
        for _ in range(DAYS_BEFORE)
    ]
    day = simulate_day(city, kind, chance)
    return [_trial(day, before, at) for at in FORETOLD_AT_H]


def counts_of(day: SimulatedDay, until: float) -> DayCounts:
    """The counts that the desk would have kept of a day, up to one hour of service.

    Args:
        day: a whole simulated day.
        until: hours since the desk opened; nothing later is counted.
    """
    steps = round(CLOSES_H / STEP_H)
    applications, work, done = [0.0] * steps, [0.0] * steps, [0.0] * steps
    left = [0] * steps
    for filing in day.filings:
        if filing.came <= until:
            n = int(filing.came / STEP_H)
            applications[n] += 1
            work[n] += weight_of(1, filing.workers)
        if filing.ended is not None and filing.ended < min(until, CLOSES_H):
            done[int(filing.ended / STEP_H)] += weight_of(1, filing.workers)
        first = int(filing.came / STEP_H)
        last = int((NEVER if filing.began is None else filing.began) / STEP_H)
        for n in range(first, min(last, steps)):
            left[n] += 1
    officers = [
        sum(day.present((n + part) * STEP_H) for part in (0.17, 0.5, 0.83)) / 3
        if n * STEP_H < until
        else 0.0
        for n in range(steps)
    ]
    return DayCounts(
        applications=tuple(applications),
        work=tuple(work),
        officers=tuple(officers),
        done=tuple(done),
        busy=tuple(left[n] > 0 and (n + 1) * STEP_H <= until for n in range(steps)),
    )


NEVER: Final = 1e9


def _moment(service_h: float) -> datetime:
    if service_h < CLOSES_H:
        return DAY + timedelta(hours=service_h)
    return DAY + timedelta(days=1, hours=service_h - CLOSES_H)


def _service_h(moment: datetime | None) -> float:
    if moment is None:
        return 2 * CLOSES_H
    days, rest = divmod(moment - DAY, timedelta(days=1))
    return days * CLOSES_H + min(rest / timedelta(hours=1), CLOSES_H)


def _trial(day: SimulatedDay, before: Sequence[DayCounts], at: float) -> Trial:
    open_now = [f for f in day.filings if f.came <= at and (f.ended is None or f.ended > at)]
    waiting = [
        Waiting(due_at=_moment(f.due), applications=1, work=weight_of(1, f.workers))
        for f in open_now
    ]
    told = forecast(
        DeskNow(
            at=_moment(at),
            waiting=waiting,
            officers=day.present(at),
            today=counts_of(day, at),
            before=before,
            hours=HOURS,
            promise_h=int(PROMISE_H),
        )
    )
    spoken_of = [f for f in day.filings if f.ended is None or f.ended > at]
    missed = sum(f.ended is None or f.ended > f.due for f in spoken_of)
    return Trial(
        kind=day.kind,
        at_h=at,
        foretold=told,
        missed=missed,
        clear_h=_clear_h(day, at) - at,
        foretold_clear_h=(
            _service_h(told.clear_earliest) - at,
            _service_h(told.clear_at) - at,
            _service_h(told.clear_latest) - at,
        ),
        waiting=len(open_now),
    )


def _clear_h(day: SimulatedDay, at: float) -> float:
    """The first moment after `at` at which no application waits for an officer."""
    changes = []
    for f in day.filings:
        began = NEVER if f.began is None else f.began
        if began > at:
            changes += [(max(f.came, at), 1), (began, -1)]
    waiting = 0
    changes.sort()
    for n, (moment, change) in enumerate(changes):
        waiting += change
        if waiting == 0 and (n + 1 == len(changes) or changes[n + 1][0] > moment):
            return moment
    return at


def median_error_percent(trials: Sequence[Trial]) -> float:
    """Median error of the deadlines foretold to be missed, where more than a few were."""
    errors = [
        abs(t.foretold.missed.expected - t.missed) / t.missed * 100
        for t in trials
        if t.missed >= FEW_MISSED
    ]
    return median(errors) if errors else 0.0


def coverage_percent(trials: Sequence[Trial]) -> float:
    """Share of forecasts whose interval held what happened."""
    return 100 * sum(t.is_covered for t in trials) / len(trials)

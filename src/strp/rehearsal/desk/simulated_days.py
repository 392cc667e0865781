"""Days at a desk that never was: arrivals, officers and decisions, drawn by chance from a seed.

Nothing here knows how the forecast is made, and the forecast does not import it: a day is made of
people who file and officers who come, work, rest and go (SimPy, discrete events). Time runs in
hours of service since the opening, so that the second day follows the first at CLOSES_H.
"""

import heapq
import random
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

import simpy

CLOSES_H: Final = 13.5
PROMISE_H: Final = 5.0
DAYS_BEFORE: Final = 7
NEXT_DAY_H: Final = 2 * CLOSES_H
MINUTE_H: Final = 1 / 60
MARGIN_H: Final = 10 * MINUTE_H
"""What is due sooner than this is late before an officer has read it."""


class Kind(StrEnum):
    """What kind of day it is."""

    STEADY = "steady"
    MORNING_PEAK = "morning peak"
    EVENING_PEAK = "evening peak"
    LEAVE_AT_NOON = "officers leave at noon"
    GIANT = "a giant at 20:30"
    FEW_OFFICERS = "few officers"
    FLOOD = "twice the usual filings"
    QUIET = "quiet"


class Rule(StrEnum):
    """Which application an officer gets next."""

    NEAREST_DUE = "nearest due time"
    IN_TIME_FIRST = "nearest due time, late ones last"


USUAL: Final = (Kind.STEADY, Kind.STEADY, Kind.MORNING_PEAK, Kind.EVENING_PEAK, Kind.LEAVE_AT_NOON)


@dataclass(slots=True)
class SimulatedFiling:
    """One application at the simulated desk; times in hours of service.

    Args:
        workers: rows that wait for a decision.
        ended: when it was decided; None: not before the end of the second day.
    """

    came: float
    workers: int
    began: float | None = None
    ended: float | None = None

    @property
    def due(self) -> float:
        """When a decision is due: five hours of service after it came."""
        return self.came + PROMISE_H


@dataclass(slots=True)
class SimulatedDay:
    """What happened on one day, until all that came was decided or the second day was over."""

    kind: Kind
    filings: list[SimulatedFiling]
    presence: list[tuple[float, float]] = field(default_factory=list)

    def present(self, at: float) -> int:
        """Officers at work at one moment."""
        return sum(begins <= at < ends for begins, ends in self.presence)


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """What stays the same from day to day.

    Args:
        filings: that come to the desk on a usual day.
        officers: on a usual day.
        fixed_h: an officer's time for an application of no worker.
        worker_h: the same for each worker.
    """

    filings: int
    officers: int
    fixed_h: float
    worker_h: float


def draw_city(chance: random.Random) -> City:
    """A city whose officers can just about do what comes on a usual day."""
    fixed_h = chance.uniform(1.5, 4) * MINUTE_H
    worker_h = chance.uniform(0.01, 0.05) * MINUTE_H
    filings = chance.randint(600, 3000)
    work_h = filings * (fixed_h + 10 * worker_h)
    officers = max(3, round(work_h / CLOSES_H * chance.uniform(0.85, 1.25)))
    return City(filings=filings, officers=officers, fixed_h=fixed_h, worker_h=worker_h)


def simulate_day(
    city: City, kind: Kind, chance: random.Random, rule: Rule = Rule.IN_TIME_FIRST
) -> SimulatedDay:
    """One day of a city.

    Args:
        city: what is usual there.
        kind: what is special about the day.
        chance: where all chance comes from.
        rule: by which the desk gives out what waits.
    """
    day = SimulatedDay(kind=kind, filings=_filings(city, kind, chance))
    environment = simpy.Environment()
    desk = _Desk(environment, rule)
    environment.process(_file(environment, desk, day.filings))
    for shift in _shifts(city, kind, chance):
        day.presence.append(shift)
        environment.process(_work(environment, desk, city, shift, chance))
    environment.run(until=NEXT_DAY_H)
    return day


def _filings(city: City, kind: Kind, chance: random.Random) -> list[SimulatedFiling]:
    level = chance.lognormvariate(0, 0.12)
    level *= {Kind.FLOOD: 2.0, Kind.QUIET: 0.4}.get(kind, 1.0)
    shape = _shape(kind)
    came = [0.0] * _poisson(city.filings * level * 0.04, chance)  # of the night
    at, most = 0.0, 3.0
    rate = city.filings * level / CLOSES_H
    while (at := at + chance.expovariate(rate * most)) < CLOSES_H:
        if chance.random() * most < shape(at):
            came.append(at)
    filings = [SimulatedFiling(at, _size(chance)) for at in came]
    if kind is Kind.GIANT:
        filings.append(SimulatedFiling(CLOSES_H - 0.5, 8000))
    return sorted(filings, key=lambda filing: filing.came)


def _poisson(mean: float, chance: random.Random) -> int:
    count, total = 0, chance.expovariate(1)
    while total < mean:
        count, total = count + 1, total + chance.expovariate(1)
    return count


def _size(chance: random.Random) -> int:
    return max(1, min(2000, round(chance.lognormvariate(1.7, 1.0))))


def _shape(kind: Kind) -> Callable[[float], float]:
    if kind is Kind.MORNING_PEAK:
        return lambda at: 2.4 if at < 3 else 0.6
    if kind is Kind.EVENING_PEAK:
        return lambda at: 2.2 if at > 10.5 else 0.66
    return lambda at: 1.3 if 1 < at < 9 else 0.6


def _shifts(city: City, kind: Kind, chance: random.Random) -> list[tuple[float, float]]:
    share = 0.6 if kind is Kind.FEW_OFFICERS else 1.0
    count = max(2, round(city.officers * share * chance.uniform(0.93, 1.07)))
    shifts: list[tuple[float, float]] = []
    for day in (0.0, CLOSES_H):
        leave = kind is Kind.LEAVE_AT_NOON and day == 0.0
        for n in range(count):
            begins = day + max(0.0, chance.gauss(0.1, 0.1))
            rest = day + chance.uniform(4, 6)
            ends = day + (4.5 if leave and n % 3 == 0 else CLOSES_H)
            shifts += [(begins, min(rest, ends))]
            if rest + 0.75 < ends:
                shifts.append((rest + 0.75, ends))
    return shifts


class _Desk:
    """What waits at the simulated desk, and the rule by which it is given out."""

    def __init__(self, environment: simpy.Environment, rule: Rule) -> None:
        self._environment, self._rule = environment, rule
        self._in_time: list[tuple[float, int, SimulatedFiling]] = []
        self._late: list[tuple[float, int, SimulatedFiling]] = []
        self.anything = simpy.Store(environment)

    def put(self, number: int, filing: SimulatedFiling) -> simpy.Event:
        heapq.heappush(self._in_time, (filing.due, number, filing))
        return self.anything.put(None)

    def take(self) -> SimulatedFiling:
        """The next one; to be called by whoever got `anything`."""
        while self._in_time and self._in_time[0][0] < self._environment.now + MARGIN_H:
            heapq.heappush(self._late, heapq.heappop(self._in_time))
        first, second = self._in_time, self._late
        if self._rule is Rule.NEAREST_DUE:
            first, second = second, first
        return heapq.heappop(first or second)[2]


def _file(
    environment: simpy.Environment, desk: _Desk, filings: Sequence[SimulatedFiling]
) -> Generator[simpy.Event, Any, None]:
    for n, filing in enumerate(filings):
        yield environment.timeout(filing.came - environment.now)
        yield desk.put(n, filing)


def _work(
    environment: simpy.Environment,
    desk: _Desk,
    city: City,
    shift: tuple[float, float],
    chance: random.Random,
) -> Generator[simpy.Event, Any, None]:
    begins, ends = shift
    yield environment.timeout(begins)
    own = chance.lognormvariate(0, 0.15)
    while environment.now < ends:
        something = desk.anything.get()
        yield something | environment.timeout(ends - environment.now)
        if not something.triggered:
            something.cancel()
            return
        filing = desk.take()
        filing.began = environment.now
        takes = (city.fixed_h + city.worker_h * filing.workers) * chance.lognormvariate(0, 0.5)
        yield environment.timeout(takes * own)
        filing.ended = environment.now

"""An opening day without a network: all 17 million visitors, and the rules that the product runs.

Time goes in steps of one second. Arrivals, numbers, the advance of the lanes, admission control
and the times of polls come from `domain/`; only the machine behind the door is a model: it
finishes so many requests a second, and what it cannot finish waits. Visitors of the same second
are counted together, so a day takes about a minute.

Sources: the model of the delay is a queue with one server (M/M/1: service time over idle share).
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import exp
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from strp.domain.waiting_room.admission_control import (
    Bounds,
    Controller,
    Measured,
    step,
    wants_room,
)
from strp.domain.waiting_room.lanes import (
    Lane,
    LaneState,
    advance,
    lane_polls,
    most_calls_per_s,
    poll_interval_s,
)
from strp.rehearsal.surge.arrivals import DAY_S, Arrivals, opening_day
from strp.rehearsal.surge.visitor import FILES, ONLY_READS
from strp.usecases.process.room_state import SEEN_S

Numbers = npt.NDArray[np.int64]
Tell = Callable[[str], None]

REQUESTS_A_VISIT: Final = 4.0
VISIT_S: Final = 300.0
"""Mend a roster, read the answer, go: five minutes inside."""
POLLS_PER_S: Final = 10_000.0
PATIENCE_S: Final = 2 * 3600.0
REFERRED: Final = 0.02
"""Applications that an officer must see: straight through is on, 2 % are drawn for a sample."""
DECISIONS_AN_HOUR: Final = 40.0
PROMISED_H: Final = 5
_LANE_POLLS = lane_polls(POLLS_PER_S, Lane.EMPLOYERS)
_TABLE = np.unique(np.geomspace(1, 2e7, 300).astype(np.int64))
_SECONDS_KEPT: Final = 60
_COUNTED_S: Final = 4
"""Whoever is called and finds the door full asks again after about this long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """What is behind the door.

    Args:
        machines: how many.
        requests_per_s: what one of them finishes.
    """

    machines: int = 1
    requests_per_s: float = 400.0

    @property
    def capacity(self) -> float:
        """Requests a second in all."""
        return self.machines * self.requests_per_s


@dataclass(slots=True, kw_only=True)
class Simulated:
    """What came out.

    Args:
        summary: answers for the operator.
        minutes: by minute: hour, arrived, waiting, admitted, polls a second, delay.
    """

    summary: dict[str, Any]
    minutes: list[dict[str, float]] = field(default_factory=list)


class Machine:
    """The model of what is behind the door."""

    def __init__(self, plant: Plant) -> None:
        self._plant = plant
        self._queue = 0.0
        self.inside = 0.0

    @property
    def active(self) -> int:
        """Visitors seen lately, as the product counts them: those who asked within SEEN_S."""
        return round(self.inside * (1.0 - exp(-SEEN_S * REQUESTS_A_VISIT / VISIT_S)))

    def second(self, admitted: float) -> tuple[float, float]:
        """Let visitors in; returns requests finished, and the delay of one in seconds."""
        self.inside += admitted - self.inside / VISIT_S
        capacity = self._plant.capacity
        asked = self.inside * REQUESTS_A_VISIT / VISIT_S + self._queue
        finished = min(asked, capacity)
        self._queue = min(asked - finished, 2 * capacity)
        idle = max(0.02, 1.0 - finished / capacity)
        service_s = 1.0 / self._plant.requests_per_s
        return finished, self._queue / capacity + service_s * (1.0 - idle) / idle


class Line:
    """The line of one lane: numbers still in it, and when each asks next.

    Args:
        seed: of what is drawn.
    """

    def __init__(self, seed: int) -> None:
        self._random = np.random.default_rng(seed)
        self._due: dict[int, list[tuple[Numbers, Numbers]]] = {}
        self._intervals = np.ones(len(_TABLE))
        self._rate = -1.0
        self.polls = 0
        self.at_door = [0] * _COUNTED_S
        self.gave_up = 0
        self._waits: list[tuple[int, int]] = []

    def join(self, first: int, count: int, now: int, serving: int, rate: float) -> None:
        """Visitors take the numbers from `first` on.

        Args:
            first: the lowest number; the next ones follow it.
            count: visitors.
            now: second of the day.
            serving: number that is served now.
            rate: numbers called a second.
        """
        numbers = np.arange(first, first + count, dtype=np.int64)
        self._plan(numbers, np.full(count, now, dtype=np.int64), now, serving, rate)

    def ask(self, now: int, serving: int, rate: float, room: float) -> int:
        """Those whose time has come ask; those called come in while there is room at the door.

        Args:
            now: second of the day; each is asked for once, in order.
            serving: number that is served now.
            rate: numbers called a second.
            room: visitors that may still come in during this second.

        Returns:
            How many came in.
        """
        batches = self._due.pop(now, ())
        self.at_door[now % _COUNTED_S] = 0
        if not batches:
            return 0
        numbers = np.concatenate([batch for batch, _ in batches])
        since = np.concatenate([batch for _, batch in batches])
        self.polls += len(numbers)
        called = numbers <= serving
        come = called & (np.cumsum(called) <= room)
        entered = int(come.sum())
        if entered:
            self._waits.append((int((now - since[come]).mean()), entered))
        self.at_door[now % _COUNTED_S] = int(called.sum()) - entered
        self._plan(numbers[~come], since[~come], now, serving, rate)
        return entered

    def waited(self, share: float) -> int:
        """Seconds that a share of those who came in did not wait longer than."""
        seen, counted = 0, sum(count for _, count in self._waits)
        for seconds, count in sorted(self._waits):
            seen += count
            if seen >= share * counted:
                return seconds
        return 0

    def _plan(self, numbers: Numbers, since: Numbers, now: int, serving: int, rate: float) -> None:
        if not len(numbers):
            return
        intervals = np.interp(numbers - serving, _TABLE, self._rule(rate))
        intervals *= 1.0 + 0.25 * self._random.random(len(numbers))
        # Patience ends at any moment with the same chance.
        stays = self._random.random(len(numbers)) < np.exp(-intervals / PATIENCE_S)
        self.gave_up += int((~stays).sum())
        numbers, since, intervals = numbers[stays], since[stays], intervals[stays]
        # Long times are rounded up a little, so that those of a moment stay together.
        grain = np.maximum(1, intervals // 32)
        due = now + (np.ceil(intervals / grain) * grain).astype(np.int64)
        order = np.argsort(due, kind="stable")
        numbers, since, due = numbers[order], since[order], due[order]
        starts = np.flatnonzero(np.diff(due, prepend=-1))
        for start, end in zip(starts, [*starts[1:], len(due)], strict=True):
            self._due.setdefault(int(due[start]), []).append((numbers[start:end], since[start:end]))

    def _rule(self, rate: float) -> "npt.NDArray[np.float64]":
        """The product's own rule, at the distances of the table."""
        if abs(rate - self._rate) > 0.05 * max(self._rate, 1.0):
            self._rate = rate
            self._intervals = np.array(
                [poll_interval_s(int(d), _LANE_POLLS, rate=rate) for d in _TABLE]
            )
        return self._intervals


class OpeningDay:
    """One simulated day.

    Args:
        visitors: how many arrive.
        plant: what is behind the door.
        seed: of what is drawn.
        duration_s: over how long they arrive.
    """

    def __init__(self, visitors: int, plant: Plant, seed: int, *, duration_s: int = DAY_S) -> None:
        self._visitors = visitors
        self._arrivals = Arrivals(visitors, duration_s, opening_day)
        self._machine, self._bounds = Machine(plant), Bounds(least=1.0, most=plant.capacity)
        self._arrived = 0
        self._active, self._room = False, 50.0
        self._minute = dict.fromkeys(("arrived", "admitted", "finished"), 0.0)
        self.line, self.lane, self.controller = Line(seed), LaneState(), Controller()
        self.admitted = self.at_once = 0
        self.minutes: list[dict[str, float]] = []

    def second(self, now: int) -> None:
        """Let one second pass."""
        arrived = self._arrivals.until(now + 1)
        # Of all so far, so that seconds that are rounded up never let in more than came.
        coming = who_want_in(arrived) - who_want_in(self._arrived)
        self._minute["arrived"] += arrived - self._arrived
        self._arrived = arrived
        served_before = self.lane.serving
        admitted = self._by_number(now, coming) if self._active else self._at_once(now, coming)
        finished, delay_s = self._machine.second(admitted)
        measured = Measured(
            elapsed_s=1.0,
            delay_s=delay_s,
            goodput=finished if delay_s < 1.0 else 0.0,
            inside=self._machine.active,
            admitted=admitted,
            called=self.lane.serving - served_before if self._active else 0,
            at_door=sum(self.line.at_door),
        )
        self.controller = step(self.controller, measured, self._bounds)
        waiting = self.lane.waiting if self._active else 0
        self._active = wants_room(self.controller, active=self._active, waiting=waiting)
        self.admitted += admitted
        self._minute["admitted"] += admitted
        self._minute["finished"] += finished
        if now % _SECONDS_KEPT == _SECONDS_KEPT - 1:
            self._close_minute(now)

    def _by_number(self, now: int, coming: int) -> int:
        calls = min(self.controller.calls_per_s, most_calls_per_s(_LANE_POLLS))
        issued = self.lane.issued + coming
        self.lane = advance(replace(self.lane, issued=issued), calls, 1.0)
        self.line.join(issued - coming + 1, coming, now, self.lane.serving, self.lane.rate)
        # As in `usecases.enter`: more are called than come, so the door bounds who does.
        refill = max(1.0, 1.5 * self.controller.rate)
        self._room = max(refill, min(50.0, self._room + refill))
        entered = self.line.ask(now, self.lane.serving, self.lane.rate, self._room)
        self._room -= entered
        return entered

    def _at_once(self, now: int, coming: int) -> int:
        """Nobody waits: numbers are served as they are given out."""
        issued = self.lane.issued + coming
        self.lane = replace(self.lane, issued=issued, serving=issued)
        self.at_once += coming
        return coming + self.line.ask(now, issued, 0.0, float(self._visitors))

    def close(self, now: int) -> None:
        """Write down the last minute, where it was not a whole one.

        Args:
            now: seconds that passed.
        """
        rest = now % _SECONDS_KEPT
        if rest:
            self._close_minute(now - 1, rest)

    def _close_minute(self, now: int, seconds: int = _SECONDS_KEPT) -> None:
        polls, self.line.polls = self.line.polls, 0
        self.minutes.append(
            {
                "hour": now / 3600,
                "arrived_per_s": self._minute["arrived"] / seconds,
                "admitted_per_s": self._minute["admitted"] / seconds,
                "polls_per_s": polls / seconds,
                "requests_per_s": self._minute["finished"] / seconds,
                "in_line": float(self.lane.waiting),
                "delay_ms": 1000 * self.controller.delay_s,
                "rate": self.controller.rate,
            }
        )
        self._minute = dict.fromkeys(self._minute, 0.0)


def who_want_in(arrived: int) -> int:
    """How many of those who have arrived want in; the others only read."""
    return int(arrived * (1.0 - ONLY_READS))


def simulate(
    visitors: int,
    plant: Plant,
    *,
    tell: Tell,
    seed: int = 5072021,
    duration_s: int = DAY_S,
) -> Simulated:
    """Simulate an opening day.

    Args:
        visitors: how many arrive over the day.
        plant: what is behind the door.
        tell: shows progress.
        seed: of what is drawn.
        duration_s: over how long they arrive, and for how long it is simulated.
    """
    day = OpeningDay(visitors, plant, seed, duration_s=duration_s)
    for second in range(duration_s):
        day.second(second)
        if second % 7200 == 7199:
            tell(
                f"{second / 3600:4.0f} h: in line {day.lane.waiting:,}, admitted "
                f"{day.admitted:,}, {day.controller.rate:.1f} a second"
            )
    day.close(duration_s)
    summary = _summary(visitors, plant, day, duration_s)
    return Simulated(summary=summary, minutes=day.minutes)


def officers_needed(filings_by_minute: list[float]) -> int:
    """The fewest officers who decide everything within the promised hours.

    Args:
        filings_by_minute: applications that were filed.

    Raises:
        ValueError: 100,000 officers would not be enough.
    """
    for officers in range(1, 100_000):
        backlog = 0.0
        per_minute = officers * DECISIONS_AN_HOUR / 60
        for filed in filings_by_minute:
            backlog = max(0.0, backlog + filed * REFERRED - per_minute)
            if backlog > per_minute * 60 * PROMISED_H:
                break
        else:
            return officers
    raise ValueError("no number of officers is enough")


def _summary(visitors: int, plant: Plant, day: OpeningDay, duration_s: int) -> dict[str, Any]:
    wanting = who_want_in(visitors)
    # The last minute may be a part of one.
    lasted = [_SECONDS_KEPT] * len(day.minutes)
    if duration_s % _SECONDS_KEPT:
        lasted[-1] = duration_s % _SECONDS_KEPT
    filings = [
        minute["admitted_per_s"] * seconds * FILES
        for minute, seconds in zip(day.minutes, lasted, strict=True)
    ]
    return {
        "visitors": visitors,
        "duration_s": duration_s,
        "who_wanted_in": wanting,
        "machines": plant.machines,
        "requests_per_s_of_one": plant.requests_per_s,
        "admitted": day.admitted,
        "admitted_at_once": day.at_once,
        "gave_up": day.line.gave_up,
        "still_in_line": max(0, wanting - day.admitted - day.line.gave_up),
        "most_in_line": round(_most(day, "in_line")),
        **{f"wait_p{share}_s": day.line.waited(share / 100) for share in (50, 90, 99)},
        "rate_most_per_s": round(_most(day, "admitted_per_s"), 1),
        "polls_most_per_s": round(_most(day, "polls_per_s"), 1),
        "polls_bound_per_s": _LANE_POLLS,
        "filed": round(sum(filings)),
        "officers_for_five_hours": officers_needed(filings),
    }


def _most(day: OpeningDay, what: str) -> float:
    return max(minute[what] for minute in day.minutes)

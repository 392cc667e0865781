"""An opening day without a network: all 17 million visitors, and the rules that the product runs.

Time goes in steps of one second. Arrivals, numbers, the advance of the lanes, admission control
and the times of polls come from `domain/`; only the machine behind the door is a model: it
finishes so many requests a second, and what it cannot finish waits. Visitors of the same second
are counted together, so a day takes about a minute.

Sources: the model of the delay is a queue with one server (M/M/1: service time over idle share).
"""

import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import exp
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from strp.domain.admission import Bounds, Controller, Measured, step, wants_room
from strp.domain.waiting_room import (
    Lane,
    LaneState,
    advance,
    lane_polls,
    most_calls_per_s,
    poll_interval_s,
)
from strp.rehearsal.surge_curve import DAY_S, Arrivals, opening_day
from strp.rehearsal.surge_report import draw, page_of
from strp.rehearsal.surge_visitor import FILES, ONLY_READS
from strp.usecases.kept_room import SEEN_S

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
        self.waits: list[tuple[int, int]] = []

    def join(self, first: int, count: int, now: int, serving: int, rate: float) -> None:
        """Visitors take the numbers from `first` on."""
        numbers = np.arange(first, first + count, dtype=np.int64)
        self._plan(numbers, np.full(count, now, dtype=np.int64), now, serving, rate)

    def ask(self, now: int, serving: int, rate: float, room: float) -> tuple[int, int]:
        """Those whose time has come ask; those called come in while there is room at the door.

        Returns:
            How many came in, and how long they waited together.
        """
        batches = self._due.pop(now, ())
        self.at_door[now % _COUNTED_S] = 0
        if not batches:
            return 0, 0
        numbers = np.concatenate([batch for batch, _ in batches])
        since = np.concatenate([batch for _, batch in batches])
        self.polls += len(numbers)
        called = numbers <= serving
        come = called & (np.cumsum(called) <= room)
        entered, waited = int(come.sum()), now - since[come]
        if entered:
            self.waits.append((int(waited.mean()), entered))
        self.at_door[now % _COUNTED_S] = int(called.sum()) - entered
        self._plan(numbers[~come], since[~come], now, serving, rate)
        return entered, int(waited.sum())

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


def simulate(visitors: int, plant: Plant, *, tell: Tell, seed: int = 5072021) -> Simulated:
    """Simulate an opening day.

    Args:
        visitors: how many arrive over the day.
        plant: what is behind the door.
        tell: shows progress.
        seed: of what is drawn.
    """
    arrivals = Arrivals(visitors, DAY_S, opening_day)
    line, machine, controller = Line(seed), Machine(plant), Controller()
    lane, active, arrived_before = LaneState(), False, 0
    bounds = Bounds(least=1.0, most=plant.capacity)
    room = 50.0
    minutes: list[dict[str, float]] = []
    hourly: deque[float] = deque()
    totals = {"admitted": 0, "waited_s": 0, "at_once": 0, "polls_most": 0.0}
    minute = dict.fromkeys(("arrived", "admitted", "polls", "finished"), 0.0)
    for second in range(DAY_S):
        arrived = arrivals.until(second + 1)
        coming = round((arrived - arrived_before) * (1.0 - ONLY_READS))
        arrived_now, arrived_before = arrived - arrived_before, arrived
        before = lane.serving
        if active:
            calls = min(controller.calls_per_s, most_calls_per_s(_LANE_POLLS))
            lane = advance(replace(lane, issued=lane.issued + coming), calls, 1.0)
            line.join(lane.issued - coming + 1, coming, second, lane.serving, lane.rate)
            # As in `usecases.enter`: called are more than come, so the door bounds who does.
            room = min(50.0, room + max(1.0, 1.5 * controller.rate))
            admitted, waited = line.ask(
                second, lane.serving, lane.rate, max(room, 1.5 * controller.rate)
            )
            room -= admitted
            totals["waited_s"] += waited
        else:
            # Nobody waits: numbers are served as they are given out.
            issued = lane.issued + coming
            lane = replace(lane, issued=issued, serving=issued)
            admitted, _ = line.ask(second, lane.serving, 0.0, float(visitors))
            admitted += coming
            totals["at_once"] += coming
        finished, delay_s = machine.second(admitted)
        controller = step(
            controller,
            Measured(
                elapsed_s=1.0,
                delay_s=delay_s,
                goodput=finished if delay_s < 1.0 else 0.0,
                inside=machine.active,
                admitted=admitted,
                called=lane.serving - before if active else 0,
                at_door=sum(line.at_door),
            ),
            bounds,
        )
        active = wants_room(controller, active=active, waiting=lane.waiting if active else 0)
        totals["admitted"] += admitted
        minute["arrived"] += arrived_now
        minute["admitted"] += admitted
        minute["finished"] += finished
        if second % _SECONDS_KEPT == _SECONDS_KEPT - 1:
            minute["polls"], line.polls = line.polls, 0
            totals["polls_most"] = max(totals["polls_most"], minute["polls"] / _SECONDS_KEPT)
            minutes.append(
                {
                    "hour": second / 3600,
                    "arrived_per_s": minute["arrived"] / _SECONDS_KEPT,
                    "admitted_per_s": minute["admitted"] / _SECONDS_KEPT,
                    "polls_per_s": minute["polls"] / _SECONDS_KEPT,
                    "requests_per_s": minute["finished"] / _SECONDS_KEPT,
                    "in_line": float(lane.waiting),
                    "delay_ms": 1000 * controller.delay_s,
                    "rate": controller.rate,
                }
            )
            hourly.append(minute["admitted"] * FILES)
            minute = dict.fromkeys(minute, 0.0)
            if second % 7200 == 7199:
                tell(
                    f"{second / 3600:4.0f} h: arrived {arrived:,}, in line {lane.waiting:,}, "
                    f"admitted {totals['admitted']:,}, {controller.rate:.1f} a second"
                )
    summary = _summary(visitors, plant, line, totals, minutes, list(hourly), lane)
    return Simulated(summary=summary, minutes=minutes)


def officers_needed(filings_by_minute: list[float]) -> int:
    """The fewest officers who decide everything within the promised hours.

    Args:
        filings_by_minute: applications that were filed.
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


def write_simulation(folder: Path, simulated: Simulated) -> Path:
    """Write `simulation.json` and `simulation.html`; returns the page."""
    folder.mkdir(parents=True, exist_ok=True)
    document = {"summary": simulated.summary, "minutes": simulated.minutes}
    (folder / "simulation.json").write_text(json.dumps(document) + "\n")
    hours = [minute["hour"] for minute in simulated.minutes]

    def plot(*names: str) -> str:
        series = {name: [minute[name] for minute in simulated.minutes] for name in names}
        return draw(series, hours, "hour of the day")

    plots = [
        ("Visitors a second", plot("arrived_per_s", "admitted_per_s")),
        ("In line", plot("in_line")),
        ("Polls a second", plot("polls_per_s")),
        ("Requests a second behind the door", plot("requests_per_s")),
        ("Queueing delay inside (ms)", plot("delay_ms")),
    ]
    page = folder / "simulation.html"
    page.write_text(page_of("Simulation of an opening day", simulated.summary, plots))
    return page


def _summary(
    visitors: int,
    plant: Plant,
    line: Line,
    totals: dict[str, Any],
    minutes: list[dict[str, float]],
    filings: list[float],
    lane: LaneState,
) -> dict[str, Any]:
    waits = sorted(line.waits)
    counted = sum(count for _, count in waits)

    def waited(share: float) -> int:
        seen = 0
        for seconds, count in waits:
            seen += count
            if seen >= share * counted:
                return seconds
        return 0

    wanting = round(visitors * (1.0 - ONLY_READS))
    return {
        "visitors": visitors,
        "who_wanted_in": wanting,
        "machines": plant.machines,
        "requests_per_s_of_one": plant.requests_per_s,
        "admitted": totals["admitted"],
        "admitted_at_once": totals["at_once"],
        "gave_up": line.gave_up,
        "still_in_line": max(0, wanting - totals["admitted"] - line.gave_up),
        "most_in_line": round(max(minute["in_line"] for minute in minutes)),
        "wait_p50_s": waited(0.5),
        "wait_p90_s": waited(0.9),
        "wait_p99_s": waited(0.99),
        "rate_most_per_s": round(max(minute["admitted_per_s"] for minute in minutes), 1),
        "polls_most_per_s": round(totals["polls_most"], 1),
        "polls_bound_per_s": _LANE_POLLS,
        "filed": round(sum(filings)),
        "officers_for_five_hours": officers_needed(filings),
        "numbers_given_out": lane.issued,
    }

"""Admission control: how many visitors a second are let in, from what the system finishes.

The rule holds the number of visitors inside at a limit. The limit gives way when requests have to
queue inside (DAGOR: 20 ms of queueing delay is overload, whatever the cause) or when work is shed,
in proportion to how far the delay is above its target (the gradient of Netflix's concurrency
limits). It grows again by its square root while the room inside is really used, and the faster the
further goodput is below its best. It never gives way far below what was inside when goodput was
best and nobody queued: where letting fewer in does not help, the cause is another. The rate is
the limit over the time that a visitor stays, and a fifth of what is missing to the limit. More
numbers are called than visitors should come, by as much as people have left the line. `step` is
pure: its state is a value that whoever ticks next takes over.

Sources: Zhou et al., "Overload control for scaling WeChat microservices" (SoCC 2018), section 4;
Netflix concurrency-limits, `Gradient2Limit`; Little (1961) for rate = inside / time inside.
"""

from dataclasses import dataclass, replace
from math import sqrt

TARGET_DELAY_S = 0.020
"""Average queueing delay above which a system is overloaded (DAGOR, section 4.1)."""

# Found by search over systems of 50 to 2,000 requests a second, visits of 4 to 60 s, fixed and
# random, with and without stray delays (docs/decisions/admission-control.md).
_SMOOTHING = 0.3
_STEEPEST, _STEEPEST_UNUSED = 0.95, 0.85
_FLOOR = 0.95
_SETTLE_S = 4.0
_IN_FORCE = 1.1
_IN_USE = 0.8
_FASTEST_GROWTH = 2.0
_TENTH = 0.1
_FORGOTTEN_A_S = 0.01
_CATCH_UP_S = 5.0
_RECENT_A_S = 0.015
_FEWEST_SHOW = 0.05
_LEAST_LIMIT = 10.0
_USUAL_STAY_S = 10.0
_SHORTEST_STAY_S, _LONGEST_STAY_S = 1.0, 3600.0
TURN_ON_AFTER_S = 2.0
TURN_OFF_AFTER_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What the operator allows, in visitors a second."""

    least: float = 1.0
    most: float = 1000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What all processes measured since the last step.

    Args:
        elapsed_s: seconds since then.
        delay_s: average time that a request had to queue inside, seconds.
        shed: requests that were turned away for want of room.
        goodput: requests a second that were finished in time.
        inside: visitors who were seen during the last seconds.
        admitted: visitors let in since the last step.
        called: numbers served since the last step.
        at_door: visitors who were called, came, and have to wait a moment longer.
        officers_per_h: decisions an hour by officers; shown beside, decides nothing.
    """

    elapsed_s: float
    delay_s: float = 0.0
    shed: int = 0
    goodput: float = 0.0
    inside: int = 0
    admitted: int = 0
    called: int = 0
    at_door: int = 0
    officers_per_h: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Controller:
    """The state of admission control.

    Args:
        limit: visitors inside that the system finishes without queueing.
        rate: visitors a second to let in.
        delay_s: smoothed queueing delay.
        inside: visitors inside at the last step.
        goodput: requests a second finished in time, smoothed.
        best_goodput: the best of these while nobody queued; forgotten by 1 % a second.
        best_inside: visitors inside at that time.
        admitted: visitors let in lately, forgotten by 1.5 % a second.
        called: numbers served lately, forgotten likewise.
        at_door: visitors who were called and came, and are not in yet.
        stayed: seconds that visitors spent inside lately, forgotten likewise.
        busy_s: seconds for which the system has been overloaded without a break.
        calm_s: seconds for which it has not been.
        settle_s: seconds until the limit may give way again: what was decided has to show first.
    """

    limit: float = 200.0
    rate: float = 100.0
    delay_s: float = 0.0
    inside: int = 0
    goodput: float = 0.0
    best_goodput: float = 0.0
    best_inside: float = 0.0
    stayed: float = 0.0
    admitted: float = 0.0
    called: float = 0.0
    at_door: int = 0
    busy_s: float = 0.0
    calm_s: float = 0.0
    settle_s: float = 0.0

    @property
    def stay_s(self) -> float:
        """How long a visitor stays inside (Little: inside over let in a second)."""
        if self.admitted < 1.0:
            return _USUAL_STAY_S
        return min(max(self.stayed / self.admitted, _SHORTEST_STAY_S), _LONGEST_STAY_S)

    @property
    def show(self) -> float:
        """Of those who were called lately, the share who came: many have left the line."""
        if self.called <= 0.0:
            return 1.0
        return min(max((self.admitted + self.at_door) / self.called, _FEWEST_SHOW), 1.0)

    @property
    def calls_per_s(self) -> float:
        """Numbers a second to serve, so that `rate` visitors come and none queue at the door."""
        return max(0.0, self.rate - self.at_door / _CATCH_UP_S) / self.show


def step(state: Controller, measured: Measured, bounds: Bounds) -> Controller:
    """One step of admission control.

    Args:
        state: what the last step returned.
        measured: what happened since.
        bounds: of the operator.

    Returns:
        The next state; its `rate` is the answer.
    """
    seconds = min(max(measured.elapsed_s, 0.0), 5.0)
    if seconds == 0.0:
        return state
    state = _measure(state, measured, seconds)
    overloaded = state.delay_s > TARGET_DELAY_S or measured.shed > 0
    state = _give_way(state, measured) if overloaded else _grow(state, measured, seconds)
    rate = state.limit / state.stay_s + (state.limit - measured.inside) / _CATCH_UP_S
    return replace(
        state,
        rate=min(max(rate, bounds.least), bounds.most),
        busy_s=state.busy_s + seconds if overloaded else 0.0,
        calm_s=0.0 if overloaded else state.calm_s + seconds,
    )


def _measure(state: Controller, measured: Measured, seconds: float) -> Controller:
    """Smooth what was measured, and remember when it was best."""
    delay_s = state.delay_s + _SMOOTHING * (measured.delay_s - state.delay_s)
    goodput = state.goodput + _SMOOTHING * (measured.goodput - state.goodput)
    kept = max(0.0, 1.0 - _FORGOTTEN_A_S * seconds)
    best, best_inside = state.best_goodput * kept, state.best_inside * kept
    if goodput > best and delay_s <= TARGET_DELAY_S and not measured.shed:
        best, best_inside = goodput, float(measured.inside)
    return replace(
        state,
        delay_s=delay_s,
        goodput=goodput,
        inside=measured.inside,
        best_goodput=best,
        best_inside=best_inside,
        admitted=state.admitted * (1.0 - _RECENT_A_S * seconds) + measured.admitted,
        at_door=measured.at_door,
        stayed=state.stayed * (1.0 - _RECENT_A_S * seconds) + measured.inside * seconds,
        called=state.called * (1.0 - _RECENT_A_S * seconds) + measured.called,
        settle_s=max(0.0, state.settle_s - seconds),
    )


def _give_way(state: Controller, measured: Measured) -> Controller:
    if state.settle_s > 0.0 or measured.inside > _IN_FORCE * state.limit:
        return state  # what was decided last has to show first
    # Nobody waits inside and yet work was shed: one gentle step down.
    gradient = min(TARGET_DELAY_S / state.delay_s, 0.95) if state.delay_s > 0.0 else 0.95
    # Where few are inside, the limit is not what holds them; find one that does sooner.
    steepest = _STEEPEST if measured.inside >= _IN_USE * state.limit else _STEEPEST_UNUSED
    limit = max(state.limit * max(steepest, gradient), _FLOOR * state.best_inside, _LEAST_LIMIT)
    return replace(state, limit=min(limit, max(state.limit, _LEAST_LIMIT)), settle_s=_SETTLE_S)


def _grow(state: Controller, measured: Measured, seconds: float) -> Controller:
    if measured.inside < _IN_USE * state.limit:
        return state
    if measured.inside > state.limit:
        # So many are inside, and nobody queues: the limit was never this low.
        return replace(state, limit=float(measured.inside))
    behind = state.best_goodput / state.goodput if state.goodput > 0.0 else 1.0
    growth = sqrt(state.limit) * min(max(behind, 1.0), _FASTEST_GROWTH)
    # Far from any queueing there is much room: a tenth more each second.
    room = max(0.0, 1.0 - 2.0 * state.delay_s / TARGET_DELAY_S)
    return replace(state, limit=state.limit + seconds * (growth + _TENTH * room * state.limit))


def wants_room(state: Controller, *, active: bool, waiting: int) -> bool:
    """Whether the waiting room should stand before the door.

    Args:
        state: of the controller.
        active: whether it does now.
        waiting: numbers given out and not served.

    Returns:
        True once the system has been overloaded for TURN_ON_AFTER_S; False again when nobody
        waits and it has been calm for TURN_OFF_AFTER_S.
    """
    if active:
        return waiting > 0 or state.calm_s < TURN_OFF_AFTER_S
    return state.busy_s >= TURN_ON_AFTER_S

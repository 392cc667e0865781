"""Admission control: how many visitors a second are let in, from what the system finishes.

The rule holds the number of visitors inside at a limit. The limit gives way when requests have to
queue inside (DAGOR: 20 ms of queueing delay is overload, whatever the cause) or when work is shed,
in proportion to how far the delay is above its target (the gradient of Netflix's concurrency
limits), and grows again by its square root while the room inside is really used. The rate is then
what leaves, and what is missing to the limit. `step` is pure: its state is a value that whoever
ticks next takes over.

Sources: Zhou et al., "Overload control for scaling WeChat microservices" (SoCC 2018), section 4;
Netflix concurrency-limits, `Gradient2Limit`; Little (1961) for rate = inside / time inside.
"""

from dataclasses import dataclass, replace
from math import sqrt

TARGET_DELAY_S = 0.020
"""Average queueing delay above which a system is overloaded (DAGOR, section 4.1)."""

_SMOOTHING = 0.5
_STEEPEST = 0.7
_CATCH_UP_S = 10.0
_IN_USE = 0.8
TURN_ON_AFTER_S = 3.0
TURN_OFF_AFTER_S = 60.0
_SETTLE_S = 2.0


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
        inside: visitors who were seen during the last minute.
        admitted: visitors let in since the last step.
        officers_per_h: decisions an hour by officers; shown beside, decides nothing.
    """

    elapsed_s: float
    delay_s: float = 0.0
    shed: int = 0
    goodput: float = 0.0
    inside: int = 0
    admitted: int = 0
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
        best_goodput: the best of these so far.
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
    busy_s: float = 0.0
    calm_s: float = 0.0
    settle_s: float = 0.0


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
    delay_s = state.delay_s + _SMOOTHING * (measured.delay_s - state.delay_s)
    overloaded = delay_s > TARGET_DELAY_S or measured.shed > 0
    settle_s = max(0.0, state.settle_s - seconds)
    limit, settle_s = _limit(state, measured, delay_s, overloaded, settle_s, seconds)
    leaving = (measured.admitted - (measured.inside - state.inside)) / seconds
    missing = (limit - measured.inside) / _CATCH_UP_S
    goodput = state.goodput + _SMOOTHING * (measured.goodput - state.goodput)
    return replace(
        state,
        limit=limit,
        rate=min(max(max(leaving, 0.0) + missing, bounds.least), bounds.most),
        delay_s=delay_s,
        inside=measured.inside,
        goodput=goodput,
        best_goodput=max(state.best_goodput, goodput),
        busy_s=state.busy_s + seconds if overloaded else 0.0,
        calm_s=0.0 if overloaded else state.calm_s + seconds,
        settle_s=settle_s,
    )


def _limit(
    state: Controller,
    measured: Measured,
    delay_s: float,
    overloaded: bool,
    settle_s: float,
    seconds: float,
) -> tuple[float, float]:
    if overloaded:
        if settle_s > 0.0:
            return state.limit, settle_s
        # Nobody waits inside and yet work was shed: one gentle step down.
        gradient = min(TARGET_DELAY_S / delay_s, 0.95) if delay_s > 0.0 else 0.95
        # A limit that was never reached says nothing: what is inside now is already too many.
        reached = min(state.limit, max(1.0, measured.inside * 1.0))
        return max(1.0, reached * max(_STEEPEST, gradient)), _SETTLE_S
    if measured.inside >= _IN_USE * state.limit:
        return state.limit + sqrt(state.limit) * seconds / _SETTLE_S, settle_s
    return state.limit, settle_s


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

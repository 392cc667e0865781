"""Admission control: how many visitors a second are let in, from what the system finishes.

The rule holds the number of visitors inside at a limit. The limit gives way when requests have to
queue inside (DAGOR: 20 ms of queueing delay is overload, whatever the cause) or when work is shed.
While requests queue, what is finished is all that can be: with what a visitor has asked for lately,
that says how many fit. Each step down is bounded, since one slow second may have another cause. It
grows again while the room inside is really used: fast until the first overload, then fast to a
little below where that was, slowly beyond, and faster the longer nothing happens (the shape of
CUBIC). The rate is the limit over the time that a visitor stays, and a twelfth of what is missing
to the limit: visitors are counted for some seconds after they were seen, and a quicker answer to a
late count swings. More numbers are called than visitors should come, by as much as people have left
the line. `step` is pure: its state is a value that whoever ticks next takes over.

Sources: Zhou et al., "Overload control for scaling WeChat microservices" (SoCC 2018), section 4;
Ha et al., "CUBIC" (2008; RFC 9438), section 4 for the growth; Little (1961) for rate = inside /
time inside.
"""

from dataclasses import dataclass, replace

TARGET_DELAY_S = 0.020
"""Average queueing delay above which a system is overloaded (DAGOR, section 4.1)."""

# Found on models of 20 to 2,000 requests a second, with visits of 4 to 60 s, capacity that varies
# and stray delays, and on running systems (docs/decisions/admission-control.md).
_SMOOTHING = 0.6
_SETTLE_S = 4.0
_IN_FORCE = 1.1
_IN_USE, _IN_USE_AT_FIRST = 0.85, 0.6
_FILLED = 0.95
_STEEPEST, _GENTLEST = 0.85, 0.97
_SEVERE, _STEEPEST_SEVERE = 4.0, 0.6
_CALM = 0.9
_NEAR = 0.93
_FIRST_A_S, _BELOW_A_S, _PROBING_A_S = 0.3, 0.1, 0.012
_BOLDER_A_S = 0.002
_FORGOTTEN_A_S = 0.002
_CATCH_UP_S = 5.0
_MADE_UP_IN_S = 12.0
_RECENT_A_S = 0.015
_FEWEST_SHOW = 0.05
_COMES_WITHIN_S = 5.0
_FEW_CALLED = 20.0
_LEAST_LIMIT = 10.0
_USUAL_STAY_S = 10.0
# Nobody is counted as inside for less than the time that one who was seen counts (`SEEN_S`).
_SHORTEST_STAY_S, _LONGEST_STAY_S = 8.0, 3600.0
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
        ceiling: the limit at the last overload; 0 before the first.
        admitted: visitors let in lately, forgotten by 1.5 % a second.
        called: numbers served lately whose holders have had the time to come, forgotten likewise.
        coming: numbers served whose holders have not: the head of the line asks every few seconds.
        at_door: visitors who were called and came, and are not in yet.
        stayed: seconds that visitors spent inside lately, forgotten likewise.
        finished: requests that were finished in time lately, forgotten likewise.
        busy_s: seconds for which the system has been overloaded without a break.
        calm_s: seconds for which it has not been.
        settle_s: seconds until the limit may give way again: what was decided has to show first.
    """

    limit: float = 800.0
    rate: float = 100.0
    delay_s: float = 0.0
    inside: int = 0
    goodput: float = 0.0
    ceiling: float = 0.0
    stayed: float = 0.0
    finished: float = 0.0
    admitted: float = 0.0
    called: float = 0.0
    coming: float = 0.0
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
    def asks(self) -> float:
        """Requests a second that a visitor inside asks for; 0 where nobody was inside."""
        return self.finished / self.stayed if self.stayed else 0.0

    @property
    def show(self) -> float:
        """Of those who were called lately, the share who came: many have left the line."""
        came = self.admitted + self.at_door
        return min(max((came + _FEW_CALLED) / (self.called + _FEW_CALLED), _FEWEST_SHOW), 1.0)

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
    overloaded = min(state.delay_s, measured.delay_s) > TARGET_DELAY_S or measured.shed > 0
    state = _give_way(state, measured) if overloaded else _grow(state, measured, seconds)
    rate = state.limit / state.stay_s + (state.limit - measured.inside) / _MADE_UP_IN_S
    return replace(
        state,
        rate=min(max(rate, bounds.least), bounds.most),
        busy_s=state.busy_s + seconds if overloaded else 0.0,
        calm_s=0.0 if overloaded else state.calm_s + seconds,
    )


def _measure(state: Controller, measured: Measured, seconds: float) -> Controller:
    """Smooth what was measured, and forget what is long ago."""
    kept = 1.0 - _RECENT_A_S * seconds
    coming = state.coming + measured.called
    had_time = coming * min(1.0, seconds / _COMES_WITHIN_S)
    return replace(
        state,
        delay_s=state.delay_s + _SMOOTHING * (measured.delay_s - state.delay_s),
        goodput=state.goodput + _SMOOTHING * (measured.goodput - state.goodput),
        inside=measured.inside,
        ceiling=state.ceiling * (1.0 + _FORGOTTEN_A_S * seconds),
        admitted=state.admitted * kept + measured.admitted,
        at_door=measured.at_door,
        stayed=state.stayed * kept + measured.inside * seconds,
        finished=state.finished * kept + measured.goodput * seconds,
        called=state.called * kept + had_time,
        coming=coming - had_time,
        settle_s=max(0.0, state.settle_s - seconds),
    )


def _give_way(state: Controller, measured: Measured) -> Controller:
    severe = min(state.delay_s, measured.delay_s) > _SEVERE * TARGET_DELAY_S
    shows = severe or measured.inside <= _IN_FORCE * state.limit
    if state.settle_s > 0.0 or not shows:
        return state  # what was decided last has to show first
    # While requests queue, what is finished is all that can be; with what a visitor asks for, that
    # is how many fit.
    queues = state.delay_s > TARGET_DELAY_S and state.asks > 0.0
    fit = _FILLED * state.goodput / state.asks if queues else state.limit
    steepest = _STEEPEST_SEVERE if severe else _STEEPEST
    limit = min(max(fit, steepest * state.limit), _GENTLEST * state.limit)
    ceiling = state.limit if queues else state.ceiling
    return replace(state, limit=max(limit, _LEAST_LIMIT), ceiling=ceiling, settle_s=_SETTLE_S)


def _grow(state: Controller, measured: Measured, seconds: float) -> Controller:
    in_use = _IN_USE if state.ceiling > 0.0 else _IN_USE_AT_FIRST
    if measured.inside < in_use * state.limit:
        return state
    room = max(0.0, 1.0 - state.delay_s / (_CALM * TARGET_DELAY_S))
    if state.ceiling <= 0.0:
        pace = _FIRST_A_S
    elif state.limit < _NEAR * state.ceiling:
        pace = _BELOW_A_S
    else:
        pace = min(_PROBING_A_S + _BOLDER_A_S * state.calm_s, _BELOW_A_S)
    return replace(state, limit=state.limit * (1.0 + pace * room * seconds))


def wants_room(state: Controller, *, active: bool, waiting: int) -> bool:
    """Whether the waiting room should stand before the door.

    Args:
        state: of the controller.
        active: whether it does now.
        waiting: numbers given out and not served.

    Returns:
        True once the system has been overloaded for TURN_ON_AFTER_S, or those who found no room at
        once are more than come in during that time; False again when nobody waits and it has been
        calm for TURN_OFF_AFTER_S.
    """
    if active:
        return waiting > 0 or state.calm_s < TURN_OFF_AFTER_S
    return state.busy_s >= TURN_ON_AFTER_S or waiting > state.rate * TURN_ON_AFTER_S

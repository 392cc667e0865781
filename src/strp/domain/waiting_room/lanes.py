"""The waiting room: lanes, the one shared document, places in line, how often to ask.

A visitor holds a number; the room serves numbers. A visitor's turn has come when the number is
served, and everybody reads the same document to find out. So a crowd costs the origin nothing that
grows with what each of its members is told.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from math import ceil, floor, log
from typing import NamedTuple

from strp.domain.civil_time import utc_text
from strp.domain.text import Text


class Lane(StrEnum):
    """A line of its own, so that one crowd does not stand before another."""

    EMPLOYERS = "employers"
    INDIVIDUALS = "individuals"
    OFFICIALS = "officials"


WAITING_LANES = (Lane.EMPLOYERS, Lane.INDIVIDUALS)
"""Officials and inspectors never wait; their lane is served as it comes."""

Shares = Mapping[Lane, int]
"""Percent of the rate that a lane gets while all lanes have somebody waiting."""

DEFAULT_SHARES: Shares = {Lane.EMPLOYERS: 90, Lane.INDIVIDUALS: 10}
"""Before any policy says otherwise: by applications of July 2021 (134,927 companies, 1,521
individuals) individuals would get 1 %; ten times as much, because their need is a death or a birth
and their line must never be the long one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneState:
    """How far a lane is.

    Args:
        issued: the highest number that may have been given out.
        serving: every number up to this one may come in.
        credit: the part of a visitor that the last advance left over, below 1.
        rate: visitors a second that are let in now.
    """

    issued: int = 0
    serving: int = 0
    credit: float = 0.0
    rate: float = 0.0

    @property
    def waiting(self) -> int:
        """Numbers given out and not yet served."""
        return max(0, self.issued - self.serving)


def divide(rate: float, shares: Shares, lanes: Mapping[Lane, LaneState]) -> Mapping[Lane, float]:
    """Divide the rate among the lanes; what an empty lane does not use goes to the others.

    Args:
        rate: visitors a second in all.
        shares: percent by lane.
        lanes: how far each lane is.
    """
    wanted = {lane: shares.get(lane, 0) for lane in WAITING_LANES}
    busy = {lane for lane in wanted if lane in lanes and lanes[lane].waiting}
    total = sum(wanted[lane] for lane in busy)
    if not total:
        whole = sum(wanted.values()) or 1
        return {lane: rate * share / whole for lane, share in wanted.items()}
    return {lane: rate * wanted[lane] / total if lane in busy else 0.0 for lane in wanted}


def advance(lane: LaneState, rate: float, elapsed_s: float) -> LaneState:
    """Serve the numbers that are due; never more than were given out.

    Args:
        lane: how far it is.
        rate: visitors a second.
        elapsed_s: seconds since the last advance; a clock that jumps is not believed: below
            zero counts as zero, above LONGEST_STEP_S as that.
    """
    seconds = min(max(elapsed_s, 0.0), LONGEST_STEP_S)
    due = lane.credit + rate * seconds
    served = min(floor(due), lane.waiting)
    left_over = due - served
    credit = left_over if served < lane.waiting else 0.0
    return replace(lane, serving=lane.serving + served, credit=min(credit, 1.0), rate=rate)


LONGEST_STEP_S = 5.0
"""An hour that nobody ticked is not an hour's worth of visitors at one moment."""


class Document(NamedTuple):
    """What the whole crowd reads at `/waiting-room.json`.

    Args:
        open: whether visitors are let in at all (False before opening).
        serving: by lane, the highest number that may come in.
        rate: by lane, visitors a second.
        at: when it was written.
    """

    open: bool
    serving: Mapping[Lane, int]
    rate: Mapping[Lane, float]
    at: datetime

    def to_json(self) -> dict[str, object]:
        """The document as the contract writes it."""
        return {
            "open": self.open,
            "serving": {lane.value: number for lane, number in self.serving.items()},
            "rate": {lane.value: round(rate, 2) for lane, rate in self.rate.items()},
            "at": utc_text(self.at),
        }


MOST_WAITING = 1 << 30
"""The longest line that the bound on polls is stated for: a thousand million."""

NEAR_S = 0.25
JITTER = 0.25
_SHARE_OF_THE_WAIT = 8
_LONGEST_STRETCH_S = 300.0


def poll_interval_s(
    distance: int, polls_per_s: float, *, rate: float = 0.0, draw: float = 0.0
) -> float:
    """When a visitor should ask again: the further from the head, the later.

    **Bound.** If every number of a lane has one holder and all of them obey, however many they
    are (up to MOST_WAITING), they send at most `polls_per_s` requests a second together. Proof:
    the interval at distance d is at least (n + d) · L / B with n = NEAR_S · B and
    L = ln((n + MOST_WAITING) / n), so the sum over d = 1 … N of one over it is at most
    B / L · Σ 1 / (n + d) ≤ B / L · ln((n + N) / n) ≤ B. Stretching and jitter only lengthen it.
    Whoever has been called is no longer in line; of these, admission control keeps at most five
    seconds' worth of its rate waiting at the door.

    Args:
        distance: numbers before this visitor's that are not served yet; 0 or less at the head.
        polls_per_s: B, what this lane's polls may cost in all.
        rate: visitors a second at the fastest lately, 0 where unknown; a slow line is asked
            about less often.
        draw: of a uniform random number below 1, so that nobody marches in step.

    Returns:
        Seconds, 3 or more at any capacity.
    """
    near = NEAR_S * polls_per_s
    stretch = log((near + MOST_WAITING) / near)
    bounded = (near + max(0, distance)) * stretch / polls_per_s
    patient = min(distance / rate / _SHARE_OF_THE_WAIT, _LONGEST_STRETCH_S) if rate > 0 else 0.0
    return max(bounded, patient) * (1.0 + JITTER * draw)


def most_calls_per_s(polls_per_s: float) -> float:
    """How many numbers a second are worth calling: twice as many would be called unheard.

    At this rate an interval between polls is at most half of the wait that is left.

    Args:
        polls_per_s: what the polls of the lane may cost.
    """
    near = NEAR_S * polls_per_s
    return polls_per_s / log((near + MOST_WAITING) / near) / 2


def lane_polls(polls_per_s: float, lane: Lane, shares: Shares = DEFAULT_SHARES) -> float:
    """A lane's part of the polls that the front may get; all parts together are the whole.

    Args:
        polls_per_s: of all lanes.
        lane: which one.
        shares: percent by lane.
    """
    return polls_per_s * max(shares.get(lane, 1), 1) / max(sum(shares.values()), 1)


class ExpectedWait(NamedTuple):
    """Seconds until a visitor's turn, as an interval; None where nobody is let in just now."""

    at_least_s: int | None
    at_most_s: int | None


def expected_wait(distance: int, slowest: float, fastest: float) -> ExpectedWait:
    """How long the wait will be, from the rates of the last minutes.

    Args:
        distance: numbers before the visitor's own that are not served yet.
        slowest: visitors a second in the slowest of these minutes.
        fastest: visitors a second in the fastest.
    """
    if distance <= 0:
        return ExpectedWait(0, 0)
    least = floor(distance / fastest) if fastest > 0 else None
    most = ceil(distance / slowest) if slowest > 0 else None
    return ExpectedWait(least, most)


LANE_NAMES: Mapping[Lane, Text] = {
    Lane.EMPLOYERS: Text(id="Perusahaan", en="Employers"),
    Lane.INDIVIDUALS: Text(id="Perorangan mendesak", en="Urgent individuals"),
    Lane.OFFICIALS: Text(id="Petugas", en="Officials"),
}

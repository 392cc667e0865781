"""What came to the desk and was done there, counted by steps of its service hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from strp.domain.service_hours import ServiceHours

STEP: Final = timedelta(minutes=10)
STEP_H: Final = STEP / timedelta(hours=1)
WORKERS_AS_ONE: Final = 50
"""Workers that cost an officer as much as the fixed part of an application."""


def weight_of(applications: int, workers: int) -> float:
    """Work in applications of usual size.

    Args:
        applications: how many.
        workers: on all of them together.
    """
    return applications + workers / WORKERS_AS_ONE


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCounts:
    """What a day brought to the desk, a number for each STEP of its service hours.

    Args:
        applications: that came to the desk; what comes while it is closed counts for the next
            step that is open.
        work: of these (`weight_of`).
        officers: present, at the mean of the step.
        done: work that was decided.
        busy: whether work was left at the end of the step, so that `done` shows the pace.
        overtime_done: work that was decided while the desk was closed and work was left.
        overtime: officers' time in which it was, in steps.
    """

    applications: tuple[float, ...]
    work: tuple[float, ...]
    officers: tuple[float, ...]
    done: tuple[float, ...]
    busy: tuple[bool, ...]
    overtime_done: float = 0.0
    overtime: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Applications on the desk with one due time.

    Args:
        due_at: aware.
        work: of all of them (`weight_of`).
    """

    due_at: datetime
    applications: float
    work: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskNow:
    """The desk at one moment.

    Args:
        at: aware.
        waiting: what has no decision yet.
        officers: present now.
        today: counts of the steps that are over, and of the one that runs.
        before: earlier days, the latest first.
        hours: service hours.
        promise_h: hours of service within which a decision is promised.
    """

    at: datetime
    waiting: Sequence[Waiting]
    officers: int
    today: DayCounts
    before: Sequence[DayCounts]
    hours: ServiceHours
    promise_h: int

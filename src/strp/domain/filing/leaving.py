"""Workers who leave, as a roster says in its column `keluar`.

A day of today or before ends the certificate at once, a later one at that day's end in Jakarta. The
row that says so is accepted and needs nothing more: it becomes a worker with the reason `left`, who
is neither screened nor certified nor counted under a cap. A worker whom the employer does not have
yet, and who leaves on a later day, is filed as everybody is, and the certificate ends then.
"""

from datetime import date, datetime, time, timedelta
from enum import Enum

from strp.domain.civil_time import WIB, civil_day

LEFT = "left"
"""Reason of an accepted row that says only that a worker leaves."""
NO_CERTIFICATE = "no-certificate"
"""Problem of such a row where the employer does not have the worker: nothing was ended."""


class Leaving(Enum):
    """What a roster's row with a last day comes to."""

    END_NOW = "the employer has the worker, who is gone"
    END_LATER = "the employer has the worker, who goes later"
    FILE = "the worker comes, and goes later"
    NOBODY = "the employer does not have the worker, who is gone"


def leaving(last_day: date, *, is_engaged: bool, now: datetime) -> Leaving:
    """What a row with a last day comes to.

    Args:
        last_day: in Jakarta, as the roster says.
        is_engaged: whether the employer has the worker in the period.
        now: aware.
    """
    is_gone = last_day <= civil_day(now)
    if is_engaged:
        return Leaving.END_NOW if is_gone else Leaving.END_LATER
    return Leaving.NOBODY if is_gone else Leaving.FILE


def end_of(last_day: date, now: datetime) -> datetime:
    """When the certificate of who leaves on a day ends: at once, or at the end of the day.

    Args:
        last_day: civil day in Jakarta on which the worker still works.
        now: aware.

    Returns:
        Aware; `now` where the day has begun or is past.
    """
    if last_day <= civil_day(now):
        return now
    return datetime.combine(last_day + timedelta(days=1), time.min, WIB)

"""The time by which a decision is due.

Source: DPMPTSP DKI Jakarta, circular of 8 July 2021: a permit or a letter of refusal within five
hours after the filing is complete; companies are served 07:30–21:00 WIB every day and a later
filing is taken up the next day; urgent individuals are served round the clock.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

from strp.domain.civil_time import WIB, civil_day


class ServiceHours(NamedTuple):
    """Hours of service of every day, in WIB; `opens` is earlier than `closes`."""

    opens: time
    closes: time


def due_at(submitted_at: datetime, hours: int, service_hours: ServiceHours | None) -> datetime:
    """When a decision on a complete filing is due.

    Args:
        submitted_at: aware time at which the filing was complete.
        hours: promised hours of service, at least 1.
        service_hours: hours that count; None counts round the clock.

    Returns:
        Aware UTC time, never before `submitted_at`.
    """
    left = timedelta(hours=hours)
    if service_hours is None:
        return (submitted_at + left).astimezone(UTC)
    day, begins = civil_day(submitted_at), submitted_at
    while True:
        opens, closes = _open_on(day, service_hours)
        begins = max(begins, opens)
        if begins < closes:
            if begins + left <= closes:
                return (begins + left).astimezone(UTC)
            left -= closes - begins
        day += timedelta(days=1)


@lru_cache(maxsize=64)
def _open_on(day: date, service_hours: ServiceHours) -> tuple[datetime, datetime]:
    """When service begins and ends on a civil day."""
    opens, closes = (datetime.combine(day, each, WIB).astimezone(UTC) for each in service_hours)
    return opens, closes

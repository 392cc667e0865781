"""The time by which a decision is due.

Source: DPMPTSP DKI Jakarta, circular of 8 July 2021: a permit or a letter of refusal within five
hours after the filing is complete; companies are served 07:30–21:00 WIB every day and a later
filing is taken up the next day; urgent individuals are served round the clock.
"""

from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

from strp.domain.civil_time import WIB


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
    cursor = submitted_at.astimezone(WIB)
    while True:
        opens = datetime.combine(cursor.date(), service_hours.opens, WIB)
        closes = datetime.combine(cursor.date(), service_hours.closes, WIB)
        begins = max(cursor, opens)
        if begins < closes:
            if begins + left <= closes:
                return (begins + left).astimezone(UTC)
            left -= closes - begins
        cursor = datetime.combine(cursor.date() + timedelta(days=1), time(0), WIB)

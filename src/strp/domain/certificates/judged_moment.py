"""The moment that a check judges for, from a clock that may be wrong and signed data that prove.

A clock that is behind would let an ended certificate pass, and one that stands in the past makes
every bundle look new. What an issuer has signed was there when it was signed, so the true time is
not earlier; a clock that is ahead cannot be told, and only ends things sooner.

Source: RFC 9200 §5.10.3 and RFC 3161 say the same of a device without a trusted clock.
"""

from datetime import datetime, timedelta
from typing import Final, NamedTuple

CLOCK_TOLERANCE: Final = timedelta(minutes=2)
"""Clocks of phones and servers differ by so much without being wrong."""


class JudgedMoment(NamedTuple):
    """When a check takes place.

    Args:
        at: aware; the later of the clock and what signed data prove.
        clock_behind_s: by how many seconds the clock is behind at least; 0 where it is not, or by
            no more than clocks differ anyway.
    """

    at: datetime
    clock_behind_s: int


def judged_moment(clock: datetime, *signed_at: datetime) -> JudgedMoment:
    """The moment to judge for.

    Args:
        clock: aware; what the device takes for now.
        signed_at: aware; when things were signed whose signatures were checked.
    """
    at = max(clock, *signed_at)
    behind = at - clock
    return JudgedMoment(at, int(behind.total_seconds()) if behind > CLOCK_TOLERANCE else 0)

"""The event loop: how late it is, which is what every request of the process has to queue for."""

import asyncio
from collections.abc import Callable
from typing import Final

from prometheus_client import Histogram

PROBE_S: Final = 0.05
_BUCKETS: Final = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)


def lag_histogram() -> Histogram:
    """Lateness of the event loop in seconds, in no registry yet."""
    return Histogram(
        "strp_event_loop_lag_seconds",
        "How late the event loop of this process ran, looked at 20 times a second.",
        buckets=_BUCKETS,
        registry=None,
    )


async def measure_lag(*notes: Callable[[float], object]) -> None:
    """Measure once how late the event loop is.

    Args:
        notes: are told the lateness in seconds.
    """
    loop = asyncio.get_running_loop()
    due = loop.time() + PROBE_S
    await asyncio.sleep(PROBE_S)
    late_s = max(0.0, loop.time() - due)
    for note in notes:
        note(late_s)

"""A web process that shall end takes leave of its connections before it stops listening.

A connection that is kept alive may bring the next request at the very moment at which it is closed,
and whoever sent that cannot know whether it was read: nginx repeats no POST then. So for a moment
each answer says that its connection ends, and what comes new is answered as ever. Then hardly any
connection is left for `ending` to end, and whoever comes later finds nobody listening, which loses
nothing: nginx asks the other STRP.

Source: RFC 9112, 9.6.
"""

import asyncio
import os
import signal
import time
from typing import Final

LONGEST_S: Final = 4.0
QUIET_S: Final = 1.25
"""Longer than nginx leaves out one that was away (`fail_timeout`): the other may have come back a
moment ago, and until then this is the only one that it asks."""
_LOOK_EVERY_S: Final = 0.05
CLOSE: Final = ("connection", "close")


class Leaving:
    """Of one web process."""

    def __init__(self) -> None:
        self.has_begun = False
        self.latest_request = 0.0
        """When the latest request came, by `time.perf_counter`."""

    def await_signal(self, loop: asyncio.AbstractEventLoop) -> None:
        """From now on SIGTERM begins it, and SIGINT follows.

        Args:
            loop: on which the server listens for SIGTERM and SIGINT already; both end it.
        """
        loop.add_signal_handler(signal.SIGTERM, self._begin, loop)

    def headers(self, headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """Headers of an answer, which say so once its connection ends."""
        return [*headers, CLOSE] if self.has_begun else headers

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        if not self.has_begun:
            self.has_begun = True
            self._end_when_quiet(loop, time.perf_counter() + LONGEST_S)

    def _end_when_quiet(self, loop: asyncio.AbstractEventLoop, latest: float) -> None:
        """Go on until nobody asked for a moment, then have the server stop as it does."""
        now = time.perf_counter()
        if now < latest and now - self.latest_request < QUIET_S:
            loop.call_later(_LOOK_EVERY_S, self._end_when_quiet, loop, latest)
        else:
            os.kill(os.getpid(), signal.SIGINT)

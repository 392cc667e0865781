"""How a web process ends: who is being answered has some seconds left, nobody else is waited for.

Granian ends once every connection has ended, and hyper ends those itself that are idle between two
requests. It waits for one that never sent a request, for a request that stops half-way and for an
answer that nobody takes: for as long as whoever holds it likes. So from the signal on we look at
what is left, and end it.
"""

import asyncio
import signal
from collections.abc import Iterable
from types import FrameType
from typing import Final

import structlog

from strp.outside.machine.connections import (
    Connection,
    accepted_connections,
    can_see_connections,
    end_connection,
)
from strp.usecases.process.own_threads import OwnThreads

log = structlog.get_logger()

IDLE_MS: Final = 500
"""A request that was sent before the signal has come by then, and is being answered."""
ANSWERED_WITHIN_S: Final = 12.0
"""From the signal; `serve` kills what has not ended 30 s after it."""
_LOOK_EVERY_S: Final = 0.25


class Ending:
    """The end of one web process.

    Args:
        port: that it listens on.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self._threads = OwnThreads("ending", 1)
        self._task: asyncio.Task[None] | None = None
        self.answering: set[str] = set()
        """Network addresses and ports of those whose requests are being answered."""

    @property
    def has_begun(self) -> bool:
        """Whether the signal has come."""
        return self._task is not None

    def heed_signals(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin at SIGTERM or SIGINT, whatever else is done then.

        Args:
            loop: of this process, which runs in the main thread.
        """
        if not can_see_connections():
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            before = signal.getsignal(number)

            def begin(number: int, frame: FrameType | None, before: object = before) -> None:
                if callable(before):
                    before(number, frame)
                loop.call_soon_threadsafe(self._begin)

            signal.signal(number, begin)

    async def stop(self) -> None:
        """The process has ended all it had to."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _begin(self) -> None:
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._end_all())

    async def end_idle(self, *, is_late: bool = False) -> int:
        """End the connections over which nothing is on its way.

        Args:
            is_late: end the others as well.

        Returns:
            How many were ended.
        """
        seen = await self._threads.run(accepted_connections, self._port)
        over = [one for one in seen if is_late or not self._is_waited_for(one)]
        return await self._threads.run(_end, over)

    async def _end_all(self) -> None:
        loop = asyncio.get_running_loop()
        last = loop.time() + ANSWERED_WITHIN_S
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            is_late = loop.time() >= last
            if await self.end_idle(is_late=is_late) and is_late:
                log.warning("connections_cut_at_end")

    def _is_waited_for(self, one: Connection) -> bool:
        return one.idle_ms < IDLE_MS or one.waits or one.peer in self.answering


def _end(connections: Iterable[Connection]) -> int:
    return sum(map(end_connection, connections))

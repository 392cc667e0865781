"""Slots: no more is worked on at once than can be finished, and what matters most goes first."""

import asyncio
import random
import time
from types import TracebackType
from typing import Final

from strp.domain.overload import (
    Capacity,
    Priority,
    come_back_s,
    longest_queue_s,
    may_queue,
    may_start,
    shed,
)
from strp.usecases.process.room_state import Measures

_REMEMBERED_S: Final = 5.0
IN_TIME_S: Final = 2.0
"""An answer that took longer is no goodput: its reader may have gone."""


class ConcurrencyLimiter:
    """The slots of one process, and the queues before them.

    Args:
        room: how many.
        measures: learns how long requests queue, and how many are turned away or finished.
    """

    def __init__(self, room: Capacity, measures: Measures) -> None:
        self._room = room
        self._measures = measures
        self._inside = 0
        # In the order in which they came; who waits no more leaves from any place.
        self._queues: dict[Priority, dict[asyncio.Future[None], None]] = {
            priority: {} for priority in Priority
        }
        self._finished_per_s = 1.0
        self._finished_at = 0.0

    @property
    def inside(self) -> int:
        """Requests that are worked on."""
        return self._inside

    @property
    def queued(self) -> int:
        """Requests that wait for a slot."""
        return sum(len(queue) for queue in self._queues.values())

    def one(self, priority: Priority) -> "Slot":
        """A slot, held until the end of the block.

        Raises:
            Unavailable: there is none, and none within the time that anyone should wait.
        """
        return Slot(self, priority)

    def finish(self, began_s: float) -> None:
        """Give a slot back whose work is done.

        Args:
            began_s: when the request came, monotonic.
        """
        if time.monotonic() - began_s <= IN_TIME_S:
            self._measures.finished()
        self._give_back()

    async def take(self, priority: Priority) -> None:
        """Take a slot, waiting for it where there is a queue.

        Raises:
            Unavailable: there is none.
        """
        if may_start(priority, self._inside, self._room):
            self._inside += 1
            self._measures.queued(0.0)
            return
        if not may_queue(priority, self.queued, self._room):
            raise self._turned_away(priority)
        loop = asyncio.get_running_loop()
        began = loop.time()
        turn: asyncio.Future[None] = loop.create_future()
        self._queues[priority][turn] = None
        try:
            async with asyncio.timeout(longest_queue_s(priority)):
                await turn
        except TimeoutError:
            if turn.done() and not turn.cancelled():
                self._give_back()
            raise self._turned_away(priority) from None
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._give_back()
            raise
        finally:
            self._queues[priority].pop(turn, None)
            self._measures.queued(loop.time() - began)

    def _give_back(self) -> None:
        self._inside -= 1
        now = time.monotonic()
        passed = max(now - self._finished_at, 1e-6)
        self._finished_at = now
        share = min(passed / _REMEMBERED_S, 1.0)
        self._finished_per_s += share * (1.0 / passed - self._finished_per_s)
        self._call_next()

    def _call_next(self) -> None:
        for priority, queue in self._queues.items():
            waiting = next((turn for turn in queue if not turn.done()), None) if queue else None
            if waiting is not None and may_start(priority, self._inside, self._room):
                self._inside += 1
                del queue[waiting]
                waiting.set_result(None)
                return

    def _turned_away(self, priority: Priority) -> Exception:
        self._measures.shed()
        return shed(come_back_s(priority, self.queued, self._finished_per_s, random.random()))


class Slot:
    """One slot, as a block; made by `ConcurrencyLimiter.one`."""

    __slots__ = ("_began_s", "_priority", "_slots")

    def __init__(self, slots: ConcurrencyLimiter, priority: Priority) -> None:
        self._slots = slots
        self._priority = priority

    async def __aenter__(self) -> None:
        self._began_s = time.monotonic()
        await self._slots.take(self._priority)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._slots.finish(self._began_s)

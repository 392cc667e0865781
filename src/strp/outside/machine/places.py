"""Places for costly work: few at once, few that wait, and of both a share for one asker.

Who was served longest ago, or never, comes next: a flood from one asker makes nobody else wait
longer than the work that is already being done. Where a share has rests, an asker's place stays
empty for some time afterwards, in proportion to what the work took: so one asker has a part of a
processor, however costly its works are.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from strp.domain.overload import shed, too_many_requests

MOST_REMEMBERED: Final = 10_000
LONGEST_REST_S: Final = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many places there are.

    Args:
        at_once: works at the same time.
        each_at_once: of them, of one asker.
        waiting: askers that may wait.
        each_waiting: of them, of one asker.
        longest_wait_s: after which an asker is told to come back.
        rests: how long a place stays its asker's after its work, in times of what the work took.
    """

    at_once: int
    each_at_once: int
    waiting: int
    each_waiting: int
    longest_wait_s: float
    rests: float = 0.0


@dataclass(slots=True, eq=False)
class _Waiter:
    asker: str
    called: asyncio.Future[None] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class Places:
    """The places of one process.

    Args:
        share: how many.
    """

    def __init__(self, share: Share) -> None:
        self._share = share
        self._working: Counter[str] = Counter()
        self._resting: Counter[str] = Counter()
        self._waiting: list[_Waiter] = []
        self._served_at: dict[str, float] = {}
        self.refused = 0

    @property
    def working(self) -> int:
        """Works that are being done."""
        return self._working.total()

    @asynccontextmanager
    async def one(self, asker: str) -> AsyncIterator[None]:
        """A place, held until the end of the block.

        Args:
            asker: whose share it is: a block of addresses, an employer.

        Raises:
            TooMany: the asker's own share waits already.
            Unavailable: `busy`: nobody more may wait, or it took too long.
        """
        await self._take(asker)
        began = time.monotonic()
        try:
            yield
        finally:
            self._rest(asker, min(LONGEST_REST_S, self._share.rests * (time.monotonic() - began)))
            self._give_back(asker)

    def refuse_where_full(self, asker: str) -> None:
        """Say at once that an asker could neither start nor wait, before anything is done for it.

        Args:
            asker: as of `one`.

        Raises:
            TooMany: the asker's own share waits already.
            Unavailable: `busy`: nobody more may wait.
        """
        if self._may_start(asker):
            return
        share = self._share
        waiting = sum(waiter.asker == asker for waiter in self._waiting)
        is_own = waiting >= share.each_waiting
        if is_own or len(self._waiting) >= share.waiting:
            self.refused += 1
            raise too_many_requests(5) if is_own else shed(5)

    async def _take(self, asker: str) -> None:
        if self._may_start(asker):
            self._start(asker)
            return
        self.refuse_where_full(asker)
        share = self._share
        waiter = _Waiter(asker)
        self._waiting.append(waiter)
        try:
            async with asyncio.timeout(share.longest_wait_s):
                await waiter.called
        except BaseException as error:
            self._leave(waiter)
            if isinstance(error, TimeoutError):
                self.refused += 1
                raise shed(10) from None
            raise

    def _leave(self, waiter: _Waiter) -> None:
        """Stop waiting; a place that was given at this very moment goes to the next."""
        if waiter in self._waiting:
            self._waiting.remove(waiter)
        else:
            self._give_back(waiter.asker)

    def _may_start(self, asker: str) -> bool:
        share = self._share
        held = self._working[asker] + self._resting[asker]
        return self.working < share.at_once and held < share.each_at_once

    def _rest(self, asker: str, seconds: float) -> None:
        if seconds:
            self._resting[asker] += 1
            asyncio.get_running_loop().call_later(seconds, self._end_rest, asker)

    def _end_rest(self, asker: str) -> None:
        self._resting[asker] -= 1
        if not self._resting[asker]:
            del self._resting[asker]
        self._call_next()

    def _start(self, asker: str) -> None:
        self._working[asker] += 1
        if len(self._served_at) >= MOST_REMEMBERED:
            self._served_at.clear()
        self._served_at[asker] = time.monotonic()

    def _give_back(self, asker: str) -> None:
        self._working[asker] -= 1
        if not self._working[asker]:
            del self._working[asker]
        self._call_next()

    def _call_next(self) -> None:
        # Who was cancelled a moment ago has not left yet, and takes no place.
        able = [
            each for each in self._waiting if not each.called.done() and self._may_start(each.asker)
        ]
        if able:
            waiter = min(able, key=lambda each: self._served_at.get(each.asker, 0.0))
            self._waiting.remove(waiter)
            self._start(waiter.asker)
            waiter.called.set_result(None)

"""Turns of the crowd: what strangers get of one process, so that whoever is inside is served first.

While somebody inside is served, strangers get so many turns a second and no more; they are shared
out by block of addresses (`domain/fair_queue.py`). Who asks for more waits for the answer: a
program that asks again as soon as it was answered would be refused as fast as it could have been
served. So a refusal takes a turn as well.
"""

import asyncio
import time
from typing import Final

from strp.domain.fair_queue import FairQueue
from strp.domain.overload import too_many_requests
from strp.domain.people.sign_in import client_block
from strp.domain.rate_limit import TokenBucket
from strp.http.client_address import is_local

PAGE: Final = 1.0
"""A page that is kept, or a refusal: 40–70 µs of the machine."""
POLL: Final = 0.5
"""The document of the waiting room."""
PLACE: Final = 4.0
"""A ticket, an admission, or a way to one that is refused: 0.2 ms."""
SENT: Final = 10.0
"""A body or a credential of nobody, which is looked at before it is refused: 0.2 to 0.5 ms, and a
connection, since a body that is not read ends it."""
LOOK_UP: Final = 20.0
"""A credential that only the database can tell from one that is made up: 1 ms of both."""
KEPT_PLACE: Final = 40.0
"""A ticket that takes a row, so that it can be asked for again: 1 to 2 ms of both."""
WORK: Final = 20.0
"""What has to be made: about 1 ms."""
DEAR_WORK: Final = 100.0
"""What writes rows or letters, or reads a form with a file: 2 to 5 ms of web and database."""
FREE_SHARE: Final = 0.5
"""Turns of accounts that file for nobody, which are free, as a share of those of strangers."""
BYTES_A_TURN: Final = 1 << 16
CALM: Final = 10
"""Times as many turns while nobody is inside."""
INSIDE_S: Final = 1.0
MOST_WAITING: Final = 16_000
MOST_OF_BLOCK: Final = 4_000
_LOOK_S: Final = 0.01
_SAVED_S: Final = 0.05
_MOST_ADDRESS: Final = 45


class Crowd:
    """The turns of one process.

    Args:
        per_s: turns a second while somebody is inside.
        calm: times as many while nobody is.
    """

    def __init__(self, per_s: float, calm: float = CALM) -> None:
        self._per_s, self._calm = per_s, calm
        self._queue: FairQueue[asyncio.Future[None]] = FairQueue(MOST_WAITING, MOST_OF_BLOCK)
        self._turns = TokenBucket(self._per_s * _SAVED_S, 0.0, saved_s=_SAVED_S)
        self._inside_at = time.monotonic() - INSIDE_S
        self._is_looking = False

    @property
    def waiting(self) -> int:
        """Requests that wait for a turn."""
        return len(self._queue)

    def inside(self) -> None:
        """Somebody inside is being served; for a moment strangers get less."""
        self._inside_at = time.monotonic()

    async def turn(self, address: str, cost: float = PAGE) -> None:
        """Wait for a turn.

        Args:
            address: network address of the client.
            cost: how many turns it takes.

        Raises:
            TooSoon: too many requests of its block wait already, or of all.
        """
        if is_local(address) or not cost:
            return
        self._refill()
        if not self._queue and self._turns.left > 0:
            self._turns.spend(cost)
            return
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[None] = loop.create_future()
        if not self._queue.put(client_block(address), address[:_MOST_ADDRESS], turn, cost):
            raise too_many_requests(5)
        if not self._is_looking:
            self._is_looking = True
            loop.call_later(_LOOK_S, self._look, loop)
        await turn

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        self._refill()
        while self._queue and self._turns.left > 0:
            turn, cost = self._queue.take()
            if not turn.done():
                self._turns.spend(cost)
                turn.set_result(None)
        self._is_looking = bool(self._queue)
        if self._is_looking:
            loop.call_later(_LOOK_S, self._look, loop)

    def _refill(self) -> None:
        now = time.monotonic()
        per_s = self._per_s if now - self._inside_at < INSIDE_S else self._per_s * self._calm
        self._turns.refill(per_s, now)

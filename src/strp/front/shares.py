"""What one key, account or admission may take: a number of requests, and a size of answers.

A reader whose share is used up waits a moment before it is refused. One that asks page after page
is so paced, and never refused; one that does not heed `Retry-After` cannot ask again at once, and
costs a few refusals a second where it cost a thousand.
"""

import asyncio
from datetime import datetime
from math import ceil
from typing import Final

from strp.domain.people.account import Actor, ActorKind
from strp.front.rate_limits import (
    REQUESTS_PER_ACCOUNT,
    REQUESTS_PER_KEY,
    REQUESTS_PER_SEAT,
    Limiter,
)
from strp.front.request import FrontRequest
from strp.front.senders import Sender
from strp.front.waiting_room.gate import LetThrough
from strp.http.route_class import ReadShare, read_share
from strp.usecases.process.recent import Recent
from strp.usecases.process.system import System

HELD_S: Final = 1.0
"""So long a known sender waits before it is refused, for as many as it has connections."""
MOST_OWED_S: Final = 60.0
"""A file may be larger than any share; what follows waits no longer than this for it."""
CLOCK_STEP_S: Final = 0.001
MOST_READERS: Final = 50_000


class ReadShares:
    """Bytes of answers by reader and kind, for this process alone."""

    def __init__(self) -> None:
        self._busy_until: Recent[tuple[str, str], float] = Recent(MOST_READERS)

    def take(self, reader: str, share: ReadShare, now: datetime) -> int:
        """Count an answer whose size is not known yet.

        Args:
            reader: whose share it is.
            share: of the kind of answer.
            now: aware time.

        Returns:
            0 where it may be made now; else seconds until it may, and nothing is counted.
        """
        after_s = self._after_s(reader, share, now)
        if not after_s:
            self._count(reader, share, now, share.ahead_bytes)
        return after_s

    def settle(self, reader: str, share: ReadShare, now: datetime, given_bytes: int) -> None:
        """Count what was given in place of what was counted ahead.

        Args:
            reader: whose share it is.
            share: that was taken of.
            now: aware time.
            given_bytes: of the answer; 0 where there was none.
        """
        counted = max(given_bytes, share.least_bytes) - share.ahead_bytes
        self._count(reader, share, now, counted)

    def _after_s(self, reader: str, share: ReadShare, now: datetime) -> int:
        at_once_s = share.at_once_bytes / share.bytes_per_s
        ahead_s = share.ahead_bytes / share.bytes_per_s
        wait_s = self._owed_s(reader, share, now) + ahead_s - at_once_s
        return max(0, ceil(wait_s - CLOCK_STEP_S))

    def _owed_s(self, reader: str, share: ReadShare, now: datetime) -> float:
        owed_s = self._busy_until.get((reader, share.kind), 0.0) - now.timestamp()
        # More than can be owed is of a clock that stepped back, and not believed.
        return max(0.0, owed_s) if owed_s <= _most_s(share) + MOST_OWED_S else 0.0

    def _count(self, reader: str, share: ReadShare, now: datetime, size: int) -> None:
        owed_s = self._owed_s(reader, share, now) + size / share.bytes_per_s
        owed_s = max(0.0, min(owed_s, _most_s(share)))
        self._busy_until[reader, share.kind] = now.timestamp() + owed_s


class Shares:
    """The shares of everybody who is known.

    Args:
        system: the installation.
    """

    def __init__(self, system: System) -> None:
        self._system = system
        self._seats = Limiter(REQUESTS_PER_SEAT)
        self._keys = Limiter(REQUESTS_PER_KEY)
        self._accounts = Limiter(REQUESTS_PER_ACCOUNT)
        self._reads = ReadShares()

    def has_key(self, actor: Actor, now: datetime) -> bool:
        """Whether a key has some of its requests left; counts one more.

        Args:
            actor: behind the key.
            now: aware time.
        """
        return not self._keys.retry_after_s(actor.label, now)

    async def request_after_s(self, passed: LetThrough) -> int:
        """Count one more request; seconds until it may be made, 0: now.

        Args:
            passed: who sends it.
        """
        actor, now = passed.sender.actor, self._system.clock()
        if actor is not None:
            shares = self._keys if actor.kind is ActorKind.API_KEY else self._accounts
            after_s = shares.retry_after_s(actor.label, now)
        elif passed.seat is not None:
            after_s = self._seats.retry_after_s(passed.seat.hex(), now)
        else:
            return 0
        if after_s:
            await asyncio.sleep(HELD_S)
        return after_s

    async def read_after_s(self, asked: FrontRequest, sender: Sender) -> int:
        """Take of what a sender may read; seconds until it may, 0: now.

        Args:
            asked: the request.
            sender: of it; of a stranger nothing is counted here.
        """
        share = read_share(asked.method, asked.route)
        if sender.actor is None or share is None:
            return 0
        reader = _reader(sender.actor)
        after_s = self._reads.take(reader, share, self._system.clock())
        if after_s:
            await asyncio.sleep(HELD_S)
            after_s = self._reads.take(reader, share, self._system.clock())
        return after_s

    def has_read(self, asked: FrontRequest, sender: Sender, given_bytes: int = 0) -> None:
        """Count what was given to somebody for whom `read_after_s` was 0.

        Args:
            asked: the request.
            sender: of it.
            given_bytes: of the answer.
        """
        share = read_share(asked.method, asked.route)
        if sender.actor is not None and share is not None:
            now = self._system.clock()
            self._reads.settle(_reader(sender.actor), share, now, given_bytes)


def _most_s(share: ReadShare) -> float:
    return share.at_once_bytes / share.bytes_per_s + MOST_OWED_S


def _reader(actor: Actor) -> str:
    """All keys of an employer read as one: it makes twenty of them in a minute."""
    if actor.kind is ActorKind.API_KEY:
        return f"employers:{','.join(str(nib) for nib in sorted(actor.nibs))}"
    return actor.label

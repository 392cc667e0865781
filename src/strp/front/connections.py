"""Bounds on connections: a stranger's share of them, and one of their own for whoever is known.

The server takes 16,384 connections a process and says nothing of them before a request has come.
So a loop looks at what was accepted, and ends what is beyond a bound, longest idle first: whoever
has just come and sends a request is the last to go. A connection whose last request bore a valid
key or session is counted for that key or account, and never among strangers. One whose other end
takes nothing of an answer for a while is ended, whoever it is.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog

from strp.domain.people.account import Actor, ActorKind
from strp.domain.people.sign_in import client_block
from strp.http.client_address import is_local, plain
from strp.outside.machine.connections import (
    Connection,
    accepted_connections,
    can_see_connections,
    end_connection,
)
from strp.outside.machine.open_files import allow_many_open_files
from strp.usecases.process.own_threads import OwnThreads
from strp.usecases.process.refusals import Refused
from strp.usecases.process.system import System

log = structlog.get_logger()

KNOWN_FOR: Final = timedelta(minutes=15)
"""So long after its last request a connection is that of its key or account."""
MOST_REMEMBERED: Final = 20_000
CALM_S, BUSY_S = 1.0, 0.2
"""Seconds between two looks. A look takes 12 µs a connection, and its thread and the event loop
take the interpreter from each other thousands of times; so only without space are there more."""
GENTLY_A_LOOK: Final = 48
"""So many are ended at once while there is space. One that is ended is soon made anew, and a new
one costs a hundred times what one costs that waits."""
LOOK_WITHIN_S: Final = 30.0
LOOK_BOUND_S: Final = 60.0

Peer = tuple[str, int]
"""Network address and port of the other end of a connection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionBounds:
    """The most connections that one web process keeps open.

    Args:
        strangers: all whose requests bore no valid key or session, together.
        block: of these, those of one address block.
        accounts: of all signed-in accounts together; accounts are free.
        account: of one account.
        key: of one API key.
        unread_s: seconds for which the other end may take nothing of what waits for it.
    """

    strangers: int = 8_192
    block: int = 256
    accounts: int = 4_096
    account: int = 64
    key: int = 1_024
    unread_s: float = 60.0

    @property
    def ample(self) -> int:
        """With fewer connections in all than this, there is space for whoever comes."""
        return self.strangers // 2

    def within(self, open_files: int) -> "ConnectionBounds":
        """The same where a process may have no more than so many files open."""
        strangers, accounts = open_files // 2, open_files // 4
        return ConnectionBounds(
            strangers=min(self.strangers, strangers),
            block=min(self.block, strangers),
            accounts=min(self.accounts, accounts),
            account=min(self.account, accounts),
            key=self.key,
            unread_s=self.unread_s,
        )


BOUNDS: Final = ConnectionBounds()


class Connections:
    """The connections of one process.

    Args:
        system: the installation.
        exempt: addresses of our own proxies, which bring everybody; this machine's own are too.
        bounds: on connections.
    """

    def __init__(
        self, system: System, exempt: frozenset[str], bounds: ConnectionBounds = BOUNDS
    ) -> None:
        self._system = system
        self._exempt = exempt
        self._bounds = bounds
        self._known: dict[Peer, tuple[Actor, datetime]] = {}
        self._waiting: dict[Peer, tuple[int, datetime]] = {}
        self._threads = OwnThreads("connections", 1)
        self.pause_s = CALM_S
        """Until the next look."""

    def bears(self, peer: Peer, actor: Actor, now: datetime) -> None:
        """Note that the request which has just come over a connection bears a valid key or session.

        Args:
            peer: the other end of the connection.
            actor: behind the key or session.
            now: aware time.
        """
        known = self._known
        if len(known) >= MOST_REMEMBERED and peer not in known:
            del known[next(iter(known))]
        known[peer] = (actor, now)

    async def keep_within_bounds(self) -> None:
        """Look at the connections until cancelled, and end those beyond a bound."""
        if not can_see_connections():
            log.warning("connections_not_bounded", reason="this system does not show them")
            return
        self._bounds = self._bounds.within(allow_many_open_files())
        await self._system.loops.every(
            "connections",
            self.end_those_beyond,
            lambda: self.pause_s,
            within_s=LOOK_WITHIN_S,
            bound_s=LOOK_BOUND_S,
        )

    async def end_those_beyond(self) -> int:
        """Look once; returns how many connections were ended."""
        began = self._system.clock()
        seen = await self._threads.run(accepted_connections)
        self._forget_ended(seen, began)
        beyond = self._unread(seen) or self._beyond(seen)
        is_ample = len(seen) < self._bounds.ample
        self.pause_s = CALM_S if is_ample or not beyond else BUSY_S
        if not beyond:
            return 0
        ended = await self._threads.run(_end, beyond[:GENTLY_A_LOOK] if is_ample else beyond)
        self._system.refusals.count(Refused.CONNECTION, ended)
        return ended

    def _unread(self, seen: Sequence[Connection]) -> Sequence[Connection]:
        """Those whose other end has taken nothing for too long; a slow reader takes something."""
        now, before = self._system.clock(), self._waiting
        self._waiting = {}
        for one in seen:
            if one.waits:
                peer = (one.host, one.port)
                taken, since = before.get(peer, (-1, now))
                self._waiting[peer] = (one.taken, since if taken == one.taken else now)
        most = timedelta(seconds=self._bounds.unread_s)
        late = {peer for peer, (_, since) in self._waiting.items() if now - since >= most}
        return [one for one in seen if (one.host, one.port) in late]

    def _beyond(self, seen: Iterable[Connection]) -> Sequence[Connection]:
        """What has to end, longest idle first."""
        taken, beyond = defaultdict[str, int](int), list[Connection]()
        for one in sorted(seen, key=lambda each: each.idle_ms):  # who came last is counted first
            if is_local(plain(one.host)) or plain(one.host) in self._exempt:
                continue
            subjects = self._subjects(one)
            if any(taken[subject] >= most for subject, most in subjects):
                beyond.append(one)
                continue
            for subject, _ in subjects:
                taken[subject] += 1
        return beyond[::-1]

    def _subjects(self, one: Connection) -> Sequence[tuple[str, int]]:
        """Whom a connection is counted for, and the bound of each."""
        bounds, actor = self._bounds, self._known_actor(one)
        if actor is None:
            return ((client_block(one.host), bounds.block), ("strangers", bounds.strangers))
        if actor.kind is ActorKind.API_KEY:
            return ((actor.label, bounds.key),)
        return ((actor.label, bounds.account), ("accounts", bounds.accounts))

    def _known_actor(self, one: Connection) -> Actor | None:
        known = self._known.get((one.host, one.port))
        if known is None or abs(self._system.clock() - known[1]) > KNOWN_FOR:
            return None
        return known[0]

    def _forget_ended(self, seen: Sequence[Connection], looked_at: datetime) -> None:
        """A connection that has ended is nobody's: its port is soon another's."""
        there = {(one.host, one.port) for one in seen}
        gone = [
            peer
            for peer, (_, noted_at) in self._known.items()
            if peer not in there and noted_at < looked_at
        ]
        for peer in gone if seen else ():
            del self._known[peer]


def _end(beyond: Iterable[Connection]) -> int:
    return sum(map(end_connection, beyond))

"""Who sends a request, found out before anything is done for it.

Only for refusing and for going first: the doors behind ask again whatever they rest a right on.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Final, NamedTuple

from strp.api.actors import bearer_key
from strp.api.app import is_api
from strp.domain.account import Actor
from strp.domain.api_key import is_api_key
from strp.domain.errors import StrpError, Unauthenticated
from strp.domain.shedding import too_many_requests
from strp.domain.sign_in import (
    SESSION_COOKIE,
    RateLimit,
    SessionToken,
    client_block,
    is_session_token,
)
from strp.front.asked import Asked
from strp.front.connections import Connections, Peer
from strp.front.hot import is_local
from strp.front.limits import Limiter, share
from strp.usecases.authenticate import (
    Found,
    authenticate_key,
    authenticate_session,
    token_hash,
)
from strp.usecases.known_keys import KnownKeys
from strp.usecases.known_sessions import KnownSessions
from strp.usecases.process.refusals import Refused
from strp.usecases.system import System

LookUp = Callable[[], Awaitable[Actor | None]]
LOOK_UPS_PER_BLOCK: Final = RateLimit(burst=200, interval=timedelta(milliseconds=50))
"""Keys and sessions that were not known before; those that were are looked up in any case."""


class Sender(NamedTuple):
    """Who sends a request.

    Args:
        actor: behind the key or session; None for a stranger.
        found: for the doors behind, where the database was asked just now.
        fault: why nobody could find out.
    """

    actor: Actor | None = None
    found: Found | None = None
    fault: StrpError | None = None


STRANGER: Final = Sender()


class Senders:
    """Finds out who sends.

    Args:
        system: the installation.
        connections: are told which of them bear a valid key or session.
    """

    def __init__(self, system: System, connections: Connections) -> None:
        self._system = system
        self._connections = connections
        processes = system.settings.web_processes
        self._look_ups = Limiter(share(LOOK_UPS_PER_BLOCK, processes))

    async def find(self, asked: Asked) -> Sender:
        """The sender of a request, by the credential that the door at its address will look at."""
        header = asked.headers.get("authorization")
        if header is not None and is_api(asked.path):
            return await self.by_key(bearer_key(header), asked.client, asked.peer)
        token = asked.cookies.get(SESSION_COOKIE)
        if token is None:
            return STRANGER
        return self._noted(await self._by_session(token, asked.client), asked.peer)

    async def by_key(self, key: str, client: str, peer: Peer) -> Sender:
        """The employer behind a key.

        Args:
            key: as sent.
            client: network address of the sender.
            peer: the other end of the connection.
        """
        return self._noted(await self._by_key(key, client), peer)

    def _noted(self, sender: Sender, peer: Peer) -> Sender:
        """Note over which connection a valid key or session came, and how many that are none."""
        if sender.actor is not None:
            self._connections.bears(peer, sender.actor)
        elif sender.fault is None or isinstance(sender.fault, Unauthenticated):
            self._system.refusals.count(Refused.CREDENTIAL)
        return sender

    async def _by_key(self, key: str, client: str) -> Sender:
        if not is_api_key(key):
            return STRANGER
        known = self._system.known_keys
        look_up = partial(authenticate_key, self._system, key)
        return await self._find(known, key, client, look_up)

    async def _by_session(self, token: str, client: str) -> Sender:
        if not is_session_token(token):
            return STRANGER
        known = self._system.known_sessions
        look_up = partial(authenticate_session, self._system, SessionToken(token))
        return await self._find(known, token, client, look_up)

    async def _find(
        self, known: KnownKeys | KnownSessions, credential: str, client: str, look_up: LookUp
    ) -> Sender:
        now, hashed = self._system.clock(), token_hash(credential)
        actor = known.find(hashed, now)
        if actor is not None:
            return Sender(actor)
        after_s = 0 if known.was_found(hashed) else self._wait_s(client)
        if after_s:
            return Sender(fault=too_many_requests(after_s))
        try:
            actor = await look_up()
        except StrpError as error:
            return Sender(fault=error)
        return Sender(actor, Found(credential=credential, actor=actor, at=now))

    def _wait_s(self, client: str) -> int:
        """Seconds until one more look-up of this block; 0 where it may be now, and is counted."""
        if is_local(client):
            return 0
        return self._look_ups.retry_after_s(client_block(client), self._system.clock())

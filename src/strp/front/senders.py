"""Who sends a request, found out before anything is done for it.

Only for refusing and for going first: the doors behind ask again whatever they rest a right on.
"""

import asyncio
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from strp.api.actors import bearer_key
from strp.domain.errors import StrpError, Unauthenticated
from strp.domain.overload import too_many_requests
from strp.domain.people.account import Actor
from strp.domain.people.api_key import is_api_key
from strp.domain.people.sign_in import SESSION_COOKIE, SessionToken, client_block, is_session_token
from strp.domain.rate_limit import RateLimit
from strp.front.connections import Connections, Peer
from strp.front.crowd import Crowd
from strp.front.rate_limits import Limiter, share
from strp.front.request import FrontRequest
from strp.http.client_address import is_local
from strp.http.programs import is_api
from strp.usecases.people.authenticate import (
    Found,
    authenticate_key,
    authenticate_session,
    token_hash,
)
from strp.usecases.process.api_key_cache import ApiKeyCache
from strp.usecases.process.own_credentials import is_made_up_token, is_own_key, is_own_token
from strp.usecases.process.recent import Recent
from strp.usecases.process.refusals import Refused
from strp.usecases.process.session_cache import SessionCache
from strp.usecases.process.system import System

LOOK_UPS_PER_BLOCK: Final = RateLimit(burst=200, interval=timedelta(milliseconds=50))
LOOK_UPS_PER_S: Final = 200.0
LOOK_UPS_AT_ONCE: Final = 2
"""Of credentials that anybody may have made up, by one web process: filings keep the database.
Those that were known before, or bear the tag of this installation, are looked up in any case."""
MOST_ENDED: Final = 10_000


class Shown(NamedTuple):
    """A credential as sent.

    Args:
        text: of the key or token; of the right shape.
        hashed: what it is found by.
        is_key: of an employer; a session's otherwise.
    """

    text: str
    hashed: bytes
    is_key: bool


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
KEPT_WITHIN_S: Final = 0.5
"""So long a kept answer waits for who asks: a page that was there waited ten seconds for a database
that hung, and numbers for operations with it."""


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
        self._unknown = Crowd(LOOK_UPS_PER_S, calm=1)
        self._at_once = asyncio.Semaphore(LOOK_UPS_AT_ONCE)
        # One that ended bears the tag still; shown over and over it is like a made-up one.
        self._ended: Recent[bytes, None] = Recent(MOST_ENDED)

    def may_be_made_up(self, asked: FrontRequest) -> bool:
        """Whether only a look-up would tell a request's credential from one that is made up."""
        shown = self._shown(asked)
        return shown is not None and self._is_doubtful(shown)

    async def find(self, asked: FrontRequest) -> Sender:
        """The sender of a request, by the credential that the door at its address will look at."""
        if not _shows_any(asked):
            return STRANGER
        return self._noted(await self._find(self._shown(asked), asked.client), asked.peer)

    async def find_soon(self, asked: FrontRequest) -> Sender:
        """The sender of a request whose answer is kept, and waits for no database that hangs.

        Returns:
            A stranger where nobody could say within KEPT_WITHIN_S; the look-up goes on.
        """
        if not _shows_any(asked):
            return STRANGER
        looking = asyncio.ensure_future(self.find(asked))
        await asyncio.wait({looking}, timeout=KEPT_WITHIN_S)
        return looking.result() if looking.done() else STRANGER

    def kept_by_key(self, key: str, peer: Peer, now: datetime) -> Actor | None:
        """The employer behind a key that was looked up a moment ago, else None.

        Args:
            key: as sent.
            peer: the other end of the connection.
            now: aware time.
        """
        actor = self._system.known_keys.find(token_hash(key), now)
        if actor is not None:
            self._connections.bears(peer, actor, now)
        return actor

    async def by_key(self, key: str, client: str, peer: Peer) -> Actor | None:
        """The employer behind a key, or None.

        Args:
            key: as sent.
            client: network address of the sender.
            peer: the other end of the connection.
        """
        return self._noted(await self._find(_shown_key(key), client), peer).actor

    def _shown(self, asked: FrontRequest) -> Shown | None:
        """The credential of a request; None where there is none that could be good."""
        header = asked.headers.get("authorization")
        if header is not None and is_api(asked.path):
            return _shown_key(bearer_key(header))
        token = asked.cookies.get(SESSION_COOKIE)
        if token is None or not is_session_token(token) or is_made_up_token(self._system, token):
            return None
        return Shown(token, token_hash(token), is_key=False)

    def _known(self, shown: Shown) -> ApiKeyCache | SessionCache:
        return self._system.known_keys if shown.is_key else self._system.known_sessions

    def _is_doubtful(self, shown: Shown) -> bool:
        if self._known(shown).was_found(shown.hashed):
            return False
        if shown.hashed in self._ended:
            return True
        is_own = is_own_key if shown.is_key else is_own_token
        return not is_own(self._system, shown.text)

    def _noted(self, sender: Sender, peer: Peer) -> Sender:
        """Note over which connection a valid key or session came, and how many that are none."""
        if sender.actor is not None:
            self._connections.bears(peer, sender.actor, self._system.clock())
        elif sender.fault is None or isinstance(sender.fault, Unauthenticated):
            self._system.refusals.count(Refused.CREDENTIAL)
        return sender

    async def _find(self, shown: Shown | None, client: str) -> Sender:
        if shown is None:
            return STRANGER
        now = self._system.clock()
        actor = self._known(shown).find(shown.hashed, now)
        if actor is not None:
            return Sender(actor)
        try:
            actor = await self._look_up(shown, client)
        except StrpError as error:
            return Sender(fault=error)
        return Sender(actor, Found(credential=shown.text, actor=actor, at=now))

    async def _look_up(self, shown: Shown, client: str) -> Actor | None:
        """Ask the database; for what anybody may have made up, in turns that blocks share."""
        if not self._is_doubtful(shown) or is_local(client):
            actor = await self._ask(shown)
        else:
            if after_s := self._wait_s(client):
                raise too_many_requests(after_s)
            await self._unknown.turn(client)
            async with self._at_once:
                actor = await self._ask(shown)
        if actor is None:
            self._ended[shown.hashed] = None
        return actor

    async def _ask(self, shown: Shown) -> Actor | None:
        if shown.is_key:
            return await authenticate_key(self._system, shown.text)
        return await authenticate_session(self._system, SessionToken(shown.text))

    def _wait_s(self, client: str) -> int:
        """Seconds until one more look-up of this block; 0 where it may be now, and is counted."""
        return self._look_ups.retry_after_s(client_block(client), self._system.clock())


def _shows_any(asked: FrontRequest) -> bool:
    return ("authorization" in asked.headers and is_api(asked.path)) or (
        SESSION_COOKIE in asked.cookies
    )


def _shown_key(key: str) -> Shown | None:
    return Shown(key, token_hash(key), is_key=True) if is_api_key(key) else None

"""Bodies on their way in: refused before a byte is read, or kept within the sender's bounds."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import Final

from strp.api.actors import key_unknown, not_signed_in
from strp.api.bodies import too_large
from strp.domain.errors import StrpError
from strp.domain.overload import too_slow, upload_incomplete
from strp.domain.people.account import Actor, ActorKind
from strp.domain.people.sign_in import client_block
from strp.front.bodies import LEAST_PIECE_BYTES, ArrivedBody
from strp.front.places import Bound, Place, Places, Share, Shares
from strp.front.request import FrontRequest
from strp.front.responses import Receive, Response, problem, see_other
from strp.front.senders import Sender
from strp.http.local_path import sign_in_after_form
from strp.http.programs import is_api
from strp.http.route_class import FORM_BYTES, JSON_BYTES
from strp.usecases.process.system import System

SMALL_PLACES: Final = (1024, 64)
PHOTO_PLACES: Final = (48, 4)
"""All, and those of one address block: 64 MiB of memory, 1 GiB of disk."""
MOST_OF_KEYS: Final = 2000
MOST_OF_ACCOUNTS: Final = 1000
BODIES_PER_KEY: Final = 256
BODIES_PER_ACCOUNT: Final = 16
BODIES_PER_BLOCK: Final = 256
ROSTERS_PER_KEY: Final = 4
ROSTERS_PER_ACCOUNT: Final = 2
ROSTERS_PER_BLOCK: Final = 4
"""Of the largest size; accounts are free, so a block of addresses has a bound as well."""
SMALL_WITHIN_S: Final = 10.0


class Arriving:
    """What arrives at one process.

    Args:
        system: the installation.
    """

    def __init__(self, system: System) -> None:
        self._small = Places(*SMALL_PLACES)
        self._photos = Places(*PHOTO_PLACES, until_answered=True)
        self._read_photos = system.photos
        self._of_keys = Shares(MOST_OF_KEYS)
        self._of_accounts = Shares(MOST_OF_ACCOUNTS)
        self._upload_bytes = system.settings.upload_max_bytes
        self._roster_bytes = self._upload_bytes + FORM_BYTES

    def refusal(self, asked: FrontRequest, sender: Sender) -> Response | None:
        """What is answered before any of the body is read; None where it may come.

        Args:
            asked: the request.
            sender: of it.

        Raises:
            StrpError: nobody could find out who sends; it is too large; or nobody could look at
                the photo.
        """
        limit, most_bytes = asked.route.body, self._most_bytes(asked)
        if not limit.for_anyone and sender.actor is None:
            if sender.fault is not None:
                raise sender.fault
            return _sign_in(asked)
        declared = asked.declared_bytes
        if declared is not None and declared > most_bytes and not limit.answers_itself:
            raise too_large(most_bytes)
        if limit.for_anyone and not self._is_small(asked):
            self._read_photos.refuse_where_full(client_block(asked.client))
        return None

    @contextlib.asynccontextmanager
    async def body(
        self, asked: FrontRequest, actor: Actor | None, receive: Receive
    ) -> AsyncIterator[ArrivedBody]:
        """The whole body of a request, kept until the block ends.

        Args:
            asked: the request.
            actor: who sends, or None for a stranger.
            receive: of the request.

        Raises:
            InvalidInput: `upload-incomplete`: the sender went away.
            TooSoon: it is too slow, or the sender holds as much as one may.
            TooLarge: it is larger than the route takes.
            Unavailable: there is no place, or no space.
        """
        held, most_bytes = self._hold(asked, actor), self._most_bytes(asked)
        least_piece = LEAST_PIECE_BYTES if actor is None else 0
        body = ArrivedBody(receive, asked.declared_bytes, held, least_piece)
        try:
            await body.arrive(most_bytes)
            if body.gone:
                raise upload_incomplete()
            if body.is_cut and not asked.route.body.answers_itself:
                raise too_large(most_bytes)
            held.arrived()
            yield body
        finally:
            held.end()
            await body.close()

    async def small_body(self, asked: FrontRequest, receive: Receive, most_bytes: int) -> bytes:
        """A few kilobytes that a stranger sends, and nothing beyond them.

        Args:
            asked: the request.
            receive: of it.
            most_bytes: that anybody looks at.

        Raises:
            TooLarge: more is declared.
            TooSoon: they do not come in time.
            Unavailable: there is no place.
        """
        body, more = bytearray(), True
        if (asked.declared_bytes or 0) > most_bytes:
            raise too_large(most_bytes)
        place = self._small.take(client_block(asked.client))
        try:
            async with asyncio.timeout(SMALL_WITHIN_S) as place.leaves:
                while more and len(body) <= most_bytes:
                    message = await receive()
                    body += message.get("body", b"")
                    more = message.get("more_body", False)
        except TimeoutError:
            raise too_slow() from None
        finally:
            place.end()
        return bytes(body[:most_bytes])

    def key_share(self, actor: Actor, size: int) -> Share:
        """What one body of an employer's program holds.

        Args:
            actor: behind the key.
            size: bytes that the request declares.

        Raises:
            TooSoon: the key holds as much as one may.
            Unavailable: too many bodies arrive.
        """
        bound = Bound(BODIES_PER_KEY, ROSTERS_PER_KEY * self._roster_bytes)
        return self._of_keys.take(((actor.label, bound),), size)

    def _most_bytes(self, asked: FrontRequest) -> int:
        return asked.route.body.bytes_with(self._upload_bytes)

    def _is_small(self, asked: FrontRequest) -> bool:
        """Whether what anyone may send is a text and no photo."""
        declared = asked.declared_bytes or JSON_BYTES + 1
        return min(declared, self._most_bytes(asked)) <= JSON_BYTES

    def _hold(self, asked: FrontRequest, actor: Actor | None) -> Place | Share:
        if actor is None:
            places = self._small if self._is_small(asked) else self._photos
            return places.take(client_block(asked.client))
        size = min(asked.declared_bytes or 0, self._most_bytes(asked))
        if actor.kind is ActorKind.API_KEY:
            return self.key_share(actor, size)
        return self._of_accounts.take(self._bounds(asked, actor), size)

    def _bounds(self, asked: FrontRequest, actor: Actor) -> Sequence[tuple[str, Bound]]:
        account = Bound(BODIES_PER_ACCOUNT, ROSTERS_PER_ACCOUNT * self._roster_bytes)
        block = Bound(BODIES_PER_BLOCK, ROSTERS_PER_BLOCK * self._roster_bytes)
        return ((actor.label, account), (client_block(asked.client), block))


def _sign_in(asked: FrontRequest) -> Response:
    if not is_api(asked.path):
        location = sign_in_after_form(asked.headers.get("referer"), asked.headers.get("host"))
        return see_other(location)
    error: StrpError = key_unknown() if "authorization" in asked.headers else not_signed_in()
    return problem(error, asked.language)

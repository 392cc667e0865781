"""The front door: every request comes through here, and most go no further.

In this order, the cheapest first: a stranger's turn, the document of the crowd, the waiting room's
addresses, kept pages, the share of one client, the gate, the body, a slot. Only then does a page or
the JSON door begin to work.
"""

import asyncio
import contextlib
from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from typing import Any, Final

import structlog

from strp.domain.errors import Forbidden, StrpError
from strp.domain.shedding import (
    STORAGE_FULL,
    Priority,
    Room,
    deadline_s,
    priority_of,
    shed,
    too_many_requests,
    upload_incomplete,
)
from strp.domain.sign_in import client_block
from strp.front.answers import (
    Answer,
    App,
    Headers,
    Message,
    Receive,
    Scope,
    Send,
    problem,
    send_answer,
)
from strp.front.asked import Asked, client_address
from strp.front.background import background
from strp.front.bodies import ArrivedBody
from strp.front.crowd import PAGE, WORK
from strp.front.gate import PROOF_PATH, Gate, Passed
from strp.front.hot import (
    DOCUMENT_PATH,
    MOST_BODY_BYTES,
    SEAT_PATH,
    WaitingRoom,
    is_local,
    to_the_line,
)
from strp.front.kept_pages import KeptPages
from strp.front.limits import DOOR_PER_BLOCK, REQUESTS_PER_KEY, REQUESTS_PER_SEAT, Limiter, share
from strp.front.slots import Slots
from strp.front.strangers import Strangers, digest
from strp.front.waiting_pages import WaitingPages
from strp.http.cross_site import SAFE_METHODS, is_cross_site, refuse_cross_site
from strp.usecases.keep_room import read_room_first
from strp.usecases.system import System

log = structlog.get_logger()

PASSED: Final = "strp.passed"
MOST_ARRIVING: Final = 2000
_WITH_BODY: Final = {"POST", "PUT", "PATCH"}
_READING: Final = {"GET", "HEAD"}
_FORM_BYTES: Final = 1 << 20
_FROM_DATABASE: Final = {
    "/waiting-room/order.json": Priority.EXPORT,
    "/waiting-room/seat": Priority.PEOPLE,
}
_PHOTO_BYTES: Final = 16 << 20


class FrontDoor:
    """An ASGI application before another.

    Args:
        system: the installation.
        app: pages and JSON door.
    """

    def __init__(self, system: System, app: App) -> None:
        self._system = system
        self._app = app
        self._folder = system.settings.data_path / "front"
        self._room = self.waiting_room = WaitingRoom(system)
        self._kept = KeptPages(app, self._folder, lambda: system.reference.in_force)
        self._waiting = WaitingPages(self._kept)
        self._background = partial(background, system, self._kept, self._waiting, self._folder)
        self._gate = Gate(system, self._room, self._waiting)
        self.strangers = Strangers(system, app, self._kept, self._room, self._gate)
        slots = system.settings.slots
        # About a second's work may queue: who is inside shall wait a moment and not be turned away.
        self._slots = Slots(Room(slots=slots, queue=40 * slots), system.room.measures)
        # Filings share a commit, so many at once cost little more than one; and a place of their
        # own is one that nobody else can fill.
        self.filings = Slots(Room(slots=8 * slots, queue=16 * slots), system.room.measures)
        self._blocks = Limiter(share(DOOR_PER_BLOCK, system.settings.web_processes))
        self._seats = Limiter(REQUESTS_PER_SEAT)
        self._keys = Limiter(REQUESTS_PER_KEY)
        self._trusted = frozenset(
            address.strip() for address in system.settings.trusted_proxies.split(",")
        )
        self._arriving = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or let it through."""
        if scope["type"] == "lifespan":
            await self._live(scope, receive, send)
        elif scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["path"] == DOCUMENT_PATH and scope["method"] in _READING:
            asked = Asked.of(scope, client_address(scope, self._trusted))
            answer = await self.strangers.poll(asked)
            await send_answer(send, answer, head=asked.method == "HEAD")
        else:
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = Asked.of(scope, client_address(scope, self._trusted))
        answer: Answer | Passed
        passed = scope.get("state", {}).pop(PASSED, None)
        if passed is not None:
            answer = passed
        elif asked.path.startswith("/waiting-room/"):
            cost = WORK if asked.path in _FROM_DATABASE else PAGE
            answer = (
                await self.strangers.turn(asked, cost)
                or self._from_another_site(asked)
                or await self._waiting_room(asked, receive)
            )
        else:
            answer = await self._find(asked)
        if isinstance(answer, Answer):
            await send_answer(send, answer, head=asked.method == "HEAD")
            return
        scope["client"] = (asked.client, scope["client"][1] if scope.get("client") else 0)
        await self._let_through(asked, answer, (scope, receive, send))

    async def find_at_once(self, scope: Any) -> Answer | Passed | None:
        """What the front says to a request before any translation.

        Args:
            scope: RSGI scope of a GET.

        Returns:
            Its own answer; or leave to go on, for the ASGI scope's `state` as PASSED; or None for
            what the door answers in another way.
        """
        if scope.path.startswith("/waiting-room/"):
            return None
        return await self._find(Asked.of_rsgi(scope, self._trusted))

    async def find_document(self, scope: Any) -> tuple[int, list[tuple[str, str]], bytes]:
        """What the whole crowd reads, for Granian's own interface.

        Args:
            scope: RSGI scope of a GET.
        """
        return await self.strangers.poll_at_once(scope, self._trusted)

    async def _find(self, asked: Asked) -> Answer | Passed:
        found = await self.strangers.find(asked)
        return found or self._too_many(asked) or await self._gate.pass_(asked)

    async def _let_through(
        self, asked: Asked, passed: Passed, call: tuple[Scope, Receive, Send]
    ) -> None:
        refused = self._too_many_by(asked, passed) or await self.strangers.work(asked, passed)
        scope, receive, send = call
        if refused is not None:
            await send_answer(send, refused)
            return
        kept = await self._kept.find_behind_gate(asked)
        if kept is not None:
            self._system.room.measures.finished()
            await send_answer(send, kept._replace(headers=[*kept.headers, *passed.headers]))
            return
        priority = priority_of(asked.method, asked.path)
        if passed.seat is not None and priority is Priority.PEOPLE:
            priority = Priority.ACKNOWLEDGED  # who was let in is served
        started = Started(send, passed.headers)
        try:
            if asked.method in _WITH_BODY:
                await self._with_body(asked, priority, (scope, receive, started.send))
            else:
                await self._in_a_slot(priority, (scope, receive, started.send))
        except StrpError as error:
            if started.begun:
                raise
            await send_answer(send, await self._turned_away(asked, error))

    async def _with_body(
        self, asked: Asked, priority: Priority, call: tuple[Scope, Receive, Send]
    ) -> None:
        if self._arriving >= MOST_ARRIVING:
            self._system.room.measures.shed()
            raise shed(30)
        scope, receive, send = call
        body = ArrivedBody(receive, asked.declared_bytes)
        self._arriving += 1
        try:
            await body.arrive(self._most_bytes(asked))
        except BaseException:
            body.close()
            raise
        finally:
            self._arriving -= 1
        try:
            if body.gone:
                raise upload_incomplete()
            await self._in_a_slot(priority, (scope, body.receive, send))
        finally:
            body.close()

    def _most_bytes(self, asked: Asked) -> int:
        """Most that is taken in before somebody looks at it."""
        if priority_of(asked.method, asked.path) is Priority.FILING:
            return self._system.settings.upload_max_bytes + _FORM_BYTES
        return _PHOTO_BYTES

    async def _in_a_slot(self, priority: Priority, call: tuple[Scope, Receive, Send]) -> None:
        slots = self.filings if priority is Priority.FILING else self._slots
        async with slots.one(priority):
            try:
                async with asyncio.timeout(deadline_s(priority)):
                    await self._app(*call)
            except TimeoutError:
                self._system.room.measures.shed()
                raise shed(30) from None

    async def _turned_away(self, asked: Asked, error: StrpError) -> Answer:
        retry_after_s = error.retry_after_s or 30
        if error.code == STORAGE_FULL:
            log.error("upload_not_kept", code=error.code)
        if error.code == "too-slow":
            return problem(error, asked.language, status=HTTPStatus.REQUEST_TIMEOUT)
        if not asked.wants_page or error.code != "busy":
            return problem(error, asked.language)
        waiting = await self._gate.wait(asked)
        return waiting or self._gate.busy(asked, retry_after_s)

    def _from_another_site(self, asked: Asked) -> Answer | None:
        """What a page of another site hears that would move a reader's place in line."""
        address = self._system.settings.address
        if asked.path == SEAT_PATH and asked.method in SAFE_METHODS:
            # Looking at it keeps a place or changes it, so a link from elsewhere leads beside it.
            return to_the_line() if is_cross_site(asked.headers, address=address) else None
        try:
            refuse_cross_site(asked.method, asked.path, asked.headers, address=address)
        except Forbidden as error:
            return problem(error, asked.language)
        return None

    async def _waiting_room(self, asked: Asked, receive: Receive) -> Answer:
        body = bytearray()
        more = asked.method in _WITH_BODY
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(10):
                while more and len(body) <= MOST_BODY_BYTES:
                    message = await receive()
                    body += message.get("body", b"")
                    more = message.get("more_body", False)
        sent = bytes(body[:MOST_BODY_BYTES])
        if asked.path == PROOF_PATH:
            return await self._gate.prove(asked, sent)
        if asked.path not in _FROM_DATABASE:
            return await self._room.answer(asked, sent)
        try:
            async with self._slots.one(_FROM_DATABASE[asked.path]):
                return await self._room.answer(asked, sent)
        except StrpError as error:
            return problem(error, asked.language)

    def has_share(self, peer: str, headers: Mapping[str, str]) -> bool:
        """Whether a client with an API key has some of its share left; counts one more.

        Args:
            peer: network address that the connection comes from.
            headers: by lower-case name; those of a proxy are for the long way.
        """
        if "x-forwarded-for" in headers or self._arriving >= MOST_ARRIVING:
            return False
        now = self._system.clock()
        if not is_local(peer) and self._blocks.retry_after_s(client_block(peer), now):
            return False
        return not self._keys.retry_after_s(digest(headers["authorization"]), now)

    def _too_many(self, asked: Asked) -> Answer | None:
        if is_local(asked.client):
            return None
        block = client_block(asked.client)
        return self._limited(asked, self._blocks.retry_after_s(block, self._system.clock()))

    def _too_many_by(self, asked: Asked, passed: Passed) -> Answer | None:
        key, now = asked.headers.get("authorization"), self._system.clock()
        if key is not None:
            return self._limited(asked, self._keys.retry_after_s(digest(key), now))
        if passed.seat is None:
            return None
        return self._limited(asked, self._seats.retry_after_s(passed.seat.hex(), now))

    def _limited(self, asked: Asked, after_s: int) -> Answer | None:
        if not after_s:
            return None
        return self.strangers.limited(asked, too_many_requests(after_s))

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run what the front keeps doing, from when the doors are ready until they close."""
        tasks: list[asyncio.Task[None]] = []

        async def send_on(message: Message) -> None:
            if message["type"] == "lifespan.startup.complete":
                await read_room_first(self._system)
                tasks.extend(asyncio.create_task(each) for each in self._background())
            await send(message)

        async def receive_on() -> Message:
            message = await receive()
            if message["type"] == "lifespan.shutdown":
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
            return message

        await self._app(scope, receive_on, send_on)


class Started:
    """Sends, adds headers, and remembers whether the answer has begun.

    Args:
        send: of the request.
        headers: to add.
    """

    def __init__(self, send: Send, headers: Headers) -> None:
        self._send = send
        self._headers = headers
        self.begun = False

    async def send(self, message: Message) -> None:
        """Send one message of the answer."""
        if message["type"] == "http.response.start":
            self.begun = True
            if self._headers:
                message["headers"] = [*message["headers"], *self._headers]
        await self._send(message)

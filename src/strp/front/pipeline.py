"""The front door: every request comes through here, and most go no further.

In this order, the cheapest first: a stranger's turn, the document of the crowd, the waiting room's
addresses, kept pages, the share of one client, the gate, the body, a slot. Only then does a page or
the JSON door begin to work.
"""

import asyncio
import contextlib
from functools import partial
from http import HTTPStatus
from typing import Any, Final

import structlog

from strp.api.actors import bearer_key
from strp.domain.errors import Forbidden, StrpError
from strp.domain.overload import (
    STORAGE_FULL,
    TOO_MANY,
    Capacity,
    Priority,
    deadline_s,
    proven,
    shed,
    too_many_requests,
)
from strp.domain.people.account import Actor
from strp.domain.people.sign_in import client_block
from strp.front.arriving import Arriving
from strp.front.background import background
from strp.front.concurrency import ConcurrencyLimiter
from strp.front.connections import Connections
from strp.front.crowd import KEPT_PLACE, PLACE, WORK
from strp.front.page_cache import PageCache
from strp.front.rate_limits import DOOR_PER_BLOCK, Limiter, share
from strp.front.request import FrontRequest
from strp.front.responses import (
    NO_STORE,
    App,
    Message,
    Receive,
    Response,
    ResponseStarted,
    Scope,
    Send,
    no_body,
    send_answer,
)
from strp.front.senders import STRANGER, Sender, Senders
from strp.front.shares import Shares
from strp.front.strangers import Strangers
from strp.front.waiting_room.endpoints import (
    DOCUMENT_PATH,
    PROOF_PATH,
    SEAT_PATH,
    WaitingRoom,
    to_the_line,
)
from strp.front.waiting_room.gate import Gate, LetThrough
from strp.front.waiting_room.pages import WaitingPages
from strp.http.client_address import (
    client_address,
    is_local,
    is_proxy,
    rsgi_client,
    rsgi_peer,
    trusted_addresses,
)
from strp.http.cookies import cookies_by_name, is_https
from strp.http.cross_site import SAFE_METHODS, is_cross_site, refuse_cross_site
from strp.http.route_class import NO_ROUTE
from strp.http.route_table import RouteTable
from strp.usecases.people.authenticate import FOUND
from strp.usecases.process.refusals import Refused
from strp.usecases.process.supervise import side_by_side
from strp.usecases.process.system import System
from strp.usecases.waiting_room.synchronise import read_room_first

log = structlog.get_logger()

MAY_SEND_PATH: Final = "/internal/may-send-body"
PASSED: Final = "strp.passed"
_WITH_BODY: Final = {"POST", "PUT", "PATCH"}
_READING: Final = {"GET", "HEAD"}
_OWN: Final = "/waiting-room/"
_OWN_ADDRESSES: Final = (_OWN, DOCUMENT_PATH)


class FrontDoor:
    """An ASGI application before another.

    Args:
        system: the installation.
        app: pages and JSON door.
        routes: its routes, and those that the front answers itself.
    """

    def __init__(self, system: System, app: App, routes: RouteTable) -> None:
        self._system, self._app, self._routes = system, app, routes
        self._folder = system.settings.front_path
        self._room = self.waiting_room = WaitingRoom(system)
        self._kept = PageCache(app, self._folder, routes, lambda: system.reference.in_force)
        self._waiting = WaitingPages(self._kept)
        self._background = partial(background, system, self._kept, self._waiting, self._folder)
        self._gate = Gate(system, self._room, self._waiting, routes)
        self.strangers = Strangers(system, app, self._kept, self._room, self._gate)
        slots = system.settings.concurrent_requests
        # About a second's work may queue: who is inside shall wait a moment and not be turned away.
        self._slots = ConcurrencyLimiter(
            Capacity(slots=slots, queue=40 * slots), system.room.measures
        )
        # Filings share a commit, so many at once cost little more than one; and a place of their
        # own is one that nobody else can fill.
        self.filings = ConcurrencyLimiter(
            Capacity(slots=8 * slots, queue=16 * slots), system.room.measures
        )
        # Inspectors check certificates in the hours in which companies file: neither takes the
        # other's place. A check takes a millisecond, so few at once are many a second.
        self.checks = ConcurrencyLimiter(
            Capacity(slots=max(2, slots // 4), queue=8 * slots), system.room.measures
        )
        self._blocks = Limiter(share(DOOR_PER_BLOCK, system.settings.web_processes))
        self._shares = Shares(system)
        self.trusted = trusted_addresses(system.settings.trusted_proxies)
        self._secure = is_https(system.settings.address)
        self.connections = Connections(system, self.trusted)
        self._senders = Senders(system, self.connections)
        self.arriving = Arriving(system)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or let it through."""
        if scope["type"] == "lifespan":
            await self._live(scope, receive, send)
        elif scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["path"] == DOCUMENT_PATH and scope["method"] in _READING:
            asked = self._asked(scope)
            answer = await self.strangers.poll(asked)
            await send_answer(send, answer, head=asked.method == "HEAD")
        else:
            await self._answer(scope, receive, send)

    def _asked(self, scope: Scope) -> FrontRequest:
        client = client_address(scope, self.trusted)
        return FrontRequest.of(scope, client, self._routes, secure=self._secure)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = self._asked(scope)
        answer: Response | LetThrough
        passed = scope.get("state", {}).pop(PASSED, None)
        if passed is not None:
            answer = passed
        elif scope["path"] == MAY_SEND_PATH and is_proxy(scope, self.trusted):
            answer = await self._may_send(asked)
        elif asked.path.startswith(_OWN_ADDRESSES) and asked.head_fault is None:
            place = KEPT_PLACE if asked.has_idempotency_key else PLACE
            cost = WORK if asked.asks_database else place
            answer = (
                await self.strangers.turn(asked, cost)
                or self._from_another_site(asked)
                or await self._waiting_room(asked, receive)
            )
        else:
            answer = await self._find(asked)
        if isinstance(answer, Response):
            await send_answer(send, answer, head=asked.method == "HEAD")
            return
        scope["headers"] = cookies_by_name(scope["headers"], secure=self._secure)
        scope["client"] = (asked.client, scope["client"][1] if scope.get("client") else 0)
        await self._let_through(asked, answer, (scope, receive, send))

    async def find_at_once(self, scope: Any) -> Response | LetThrough | None:
        """What the front says to a request before any translation.

        Args:
            scope: RSGI scope of a GET.

        Returns:
            Its own answer; or leave to go on, for the ASGI scope's `state` as PASSED; or None for
            what the door answers in another way.
        """
        asked = FrontRequest.of_rsgi(scope, self.trusted, self._routes, secure=self._secure)
        if asked.path.startswith(_OWN) or asked.path == MAY_SEND_PATH:
            return None
        return await self._find(asked)

    async def find_document(self, scope: Any) -> tuple[int, list[tuple[str, str]], bytes]:
        """What the whole crowd reads, for Granian's own interface.

        Args:
            scope: RSGI scope of a GET.
        """
        return await self.strangers.poll_at_once(scope, self.trusted)

    async def _find(self, asked: FrontRequest) -> Response | LetThrough:
        if asked.head_fault is not None:
            told = self._gate.refused(asked, asked.head_fault)
            return await self.strangers.turn(asked, PLACE) or told
        sender, found = await self._sender(asked)
        if found is not None:
            return found
        if sender.actor is None and (refused := self._too_many(asked, sender)):
            return refused
        if refused := self._limited(asked, await self._shares.read_after_s(asked, sender)):
            return refused
        passed = await self._gate.pass_(asked, sender)
        if isinstance(passed, Response):
            self._shares.has_read(asked, sender)
        return passed

    async def _sender(self, asked: FrontRequest) -> tuple[Sender, Response | None]:
        """Who asks, and what is the same for everybody.

        What anybody may have made up is looked up last: a stranger's turn comes before it.
        """
        if not self._senders.may_be_made_up(asked):
            is_kept = self.strangers.keeps(asked)
            find = self._senders.find_soon if is_kept else self._senders.find
            sender = await find(asked)
            return sender, await self.strangers.find(asked, sender)
        if (found := await self.strangers.find(asked, STRANGER, looks_up=True)) is not None:
            return STRANGER, found
        sender = await self._senders.find(asked)
        self.strangers.is_inside(asked, sender)
        return sender, None

    async def _let_through(
        self, asked: FrontRequest, passed: LetThrough, call: tuple[Scope, Receive, Send]
    ) -> None:
        started = ResponseStarted(call[2], passed.headers)
        try:
            await self._answer_behind(asked, passed, call, started)
        finally:
            self._shares.has_read(asked, passed.sender, started.given_bytes)

    async def _answer_behind(
        self,
        asked: FrontRequest,
        passed: LetThrough,
        call: tuple[Scope, Receive, Send],
        started: ResponseStarted,
    ) -> None:
        after_s = await self._shares.request_after_s(passed)
        refused = self._limited(asked, after_s) or await self.strangers.work(asked, passed)
        scope, receive, send = call
        if refused is not None:
            await send_answer(send, refused)
            return
        kept = await self._kept.find_behind_gate(asked)
        if kept is not None:
            self._system.room.measures.finished()
            await send_answer(send, kept._replace(headers=[*kept.headers, *passed.headers]))
            return
        if passed.sender.found is not None:
            scope.setdefault("state", {})[FOUND] = passed.sender.found
        priority = self._priority(asked, passed)
        try:
            if asked.method in _WITH_BODY:
                call = (scope, receive, started.send)
                await self._with_body(asked, passed.sender, priority, call)
            else:
                await self._in_a_slot(priority, (scope, receive, started.send))
        except StrpError as error:
            if started.begun:
                raise
            await send_answer(send, await self._turned_away(asked, error))

    def _priority(self, asked: FrontRequest, passed: LetThrough) -> Priority:
        """What the route declares, as far as the sender proves it."""
        is_known = passed.sender.actor is not None or passed.seat is not None
        return proven(asked.route.priority, is_known=is_known)

    async def _with_body(
        self,
        asked: FrontRequest,
        sender: Sender,
        priority: Priority,
        call: tuple[Scope, Receive, Send],
    ) -> None:
        scope, receive, send = call
        if asked.route is NO_ROUTE:  # whoever says so needs no body for it
            await self._in_a_slot(priority, (scope, no_body, send))
            return
        refused = self.arriving.refusal(asked, sender)
        if refused is not None:
            self._system.refusals.count(Refused.BODY)
            await send_answer(send, refused)
            return
        async with self.arriving.body(asked, sender.actor, receive) as body:
            await self._in_a_slot(priority, (scope, body.receive, send))

    async def _may_send(self, asked: FrontRequest) -> Response:
        """Tell a proxy of ours whether a body would be taken: 204, or 403 where it would not."""
        original = asked.original(self._routes)
        is_small = original.path.startswith(_OWN_ADDRESSES)
        if is_small or original.route is NO_ROUTE:
            return Response(HTTPStatus.FORBIDDEN, [NO_STORE])
        sender = await self._senders.find(original)
        try:
            refused = self.arriving.refusal(original, sender)
        except StrpError:
            return Response(HTTPStatus.FORBIDDEN, [NO_STORE])
        return Response(HTTPStatus.FORBIDDEN if refused else HTTPStatus.NO_CONTENT, [NO_STORE])

    async def _in_a_slot(self, priority: Priority, call: tuple[Scope, Receive, Send]) -> None:
        own = {Priority.FILING: self.filings, Priority.CHECK: self.checks}
        slots = own.get(priority, self._slots)
        async with slots.one(priority):
            try:
                async with asyncio.timeout(deadline_s(priority)):
                    await self._app(*call)
            except TimeoutError:
                self._system.room.measures.shed()
                raise shed(30) from None

    async def _turned_away(self, asked: FrontRequest, error: StrpError) -> Response:
        self._system.refusals.count_error(error.code)
        if error.code == STORAGE_FULL:
            log.error("upload_not_kept", code=error.code)
        if error.code == TOO_MANY:
            return self.strangers.limited(asked, error)
        if not asked.wants_page or error.code not in {"busy", STORAGE_FULL}:
            return self._gate.refused(asked, error)
        waiting = await self._gate.wait(asked) if error.code == "busy" else None
        return waiting or self._gate.busy(asked, error.retry_after_s or 30)

    def _from_another_site(self, asked: FrontRequest) -> Response | None:
        """What a page of another site hears that would move a reader's place in line."""
        address = self._system.settings.address
        if asked.path == SEAT_PATH and asked.method in SAFE_METHODS:
            # Looking at it keeps a place or changes it, so a link from elsewhere leads beside it.
            return to_the_line() if is_cross_site(asked.headers, address=address) else None
        try:
            refuse_cross_site(asked.method, asked.route, asked.headers, address=address)
        except Forbidden as error:
            return self._gate.refused(asked, error)
        return None

    async def _waiting_room(self, asked: FrontRequest, receive: Receive) -> Response:
        try:
            sent = b""
            if asked.method in _WITH_BODY and asked.route is not NO_ROUTE:
                most_bytes = asked.route.body.most_bytes
                sent = await self.arriving.small_body(asked, receive, most_bytes)
            if asked.path == PROOF_PATH:
                return await self._gate.prove(asked, sent)
            if not asked.asks_database:
                return await self._room.answer(asked, sent)
            async with self._slots.one(asked.route.priority):
                return await self._room.answer(asked, sent)
        except StrpError as error:
            return self._gate.refused(asked, error)

    async def known_program(self, scope: Any) -> Actor | None:
        """The employer behind a key that has some of its share left; counts one more.

        Args:
            scope: RSGI scope of a request with a key.
        """
        key, peer = bearer_key(scope.headers["authorization"]), rsgi_peer(scope)
        now = self._system.clock()
        actor = self._senders.kept_by_key(key, peer, now)
        if actor is None:
            actor = await self._senders.by_key(key, rsgi_client(scope, self.trusted), peer)
        return actor if actor is not None and self._shares.has_key(actor, now) else None

    def _too_many(self, asked: FrontRequest, sender: Sender) -> Response | None:
        """What a stranger is told who takes more than the share of an address block."""
        if sender.fault is not None and sender.fault.code == TOO_MANY:
            return self._limited(asked, sender.fault.retry_after_s or 1)
        if is_local(asked.client):
            return None
        block = client_block(asked.client)
        return self._limited(asked, self._blocks.retry_after_s(block, self._system.clock()))

    def _limited(self, asked: FrontRequest, after_s: int) -> Response | None:
        if not after_s:
            return None
        self._system.refusals.count(Refused.SHARE)
        return self.strangers.limited(asked, too_many_requests(after_s))

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run what the front keeps doing, from when the doors are ready until they close."""
        async with contextlib.AsyncExitStack() as running:

            async def send_on(message: Message) -> None:
                if message["type"] == "lifespan.startup.complete":
                    await read_room_first(self._system)
                    works = [*self._background(), self.connections.keep_within_bounds()]
                    await running.enter_async_context(side_by_side(works))
                await send(message)

            async def receive_on() -> Message:
                message = await receive()
                if message["type"] == "lifespan.shutdown":
                    await running.aclose()
                return message

            await self._app(scope, receive_on, send_on)

"""Granian's own interface (RSGI) before the front: what the crowd asks for skips ASGI altogether.

An ASGI answer crosses from Rust to Python three times (receive, start, body), an RSGI one once;
for the document of the crowd that is a third of its cost. So the front answers its own pages here;
whoever it lets through is translated, and the doors behind stay plain ASGI
(asgi.readthedocs.io, HTTP 2.3; RSGI 1.5).
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Any, Final

import structlog

from strp.api.fast_path import PATH as EXPRESS_PATH
from strp.domain.text import Language
from strp.front.ending import Ending
from strp.front.fast_path import ExpressWay
from strp.front.leaving import CLOSE, Leaving
from strp.front.pipeline import PASSED, FrontDoor
from strp.front.responses import App, Headers, Message, Response, Scope, problem
from strp.front.waiting_room.endpoints import DOCUMENT_PATH
from strp.http.client_address import rsgi_client
from strp.http.problems import UNEXPECTED, Unexpected
from strp.outside.machine.request_ids import new_request_id, request_id
from strp.usecases.process.request_times import FRONT, RequestTimes

log = structlog.get_logger()

DRAIN_BYTES: Final = 1 << 18
PROXY_DRAIN_BYTES: Final = 4 << 20
"""Our own proxy goes on sending what it was sent, and tells 502 where it may not."""
DRAIN_S: Final = 2.0
DRAIN_PIECES: Final = 1_000
SMALL_BODY_BYTES: Final = 1 << 16


class RsgiServer:
    """What Granian runs.

    Args:
        front: answers the crowd, and lets the others through.
        express: answers small filings.
        ending: ends the connections with the process.
        requests: counts what is answered.
    """

    def __init__(
        self,
        front: FrontDoor,
        express: ExpressWay,
        ending: Ending,
        requests: RequestTimes | None = None,
    ) -> None:
        self._front = front
        self._requests = requests or RequestTimes()
        self._express = express
        self._ending = ending
        self._leaving = Leaving()
        self._life = Lifespan(front)

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start what the application keeps doing."""
        loop.run_until_complete(self._life.start())
        self._ending.heed_signals(loop)
        self._leaving.await_signal(loop)

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """End it."""
        loop.run_until_complete(self._ending.stop())
        loop.run_until_complete(self._life.stop())

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        """Answer one request."""
        peer = scope.client
        self._ending.answering.add(peer)
        try:
            began = self._leaving.latest_request = time.perf_counter()
            await self._answer(scope, proto, began)
        finally:
            self._ending.answering.discard(peer)

    async def _answer(self, scope: Any, proto: Any, began: float) -> None:
        if scope.method == "GET":
            await self._get(scope, proto, began)
            return
        exchange = AsgiExchange(scope, proto, self._leaving)
        if scope.method == "POST":
            reply = await self._express.answer(scope, exchange)
            if reply is not None:
                length = ("content-length", str(len(reply.body)))
                headers = self._leaving.headers([*reply.headers, length])
                proto.response_bytes(reply.status, headers, reply.body)
                self._count(EXPRESS_PATH, "POST", reply.status, began)
                return
        await self._through(asgi_scope(scope), exchange, began)
        await exchange.drain(self._front.trusted)

    def _count(self, route: str, method: str, status: int, began: float) -> None:
        self._requests.count(route, method, status, time.perf_counter() - began)

    async def _through(self, scope: Scope, exchange: "AsgiExchange", began: float) -> None:
        """Have the doors behind answer, and count what they said by the route that they found."""
        new_request_id()
        try:
            await self._front(scope, exchange.receive, exchange.send)
        except Exception as error:
            log.exception("request_failed", method=scope["method"], code=type(error).__name__)
        finally:
            exchange.end()
            route = scope.get("path_template") or FRONT
            self._count(route, scope["method"], exchange.status, began)

    async def _get(self, scope: Any, proto: Any, began: float) -> None:
        if scope.path == DOCUMENT_PATH and len(scope.headers.get_all("host")) == 1:
            status, headers, body = await self._front.find_document(scope)
            proto.response_bytes(status, self._leaving.headers(headers), body)
            self._count(DOCUMENT_PATH, "GET", status, began)
            return
        found = await self._front.find_at_once(scope)
        if isinstance(found, Response):
            headers = self._leaving.headers(_text(found.headers))
            proto.response_bytes(found.status, headers, found.body)
            self._count(FRONT, "GET", found.status, began)
            self._requests.visits += scope.path == "/" and found.status in {200, 304}
            return
        translated = asgi_scope(scope)
        if found is not None:
            translated["state"][PASSED] = found
        await self._through(translated, AsgiExchange(scope, proto, self._leaving), began)


def asgi_scope(scope: Any) -> Scope:
    """The ASGI scope of an RSGI request."""
    host, _, port = scope.client.rpartition(":")
    own_host, _, own_port = scope.server.rpartition(":")
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": scope.http_version,
        "method": scope.method,
        "scheme": scope.scheme,
        "path": scope.path,
        "raw_path": scope.path.encode(),
        "query_string": scope.query_string.encode("latin-1"),
        "root_path": "",
        "headers": [
            (name.encode("latin-1"), value.encode("latin-1"))
            for name, value in scope.headers.items()
        ],
        "client": (host.strip("[]"), int(port)) if port.isdigit() else None,
        "server": (own_host.strip("[]"), int(own_port)) if own_port.isdigit() else None,
        "state": {},
    }


class AsgiExchange:
    """One request and its answer, between RSGI and ASGI.

    Args:
        scope: RSGI scope.
        proto: RSGI protocol.
        leaving: of the process.
    """

    def __init__(self, scope: Any, proto: Any, leaving: Leaving) -> None:
        self._scope, self._proto, self._leaving = scope, proto, leaving
        self._pieces: AsyncIterator[bytes] | None = None
        length = scope.headers.get("content-length") or ""
        self._declared = int(length) if length.isdigit() else None
        # RFC 9112, 6.3: a request without either header has no body.
        self._arrived = self._declared == 0 or not (length or "transfer-encoding" in scope.headers)
        self._is_small = self._declared is not None and self._declared <= SMALL_BODY_BYTES
        self._waits_for_leave = "expect" in scope.headers
        self._size = self._empty = 0
        self._asked = False
        self._given_back: Message | None = None
        self._start: Message | None = None
        self._stream: Any = None
        self._done = False
        self.status = 500

    def give_back(self, message: Message) -> None:
        """Let whoever asks next receive this again."""
        self._given_back = message

    async def receive(self) -> Message:
        """The next piece of the body, then the end of the connection."""
        if self._given_back is not None:
            message, self._given_back = self._given_back, None
            return message
        if not self._asked and (self._arrived or self._is_small):
            return await self._whole()
        if not self._arrived:
            return await self._next_piece()
        await self._proto.client_disconnect()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """One message of the answer."""
        if message["type"] == "http.response.start":
            self._start, self.status = message, message["status"]
            return
        if message["type"] != "http.response.body" or self._start is None:
            return
        body, more = bytes(message.get("body", b"")), message.get("more_body", False)
        if self._stream is None and not more:
            self._done = True
            self._proto.response_bytes(self._start["status"], self._headers(), body)
            return
        if self._stream is None:
            self._stream = self._proto.response_stream(self._start["status"], self._headers())
        if body:
            await self._stream.send_bytes(body)
        self._done = not more

    def end(self) -> None:
        """Answer something where the application said nothing."""
        if not self._done and self._stream is None:
            told = problem(Unexpected("unexpected", UNEXPECTED), Language.ID)
            headers = [*_text(told.headers), ("x-request-id", request_id())]
            self._proto.response_bytes(500, headers, told.body)

    async def drain(self, proxies: frozenset[str]) -> None:
        """Take a little of a body that was refused, so that its sender gets to read why.

        A connection that ends with bytes unread is reset, and some senders drop the answer then.

        Args:
            proxies: addresses of our own proxies, of which more is taken.
        """
        if self._arrived or self._asked or self._waits_for_leave:
            return
        is_forwarded = "x-forwarded-for" in self._scope.headers
        is_proxy = is_forwarded and rsgi_client(self._scope, frozenset()) in proxies
        most_bytes = PROXY_DRAIN_BYTES if is_proxy else DRAIN_BYTES
        drained = pieces = 0
        # Granian's RuntimeError: the connection ended.
        with contextlib.suppress(TimeoutError, RuntimeError):
            async with asyncio.timeout(DRAIN_S):
                while drained < most_bytes and pieces < DRAIN_PIECES and not self._arrived:
                    pieces += 1
                    drained += len((await self._next_piece()).get("body", b""))

    async def _next_piece(self) -> Message:
        if self._pieces is None:
            self._asked, self._pieces = True, aiter(self._proto)
        try:
            # Not `anext(…, None)`: its wrapper around Granian's awaitable ends the process.
            piece = await anext(self._pieces)
        except StopAsyncIteration:
            self._arrived = True
            if self._is_broken_off():
                return {"type": "http.disconnect"}
            return {"type": "http.request", "body": b"", "more_body": False}
        self._size += len(piece)
        self._empty += not piece
        return {"type": "http.request", "body": bytes(piece), "more_body": True}

    async def _whole(self) -> Message:
        self._asked = self._arrived = True
        try:
            body = await self._proto() if self._is_small else b""
        except RuntimeError:  # Granian's, where the connection ended before the body did
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": body, "more_body": False}

    def _is_broken_off(self) -> bool:
        """Whether the body ended too early.

        Granian ends both kinds of body alike, with an empty piece; where the connection broke, or
        a chunk could not be read, an empty piece stands for that before it.
        """
        return self._empty > 1 or (self._declared is not None and self._size < self._declared)

    def _headers(self) -> list[tuple[str, str]]:
        assert self._start is not None
        headers = _text(self._start.get("headers", ()))
        if self.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            headers.append(("x-request-id", request_id()))
        if self._leaving.has_begun or not (self._arrived or self._asked):
            headers.append(CLOSE)  # in the second case, what follows on it would be the body
        return headers


class Lifespan:
    """The lifespan of an ASGI application, as two calls.

    Args:
        app: the application.
    """

    def __init__(self, app: App) -> None:
        self._app = app
        self._said: asyncio.Queue[Message] = asyncio.Queue()
        self._heard: asyncio.Queue[Message] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start it.

        Raises:
            RuntimeError: it could not.
        """
        scope: Scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}
        self._task = asyncio.ensure_future(self._app(scope, self._said.get, self._heard.put))
        await self._tell("lifespan.startup")

    async def stop(self) -> None:
        """End it."""
        await self._tell("lifespan.shutdown")

    async def _tell(self, what: str) -> None:
        assert self._task is not None
        await self._said.put({"type": what})
        heard = asyncio.ensure_future(self._heard.get())
        await asyncio.wait({heard, self._task}, return_when=asyncio.FIRST_COMPLETED)
        if not heard.done():
            heard.cancel()
            self._task.result()
            return
        if heard.result()["type"].endswith("failed"):
            raise RuntimeError(heard.result().get("message") or what)


def _text(headers: Headers) -> list[tuple[str, str]]:
    """Headers as RSGI has them."""
    return [(str(name, "latin-1"), str(value, "latin-1")) for name, value in headers]

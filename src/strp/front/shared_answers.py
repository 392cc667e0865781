"""Documents that say the same to everybody, made once a second at most, however many ask.

Nobody gets one that is older than that: a checkpoint asks once an hour, and shall not get what was
made for the one before it. Readiness and numbers for operations are shared likewise.
"""

import asyncio
from typing import Final
from urllib.parse import parse_qs

from strp.domain.overload import shed
from strp.domain.text import Language
from strp.front.page_cache import ask
from strp.front.request import FrontRequest
from strp.front.responses import App, Response, problem
from strp.http.etags import is_known
from strp.http.route_class import SharedAnswer
from strp.usecases.process.system import System

_DROPPED: Final = {b"date", b"server", b"content-length", b"connection"}


class SharedAnswers:
    """The shared documents of one process; as many as there are, since no other is kept.

    Args:
        system: the installation.
        app: what makes them.
    """

    def __init__(self, system: System, app: App) -> None:
        self._system = system
        self._app = app
        self._kept: dict[str, tuple[Response, float]] = {}
        self._making: dict[str, asyncio.Task[Response]] = {}

    def has(self, asked: FrontRequest) -> bool:
        """Whether there is such a document at the address of a request."""
        cache = asked.route.cache
        if not isinstance(cache, SharedAnswer):
            return False
        return cache.exists is None or cache.exists(self._system, asked.path)

    async def find(self, asked: FrontRequest) -> Response | None:
        """The answer to a request that reads, or None where it is for no such document.

        Args:
            asked: the request; it has taken its turn.
        """
        cache = asked.route.cache
        if not isinstance(cache, SharedAnswer) or not self.has(asked):
            return None
        address = _shared_address(asked, cache)
        kept = self._kept.get(address)
        if kept is not None and asyncio.get_running_loop().time() - kept[1] < cache.fresh_s:
            return _unless_known(kept[0], asked)
        return _unless_known(await asyncio.shield(self._start(address)), asked)

    def _start(self, address: str) -> "asyncio.Task[Response]":
        if address not in self._making:
            task = asyncio.create_task(self._make(address))
            self._making[address] = task
            task.add_done_callback(lambda _: self._making.pop(address, None))
        return self._making[address]

    async def _make(self, address: str) -> Response:
        """Make it; one that did not come in time is told so to everybody, and not tried by each."""
        answer = await ask(self._app, address, Language.ID) or problem(shed(5), Language.ID)
        headers = [pair for pair in answer.headers if pair[0].lower() not in _DROPPED]
        whole = answer._replace(headers=headers)
        self._kept[address] = whole, asyncio.get_running_loop().time()
        return whole


def _shared_address(asked: FrontRequest, cache: SharedAnswer) -> str:
    """The one address of a document, however it is asked for.

    The doors behind read `//`, a slash at the end and a query that nobody asked for as the same
    address; a spelling that missed here would have the document made for it alone.
    """
    for media_type, address in cache.by_accept:
        if media_type in asked.headers.get("accept", ""):
            return address
    sent = parse_qs(asked.query) if cache.variants else {}
    for name, value in cache.variants:
        if sent.get(name, [""])[-1] == value:
            return f"{asked.path}?{name}={value}"
    return asked.path


def _unless_known(answer: Response, asked: FrontRequest) -> Response:
    """304 where the reader has it already (RFC 9110, 13.1.2)."""
    etag = next((value for name, value in answer.headers if name.lower() == b"etag"), b"")
    if etag and is_known(etag.decode("latin-1"), asked.headers.get("if-none-match", "")):
        return Response(304, answer.headers)
    return answer

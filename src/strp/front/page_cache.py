"""Pages that say the same to everybody, kept as bytes: they outlive the database and the rush.

A page is kept if the door that made it allows any cache to (`Cache-Control: public`, RFC 9111); it
is made anew in the background when it has aged, and where that fails the old one stays
(RFC 5861, stale-if-error). The same bytes are written to `STRP_FRONT_DIR` for nginx.
The form to sign in is kept likewise, for those who were let in.
"""

import asyncio
import contextlib
import gzip
import os
from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from strp.domain.rules.policy import Policy
from strp.domain.text import Language
from strp.front.request import FrontRequest
from strp.front.responses import App, Headers, Message, Response, Scope
from strp.http.encodings import accepts_gzip
from strp.http.etags import etag_of, is_known
from strp.http.route_class import KeptPage
from strp.http.route_table import RouteTable
from strp.usecases.process.own_threads import OwnThreads

FRESH_S: Final = 60.0
LONGEST_RENDER_S: Final = 5.0
MOST_KEPT: Final = 500
MOST_KEPT_BYTES: Final = 32 << 20
_DROPPED = {b"date", b"server", b"content-length", b"set-cookie", b"etag", b"connection"}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPage:
    """One page in one language.

    Args:
        made_at: monotonic seconds.
        plain: as it is.
        squeezed: the same with gzip.
        unchanged: what says that the reader has it already.
        etag: strong enough for both.
    """

    made_at: float
    plain: Response
    squeezed: Response
    unchanged: Response
    etag: str

    @property
    def size(self) -> int:
        """Bytes of both forms."""
        return len(self.plain.body) + len(self.squeezed.body)

    def answer(self, asked: FrontRequest) -> Response:
        """The form of it that a reader takes."""
        if is_known(self.etag, asked.headers.get("if-none-match", "")):
            return self.unchanged
        takes_gzip = accepts_gzip(asked.headers.get("accept-encoding", ""))
        return self.squeezed if takes_gzip else self.plain


Key = tuple[str, Language]


class PageStore:
    """Kept pages, bounded by number and bytes; the front's own always stay.

    Args:
        pinned: addresses of the front's own.
    """

    def __init__(self, pinned: Collection[str] = ()) -> None:
        self._stay = frozenset(pinned)
        self._pinned: dict[Key, StoredPage] = {}
        self._others: OrderedDict[Key, StoredPage] = OrderedDict()
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._pinned) + len(self._others)

    def get(self, key: Key) -> StoredPage | None:
        """A page, or None; whichever was asked for longest ago goes first."""
        page = self._others.get(key)
        if page is None:
            return self._pinned.get(key)
        self._others.move_to_end(key)
        return page

    def keep(self, key: Key, page: StoredPage) -> None:
        """Keep a page, and drop others where there are too many.

        Args:
            key: address and language.
            page: as it is served from now on.
        """
        if key[0] in self._stay:
            self._pinned[key] = page
            return
        if key in self._others:
            self._bytes -= self._others.pop(key).size
        self._others[key] = page
        self._bytes += page.size
        while len(self._others) > MOST_KEPT or self._bytes > MOST_KEPT_BYTES:
            self._bytes -= self._others.popitem(last=False)[1].size


class PageCache:
    """The kept pages of one process: only addresses that a page of ours leads to.

    A query that the rules in force do not know is nobody's page: it is answered in a slot, by
    whoever may take one, and never kept.

    Args:
        app: what makes them.
        folder: where to write them for nginx.
        routes: of the installation.
        rules: the policy in force, where one is known.
    """

    def __init__(
        self,
        app: App,
        folder: Path,
        routes: RouteTable,
        rules: Callable[[], Policy | None] = lambda: None,
    ) -> None:
        self._app, self._folder, self._routes, self._rules = app, folder, routes, rules
        self.own_addresses = _own_addresses(routes)
        self.pages = PageStore(self.own_addresses)
        self.files = OwnThreads("front-files", 1)
        self._making: dict[Key, asyncio.Task[StoredPage | None]] = {}

    def has(self, asked: FrontRequest) -> bool:
        """Whether the address of a request is one of a page that says the same to everybody."""
        cache = asked.route.cache
        if not isinstance(cache, KeptPage) or cache.behind_gate:
            return False
        address = asked.address
        if address in self.own_addresses:
            return True
        return cache.knows is not None and cache.knows(self._rules(), address)

    async def find(self, asked: FrontRequest) -> Response | None:
        """The kept page that answers a request to read, made now where it was not yet.

        Returns:
            None where the address is none of these, or no such page can be made.
        """
        return await self._kept(asked) if self.has(asked) else None

    async def find_behind_gate(self, asked: FrontRequest) -> Response | None:
        """The kept page that answers whoever was let in, or None where there is none."""
        cache = asked.route.cache
        if asked.method != "GET" or not isinstance(cache, KeptPage) or not cache.behind_gate:
            return None
        return await self._kept(asked) if asked.query in {"", *cache.queries} else None

    async def _kept(self, asked: FrontRequest) -> Response | None:
        key = (asked.address, asked.language)
        page = self.pages.get(key)
        if page is None:
            page = await self._make_once(key)
        elif asyncio.get_running_loop().time() - page.made_at > FRESH_S:
            self._start(key)
        return None if page is None else page.answer(asked)

    async def write_all(self) -> None:
        """Make the front pages anew, and write them for nginx."""
        for address in self.own_addresses:
            for language in Language:
                page = await self._make_once((address, language))
                if page is not None and "?" not in address:
                    await self.files.run(self._write, address, language, page)

    async def made(self, path: str, language: Language) -> Response | None:
        """What the app answers at an address, or None where it does not answer with a page.

        Args:
            path: address with its query.
            language: of the page.
        """
        answer = await ask(self._app, path, language)
        return answer if answer is not None and answer.status == 200 else None

    def _start(self, key: Key) -> "asyncio.Task[StoredPage | None]":
        if key not in self._making:
            task = asyncio.create_task(self._make(key))
            self._making[key] = task
            task.add_done_callback(lambda _: self._making.pop(key, None))
        return self._making[key]

    async def _make_once(self, key: Key) -> StoredPage | None:
        return await asyncio.shield(self._start(key))

    async def _make(self, key: Key) -> StoredPage | None:
        answer = await ask(self._app, *key)
        if answer is None or answer.status != 200 or not self._may_keep(key[0], answer.headers):
            return self.pages.get(key)
        page = _page(answer, asyncio.get_running_loop().time())
        self.pages.keep(key, page)
        return page

    def _may_keep(self, address: str, headers: Headers) -> bool:
        cache = self._routes.find("GET", address.partition("?")[0]).cache
        if isinstance(cache, KeptPage) and cache.behind_gate:
            return True
        return any(n.lower() == b"cache-control" and b"public" in v for n, v in headers)

    def _write(self, path: str, language: Language, page: StoredPage) -> None:
        name = path[1:] or "index"
        folder = self._folder / language.value
        with contextlib.suppress(OSError):
            write_if_new(folder / f"{name}.html", page.plain.body)
            write_if_new(folder / f"{name}.html.gz", page.squeezed.body)


async def ask(app: App, path: str, language: Language) -> Response | None:
    """What an app answers to a browser of that language; None where it does not in time.

    Args:
        app: to ask.
        path: with its query.
        language: of the reader.
    """
    collected = _Collected()
    with contextlib.suppress(Exception):
        async with asyncio.timeout(LONGEST_RENDER_S):
            await app(_scope(path, language), collected.receive, collected.send)
        return collected.answer()
    return None


def write_if_new(path: Path, content: bytes) -> None:
    """Replace a file in one step, unless it holds the same; makes its folder.

    Whoever serves it is another account, so all may read it, whatever the umask of ours is.

    Args:
        path: of the file; the draft lies beside it until it is whole.
        content: all of it.

    Raises:
        OSError: it could not be written; what was there before still is.
    """
    if not path.parent.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.parent.chmod(0o755)
    if path.exists() and path.read_bytes() == content:
        return
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_bytes(content)
        draft.chmod(0o644)
        draft.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise


class _Collected:
    """What an app sends, put together."""

    def __init__(self) -> None:
        self._status = 500
        self._headers: Headers = []
        self._body = bytearray()

    async def receive(self) -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            self._headers = [(bytes(n), bytes(v)) for n, v in message["headers"]]
        elif message["type"] == "http.response.body":
            self._body += message.get("body", b"")

    def answer(self) -> Response:
        return Response(self._status, self._headers, bytes(self._body))


def _scope(path: str, language: Language) -> Scope:
    bare, _, query = path.partition("?")
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": bare,
        "raw_path": bare.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(b"host", b"front"), (b"accept-language", language.value.encode())],
        "client": ("127.0.0.1", 0),
        "server": ("127.0.0.1", 0),
        "state": {},
    }


def _page(answer: Response, now: float) -> StoredPage:
    etag = etag_of(answer.body, weak=True)
    kept: Headers = [pair for pair in answer.headers if pair[0].lower() not in _DROPPED]
    headers = [*kept, (b"etag", etag.encode())]
    zipped = [*headers, (b"content-encoding", b"gzip")]
    return StoredPage(
        made_at=now,
        plain=Response(200, headers, answer.body),
        squeezed=Response(200, zipped, gzip.compress(answer.body, 9, mtime=0)),
        unchanged=Response(304, headers),
        etag=etag,
    )


def _own_addresses(routes: RouteTable) -> tuple[str, ...]:
    """Addresses of the pages that are made whether anybody asks or not, the front page first."""
    kept = {
        declared.path: declared.route.cache
        for declared in routes
        if isinstance(declared.route.cache, KeptPage)
        and not declared.route.cache.behind_gate
        and "{" not in declared.path
    }
    return tuple(
        f"{path}?{query}" if query else path
        for path, cache in sorted(kept.items())
        for query in ("", *cache.queries)
    )

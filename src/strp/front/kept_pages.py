"""Pages that say the same to everybody, kept as bytes: they outlive the database and the rush.

A page is kept if the door that made it allows any cache to (`Cache-Control: public`, RFC 9111); it
is made anew in the background when it has aged, and where that fails the old one stays
(RFC 5861, stale-if-error). The same bytes are written to `STRP_DATA_DIR/front` for nginx.
The form to sign in is kept likewise, for those who were let in.
"""

import asyncio
import contextlib
import gzip
import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from strp.domain.eligibility import Role
from strp.domain.text import Language
from strp.front.answers import Answer, App, Headers, Message, Scope
from strp.front.asked import Asked

FRONT_PATHS: Final = (
    "/",
    "/eligibility",
    *(f"/eligibility?role={role.value}" for role in Role if role is not Role.COMPANY),
    "/eligibility/company",
    "/eligibility/sector",
    "/rules",
    "/privacy",
    "/accessibility",
)
FRESH_S: Final = 60.0
LONGEST_RENDER_S: Final = 5.0
_KEPT_PATH = re.compile(
    r"/|/rules|/privacy|/accessibility|/eligibility(/company|/sector)?|/static/[A-Za-z0-9._-]+"
)
_KEPT_QUERY = re.compile(r"|role=[a-z-]{1,40}|sector=[A-Za-z0-9-]{1,12}")
_SIGN_IN: Final = ("/sign-in", "/sign-in?next=%2Femployer")
"""What everybody who was let in sees first: kept, it costs a tenth."""
_MOST_KEPT: Final = 500
_DROPPED = {b"date", b"server", b"content-length", b"set-cookie", b"etag", b"connection"}


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPage:
    """One page in one language.

    Args:
        made_at: monotonic seconds.
        plain: as it is.
        squeezed: the same with gzip.
        unchanged: what says that the reader has it already.
        etag: strong enough for both.
    """

    made_at: float
    plain: Answer
    squeezed: Answer
    unchanged: Answer
    etag: str

    def answer(self, asked: Asked) -> Answer:
        """The form of it that a reader takes."""
        if self.etag in asked.headers.get("if-none-match", ""):
            return self.unchanged
        takes_gzip = "gzip" in asked.headers.get("accept-encoding", "")
        return self.squeezed if takes_gzip else self.plain


class KeptPages:
    """The kept pages of one process.

    Args:
        app: what makes them.
        folder: where to write them for nginx.
    """

    def __init__(self, app: App, folder: Path) -> None:
        self._app = app
        self._folder = folder
        self._pages: dict[tuple[str, Language], KeptPage] = {}
        self._making: dict[tuple[str, Language], asyncio.Task[KeptPage | None]] = {}

    async def find(self, asked: Asked) -> Answer | None:
        """The kept page that answers a request, made now where it was not yet.

        Returns:
            None where the request is none of these, or no such page can be made.
        """
        if asked.method not in {"GET", "HEAD"} or not _KEPT_PATH.fullmatch(asked.path):
            return None
        if not _KEPT_QUERY.fullmatch(asked.query):
            return None
        return await self._kept(asked)

    async def find_behind_gate(self, asked: Asked) -> Answer | None:
        """The kept page that answers whoever was let in, or None where there is none."""
        if asked.method != "GET" or _address(asked) not in _SIGN_IN:
            return None
        return await self._kept(asked)

    async def _kept(self, asked: Asked) -> Answer | None:
        key = (_address(asked), asked.language)
        page = self._pages.get(key)
        if page is None:
            page = await self._make_once(key)
        elif asyncio.get_running_loop().time() - page.made_at > FRESH_S:
            self._start(key)
        return None if page is None else page.answer(asked)

    async def write_all(self) -> None:
        """Make the front pages anew, and write them for nginx."""
        for path in FRONT_PATHS:
            for language in Language:
                page = await self._make_once((path, language))
                if page is not None:
                    await asyncio.to_thread(self._write, path, language, page)

    async def made(self, path: str, language: Language) -> Answer | None:
        """What the app answers at an address, or None where it does not answer with a page."""
        answer = await self._ask(path, language)
        return answer if answer is not None and answer.status == 200 else None

    def _start(self, key: tuple[str, Language]) -> "asyncio.Task[KeptPage | None]":
        if key not in self._making:
            task = asyncio.create_task(self._make(key))
            self._making[key] = task
            task.add_done_callback(lambda _: self._making.pop(key, None))
        return self._making[key]

    async def _make_once(self, key: tuple[str, Language]) -> KeptPage | None:
        return await asyncio.shield(self._start(key))

    async def _make(self, key: tuple[str, Language]) -> KeptPage | None:
        answer = await self._ask(*key)
        if answer is None or answer.status != 200 or not _may_keep(key[0], answer.headers):
            return self._pages.get(key)
        page = _page(answer, asyncio.get_running_loop().time())
        if len(self._pages) < _MOST_KEPT or key in self._pages:
            self._pages[key] = page
        return page

    async def _ask(self, path: str, language: Language) -> Answer | None:
        """Ask the app as a browser of that language would."""
        collected = _Collected()
        with contextlib.suppress(Exception):
            async with asyncio.timeout(LONGEST_RENDER_S):
                await self._app(_scope(path, language), collected.receive, collected.send)
            return collected.answer()
        return None

    def _write(self, path: str, language: Language, page: KeptPage) -> None:
        name = re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-") or "index"
        folder = self._folder / language.value
        with contextlib.suppress(OSError):
            write_if_new(folder / f"{name}.html", page.plain.body)
            write_if_new(folder / f"{name}.html.gz", page.squeezed.body)
            write_if_new(self._folder / "headers.conf", _nginx_headers(page.plain.headers))


def _nginx_headers(headers: Headers) -> bytes:
    """What the pages say beside themselves, for nginx to say too."""
    told = [pair for pair in headers if pair[0].lower() not in {b"content-type", b"etag"}]
    return b"".join(
        b'add_header %s "%s" always;\n' % (name, value.replace(b'"', b"'")) for name, value in told
    )


def write_if_new(path: Path, content: bytes) -> None:
    """Replace a file in one step, unless it holds the same; makes its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.read_bytes() == content:
        return
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_bytes(content)
    draft.replace(path)


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

    def answer(self) -> Answer:
        return Answer(self._status, self._headers, bytes(self._body))


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


def _page(answer: Answer, now: float) -> KeptPage:
    etag = f'W/"{hashlib.blake2b(answer.body, digest_size=12).hexdigest()}"'
    kept: Headers = [pair for pair in answer.headers if pair[0].lower() not in _DROPPED]
    headers = [*kept, (b"etag", etag.encode())]
    zipped = [*headers, (b"content-encoding", b"gzip")]
    return KeptPage(
        made_at=now,
        plain=Answer(200, headers, answer.body),
        squeezed=Answer(200, zipped, gzip.compress(answer.body, 9, mtime=0)),
        unchanged=Answer(304, headers),
        etag=etag,
    )


def _address(asked: Asked) -> str:
    return f"{asked.path}?{asked.query}" if asked.query else asked.path


def _may_keep(path: str, headers: Headers) -> bool:
    return path in _SIGN_IN or any(
        n.lower() == b"cache-control" and b"public" in v for n, v in headers
    )

"""A request as the front reads it: little, and only what is looked at."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, Self
from urllib.parse import unquote

from strp.domain.errors import InvalidInput, StrpError
from strp.domain.overload import head_too_large
from strp.domain.text import Language
from strp.http.client_address import rsgi_client, rsgi_peer
from strp.http.cookies import read_cookies
from strp.http.host import is_host
from strp.http.idempotency import IDEMPOTENCY_HEADER
from strp.http.language import LANGUAGE_COOKIE, choose_language
from strp.http.problems import HTTP_TEXTS
from strp.http.route_class import NO_ROUTE, Effort, RouteClass
from strp.http.route_table import RouteTable

LARGEST_BYTES: Final = 8 << 10
"""Of an address, a query or one header, as nginx takes them (large_client_header_buffers)."""
MOST_PAIRS: Final = 100
"""Of a query or a `Cookie` header. The web framework remembers a thousand of each, taken apart:
with 4,000 pairs in 8 KiB these were hundreds of megabytes."""
_UNREAD: Final = "authorization"
"""Never taken apart: one that is no key is refused by its length."""


@dataclass(frozen=True)
class FrontRequest:
    """One request.

    Args:
        method: upper case.
        path: without the query, in `one_spelling`.
        query: after the question mark, as sent.
        headers: by lower-case name.
        client: network address of the client.
        route: what the route at its address is; NO_ROUTE where there is none.
        peer: network address and port of the other end of the connection; a proxy's, behind one.
        secure: whether people reach this installation by HTTPS.
        head_fault: why nothing of it is read: its query or a header is larger than any that is
            read (to take 60 KB of them apart costs as much as a page), or it does not say for
            which one host it is.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    client: str
    route: RouteClass = NO_ROUTE
    peer: tuple[str, int] = ("", 0)
    secure: bool = False
    head_fault: StrpError | None = None

    @classmethod
    def of(
        cls, scope: Mapping[str, Any], client: str, routes: RouteTable, *, secure: bool = False
    ) -> Self:
        """The request behind an ASGI scope.

        Args:
            scope: of one HTTP request.
            client: network address, once proxies are seen through.
            routes: of the installation.
            secure: whether people reach the installation by HTTPS.
        """
        path, query = one_spelling(scope["path"]), scope["query_string"].decode("latin-1")
        sent = [
            (name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]
        ]
        return cls(
            method=scope["method"],
            path=path,
            query=query,
            headers=dict(sent),
            head_fault=_head_fault(path, query, sent, scope.get("http_version", "")),
            client=client,
            route=routes.find(scope["method"], path),
            peer=scope.get("client") or ("", 0),
            secure=secure,
        )

    @classmethod
    def of_rsgi(
        cls, scope: Any, trusted: frozenset[str], routes: RouteTable, *, secure: bool = False
    ) -> Self:
        """The request behind an RSGI scope.

        Args:
            scope: of one HTTP request.
            trusted: addresses of our own proxies.
            routes: of the installation.
            secure: whether people reach the installation by HTTPS.
        """
        path, sent = one_spelling(scope.path), scope.headers.items()
        return cls(
            method=scope.method,
            path=path,
            query=scope.query_string,
            headers=dict(sent),
            head_fault=_head_fault(path, scope.query_string, sent, scope.http_version),
            client=rsgi_client(scope, trusted),
            route=routes.find(scope.method, path),
            peer=rsgi_peer(scope),
            secure=secure,
        )

    @property
    def has_idempotency_key(self) -> bool:
        """Whether what it makes is kept under a key of its sender."""
        return self.method == "POST" and IDEMPOTENCY_HEADER in self.headers

    @property
    def address(self) -> str:
        """Path and query."""
        return f"{self.path}?{self.query}" if self.query else self.path

    def original(self, routes: RouteTable) -> Self:
        """The request that a proxy of ours asks about, as it describes it."""
        described, _, query = self.headers.get("x-original-uri", "").partition("?")
        length = self.headers.get("x-original-length", "")
        method = self.headers.get("x-original-method", "")
        path = one_spelling(unquote(described, "latin-1"))
        return replace(
            self,
            method=method,
            path=path,
            route=routes.find(method, path),
            query=query,
            headers={**self.headers, "content-length": length},
        )

    @property
    def declared_bytes(self) -> int | None:
        """Length of the body as the request declares it, or None."""
        length = self.headers.get("content-length", "")
        return int(length) if length.isascii() and length.isdigit() else None

    @property
    def asks_database(self) -> bool:
        """Whether its answer is more than what the front has in memory."""
        return self.route is not NO_ROUTE and self.route.effort is not Effort.MEMORY

    @cached_property
    def cookies(self) -> Mapping[str, str]:
        """Cookies by name."""
        return read_cookies(self.headers.get("cookie", ""), secure=self.secure)

    @cached_property
    def language(self) -> Language:
        """The language that the reader gets."""
        asked = next((part[5:] for part in self.query.split("&") if part.startswith("lang=")), None)
        return choose_language(
            asked=asked,
            kept=self.cookies.get(LANGUAGE_COOKIE),
            accepted=self.headers.get("accept-language", ""),
        )

    @property
    def wants_page(self) -> bool:
        """Whether a person reads the answer, and not a program."""
        return "text/html" in self.headers.get("accept", "") and not self.path.startswith("/api/")


def _head_fault(
    path: str, query: str, sent: Sequence[tuple[str, str]], version: str
) -> StrpError | None:
    """Why a request is not read.

    Source: RFC 9112, 3.2: exactly one Host in HTTP/1.1; HTTP/2 has an address instead.
    """
    if _is_too_large(path, query, sent):
        return head_too_large()
    hosts = [value for name, value in sent if name == "host"]
    if len(hosts) > 1 or (not hosts and version == "1.1") or not all(map(is_host, hosts)):
        # The doors behind build addresses of it, and each would fail in its own way.
        return InvalidInput("bad-request", HTTP_TEXTS["bad-request"])
    return None


def _is_too_large(path: str, query: str, sent: Iterable[tuple[str, str]]) -> bool:
    if len(path) > LARGEST_BYTES or len(query) > LARGEST_BYTES:
        return True
    if query.count("&") > MOST_PAIRS:
        return True
    return any(
        (len(value) > LARGEST_BYTES and name != _UNREAD)
        or (name == "cookie" and value.count(";") > MOST_PAIRS)
        for name, value in sent
    )


def one_spelling(path: str) -> str:
    """The path as the routes behind are written, for all the spellings that lead to them.

    The router drops empty segments, so `//employer` and `/sign-in/` find the same pages as
    `/employer` and `/sign-in`. Whatever the front decides by an address holds for all of them.

    Args:
        path: as the server read it, decoded.
    """
    if "//" not in path and not path.endswith("/"):
        return path
    return "/" + "/".join(part for part in path.split("/") if part)

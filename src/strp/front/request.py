"""A request as the front reads it: little, and only what is looked at."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, Self
from urllib.parse import unquote

from strp.domain.text import Language
from strp.http.client_address import rsgi_client, rsgi_peer
from strp.http.cookies import read_cookies
from strp.http.language import LANGUAGE_COOKIE, choose_language
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
        is_head_too_large: whether the query or a header is larger than any that is read; to take
            60 KB of them apart costs as much as a page.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    client: str
    route: RouteClass = NO_ROUTE
    peer: tuple[str, int] = ("", 0)
    is_head_too_large: bool = False

    @classmethod
    def of(cls, scope: Mapping[str, Any], client: str, routes: RouteTable) -> Self:
        """The request behind an ASGI scope.

        Args:
            scope: of one HTTP request.
            client: network address, once proxies are seen through.
            routes: of the installation.
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
            is_head_too_large=_is_too_large(path, query, sent),
            client=client,
            route=routes.find(scope["method"], path),
            peer=scope.get("client") or ("", 0),
        )

    @classmethod
    def of_rsgi(cls, scope: Any, trusted: frozenset[str], routes: RouteTable) -> Self:
        """The request behind an RSGI scope.

        Args:
            scope: of one HTTP request.
            trusted: addresses of our own proxies.
            routes: of the installation.
        """
        path, sent = one_spelling(scope.path), scope.headers.items()
        return cls(
            method=scope.method,
            path=path,
            query=scope.query_string,
            headers=dict(sent),
            is_head_too_large=_is_too_large(path, scope.query_string, sent),
            client=rsgi_client(scope, trusted),
            route=routes.find(scope.method, path),
            peer=rsgi_peer(scope),
        )

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
        return read_cookies(self.headers.get("cookie", ""))

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

"""Hostile values at every route of both doors: never a fault of ours, never a long answer.

Routes, parameters and fields are read from the application itself, so that a new one is tried
without being named. A test draws some by a fixed seed; `make drill` tries far more.
"""

import json
import random
import time
from collections.abc import Iterator
from typing import Any, Final, get_args
from urllib.parse import quote

import msgspec
import pytest
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from strp.http.programs import is_api
from tests.api.cast import OWN, Cast, gather
from tests.api.conftest import Site

TRIES: Final = 2_400
DRILL_TRIES: Final = 60_000
WITHIN_S: Final = 10.0
"""Far more than any takes on a busy machine; what hangs the event loop takes more."""
LEFT_OUT: Final = {"POST /sign-out", "GET /office/live/events"}
"""The one ends the session of whoever tries; the other answers without end where nobody reads."""
WHO: Final = (
    *("nobody", "own key", "own representative", "foreign representative"),
    *("officer", "supervisor", "administrator", "auditor"),
)
TEXTS: Final = (
    *("", " ", "0", "-1", "1", "9" * 19, "9" * 20, "9" * 400, "1e9999999", "0x10", "1_0", "٣٤"),
    *(
        "NaN",
        "Infinity",
        "null",
        "true",
        "\0",
        "a\0b",
        "\ud800",
        "\udfff",
        "\ufffe",
        "\u202e",
        "\ufdfa" * 300,
    ),
    *(
        "K",
        "İ",
        "＝1+1",
        "=1+1",
        "%00",
        "%",
        "%2e%2e",
        "../../etc/passwd",
        "//evil.example",
        "/\t/x",
    ),
    *(
        "\r\nSet-Cookie: a=b",
        "'; DROP TABLE worker; --",
        "{{7*7}}",
        "${7*7}",
        "<script>",
        "@@title@@",
    ),
    *(
        "a" * 9_000,
        "(" * 3_000,
        "*" * 500,
        "\N{ZERO WIDTH JOINER}" * 500,
        "e\u0301" * 2_000,
        "😀" * 999,
    ),
    *("2021-02-30", "0000-00-00", "9999-12-31", "-0001-01-01", "2021-07-01T99:99:99Z", "24:00"),
    *("9999-12-31T23:59:59-23:59", "0001-01-01", "1-1-1", f"{OWN:013d}", f"{OWN}", "8120001110002"),
    *(
        "a@b",
        "a@" + "b." * 200 + "c",
        '"a b"@x.example',
        "a@[127.0.0.1]",
        "zip",
        "pdf",
        "xlsx",
        "all",
    ),
    *("STRP1:", "STRP1:LER9GG0B6OA7OA7OA7C1", "AAAA-AAAA-AAAA-A", "on", "approve", "K-j.1"),
)
VALUES: Final = (
    *(None, True, 0, -1, 1.5, 1 << 63, 1 << 70, 1e308, [], {}, [[]], {"": ""}, {"a": [None]}),
    *([0] * 5_000, ["a"] * 5_000, {f"k{n}": n for n in range(2_000)}),
)
# Not Host: the front takes only one that is one (`tests/http/test_host.py`).
HEADERS: Final = (
    *("idempotency-key", "accept-language", "if-none-match", "accept", "content-type", "range"),
    *("accept-encoding", "content-encoding", "cookie", "origin", "referer", "sec-fetch-site"),
    *("authorization", "x-forwarded-for", "if-modified-since", "x-original-uri"),
)


@pytest.fixture(scope="module")
def cast(site: Site) -> Cast:
    return site.call(gather, site.system)


class Route:
    """One method of one address, and what it takes."""

    def __init__(self, method: str, path: str, handler: HTTPRouteHandler) -> None:
        self.method, self.path, self.handler = method, path, handler
        self.row = f"{method} {path}"
        self.queries: list[str] = []
        self.fields: list[str] = []
        for name, parameter in handler.parsed_fn_signature.parameters.items():
            annotation = parameter.annotation
            if name == "data":
                self.fields = list(_fields(annotation))
            elif f"{{{name}:" not in path and annotation in _QUERIED:
                named = [getattr(each, "name", None) for each in parameter.metadata]
                self.queries.append(next(filter(None, named), name))
        self.fields = self.fields or ["nib", "workers", "reason", "text", "kind", "file", "state"]
        self.queries = self.queries or ["next", "lang", "after", "limit"]


_QUERIED: Final = (str, str | None, int, int | None, bool, bool | None)


def _fields(annotation: Any) -> Iterator[str]:
    for kind in (annotation, *get_args(annotation)):
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            yield from (field.encode_name for field in msgspec.structs.fields(kind))


def all_routes(site: Site) -> list[Route]:
    return [
        Route(method, route.path, route.route_handler_map[method][0])
        for route in site.browser.app.routes
        if isinstance(route, HTTPRoute)
        for method in sorted(route.methods - {"OPTIONS"})
        if f"{method} {route.path}" not in LEFT_OUT
    ]


def text_of(draw: random.Random) -> str:
    text = draw.choice(TEXTS)
    return text if draw.random() < 0.8 else text + draw.choice(TEXTS)


def encoded(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def address_of(draw: random.Random, route: Route, cast: Cast) -> str:
    """The address of a route, in a third of all cases with something hostile in its path."""
    path = route.path
    if "{" in path and draw.random() < 0.33:
        head, _, rest = path.partition("{")
        path = head + encoded(text_of(draw) or "x")[:4_000] + rest.partition("}")[2]
    path = cast.filled(path)
    while "{" in path:
        head, _, rest = path.partition("{")
        path = head + encoded(text_of(draw) or "x")[:4_000] + rest.partition("}")[2]
    if draw.random() < 0.6:
        pairs = [(name, text_of(draw)) for name in route.queries if draw.random() < 0.7]
        path += "?" + "&".join(f"{name}={encoded(text)}" for name, text in pairs)[:15_000]
    return path


def body_of(draw: random.Random, route: Route) -> tuple[bytes, str]:
    """A body, and the type that it is said to have."""
    kind = draw.random()
    if kind < 0.1:
        junk = (
            b"\xff\x00",
            b"[" * 9_000,
            b"{",
            b"a=%FF&b",
            b"\x1f\x8b\x08",
            b"--x\r\n",
            b"\0" * 50,
        )
        types = ("application/json", "multipart/form-data; boundary=x", "text/csv", "x/y", "")
        return draw.choice(junk), draw.choice(types)
    if is_api(route.path):
        sent = {
            name: draw.choice(VALUES) if draw.random() < 0.5 else text_of(draw)
            for name in route.fields
            if draw.random() < 0.8
        }
        return json.dumps(sent).encode(), "application/json"
    pairs = [
        (name, text_of(draw)) for name in route.fields for _ in range(draw.choice((0, 1, 1, 2)))
    ]
    if kind < 0.5 or not route.fields:
        form = "&".join(f"{name}={encoded(text)}" for name, text in pairs)
        return form.encode(), "application/x-www-form-urlencoded"
    parts = "".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
        f"{text.encode('utf-8', 'replace').decode()}\r\n"
        for name, text in pairs
    )
    return f"{parts}--x--\r\n".encode(), "multipart/form-data; boundary=x"


def tried(site: Site, cast: Cast, draw: random.Random, route: Route) -> str:
    """Ask once; returns what is wrong with the answer, or an empty text."""
    who = draw.choice(WHO)
    headers = {"Sec-Fetch-Site": "same-origin", **cast.headers[who]}
    if draw.random() < 0.3:
        value = text_of(draw)[:6_000].encode("ascii", "ignore").decode()
        headers[draw.choice(HEADERS)] = "".join(each for each in value if each.isprintable())
    content = None
    if route.method in {"POST", "PUT", "PATCH"}:
        content, headers["Content-Type"] = body_of(draw, route)
    address = address_of(draw, route, cast)
    site.browser.cookies.clear()
    began = time.thread_time(), time.monotonic()
    try:
        answer = site.browser.request(
            route.method, address, headers=headers, content=content, follow_redirects=False
        )
    except AssertionError as error:  # an answer that the description does not name
        return f"{error} {who}: {address[:300]} {content!r:.300}"
    took_s = time.monotonic() - began[1]
    if answer.status_code >= 500 and answer.status_code != 503:
        return f"{answer.status_code} {who}: {address[:300]} {content!r:.300} {headers}"
    if took_s > WITHIN_S:
        return f"{took_s:.1f} s {who}: {address[:300]} {content!r:.300}"
    if "evil.example" in answer.headers.get("location", "").partition("?")[0]:
        return f"leads away: {address[:300]}"
    if b"<script>" in answer.content.replace(
        b"<script>alert(1)</script>", b""
    ) and b"text/html" in (answer.headers.get("content-type", "").encode()):
        return f"markup of the asker: {address[:300]} {content!r:.300}"
    return ""


def try_many(site: Site, cast: Cast, seed: int, tries: int) -> list[str]:
    draw, routes, found = random.Random(seed), all_routes(site), list[str]()
    for number in range(tries):
        route = routes[number % len(routes)]
        wrong = tried(site, cast, draw, route)
        if wrong:
            found.append(f"{route.row}: {wrong}")
            print(found[-1])
    return found


def test_no_value_at_any_route_is_a_fault_of_ours(site: Site, cast: Cast) -> None:
    assert try_many(site, cast, 11, TRIES) == []


@pytest.mark.drill
@pytest.mark.parametrize("seed", range(4))
def test_no_value_at_any_route_is_a_fault_of_ours_for_long(
    site: Site, cast: Cast, seed: int
) -> None:
    assert try_many(site, cast, 1000 + seed, DRILL_TRIES // 4) == []

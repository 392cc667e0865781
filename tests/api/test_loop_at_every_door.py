"""No body that a door takes holds the event loop: every form and call, at the largest it takes.

Routes, fields and bounds are read from the application, so a new door is tried without being named.
What counts is the processor time of one callback, as in `usecases/process/test_event_loop.py`; what
that file tries below the doors (rosters, corrections, lists, certificates) is not tried again.
"""

import json
from collections.abc import Iterator
from typing import Final

import pytest

from strp.http.programs import is_api
from strp.http.route_class import JSON_BYTES, ROUTE, RouteClass
from tests.api.cast import Cast, gather
from tests.api.conftest import Site
from tests.api.test_hostile_values import Route, all_routes
from tests.usecases.process.test_event_loop import watched

LONGEST_S: Final = 0.050
REPEATED: Final = 3
"""The least of so many tries counts: a garbage collection in one of them is nobody's body."""
PAIRS: Final = "application/x-www-form-urlencoded"
PARTS: Final = "multipart/form-data; boundary=x"
JSON: Final = "application/json"
SENDERS: Final = ("own key", "own representative", "supervisor", "administrator")
LETTERS: Final = ("x", "\u0301", "\ufdfa", " ", "1", "a@b.c ")
"""Fills of one long text, for whatever cleans, folds, matches or numbers it."""


@pytest.fixture(scope="module")
def cast(site: Site) -> Cast:
    return site.call(gather, site.system)


def filled(piece: str, size: int) -> str:
    """As many of a piece as fit into so many bytes."""
    return piece * (size // len(piece.encode()))


def forms(fields: list[str], size: int) -> Iterator[tuple[str, bytes, str]]:
    """Forms at their bounds: what, body, media type."""
    yield "999 fields", b"&".join(b"f%d=%s" % (n, b"x" * 50) for n in range(999)), PAIRS
    yield "fields beyond number", b"a=&" * (size // 3), PAIRS
    yield "escapes", (b"%s=" % fields[0].encode() + b"%41" * (size // 3))[:size], PAIRS
    yield "no text", (b"%s=" % fields[0].encode() + b"%FF%C3" * (size // 6))[:size], PAIRS
    head = b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n'
    for name in fields:
        for letter in LETTERS:
            body = head % name.encode() + filled(letter, size - 200).encode() + b"\r\n--x--\r\n"
            yield f"{name} of {letter!r}", body, PARTS
    same = b"".join(head % name.encode() + b"x" * 20 + b"\r\n" for name in fields * 200)
    yield "each field often", same[: size - 10] + b"\r\n--x--\r\n", PARTS
    yield "999 parts", b"".join(head % b"f%d" % n + b"\r\n" for n in range(999))[:size], PARTS
    yield "half boundaries", head % b"a" + b"\r\n--" * (size // 4 - 50) + b"\r\n--x--\r\n", PARTS
    yield "heads", (head[:-2] + b"A: b;%s\r\n" % (b' a="\\"' * 500) * 6)[:size], PARTS


def documents(fields: list[str], size: int) -> Iterator[tuple[str, bytes, str]]:
    """Documents at their bounds."""
    for name in fields:
        for letter in LETTERS:
            text = filled(letter, size - 200)
            yield (
                f"{name} of {letter!r}",
                json.dumps({name: text}, ensure_ascii=False).encode(),
                JSON,
            )
        many = [name[:2]] * (size // 6)
        yield f"a list in {name}", json.dumps({name: many}).encode(), JSON
        objects = [{"id": "a", "text": "b"}] * (size // 26)
        yield f"objects in {name}", json.dumps({name: objects}).encode(), JSON
    yield "depth", b"[" * size, JSON
    yield "objects", b'{"a":' * (size // 5), JSON
    yield "names", json.dumps({f"{n}": n for n in range(size // 14)}).encode(), JSON
    yield "digits", b'{"%s":%s}' % (fields[0].encode(), b"9" * (size - 100)), JSON


def bodies(route: Route, limit: int) -> Iterator[tuple[str, bytes, str]]:
    """Everything at its bound that a route may be sent."""
    made = documents if is_api(route.path) else forms
    for what, body, kind in made(route.fields, min(limit, JSON_BYTES)):
        yield what, body[:limit], kind


def taking_bodies(site: Site) -> Iterator[tuple[Route, int]]:
    """Routes that take a body, and how many bytes of it."""
    roster = site.system.settings.upload_max_bytes
    for route in all_routes(site):
        if route.method not in {"POST", "PUT", "PATCH"} or route.path == "/api/v1/applications":
            continue  # a roster: `test_event_loop.py`
        declared: RouteClass = route.handler.opt.get(ROUTE, RouteClass())
        yield route, declared.body.bytes_with(roster)


def longest_s(
    site: Site, address: str, headers: dict[str, str], body: bytes, monkeypatch: pytest.MonkeyPatch
) -> tuple[float, str]:
    """The longest callback that a body costs, the least of some tries."""
    least = (float("inf"), "")
    for _ in range(REPEATED):
        with watched(monkeypatch) as longest:
            site.browser.cookies.clear()
            site.browser.post(address, headers=headers, content=body, follow_redirects=False)
        least = min(least, (longest.busy_s, longest.what))
        if least[0] < LONGEST_S:
            break
    return least


@pytest.mark.parametrize("sender", SENDERS)
def test_no_body_at_its_bound_holds_the_event_loop(
    site: Site, cast: Cast, sender: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = list[str]()
    for route, limit in taking_bodies(site):
        if is_api(route.path) != (sender == "own key"):
            continue
        for what, body, kind in bodies(route, limit):
            headers = {"Sec-Fetch-Site": "same-origin", **cast.headers[sender]}
            headers["Content-Type"] = kind
            busy_s, callback = longest_s(site, cast.filled(route.path), headers, body, monkeypatch)
            if busy_s > LONGEST_S:
                slow.append(f"{route.row}: {what}: {busy_s * 1000:.0f} ms: {callback[:200]}")
                print(slow[-1])
    assert slow == []

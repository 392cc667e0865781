"""The short way in: whose filing it is was found out just now, or is asked for again."""

import contextlib
from types import SimpleNamespace
from typing import Any

import pytest

from strp.api.fast_path import Reply
from strp.domain.people.account import Actor, ActorKind
from strp.front import fast_path
from strp.front.fast_path import ExpressWay
from strp.usecases.people.authenticate import FOUND_FOR

pytestmark = pytest.mark.anyio
PROGRAM = Actor(kind=ActorKind.API_KEY, id=1)


class Headers(dict[str, str]):
    """The headers of a request, each once."""

    def get_all(self, name: str) -> list[str]:
        return [self[name]]


HEADERS = Headers(
    {
        "host": "strp.example",
        "content-type": "application/json",
        "content-length": "2",
        "authorization": "Bearer x",
    }
)
POST = SimpleNamespace(
    method="POST", path="/api/v1/applications", headers=HEADERS, query_string="nib=1"
)


class Door:
    """The parts of a front door that the short way goes through; everybody is let in."""

    def __init__(self) -> None:
        self.arriving = SimpleNamespace(key_share=lambda *_: contextlib.nullcontext())
        self.strangers = SimpleNamespace(inside=lambda: None)
        self.filings = SimpleNamespace(one=lambda _: contextlib.nullcontext())

    async def known_program(self, _: Any) -> Actor:
        return PROGRAM


class Exchange:
    """A request whose body takes its time."""

    def __init__(self, clock: list[float], body_takes_s: float) -> None:
        self._clock, self._body_takes_s = clock, body_takes_s

    async def receive(self) -> dict[str, Any]:
        self._clock[0] += self._body_takes_s
        return {"type": "http.request", "body": b"[]", "more_body": False}

    def give_back(self, message: object) -> None:
        raise AssertionError(message)


@pytest.mark.parametrize(
    ("body_takes_s", "found"),
    [(0.0, PROGRAM), (FOUND_FOR.total_seconds() + 0.1, None)],
    ids=["at once", "late"],
)
async def test_a_key_is_asked_about_again_where_the_body_took_its_time(
    monkeypatch: pytest.MonkeyPatch, body_takes_s: float, found: Actor | None
) -> None:
    clock, filed = [100.0], list[Actor | None]()

    async def file(*_: Any, found: Actor | None) -> Reply:
        filed.append(found)
        return Reply(202, [], b"")

    monkeypatch.setattr(fast_path, "file_express", file)
    monkeypatch.setattr(fast_path, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    way: Any = ExpressWay(SimpleNamespace(), Door())  # type: ignore[arg-type]

    assert (await way.answer(POST, Exchange(clock, body_takes_s))).status == 202
    assert filed == [found]

"""Documents that are made once, however many ask; and what anyone may ask without a bound."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest

from strp.front.crowd import Crowd
from strp.front.pipeline import FrontDoor
from strp.usecases.process.system import System
from strp.wiring.routes import shipped_routes
from tests.front.asking import Front, Inner

pytestmark = pytest.mark.anyio


@dataclass(slots=True)
class Slow(Inner):
    """Answers after a while, with a tag."""

    status: int = 200
    asked: list[str] = field(default_factory=list)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.asked.append(scope["path"])
        await asyncio.sleep(0.05)
        headers = [(b"etag", b'"v1"'), (b"content-type", b"text/plain")]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"answer"})


@pytest.fixture
def slow(system: System) -> Front:
    inner = Slow()
    return Front(system, inner, FrontDoor(system, inner, shipped_routes()))


@pytest.mark.parametrize(
    "address",
    [
        "/readyz",
        "/metrics",
        "/.well-known/jwks.json",
        "/.well-known/security.txt",
        "/.well-known/cose-key-set",
        "/api/v1/policy",
        "/api/v1/openapi.json",
        "/api/v1/trust-bundle",
        "/api/v1/trust-bundle?lists=inline",
    ],
)
async def test_askers_of_one_moment_share_one_look(slow: Front, address: str) -> None:
    replies = await asyncio.gather(*(slow.ask("GET", address) for _ in range(50)))
    assert {reply.status for reply in replies} == {200}
    assert len(slow.inner.asked) == 1


@pytest.mark.parametrize(
    "spelling",
    [
        *("/api/v1/openapi.json?%d", "/api/v1/openapi.json/?%d", "//api/v1//openapi.json?x=%d"),
        *("/readyz?%d", "/metrics/?%d", "/api/v1/policy?lang=%d", "/api/v1/trust-bundle?x=%d"),
        *("/api/v1/trust-bundle?lists=inline&x=%d", "/api/v1/trust-bundle?lists=%%69nline&%d"),
    ],
)
async def test_another_spelling_of_an_address_is_no_other_document(
    slow: Front, spelling: str
) -> None:
    await asyncio.gather(*(slow.ask("GET", spelling % number) for number in range(20)))
    assert len(slow.inner.asked) == 1


async def test_a_bundle_with_lists_is_not_the_one_without(slow: Front) -> None:
    for query in ("?lists=inline&x", "?x", "?lists=other"):
        await slow.ask("GET", f"/api/v1/trust-bundle{query}")
    assert len(slow.inner.asked) == 2


async def test_an_answer_is_not_shared_for_longer_than_a_second(slow: Front) -> None:
    await slow.ask("GET", "/readyz")
    await asyncio.sleep(1.05)
    await slow.ask("GET", "/readyz")
    assert len(slow.inner.asked) == 2


async def test_that_it_is_not_ready_is_shared_too(slow: Front) -> None:
    slow.inner.status = 503
    replies = await asyncio.gather(*(slow.ask("GET", "/readyz") for _ in range(20)))
    assert ({reply.status for reply in replies}, len(slow.inner.asked)) == ({503}, 1)


async def test_who_has_it_already_gets_no_body(slow: Front) -> None:
    reply = await slow.ask("GET", "/api/v1/trust-bundle", if_none_match='W/"v1"')
    assert (reply.status, reply.body) == (304, b"")


async def test_being_alive_costs_nothing_behind_the_front(slow: Front) -> None:
    reply = await slow.ask("GET", "/healthz")
    assert (reply.status, reply.body, slow.inner.asked) == (200, b"ok\n", [])


async def test_a_list_that_does_not_exist_is_not_shared(slow: Front) -> None:
    for number in range(5):
        await slow.ask("GET", f"/status-lists/{number}")
    assert slow.door.strangers._shared._kept == {}


@pytest.mark.parametrize("address", ["/readyz", "/metrics"])
async def test_what_is_for_operators_takes_more_turns_of_a_stranger(
    slow: Front, address: str
) -> None:
    strangers = slow.door.strangers
    strangers.crowd = Crowd(100)
    strangers.inside()

    async def seconds(client: str) -> float:
        loop = asyncio.get_running_loop()
        began = loop.time()
        await asyncio.gather(*(slow.ask("GET", address, client=client) for _ in range(8)))
        return loop.time() - began

    assert await seconds("127.0.0.1") < await seconds("203.0.113.9") / 4

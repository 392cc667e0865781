"""Photos that nobody could look at are refused before a byte of them is read."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from strp.domain.errors import StrpError
from strp.domain.people.sign_in import client_block
from strp.usecases.process.system import PHOTOS
from tests.front.asking import Front, Reply

pytestmark = pytest.mark.anyio
PHOTO_BYTES = str(1 << 20)
OWN, OTHER = "203.0.113.9", "198.51.100.7"


@contextlib.asynccontextmanager
async def reading(front: Front, *askers: str) -> AsyncIterator[None]:
    """Photos of these addresses are being read, or wait for it."""

    async def read(asker: str) -> None:
        with contextlib.suppress(StrpError):
            async with front.system.photos.one(client_block(asker)):
                await asyncio.Event().wait()

    tasks = [asyncio.create_task(read(asker)) for asker in askers]
    await asyncio.sleep(0.01)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def send_photo(front: Front, **headers: str) -> Reply:
    """The head of a photo, of which no byte may be asked for."""
    reply = Reply()
    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/verify",
        "query_string": b"",
        "headers": [(b"content-length", PHOTO_BYTES.encode()), *sent],
        "client": (OWN, 1),
    }

    async def receive() -> Any:
        raise AssertionError("the body was asked for")

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            reply.status = message["status"]
            reply.headers = [(n.decode(), v.decode()) for n, v in message["headers"]]
        else:
            reply.body += message.get("body", b"")

    await front.door(scope, receive, send)
    return reply


async def test_a_block_whose_photos_wait_already_is_told_of_its_share(front: Front) -> None:
    async with front.living(), reading(front, *[OWN] * (1 + PHOTOS.each_waiting)):
        program = await send_photo(front, accept="application/json")
        reader = await send_photo(front, accept="text/html")
    assert (program.status, program.json["code"]) == (429, "too-many-requests")
    assert (reader.status, reader.header("content-type")) == (429, "text/html")


async def test_where_photos_of_others_fill_the_queue_nobody_is_told_of_a_share(
    front: Front,
) -> None:
    many = [f"198.51.{n % 100}.7" for n in range(PHOTOS.at_once + PHOTOS.waiting)]
    async with front.living(), reading(front, *many):
        program = await send_photo(front, accept="application/json")
    assert (program.status, program.json["code"]) == (503, "busy")

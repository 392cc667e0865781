"""A web process takes leave of its connections before it stops listening."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator

import pytest

from strp.front.leaving import CLOSE, LONGEST_S, Leaving

pytestmark = pytest.mark.anyio


@pytest.fixture
async def server_ends() -> AsyncIterator[asyncio.Event]:
    """What Granian does at SIGINT; both signals are ours for the length of a test."""
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    loop.add_signal_handler(signal.SIGINT, ended.set)
    yield ended
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.remove_signal_handler(number)


async def test_each_answer_ends_its_connection_while_somebody_asks(
    server_ends: asyncio.Event,
) -> None:
    leaving = Leaving()
    leaving.await_signal(asyncio.get_running_loop())
    leaving.latest_request = time.perf_counter()
    assert leaving.headers([]) == []
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.sleep(0.05)
    assert (leaving.headers([]), server_ends.is_set()) == ([CLOSE], False)
    async with asyncio.timeout(LONGEST_S + 5):
        await server_ends.wait()


async def test_where_nobody_asks_it_ends_at_once(server_ends: asyncio.Event) -> None:
    leaving = Leaving()
    leaving.await_signal(asyncio.get_running_loop())
    os.kill(os.getpid(), signal.SIGTERM)
    os.kill(os.getpid(), signal.SIGTERM)
    async with asyncio.timeout(LONGEST_S):
        await server_ends.wait()

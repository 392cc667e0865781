"""A web process takes leave of its connections before it stops listening."""

import asyncio
import os
import re
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from strp.front.leaving import CLOSE, LONGEST_S, QUIET_S, Leaving

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


def test_it_stays_for_longer_than_nginx_leaves_out_the_other() -> None:
    site = (Path(__file__).parents[2] / "deploy" / "nginx" / "strp.conf").read_text("utf-8")
    left_out = {int(seconds) for seconds in re.findall(r"fail_timeout=(\d+)s", site)}
    assert left_out and max(left_out) < QUIET_S < LONGEST_S


async def test_where_nobody_asks_it_ends_at_once(server_ends: asyncio.Event) -> None:
    leaving = Leaving()
    leaving.await_signal(asyncio.get_running_loop())
    os.kill(os.getpid(), signal.SIGTERM)
    os.kill(os.getpid(), signal.SIGTERM)
    async with asyncio.timeout(LONGEST_S):
        await server_ends.wait()

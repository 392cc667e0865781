"""A process that ends waits for whoever is being answered, and for nobody else."""

import asyncio
import contextlib
import signal
import socket
import time
from collections.abc import Iterator

import pytest

from strp.front.ending import IDLE_MS, Ending
from strp.outside.machine.connections import can_see_connections
from tests.front.test_connections import Listening, are_open

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(not can_see_connections(), reason="only Linux shows them"),
]


@pytest.fixture
def listening() -> Iterator[Listening]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        lines = Listening(server)
        yield lines
        lines.close()


def ending_of(lines: list[socket.socket]) -> Ending:
    """The end of the process that these lines lead to; nothing has come for a while."""
    time.sleep(IDLE_MS / 1000 + 0.05)
    return Ending(lines[0].getpeername()[1])


async def test_who_asks_nothing_and_who_asks_half_is_ended(listening: Listening) -> None:
    silent, half = lines = listening.connect(2)
    half.sendall(b"GET / HTTP/1.1\r\nHo")
    assert await ending_of(lines).end_idle() == 2
    assert are_open([silent, half]) == [False, False]


async def test_who_is_being_answered_is_waited_for_and_not_for_ever(listening: Listening) -> None:
    lines = listening.connect(1)
    ending = ending_of(lines)
    host, port = lines[0].getsockname()
    ending.answering.add(f"{host}:{port}")
    assert await ending.end_idle() == 0
    assert await ending.end_idle(is_late=True) == 1


async def test_an_answer_on_its_way_is_waited_for(listening: Listening) -> None:
    (line,) = listening.connect(1)
    listening.fill(line)
    assert await ending_of([line]).end_idle() == 0


async def test_a_request_of_this_moment_is_waited_for(listening: Listening) -> None:
    (line,) = listening.connect(1)
    ending = ending_of([line])
    line.sendall(b"GET / HTTP/1.1\r\n")
    assert await ending.end_idle() == 0


async def test_connections_to_another_port_are_left_alone(listening: Listening) -> None:
    lines = listening.connect(1)
    ending = ending_of(lines)
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as other:
        own = socket.create_connection(other.getsockname(), 5)
        inner, _ = other.accept()
        with own, inner:
            own.setblocking(False)
            await asyncio.sleep(IDLE_MS / 1000 + 0.05)
            assert await ending.end_idle() == 1
            assert are_open([own]) == [True]


async def test_whoever_heeded_the_signal_before_still_does() -> None:
    heard: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _frame: heard.append(number))
    interrupt = signal.getsignal(signal.SIGINT)
    try:
        ending = Ending(1)
        ending.heed_signals(asyncio.get_running_loop())
        signal.raise_signal(signal.SIGTERM)
        await asyncio.sleep(0)
        assert heard == [signal.SIGTERM]
        assert ending.has_begun
        await ending.stop()
    finally:
        signal.signal(signal.SIGTERM, before)
        signal.signal(signal.SIGINT, interrupt)

"""Bounds on connections: strangers by block, and never one that bears a key or session."""

import asyncio
import contextlib
import re
import socket
import struct
from collections.abc import AsyncIterator, Iterator

import pytest

from strp.domain.people.account import Actor, ActorKind
from strp.front.connections import (
    BUSY_S,
    CALM_S,
    GENTLY_A_LOOK,
    KNOWN_FOR,
    ConnectionBounds,
    Connections,
)
from strp.outside.machine.connections import can_see_connections
from strp.usecases.operation.measure import measure
from tests.front.asking import Front

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(not can_see_connections(), reason="only Linux shows them"),
]
BOUNDS = ConnectionBounds(strangers=12, block=5, accounts=6, account=3, key=4)
STRANGER = "127.0.0.2"
KEY = Actor(kind=ActorKind.API_KEY, id=1)


class Listening:
    """A server of one port, and whoever connects to it.

    Args:
        server: that listens.
    """

    def __init__(self, server: socket.socket) -> None:
        self._server = server
        self.lines: list[socket.socket] = []
        self._inner: list[socket.socket] = []

    def connect(self, count: int, source: str = STRANGER, port: int = 0) -> list[socket.socket]:
        """So many connections from an address, and from a port of it where one is told."""
        made = []
        for _ in range(count):
            line = socket.create_connection(self._server.getsockname(), 5, (source, port))
            line.setblocking(False)
            made.append(line)
            self._inner.append(self._server.accept()[0])
        self.lines += made
        return made

    def fill(self, line: socket.socket) -> None:
        """Send over one of them until nothing more fits."""
        inner = self._inner[self.lines.index(line)]
        inner.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while inner.send(bytes(2**20)):
                pass

    def close(self) -> None:
        """Close all."""
        for line in [*self.lines, *self._inner]:
            line.close()
        self.lines, self._inner = [], []


def are_open(lines: list[socket.socket]) -> list[bool]:
    """Which of them have not been ended by the server."""
    return [_is_open(line) for line in lines]


def _is_open(line: socket.socket) -> bool:
    try:
        return line.recv(1) != b""
    except BlockingIOError:
        return True


@pytest.fixture
def listening() -> Iterator[Listening]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        lines = Listening(server)
        yield lines
        lines.close()


@pytest.fixture
async def bounded(front: Front) -> AsyncIterator[Connections]:
    yield Connections(front.system, frozenset({"127.0.9.9"}), BOUNDS)


async def test_a_block_keeps_its_share_and_what_came_last_stays(
    bounded: Connections, listening: Listening
) -> None:
    early = listening.connect(4)
    await asyncio.sleep(0.05)
    late = listening.connect(4)
    assert await bounded.end_those_beyond() == 3
    assert sum(are_open(early)) == 1
    assert all(are_open(late))


async def test_while_there_is_space_those_beyond_are_ended_a_few_at_a_time(
    front: Front, listening: Listening
) -> None:
    bounds = ConnectionBounds(strangers=200, block=5)
    bounded = Connections(front.system, frozenset(), bounds)
    lines = listening.connect(bounds.block + GENTLY_A_LOOK + 1)
    assert [await bounded.end_those_beyond() for _ in range(3)] == [GENTLY_A_LOOK, 1, 0]
    assert sum(are_open(lines)) == bounds.block


async def test_looks_come_close_together_only_where_space_runs_out(
    front: Front, bounded: Connections, listening: Listening
) -> None:
    ample = Connections(front.system, frozenset(), ConnectionBounds(strangers=200, block=5))
    listening.connect(8)
    assert (await ample.end_those_beyond(), ample.pause_s) == (3, CALM_S)

    listening.connect(8)
    assert await bounded.end_those_beyond() > 0
    assert bounded.pause_s == BUSY_S

    await bounded.end_those_beyond()
    assert bounded.pause_s == CALM_S


async def test_who_has_just_sent_something_is_not_the_first_to_go(
    bounded: Connections, listening: Listening
) -> None:
    first, *_ = listening.connect(4)
    listening.connect(4)
    await asyncio.sleep(0.05)
    first.sendall(b"GET / HTTP/1.1\r\n")
    await bounded.end_those_beyond()
    assert are_open([first]) == [True]


async def test_a_connection_that_bears_a_key_is_not_counted_for_its_block(
    front: Front, bounded: Connections, listening: Listening
) -> None:
    with_key = listening.connect(4)
    for line in with_key:
        bounded.bears(line.getsockname(), KEY, front.system.clock())
    await asyncio.sleep(0.05)
    strangers = listening.connect(8)
    assert await bounded.end_those_beyond() == 3
    assert all(are_open(with_key))
    assert sum(are_open(strangers)) == BOUNDS.block


async def test_a_key_and_an_account_have_a_share_of_their_own(
    front: Front, bounded: Connections, listening: Listening
) -> None:
    for actor, most in ((KEY, BOUNDS.key), (Actor(kind=ActorKind.ACCOUNT, id=1), BOUNDS.account)):
        lines = listening.connect(most + 2)
        for line in lines:
            bounded.bears(line.getsockname(), actor, front.system.clock())
        await bounded.end_those_beyond()
        assert sum(are_open(lines)) == most


async def test_accounts_are_free_so_all_of_them_have_a_bound(
    front: Front, bounded: Connections, listening: Listening
) -> None:
    lines = listening.connect(9)
    for number, line in enumerate(lines):
        bounded.bears(
            line.getsockname(), Actor(kind=ActorKind.ACCOUNT, id=number // 2), front.system.clock()
        )
    await bounded.end_those_beyond()
    assert sum(are_open(lines)) == BOUNDS.accounts


async def test_many_blocks_have_a_bound_together(
    bounded: Connections, listening: Listening
) -> None:
    lines = [line for n in range(4) for line in listening.connect(4, f"127.0.{n + 1}.2")]
    await bounded.end_those_beyond()
    assert sum(are_open(lines)) == BOUNDS.strangers


@pytest.mark.parametrize("source", ["127.0.0.1", "127.0.9.9"])
async def test_this_machine_and_our_proxies_have_no_bound(
    bounded: Connections, listening: Listening, source: str
) -> None:
    lines = listening.connect(8, source)
    assert await bounded.end_those_beyond() == 0
    assert all(are_open(lines))


async def test_a_connection_is_a_strangers_again_when_its_key_was_long_ago(
    front: Front, bounded: Connections, listening: Listening
) -> None:
    lines = listening.connect(8)
    for line in lines[:3]:
        bounded.bears(line.getsockname(), KEY, front.system.clock())
    assert await bounded.end_those_beyond() == 0
    front.system.clock.pass_(seconds=KNOWN_FOR.total_seconds() + 1)  # type: ignore[attr-defined]
    assert await bounded.end_those_beyond() == 3


async def test_the_port_of_an_ended_connection_is_nobodys(
    front: Front, bounded: Connections, listening: Listening
) -> None:
    (line,) = listening.connect(1)
    bounded.bears(peer := line.getsockname(), KEY, front.system.clock())
    # Reset, so that its port is free at once.
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    listening.close()
    listening.connect(BOUNDS.block)
    front.system.clock.pass_(seconds=1)  # type: ignore[attr-defined]
    await bounded.end_those_beyond()
    listening.connect(1, *peer)
    assert await bounded.end_those_beyond() == 1


@pytest.mark.parametrize("source", [STRANGER, "127.0.0.1"])
async def test_who_takes_nothing_of_an_answer_is_ended_after_a_while(
    front: Front, bounded: Connections, listening: Listening, source: str
) -> None:
    unread, slow, _ = listening.connect(3, source)
    for line in (unread, slow):
        listening.fill(line)
    await asyncio.sleep(0.2)  # so that all that the other ends have space for is there
    assert await bounded.end_those_beyond() == 0
    for ended in (0, 1):
        front.system.clock.pass_(seconds=BOUNDS.unread_s / 2 + 1)  # type: ignore[attr-defined]
        assert slow.recv(2**21)
        await asyncio.sleep(0.2)  # so that the kernel tells the other end that there is space
        assert await bounded.end_those_beyond() == ended
    unread.setblocking(True)
    while unread.recv(2**21):
        pass
    assert are_open([slow]) == [True]


async def test_what_was_ended_is_counted_for_operations(
    front: Front, bounded: Connections, listening: Listening
) -> None:
    listening.connect(8)
    await bounded.end_those_beyond()
    numbers = await measure(front.system)
    assert re.search(r'^strp_refused_total\{reason="connection"\} 3\.0$', numbers, re.MULTILINE)


def test_a_process_that_may_open_few_files_keeps_some_for_who_is_known() -> None:
    bounds = ConnectionBounds().within(1024)
    assert (bounds.strangers, bounds.block, bounds.accounts) == (512, 256, 256)

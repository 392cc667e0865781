"""The connections that this process accepted, looked at from inside; real sockets."""

import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from strp.outside.machine.connections import (
    accepted_connections,
    can_see_connections,
    end_connection,
)

pytestmark = pytest.mark.skipif(not can_see_connections(), reason="only Linux shows them")


@contextlib.contextmanager
def accepted(count: int) -> Iterator[tuple[int, list[socket.socket], list[socket.socket]]]:
    """A port that listens, and both ends of so many connections to it."""
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        port, outer, inner = server.getsockname()[1], [], []
        for _ in range(count):
            source = ("127.0.0.2", 0)
            outer.append(
                stack.enter_context(socket.create_connection(("127.0.0.1", port), 5, source))
            )
            inner.append(stack.enter_context(server.accept()[0]))
        yield port, outer, inner


def test_what_was_accepted_is_seen_and_what_was_opened_is_not() -> None:
    with accepted(3) as (port, outer, _):
        seen = [one for one in accepted_connections() if one.own_port == port]
        assert {one.port for one in seen} == {line.getsockname()[1] for line in outer}
        assert {one.host for one in seen} == {"127.0.0.2"}


def test_looking_closes_nothing_and_leaves_no_file_open() -> None:
    with accepted(3) as (_, outer, inner):
        before = len(list(Path("/proc/self/fd").iterdir()))
        accepted_connections()
        assert len(list(Path("/proc/self/fd").iterdir())) == before
        outer[0].sendall(b"x")
        assert inner[0].recv(1) == b"x"


def test_a_connection_that_is_ended_ends_on_both_sides() -> None:
    with accepted(1) as (port, outer, inner):
        (seen,) = (one for one in accepted_connections() if one.own_port == port)
        assert end_connection(seen)
        assert outer[0].recv(1) == b""
        assert inner[0].recv(1) == b""


def test_a_descriptor_that_is_anothers_by_now_is_left_alone() -> None:
    with accepted(2) as (port, _, inner):
        seen = [one for one in accepted_connections() if one.own_port == port]
        first = next(one for one in seen if one.descriptor == inner[0].fileno())
        moved = type(first)(inner[1].fileno(), first.host, first.port, port, first.idle_ms)
        assert not end_connection(moved)

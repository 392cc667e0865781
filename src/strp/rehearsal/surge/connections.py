"""Connections of a rehearsal: kept open, one request at a time, to this machine alone."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final, NamedTuple, cast

# With fewer, a queue would stand here instead of in the server, where admission control sees it.
MOST_CONNECTIONS: Final = 4000
ANSWER_WITHIN_S: Final = 30.0


class Reply(NamedTuple):
    """What came back; status 0 where nothing did."""

    status: int
    head: bytes
    body: bytes


Answered = Callable[[Reply], None]
NOTHING = Reply(0, b"", b"")


class Line(asyncio.Protocol):
    """One connection.

    Args:
        lines: to go back to when it is free.
    """

    def __init__(self, lines: "Lines") -> None:
        self._lines = lines
        self._transport: asyncio.Transport | None = None
        self._received = bytearray()
        self._answered: Answered | None = None
        self.asked_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ready."""
        self._transport = cast(asyncio.Transport, transport)
        self._lines.free(self)

    def ask(self, request: bytes, answered: Answered, now: float) -> None:
        """Send one request.

        Args:
            request: whole, head and body; the answer to the one before has come.
            answered: gets the reply, or status 0 where the connection broke.
            now: time of the event loop, in seconds.
        """
        assert self._transport is not None
        self._answered, self.asked_at = answered, now
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Part of an answer."""
        self._received += data
        end = self._received.find(b"\r\n\r\n")
        if end < 0 or self._answered is None:
            return
        head = bytes(self._received[:end]).lower()
        size = body_size(head)
        if size is None and not self._received.endswith(b"0\r\n\r\n"):
            return
        if size is not None and len(self._received) < end + 4 + size:
            return
        reply = Reply(
            int(head[9:12]), bytes(self._received[:end]), bytes(self._received[end + 4 :])
        )
        self._received.clear()
        answered, self._answered = self._answered, None
        self._lines.free(self)
        answered(reply)

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002
        """Gone, perhaps in the middle of an answer."""
        self._lines.lost(self)
        if self._answered is not None:
            answered, self._answered = self._answered, None
            answered(NOTHING)

    def give_up(self) -> None:
        """Nobody waits for the answer any more."""
        if self._transport is not None:
            self._transport.abort()

    def end(self) -> None:
        """The rehearsal is over."""
        self._answered = None
        self.give_up()


class Lines:
    """All connections; requests that find none free wait, and their wait counts.

    Args:
        host: 127.0.0.1.
        port: of the system under test.
    """

    def __init__(self, host: str, port: int) -> None:
        self._where = (host, port)
        self._free: deque[Line] = deque()
        self._all: set[Line] = set()
        self._opening = 0
        self._waiting: deque[tuple[bytes, Answered]] = deque()
        self._loop = asyncio.get_running_loop()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def waiting(self) -> int:
        """Requests that wait for a connection."""
        return len(self._waiting)

    def ask(self, request: bytes, answered: Answered) -> None:
        """Send a request as soon as a connection is free.

        Args:
            request: whole, head and body.
            answered: gets the reply, or status 0 where the connection broke.
        """
        if self._free:
            self._free.popleft().ask(request, answered, self._loop.time())
            return
        self._waiting.append((request, answered))
        if len(self._all) + self._opening < MOST_CONNECTIONS:
            self._opening += 1
            task = asyncio.create_task(self._open())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def free(self, line: Line) -> None:
        """A connection has nothing to do."""
        self._all.add(line)
        if self._waiting:
            request, answered = self._waiting.popleft()
            line.ask(request, answered, self._loop.time())
        else:
            self._free.append(line)

    def lost(self, line: Line) -> None:
        """A connection is gone."""
        self._all.discard(line)
        if line in self._free:
            self._free.remove(line)

    def give_up_late(self) -> None:
        """End those that have been waiting for an answer too long."""
        limit = self._loop.time() - ANSWER_WITHIN_S
        for line in [each for each in self._all if 0 < each.asked_at < limit]:
            if line not in self._free:
                line.give_up()

    def close(self) -> None:
        """End all; whoever waits for an answer at this moment has lost nothing."""
        for line in list(self._all):
            line.end()

    async def _open(self) -> None:
        try:
            await self._loop.create_connection(lambda: Line(self), *self._where)
        except OSError:
            if self._waiting:
                self._waiting.popleft()[1](NOTHING)
        finally:
            self._opening -= 1


def body_size(head: bytes) -> int | None:
    """Length of the body, or None where it is chunked.

    Args:
        head: of the answer, in lower case.
    """
    if head[9:12] in {b"304", b"204"}:
        return 0
    at = head.find(b"content-length:")
    if at < 0:
        return None
    end = head.find(b"\r\n", at)
    return int(head[at + 15 : end if end > 0 else None])

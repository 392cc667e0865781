"""The load of a day: one process that sends what was written, over connections kept open.

    python -m strp.rehearsal.load_run.sender FOLDER HOST PORT PLATFORMS CONNECTIONS

Prints the number of rows answered so far, now and then. Its own CPU time is not the system's, and
is reported apart.
"""

import asyncio
import contextlib
import mmap
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import msgspec

from strp.rehearsal.load_run.spool import Answer, Request, pack_answer, read_requests

TELL_EVERY_S = 0.5
BUSY = {429, 503}
PAUSE_S = 0.2
SENDFILE_BYTES = 1 << 17


class _Ledger(msgspec.Struct):
    rows: int
    accepted: int
    unchanged: int
    duplicate: int
    exempt: int
    rejected: int


class _Receipt(msgspec.Struct):
    application_id: int | str
    ledger: _Ledger


_receipt = msgspec.json.Decoder(_Receipt).decode


class Connection(asyncio.Protocol):
    """One connection with one request at a time."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self._received = b""
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, mark, body = self._received.partition(b"\r\n\r\n")
        if not mark or self._answer is None:
            return
        lower = head.lower()
        start = lower.index(b"content-length:") + len(b"content-length:")
        if len(body) >= int(lower[start : lower.find(b"\r\n", start) % (len(lower) + 1)]):
            self._received = b""
            answer, self._answer = self._answer, None
            answer.set_result((int(head[9:12]), body))

    def connection_lost(self, error: Exception | None) -> None:
        if self._answer is not None:
            self._answer.set_exception(error or ConnectionResetError())

    def ask(self) -> "asyncio.Future[tuple[int, bytes]]":
        """What the next answer will be."""
        self._answer = asyncio.get_running_loop().create_future()
        return self._answer


class Load:
    """Sends requests and writes down the answers."""

    def __init__(self, folder: Path, host: str, port: int) -> None:
        self._address = host, port
        self._file: IO[bytes] = (folder / "requests").open("rb")
        self._content = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
        self._answers: IO[bytes] = (folder / "answers").open("wb")
        self.rows = 0

    async def send(self, requests: Iterator[tuple[int, Request]]) -> None:
        """Send requests over one connection until none is left; several share the iterator."""
        connection = await self._connect()
        for number, request in requests:
            began = time.perf_counter()
            status, body = await self._exchange(connection, request)
            while status in BUSY:
                await asyncio.sleep(PAUSE_S)
                status, body = await self._exchange(connection, request)
            self._note(number, status, time.perf_counter() - began, body)

    def close(self) -> None:
        """Bring the answers to the file."""
        self._answers.close()

    async def _connect(self) -> Connection:
        _, connection = await asyncio.get_running_loop().create_connection(
            Connection, *self._address
        )
        return connection

    async def _exchange(self, connection: Connection, request: Request) -> tuple[int, bytes]:
        answer, transport = connection.ask(), connection.transport
        assert transport is not None
        if request.length > SENDFILE_BYTES:
            loop = asyncio.get_running_loop()
            await loop.sendfile(transport, self._file, request.offset, request.length)
        else:
            transport.write(self._content[request.offset : request.offset + request.length])
        return await answer

    def _note(self, number: int, status: int, seconds: float, body: bytes) -> None:
        latency_us = round(seconds * 1e6)
        if status != 202:
            print(f"request {number}: {status} {body[:300]!r}", file=sys.stderr)
            self._answers.write(pack_answer(Answer(number, status, latency_us, *(0,) * 7)))
            return
        receipt = _receipt(body)
        ledger = receipt.ledger
        self.rows += ledger.rows
        answer = Answer(
            number,
            status,
            latency_us,
            int(receipt.application_id),
            ledger.rows,
            ledger.accepted,
            ledger.unchanged,
            ledger.duplicate,
            ledger.exempt,
            ledger.rejected,
        )
        self._answers.write(pack_answer(answer))


async def run(folder: Path, host: str, port: int, platforms: int, connections: int) -> None:
    """Send a day: the platforms' files one after the other, the rest over many connections.

    Args:
        folder: with `requests`; gets `answers`.
        host: of the system.
        port: of the system.
        platforms: number of requests, from the first, that are the platforms'.
        connections: kept open for the rest.
    """
    numbered = list(enumerate(read_requests(folder)))
    load = Load(folder, host, port)
    telling = asyncio.create_task(_tell(load))
    large, small = iter(numbered[:platforms]), iter(numbered[platforms:])
    await asyncio.gather(load.send(large), *(load.send(small) for _ in range(connections)))
    telling.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await telling
    load.close()
    print(load.rows, flush=True)


async def _tell(load: Load) -> None:
    while True:
        await asyncio.sleep(TELL_EVERY_S)
        print(load.rows, flush=True)


if __name__ == "__main__":
    _, _folder, _host, _port, _platforms, _connections = sys.argv
    asyncio.run(run(Path(_folder), _host, int(_port), int(_platforms), int(_connections)))

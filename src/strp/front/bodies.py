"""Bodies arrive before anybody works on them, so that a slow line holds a buffer and no worker.

What is larger than a buffer goes into a file that threads of their own write and read: a disk that
is slow stops nobody else.
"""

import asyncio
import contextlib
import tempfile
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Final, Protocol, TypeVar

from strp.domain.overload import is_storage_full, storage_full, too_slow
from strp.front.responses import Message, Receive

IN_MEMORY_BYTES: Final = 1 << 17
FIRST_S: Final = 20.0
IDLE_S: Final = 15.0
WINDOW_S: Final = 15.0
SLOWEST_BYTES_PER_S: Final = 500
FREE_PIECES: Final = 1_000
LEAST_PIECE_BYTES: Final = 64
"""Of a stranger's body on average, after FREE_PIECES: a piece costs as much as kilobytes do."""
_MARK_EVERY_S: Final = 1.0
_PIECE_BYTES: Final = 1 << 18
_threads: Final = ThreadPoolExecutor(4, thread_name_prefix="strp-bodies")
Done = TypeVar("Done")


class Held(Protocol):
    """What an arriving body holds: a place or a share."""

    leaves: asyncio.Timeout | None

    def grow(self, size: int) -> None:
        """Note how much has arrived."""
        ...


class Pace:
    """How fast a body arrived in its last seconds; an early burst buys nothing later.

    Args:
        now: monotonic seconds.
    """

    __slots__ = ("_marks",)

    def __init__(self, now: float) -> None:
        self._marks = deque([(now, 0)])

    def is_too_slow(self, size: int, now: float) -> bool:
        """Whether less than anything usable came within the last WINDOW_S.

        Args:
            size: bytes that have arrived by now.
            now: monotonic seconds.
        """
        marks = self._marks
        while len(marks) > 1 and marks[1][0] <= now - WINDOW_S:
            marks.popleft()
        since, had = marks[0]
        passed = now - since
        if now - marks[-1][0] >= _MARK_EVERY_S:
            marks.append((now, size))
        return passed >= WINDOW_S and size - had < passed * SLOWEST_BYTES_PER_S


class ArrivedBody:
    """A body that has arrived, to be read once more by whoever works on it.

    Args:
        receive: of the request; asked again once the body was given out.
        declared: its length as the request declares it, or None.
        held: its place or share, which may end its arrival; None where it counts for nobody.
        least_piece: bytes that its pieces have on average.
    """

    def __init__(
        self,
        receive: Receive,
        declared: int | None = None,
        held: Held | None = None,
        least_piece: int = 0,
    ) -> None:
        self._least_piece = least_piece
        self._receive = receive
        self._declared = declared
        self._held = held
        self._whole: Message | None = None
        self._kept: _Kept | None = None
        self._more = False
        self.gone = False

    async def arrive(self, most_bytes: int) -> None:
        """Take in the whole body, or as much of it as may be; nothing where too much is declared.

        Args:
            most_bytes: beyond these the rest is left to whoever refuses it.

        Raises:
            TooSoon: it stopped half-way, is slower or in smaller pieces than anything usable, or
                lost its place.
            Unavailable: `storage-full`: there is no space to keep it.
        """
        if self._declared is not None and self._declared > most_bytes:
            self._receive = _nothing
            return
        try:
            async with asyncio.timeout(FIRST_S) as leaves:
                if self._held is not None:
                    self._held.leaves = leaves
                await self._arrive(leaves, most_bytes)
        except TimeoutError:
            raise too_slow() from None
        except OSError as error:
            if is_storage_full(error):
                raise storage_full() from error
            raise

    @property
    def is_cut(self) -> bool:
        """Whether more came than may, so that the end is missing."""
        return self._more

    async def receive(self) -> Message:
        """The body in pieces, then whatever else is received."""
        if self._whole is not None:
            message, self._whole = self._whole, None
            return message
        if self._kept is None:
            return await self._receive()
        piece, left = await self._kept.read()
        if not left:
            await self.close()
        return {"type": "http.request", "body": piece, "more_body": left or self._more}

    async def close(self) -> None:
        """Drop what was kept."""
        if self._kept is not None:
            kept, self._kept = self._kept, None
            await kept.close()

    async def _arrive(self, leaves: asyncio.Timeout, most_bytes: int) -> None:
        message = await self._receive()
        self.gone = message["type"] == "http.disconnect"
        if self.gone or self._is_whole(message):
            self._whole = {**message, "more_body": False}
            return
        self._kept = _Kept()
        self._more = await self._keep_rest(self._kept, message, leaves, most_bytes)

    def _is_whole(self, message: Message) -> bool:
        """Whether nothing more comes; a server may say that it does although all is here."""
        return not message.get("more_body", False) or len(message["body"]) == self._declared

    async def _keep_rest(
        self, kept: "_Kept", message: Message, leaves: asyncio.Timeout, most_bytes: int
    ) -> bool:
        """Keep pieces until the last; returns whether more would have come."""
        loop = asyncio.get_running_loop()
        pace, size, pieces = Pace(loop.time()), 0, 0
        while True:
            pieces += 1
            size += len(message.get("body", b""))
            if self._held is not None:
                self._held.grow(size)
            await kept.write(message.get("body", b""))
            if not message.get("more_body", False) or size > most_bytes:
                return bool(message.get("more_body", False))
            is_crumbs = pieces > FREE_PIECES and size < pieces * self._least_piece
            if is_crumbs or pace.is_too_slow(size, loop.time()):
                raise too_slow()
            leaves.reschedule(loop.time() + IDLE_S)
            message = await self._receive()
            if message["type"] == "http.disconnect":
                self.gone = True
                return False


class _Kept:
    """Bytes on their way: the last of them in memory, those before in a file."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._file: IO[bytes] | None = None
        self._in_file = 0
        self._read_to = 0

    async def write(self, piece: bytes) -> None:
        """Keep a piece."""
        self._buffer += piece
        if len(self._buffer) > IN_MEMORY_BYTES:
            full, self._buffer = self._buffer, bytearray()
            self._in_file += len(full)
            await _in_thread(lambda: self._write(full))

    async def read(self) -> tuple[bytes, bool]:
        """The next piece, and whether more is left."""
        if self._in_file == 0:
            piece, self._buffer = bytes(self._buffer), bytearray()
            return piece, False
        piece = await _in_thread(self._read)
        self._in_file -= len(piece)
        return piece, self._in_file > 0 or bool(self._buffer)

    async def close(self) -> None:
        """Drop all of it; a file of hundreds of megabytes takes its time."""
        if self._file is not None:
            await asyncio.shield(_in_thread(self._close))

    def _write(self, full: bytearray) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115
        self._file.write(full)
        self._file.flush()

    def _read(self) -> bytes:
        assert self._file is not None
        self._file.seek(self._read_to)
        piece = self._file.read(_PIECE_BYTES)
        self._read_to += len(piece)
        return piece

    def _close(self) -> None:
        assert self._file is not None
        # On a full disk it would try to write the rest once more; the file goes anyway.
        with contextlib.suppress(OSError):
            self._file.close()


async def _nothing() -> Message:
    return {"type": "http.disconnect"}


def _in_thread(work: Callable[[], Done]) -> "asyncio.Future[Done]":
    return asyncio.get_running_loop().run_in_executor(_threads, work)

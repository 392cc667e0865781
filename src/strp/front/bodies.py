"""Bodies arrive before anybody works on them, so that a slow line holds a buffer and no worker."""

import asyncio
import contextlib
import tempfile
from collections.abc import Iterator
from typing import IO, Final

from strp.domain.shedding import is_storage_full, storage_full, too_slow
from strp.front.answers import Message, Receive

IN_MEMORY_BYTES: Final = 1 << 16
IDLE_S: Final = 20.0
GRACE_S: Final = 30.0
SLOWEST_BYTES_PER_S: Final = 500
_PIECE_BYTES: Final = 1 << 18


class ArrivedBody:
    """A body that has arrived, to be read once more by whoever works on it.

    Args:
        receive: of the request; asked again once the body was given out.
        declared: its length as the request declares it, or None.
    """

    def __init__(self, receive: Receive, declared: int | None = None) -> None:
        self._receive = receive
        self._declared = declared
        self._kept: IO[bytes] | None = None
        self._pieces: Iterator[Message] = iter(())
        self.gone = False

    async def arrive(self, most_bytes: int) -> None:
        """Take in the whole body, or as much of it as may be; nothing where too much is declared.

        Args:
            most_bytes: beyond these the rest is left to whoever refuses it.

        Raises:
            TooSoon: it stopped half-way, or is slower than anything usable.
            Unavailable: `storage-full`: there is no space to keep it.
        """
        if self._declared is not None and self._declared > most_bytes:
            return
        message = await self._next()
        self.gone = message["type"] == "http.disconnect"
        if self.gone or self._is_whole(message):
            self._pieces = iter(({**message, "more_body": False},))
            return
        self._kept = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115
        try:
            more = await self._keep_rest(self._kept, message, most_bytes)
        except OSError as error:
            if is_storage_full(error):
                raise storage_full() from error
            raise
        self._kept.seek(0)
        self._pieces = _read(self._kept, more)

    async def receive(self) -> Message:
        """The body in pieces, then whatever else is received."""
        for message in self._pieces:
            return message
        return await self._receive()

    def close(self) -> None:
        """Drop what was kept."""
        if self._kept is not None:
            # On a full disk it would try to write the rest once more; the file goes anyway.
            with contextlib.suppress(OSError):
                self._kept.close()

    def _is_whole(self, message: Message) -> bool:
        """Whether nothing more comes; a server may say that it does although all is here."""
        return not message.get("more_body", False) or len(message["body"]) == self._declared

    async def _keep_rest(self, kept: IO[bytes], message: Message, most_bytes: int) -> bool:
        """Keep pieces until the last; returns whether more would have come."""
        loop = asyncio.get_running_loop()
        began, size = loop.time(), 0
        while True:
            kept.write(message.get("body", b""))
            size += len(message.get("body", b""))
            passed = loop.time() - began
            if not message.get("more_body", False) or size > most_bytes:
                return bool(message.get("more_body", False))
            if passed > GRACE_S and size < passed * SLOWEST_BYTES_PER_S:
                raise too_slow()
            message = await self._next()
            if message["type"] == "http.disconnect":
                self.gone = True
                return False

    async def _next(self) -> Message:
        try:
            async with asyncio.timeout(IDLE_S):
                return await self._receive()
        except TimeoutError:
            raise too_slow() from None


def _read(kept: IO[bytes], more: bool) -> Iterator[Message]:
    piece = kept.read(_PIECE_BYTES)
    while True:
        following = kept.read(_PIECE_BYTES) if piece else b""
        yield {"type": "http.request", "body": piece, "more_body": bool(following) or more}
        if not following:
            return
        piece = following

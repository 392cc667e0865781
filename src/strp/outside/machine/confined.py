"""Untrusted work in a process of its own, which a hostile input may end without harm.

One input, one process: `python -m MODULE BOUNDS ARGUMENT…`. It may use so much processor time and
memory and no more, is served after everybody else by the kernel, knows no secret of ours, and ends
when whoever asked is gone. What it finds comes back as frames: four bytes of length, then one
msgpack value. The other half is `confined_child`.
"""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from strp.domain.overload import upload_incomplete
from strp.outside.machine.confined_child import Bounds

LARGEST_FRAME_BYTES: Final = 64 << 20
# What the child may know of our surroundings: how to find Python's modules, and no secret.
_KEPT_ENVIRONMENT = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "VIRTUAL_ENV")
_SPENT = frozenset((-signal.SIGABRT, -signal.SIGKILL, -signal.SIGXCPU))
_decode = msgspec.msgpack.Decoder().decode

Gone = Callable[[], Awaitable[object]]
"""Waits until whoever asked is gone."""


def until_disconnected(receive: Callable[[], Awaitable[Mapping[str, Any]]]) -> Gone:
    """Waits until the connection of a request ends whose body was read (asgi.readthedocs.io).

    Args:
        receive: of the request.
    """

    async def gone() -> None:
        for _ in range(3):  # a server may first say once more that the body is at its end
            if (await receive())["type"] == "http.disconnect":
                return
        await asyncio.Event().wait()

    return gone


class WorkEnded(Exception):
    """A confined process ended without saying what it found.

    Args:
        spent: whether it had used up its time or memory; else its reader has a fault.
    """

    def __init__(self, *, spent: bool) -> None:
        super().__init__("used up its bounds" if spent else "a fault in the reader")
        self.spent = spent


class ConfinedProcess:
    """A process that works on one untrusted input, started at once.

    Args:
        module: whose `main` reads the input with the help of `confined_child`.
        arguments: of the module.
        bounds: what it may use.
        given: bytes that it finds on its standard input.
    """

    def __init__(
        self, module: str, arguments: Sequence[str], bounds: Bounds, given: bytes = b""
    ) -> None:
        self._reading = threading.Lock()
        source = os.memfd_create("strp-input")
        try:
            _write(source, given)
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", module,
                 msgspec.json.encode(bounds).decode(), *arguments],
                stdin=source, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0,
                env={k: v for k in _KEPT_ENVIRONMENT if (v := os.environ.get(k))}, cwd="/",
                start_new_session=True,
            )  # fmt: skip
            _put_behind(self._process.pid, bounds.nice)
        finally:
            os.close(source)
        assert self._process.stdout is not None
        self._frames = self._process.stdout.fileno()
        self._arrived = bytearray()
        self._left: asyncio.Future[Any] | None = None

    @property
    def process_id(self) -> int:
        """Of the operating system."""
        return self._process.pid

    def frame(self) -> list[Any]:
        """The next frame; waits for it.

        Raises:
            WorkEnded: the process ended instead.
        """
        with self._reading:
            if self._process.stdout is None or self._process.stdout.closed:
                raise WorkEnded(spent=False)
            length = int.from_bytes(self._read(4))
            body = self._read(length) if length <= LARGEST_FRAME_BYTES else b""
        if not body or len(body) < length:
            raise self._ended()
        return _frame(body)

    async def next_frame(self, gone: Gone | None = None) -> list[Any]:
        """The next frame, without a thread: pieces are taken as they come.

        Whoever was taken over by its input may send half a frame and then nothing: that holds
        nobody. Not to be mixed with `frame`.

        Args:
            gone: ends the process where whoever asked goes away first.

        Raises:
            WorkEnded: the process ended instead.
            InvalidInput: `upload-incomplete`: whoever asked is gone.
        """
        arrived = self._arrived
        while len(arrived) < 4 or len(arrived) < 4 + int.from_bytes(arrived[:4]):
            if int.from_bytes(arrived[:4]) > LARGEST_FRAME_BYTES:
                raise self._ended()
            await self.ready(gone)
            piece = os.read(self._frames, 1 << 20)
            if not piece:
                raise self._ended()
            arrived += piece
        end = 4 + int.from_bytes(arrived[:4])
        body = bytes(arrived[4:end])
        del arrived[:end]
        return _frame(body)

    @property
    def cpu_s(self) -> float:
        """Processor seconds that the process has used so far; 0 once it has ended (proc(5))."""
        try:
            stat = Path(f"/proc/{self._process.pid}/stat").read_text()
        except OSError:
            return 0.0
        user, kernel = stat.rpartition(")")[2].split()[11:13]
        return (int(user) + int(kernel)) / os.sysconf("SC_CLK_TCK")

    async def ready(self, gone: Gone | None = None) -> None:
        """Wait, without a thread, until a frame begins or the process ends.

        Args:
            gone: ends the process where whoever asked goes away first.

        Raises:
            InvalidInput: `upload-incomplete`: they did; nobody reads this.
        """
        if gone is not None and self._left is None:
            # One wait for all frames: one that begins anew at each never notices anything where
            # the next frame is always there.
            self._left = asyncio.ensure_future(gone())
        readable = asyncio.ensure_future(self._readable())
        waiting = {readable} if self._left is None else {readable, self._left}
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            if self._left is not None and self._left.done():
                self._process.kill()
                raise upload_incomplete()
        finally:
            readable.cancel()

    def stop(self) -> None:
        """End the process, whatever it is doing; who waits for a frame learns it."""
        self._process.kill()

    def close(self) -> None:
        """End the process, and let go of what it sent."""
        if self._left is not None:
            self._left.cancel()
        self._process.kill()
        if self._process.poll() is None:
            # It gives its memory back at its own priority, the last: no loop waits for that.
            threading.Thread(target=self._process.wait, name="end-of-confined", daemon=True).start()
        with self._reading:
            if self._process.stdout is not None:
                self._process.stdout.close()

    def _ended(self) -> WorkEnded:
        self._process.kill()
        return WorkEnded(spent=self._process.wait() in _SPENT)

    async def _readable(self) -> None:
        loop, seen = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self._frames, seen.set)
        try:
            await seen.wait()
        finally:
            loop.remove_reader(self._frames)
            if self._process.stdout is not None and not self._process.stdout.closed:
                # libuv makes what it watches non-blocking (uv_poll_init); frames are read blocking.
                os.set_blocking(self._frames, True)

    def _read(self, length: int) -> bytes:
        pieces = []
        while length and (piece := os.read(self._frames, min(length, 1 << 20))):
            pieces.append(piece)
            length -= len(piece)
        return b"".join(pieces)


def _frame(body: bytes) -> list[Any]:
    try:
        frame = _decode(body)
    except msgspec.DecodeError:
        raise WorkEnded(spent=False) from None
    return frame if isinstance(frame, list) and frame else [None]


def _put_behind(process_id: int, nice: int) -> None:
    """Have the kernel serve a process after everybody else, also while it only imports.

    Where the kernel groups processes by session (autogroup), a nice value counts within the group
    alone, and our database is in another: so the process has a session of its own, whose group is
    put behind as well.

    Source: sched(7), "The autogroup feature".
    """
    with contextlib.suppress(OSError):  # it has ended
        os.setpriority(
            os.PRIO_PROCESS, process_id, min(19, nice + os.getpriority(os.PRIO_PROCESS, 0))
        )
    # Who is not root may do so ten times a second in all; where it fails, less is gained.
    with contextlib.suppress(OSError):
        Path(f"/proc/{process_id}/autogroup").write_text(str(nice))


def _write(source: int, given: bytes) -> None:
    rest = memoryview(given)
    while rest:
        rest = rest[os.write(source, rest) :]
    os.lseek(source, 0, os.SEEK_SET)

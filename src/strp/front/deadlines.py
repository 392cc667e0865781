"""Deadlines of many requests under one timer: a timer each costs more than what it guards."""

import asyncio
from types import TracebackType
from typing import Final, Self

LOOK_EVERY_S: Final = 1.0


class Deadlines:
    """The deadlines of one process, looked at once a second."""

    def __init__(self) -> None:
        self._open: dict[Within, None] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_looking = False

    def within(self, seconds: float) -> "Within":
        """A block of the task at hand; TimeoutError where it takes longer.

        Args:
            seconds: it may take, and up to LOOK_EVERY_S more.
        """
        if self._loop is None or not self._is_looking:
            self._loop = asyncio.get_running_loop()
            self._loop.call_later(LOOK_EVERY_S, self._look)
            self._is_looking = True
        return Within(self._open, self._loop, seconds)

    def _look(self) -> None:
        assert self._loop is not None
        now = self._loop.time()
        for one in [one for one in self._open if one.ends_at <= now]:
            one.expire()
        self._is_looking = bool(self._open)
        if self._is_looking:
            self._loop.call_later(LOOK_EVERY_S, self._look)


class Within:
    """One block with a deadline; made by `Deadlines.within`."""

    __slots__ = ("_cancelling", "_is_expired", "_loop", "_open", "_task", "ends_at")

    def __init__(
        self, others: "dict[Within, None]", loop: asyncio.AbstractEventLoop, seconds: float
    ) -> None:
        self._open = others
        self._loop = loop
        self._is_expired = False
        self.ends_at = loop.time() + seconds

    def __enter__(self) -> Self:
        task = asyncio.current_task(self._loop)
        assert task is not None
        self._task, self._cancelling = task, task.cancelling()
        self._open[self] = None
        return self

    def expire(self) -> None:
        """End the block, once."""
        self._open.pop(self, None)
        self._is_expired = True
        self._task.cancel()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.pop(self, None)
        # As in asyncio.Timeout: a cancellation from elsewhere stays one.
        if (
            self._is_expired
            and self._task.uncancel() <= self._cancelling
            and kind is asyncio.CancelledError
        ):
            raise TimeoutError from error

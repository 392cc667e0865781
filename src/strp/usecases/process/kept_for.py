"""Something that is made once for all who ask within some seconds."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

Made = TypeVar("Made")


class KeptFor(Generic[Made]):
    """What was made last; who asks while it is being made waits for it.

    All who wait share how it ends. Were each to try again after a failure, they would stand behind
    each other while the database is away, each for its whole time.

    Args:
        seconds: after which it is made anew.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._making: asyncio.Task[Made] | None = None
        self._until = 0.0

    async def get(self, make: Callable[[], Coroutine[Any, Any, Made]]) -> Made:
        """What was made within the last seconds, or is made now.

        Args:
            make: makes it; where that fails, so does the call, and a later one tries again.
        """
        if self._making is None or (self._making.done() and not self._is_good(self._making)):
            self._making = asyncio.create_task(make())
            self._making.add_done_callback(self._made)
        # Shielded: who gives up waiting does not end it for the others.
        return await asyncio.shield(self._making)

    def _made(self, task: "asyncio.Task[Made]") -> None:
        self._until = time.monotonic() + self._seconds
        if not task.cancelled():
            task.exception()  # looked at, also where nobody waits any more

    def _is_good(self, task: "asyncio.Task[Made]") -> bool:
        failed = task.cancelled() or task.exception() is not None
        return not failed and time.monotonic() < self._until

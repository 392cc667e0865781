"""Something that is made once for all who ask within some seconds."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Made = TypeVar("Made")


class KeptFor(Generic[Made]):
    """What was made last; who asks while it is being made waits for it.

    Args:
        seconds: after which it is made anew.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._made: Made | None = None
        self._until = 0.0
        self._making = asyncio.Lock()

    async def get(self, make: Callable[[], Awaitable[Made]]) -> Made:
        """What was made within the last seconds, or is made now.

        Args:
            make: makes it; where that fails, so does the call, and the next one tries again.
        """
        if self._made is not None and time.monotonic() < self._until:
            return self._made
        async with self._making:
            if self._made is None or time.monotonic() >= self._until:
                self._made = await make()
                self._until = time.monotonic() + self._seconds
            return self._made

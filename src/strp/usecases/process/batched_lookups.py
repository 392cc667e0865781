"""Look-ups of the same moment share one query.

While one query is on its way, whoever asks next waits and is part of the following one: a surge
of different employers costs as many queries as there are round trips, not as there are requests.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from strp.domain.overload import shed

Key = TypeVar("Key", bound=Hashable)
Found = TypeVar("Found")

MOST_AT_ONCE = 500


class BatchedLookups(Generic[Key, Found]):
    """Gathers look-ups by key in one process."""

    def __init__(self) -> None:
        self._waiting: dict[Key, asyncio.Future[Found | None]] = {}
        self._asking: asyncio.Task[None] | None = None

    async def find(
        self, key: Key, look_up: Callable[[Sequence[Key]], Awaitable[Mapping[Key, Found]]]
    ) -> Found | None:
        """What belongs to a key, or None.

        Args:
            key: to look up.
            look_up: finds several at once; leaves out those that are not there. What it raises,
                everybody gets who waits for it.
        """
        answer = self._waiting.get(key)
        if answer is None:
            answer = self._waiting[key] = asyncio.get_running_loop().create_future()
            if self._asking is None or self._asking.done():
                self._asking = asyncio.create_task(self._ask(look_up))
        return await asyncio.shield(answer)

    async def _ask(
        self, look_up: Callable[[Sequence[Key]], Awaitable[Mapping[Key, Found]]]
    ) -> None:
        while self._waiting:
            keys = list(self._waiting)[:MOST_AT_ONCE]
            asked = {key: self._waiting.pop(key) for key in keys}
            try:
                found = await look_up(keys)
            except Exception as error:
                _refuse(asked, error)
            except BaseException:  # this task was ended: nobody else would answer whoever waits
                asked |= self._waiting
                self._waiting = {}
                _refuse(asked, shed(2))
                raise
            else:
                for key, answer in asked.items():
                    answer.set_result(found.get(key))


def _refuse(asked: Mapping[Any, "asyncio.Future[Any]"], error: Exception) -> None:
    for answer in asked.values():
        answer.set_exception(error)
        answer.exception()  # whoever asked may be gone

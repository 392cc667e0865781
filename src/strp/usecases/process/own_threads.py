"""Threads of their own for each kind of work, so that one kind never waits for another.

asyncio's own executor is shared by all: work that strangers ask for would fill it, and a roster
would wait behind. zlib, pyca and typst let other threads run meanwhile; what is pure Python takes
turns with the event loop, a millisecond each.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class OwnThreads:
    """Threads for one kind of work; more than they do at once waits in line.

    Args:
        kind: names the threads.
        most: at work at the same time.
    """

    def __init__(self, kind: str, most: int) -> None:
        self._executor = ThreadPoolExecutor(most, thread_name_prefix=kind)

    async def run(
        self,
        work: Callable[Arguments, Result],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Result:
        """Do something in one of the threads; raises what it raises."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, lambda: work(*args, **kwargs))

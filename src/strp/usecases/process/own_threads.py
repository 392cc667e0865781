"""Threads of their own for each kind of work, so that one kind never waits for another.

asyncio's own executor is shared by all: work that strangers ask for would fill it, and a roster
would wait behind. zlib, pyca and typst let other threads run meanwhile; what is pure Python takes
turns with the event loop, a millisecond each.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, asynccontextmanager
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

    async def finish(
        self,
        work: Callable[Arguments, Result],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Result:
        """The same; whoever is stopped meanwhile waits for its end, as what it writes is closed."""
        working = asyncio.ensure_future(self.run(work, *args, **kwargs))
        try:
            return await asyncio.shield(working)
        except asyncio.CancelledError:
            await asyncio.wait({working})
            working.exception()  # where it failed as well, that is nobody's trouble
            raise

    @asynccontextmanager
    async def held(
        self,
        begin: Callable[Arguments, AbstractContextManager[Result]],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> AsyncIterator[Result]:
        """Hold something for a while that is begun and ended in the threads, as a large file is.

        Args:
            begin: makes it; it is ended whatever happens, and lets every error through.
            args: for `begin`.
            kwargs: for `begin`.
        """
        kept = await self.finish(begin, *args, **kwargs)
        value = await self.finish(kept.__enter__)
        try:
            yield value
        except BaseException as error:
            await self.finish(kept.__exit__, type(error), error, None)
            raise
        await self.finish(kept.__exit__, None, None, None)

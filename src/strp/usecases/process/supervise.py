"""Background loops that no error ends: the one place where a process keeps doing something.

A loop that fails, whatever it raises, is logged and started again after a pause that grows while
it fails. Each success is a heartbeat; `/readyz`, the metrics and `strp doctor` look at their age,
so that a loop that neither fails nor gets anywhere shows as well.
"""

import asyncio
import contextlib
import faulthandler
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import structlog

from strp.domain.errors import StrpError
from strp.store.engine.reach import is_database_away

log = structlog.get_logger()

SHORTEST_PAUSE_S: Final = 0.5
LONGEST_PAUSE_S: Final = 5.0
# Some loops succeed in a part of their work before each failure, as those who look for letters do
# while the mail server is away: only one that has not failed for so long has gone on.
SETTLED_S: Final = 15.0
# An event loop that stands still for so long is ended by the kernel's thread, and the parent
# starts its process again.
STUCK_S: Final = 60
_REARM_S: Final = 5.0
_STDERR: Final = 2
_CANCEL_AGAIN_S: Final = 1.0

Beat = Callable[[], None]
Work = Callable[[Beat], Awaitable[None]]


@dataclass(slots=True, kw_only=True)
class Loop:
    """What is known of one loop.

    Args:
        bound_s: seconds after its last success from which it counts as late.
        succeeded_at: monotonic seconds; of its start, before the first success.
        beats: successes so far.
        restarts: how often it was started again.
        news: tells the log when it begins to fail, and when it goes on.
    """

    bound_s: float
    succeeded_at: float = field(default_factory=time.monotonic)
    beats: int = 0
    restarts: int = 0
    news: "_News | None" = None

    def beat(self) -> None:
        """Note a success."""
        if self.news is not None:
            self.news.succeed()
        self.beats += 1
        self.succeeded_at = time.monotonic()

    @property
    def age_s(self) -> float:
        """Seconds since the last success."""
        return time.monotonic() - self.succeeded_at

    @property
    def is_late(self) -> bool:
        """Whether its last success is longer ago than its bound."""
        return self.age_s > self.bound_s


class Loops:
    """The background loops of one process, by name."""

    def __init__(self) -> None:
        self._loops: dict[str, Loop] = {}

    @property
    def known(self) -> Mapping[str, Loop]:
        """Those that run now, and those that somebody killed."""
        return self._loops

    def late(self) -> list[str]:
        """Names of those whose last success is longer ago than their bound."""
        return [name for name, loop in self._loops.items() if loop.is_late]

    async def every(
        self,
        name: str,
        turn: Callable[[], Awaitable[object]],
        pause_s: Callable[[], float],
        *,
        within_s: float,
        bound_s: float,
    ) -> None:
        """Do something again and again, until cancelled.

        Args:
            name: of the loop.
            turn: what to do; each end without an error is a heartbeat.
            pause_s: seconds until the next turn.
            within_s: a turn that takes longer is cancelled, and counts as failed.
            bound_s: age of the last success from which the loop counts as late.
        """

        async def turns(beat: Beat) -> None:
            while True:
                async with asyncio.timeout(within_s):
                    await turn()
                _heed_cancel()
                beat()
                await asyncio.sleep(pause_s())

        await self.keep(name, turns, bound_s=bound_s)

    async def keep(
        self, name: str, work: Work, *, bound_s: float, stop: asyncio.Event | None = None
    ) -> None:
        """Keep something running, until cancelled or told to stop.

        A loop that is cancelled stays known: where the process goes on without it, it is late.

        Args:
            name: of the loop.
            work: runs until it fails; calls what it is given at each success.
            bound_s: age of the last success from which the loop counts as late.
            stop: set where it shall end; until then, a return is a failure too.
        """
        loop = self._loops[name] = self._loops.get(name) or Loop(bound_s=bound_s)
        stop = stop or asyncio.Event()
        pause_s = SHORTEST_PAUSE_S
        news = _News(name)
        loop.news = news
        while not stop.is_set():
            began = time.monotonic()
            error = await _failure(name, work(loop.beat))
            if stop.is_set():
                break
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
            if time.monotonic() - began > SETTLED_S:
                pause_s = SHORTEST_PAUSE_S
            loop.restarts += 1
            news.fail(error)
            await _either(stop, pause_s)
        self._loops.pop(name, None)


@contextlib.asynccontextmanager
async def side_by_side(works: Iterable[Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
    """Run what a process keeps doing, beside what the block does; all have ended after it.

    Args:
        works: that run until they are cancelled.
    """
    tasks = {asyncio.create_task(work) for work in works}
    try:
        yield
    finally:
        while tasks:  # a database call that is cancelled may swallow it
            for task in tasks:
                task.cancel()
            done, tasks = await asyncio.wait(tasks, timeout=_CANCEL_AGAIN_S)
            await asyncio.gather(*done, return_exceptions=True)


async def _failure(name: str, work: Awaitable[None]) -> BaseException | None:
    """How work ended: by an error of any kind, or None where it returned.

    It has a task of its own. So what cancels the task that it runs in, from inside, ends the work
    and no loop; and a panic of a library that is written in Rust (pyo3's PanicException is none of
    Python's Exceptions) is a failure like others.
    """
    task = asyncio.ensure_future(work)
    if isinstance(task, asyncio.Task):
        task.set_name(f"loop {name}")
    try:
        await asyncio.wait({task})
    except asyncio.CancelledError:
        await _end(task)
        raise
    return asyncio.CancelledError() if task.cancelled() else task.exception()


async def _end(task: "asyncio.Future[None]") -> None:
    """Cancel a task until it has ended: a database call that is cancelled may swallow it."""
    while not task.done():
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait({task}, timeout=_CANCEL_AGAIN_S)
    if not task.cancelled():
        task.exception()  # looked at: nobody asks any more


def _heed_cancel() -> None:
    """End where a cancel was lost: asyncio.wait_for swallows one that meets its result (before
    Python 3.12), and whoever cancelled would wait for ever."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


async def _either(stop: asyncio.Event, pause_s: float) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(pause_s):
            await stop.wait()


class _News:
    """One line when a loop begins to fail, one when it fails in another way, one when it goes on.

    Success and failure that alternate are one failure: an outage is told once, however often a
    loop succeeds in some part of its work meanwhile.

    That the database is away is said once for the whole process, by `store.database_reach`.

    Args:
        loop: its name.
    """

    __slots__ = ("_failed_at", "_failures", "_loop", "_since", "_told")

    def __init__(self, loop: str) -> None:
        self._loop = loop
        self._told = ""
        self._failures = 0
        self._since = 0.0
        self._failed_at = 0.0

    def fail(self, error: BaseException | None) -> None:
        """Tell a failure by its kind and place: a message may quote what was filed."""
        self._failed_at = time.monotonic()
        if self._failures == 0:
            self._since = self._failed_at
        self._failures += 1
        if is_database_away(error):
            return
        level, told = _what_failed(error)
        if str(told) == self._told:
            return
        self._told = str(told)
        log.log(level, "loop_failed", loop=self._loop, **told)

    def succeed(self) -> None:
        """Tell that it goes on, where it was told that it does not, and no failure followed."""
        if not self._failures or time.monotonic() - self._failed_at < SETTLED_S:
            return
        if self._told:
            seconds = round(self._failed_at - self._since, 1)
            log.warning("loop_goes_on", loop=self._loop, failures=self._failures, after_s=seconds)
        self._told, self._failures = "", 0


def _what_failed(error: BaseException | None) -> tuple[int, dict[str, object]]:
    if isinstance(error, StrpError):
        return logging.WARNING, {"code": error.code}
    trace = None if error is None else error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return logging.ERROR, {
        "error": "returned" if error is None else type(error).__name__,
        "place": f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "",
        "sqlstate": getattr(error, "sqlstate", None),
    }


async def end_when_stuck(loops: Loops) -> None:
    """Have this process end, with its traces, should its event loop stand still; until cancelled.

    The thread that does it needs nothing of Python's, so it also ends what holds the interpreter.

    Args:
        loops: of the process.
    """

    async def put_off() -> None:
        faulthandler.dump_traceback_later(STUCK_S, exit=True, file=_STDERR)

    try:
        await loops.every("stuck", put_off, lambda: _REARM_S, within_s=STUCK_S, bound_s=STUCK_S)
    finally:
        faulthandler.cancel_dump_traceback_later()

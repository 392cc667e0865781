"""Opening day against a running system: open-loop, so that a slow server cannot slow the load."""

import asyncio
import contextlib
import gc
import heapq
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Final

from strp.rehearsal.load_run.meter import resident_bytes
from strp.rehearsal.surge.arrivals import CURVES, Arrivals
from strp.rehearsal.surge.connections import Lines, Reply
from strp.rehearsal.surge.tally import Tally
from strp.rehearsal.surge.visitor import ONLY_READS, Ask, Kind, Town, Visitor

DRAIN_S: Final = 20.0
_STEP_S: Final = 0.002
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class SurgeOptions:
    """What to rehearse.

    Args:
        host: 127.0.0.1.
        port: of the system under test.
        visitors: how many arrive.
        duration_s: over how long.
        curve: `day` or `flat`.
        pace: how quick people are; 1 as in life.
        patience_s: mean time that somebody waits.
        only_reads: share of visitors who only read.
        seed: of all that is drawn.
        processes: of the system, whose memory is watched.
    """

    host: str
    port: int
    visitors: int
    duration_s: float
    curve: str = "day"
    pace: float = 0.5
    patience_s: float = 600.0
    only_reads: float = ONLY_READS
    seed: int = 5072021
    processes: Sequence[int] = ()


class Surge:
    """One run.

    Args:
        options: what to rehearse.
        keys: NIB and API key of the employers that file.
        tell: shows progress.
    """

    def __init__(self, options: SurgeOptions, keys: Sequence[tuple[int, str]], tell: Tell) -> None:
        self._options = options
        self._tell = tell
        self.tally = Tally()
        self._town = Town(
            host=f"{options.host}:{options.port}",
            keys=keys,
            pace=options.pace,
            patience_s=options.patience_s,
            random=Random(options.seed),
            only_reads=options.only_reads,
        )
        self._due: list[tuple[float, int, Visitor, Ask]] = []
        self._order = itertools.count()
        self._inside = self._waiting = 0
        self._began = 0.0

    async def run(self) -> Tally:
        """Let them all come; returns what was counted."""
        options, loop = self._options, asyncio.get_running_loop()
        lines = Lines(options.host, options.port)
        watching = asyncio.create_task(self._watch(lines))
        arrivals = Arrivals(options.visitors, options.duration_s, CURVES[options.curve]).times()
        self._began = loop.time()
        coming = next(arrivals, None)
        number = 0
        gc.disable()  # visitors make no cycles, and looking through a million stops the load
        try:
            while coming is not None or self._goes_on(loop.time()):
                now = loop.time() - self._began
                while coming is not None and coming <= now:
                    self._arrive(number, coming)
                    number, coming = number + 1, next(arrivals, None)
                self._send_due(lines, now)
                await asyncio.sleep(_STEP_S)
        finally:
            gc.enable()
            watching.cancel()
            lines.close()
        return self.tally

    def _goes_on(self, now: float) -> bool:
        late = now - self._began > self._options.duration_s + DRAIN_S
        return self._inside > 0 and not late

    def _arrive(self, number: int, at: float) -> None:
        visitor = Visitor(number, self._town, at)
        self._inside += 1
        self.tally.at(at).counts["arrived"] += 1
        self._plan(visitor, visitor.begin(), at)

    def _plan(self, visitor: Visitor, ask: Ask, now: float) -> None:
        heapq.heappush(self._due, (now + ask.after_s, next(self._order), visitor, ask))

    def _send_due(self, lines: Lines, now: float) -> None:
        while self._due and self._due[0][0] <= now:
            due, _, visitor, ask = heapq.heappop(self._due)
            lines.ask(ask.request, self._when_answered(visitor, ask.kind, due))

    def _when_answered(self, visitor: Visitor, kind: Kind, due: float) -> Callable[[Reply], None]:
        def answered(reply: Reply) -> None:
            now = asyncio.get_running_loop().time() - self._began
            admitted, waiting = visitor.admitted_at, visitor.is_waiting
            ask = visitor.go_on(reply, now)
            if admitted is None and visitor.admitted_at is not None:
                self.tally.admitted += 1
                self.tally.at(now).counts["admitted"] += 1
            self._waiting += visitor.is_waiting - waiting
            waits = kind is Kind.ROOM or (kind is Kind.PAGE and b'id="waiting"' in reply.body)
            self.tally.answered(kind, reply.status, now - due, now, waits=waits)
            if kind is Kind.FILING and visitor.filed_id is not None:
                self.tally.receipts.append(visitor.filed_id)
            if ask is not None:
                self._plan(visitor, ask, now)
            elif visitor.ending is not None:
                self._inside -= 1
                self.tally.ended(visitor.ending, now)

        return answered

    async def _watch(self, lines: Lines) -> None:
        loop = asyncio.get_running_loop()
        for second in itertools.count():
            await asyncio.sleep(max(0.0, self._began + second - loop.time()))
            now = self.tally.at(second)
            now.waiting = self._waiting
            now.rss_bytes = sum(resident_bytes(each) for each in self._options.processes)
            lines.give_up_late()
            if second % 5 == 0:
                counts = self.tally.endings
                self._tell(
                    f"{second:4d} s: here {self._inside}, in line {self._waiting}, "
                    f"admitted {self.tally.admitted}, filed {counts['filed']}, "
                    f"gave up {counts['gave_up']}, queued here {lines.waiting}"
                )


async def rehearse_surge(
    options: SurgeOptions, keys: Sequence[tuple[int, str]], tell: Tell
) -> Tally:
    """Let an opening day come over a running system; returns what was counted.

    Args:
        options: the crowd, and the port of 127.0.0.1 that it asks.
        keys: NIB and API key of employers that file.
        tell: gets a line now and then while it runs.
    """
    watched = replace(options, processes=listeners(options.port))
    return await Surge(watched, keys, tell).run()


def listeners(port: int) -> list[int]:
    """The processes that listen on a port of this machine (proc(5))."""
    inodes = set()
    for table in ("tcp", "tcp6"):
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
                fields = line.split()
                if fields[3] == "0A" and int(fields[1].rsplit(":", 1)[1], 16) == port:
                    inodes.add(f"socket:[{fields[9]}]")
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if any(str(link.readlink()) in inodes for link in (folder / "fd").iterdir()):
                found.append(int(folder.name))
    return found

"""A whole day through one system: rosters in by HTTP, certificates out, every row accounted for.

The system is `strp serve` with a bundled PostgreSQL (fsync on), in a folder of its own. Requests
are written to a file before the clock starts. The clock runs from the first request until every
worker is decided and every approved one has a stored certificate.
"""

import asyncio
import contextlib
import statistics
import time
from array import array
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from strp.rehearsal.load_run.limit import Limit, physical_limit
from strp.rehearsal.load_run.meter import Meter
from strp.rehearsal.load_run.own_system import HOST, OwnSystem, furnish, helper, own_system
from strp.rehearsal.load_run.plan import DayPlan
from strp.rehearsal.load_run.report import Moment
from strp.rehearsal.load_run.spool import read_answers, read_requests, write_requests
from strp.rehearsal.load_run.stages import StageCosts, Stages
from strp.settings import Settings
from strp.usecases.process.system import System
from strp.usecases.rehearsal.load_run import (
    DayAccount,
    StoredLedger,
    account_for,
    backends,
    certificates_so_far,
    is_day_over,
    wal_position,
)

OpenSystem = Callable[[Settings, str], AbstractAsyncContextManager[System]]
Tell = Callable[[str, int, int], None]

CONNECTIONS = 192
OFFICERS = 4
SAMPLED_FILINGS = 2_000
LOOK_EVERY_S = 0.25
WEB, WORKER, SERVE = "web", "worker", "serve"
LOAD, DESK = "load", "officers"
DATABASE, FOR_WEB, FOR_WORKER, FOR_DESK = (
    "database",
    "database for web",
    "database for worker",
    "database for officers",
)
_BACKENDS_OF = {"strp web": FOR_WEB, "strp worker": FOR_WORKER, "strp strp.cli": FOR_DESK}


@dataclass(frozen=True, slots=True, kw_only=True)
class DayReport:
    """What a day was like.

    Args:
        through: what the rosters came through: `nginx` or `nothing`.
        seconds: from the first request to the last certificate.
        intake_s: of these, until the last receipt.
        limit: the same rows and bytes, raw; None where it was not measured.
        cpu_s: by what the processes do.
        stages: CPU microseconds per worker sent, by step; together all of the system's CPU time.
        peak_bytes: resident memory by what the processes do, each at its own worst moment.
        peak_rss_bytes: of the application's processes together, PostgreSQL aside.
        course: how far the day was, every few moments.
    """

    workers: int
    through: str
    filings: int
    seconds: float
    intake_s: float
    limit: Limit | None
    latencies_ms: Mapping[str, float]
    cpu_s: Mapping[str, float]
    stages: Mapping[str, float]
    peak_bytes: Mapping[str, int]
    peak_rss_bytes: int
    wal_bytes: int
    account: DayAccount
    course: Sequence[Moment] = ()

    def to_json(self) -> dict[str, object]:
        """The report as the contract has it, and more."""
        per_s = self.workers / self.seconds
        limit_per_s = self.workers / self.limit.seconds if self.limit else None
        return {
            "workers": self.workers,
            "workers_per_s": round(per_s),
            "limit_workers_per_s": round(limit_per_s) if limit_per_s else None,
            "ratio": round(per_s / limit_per_s, 3) if limit_per_s else None,
            "lost": self.account.lost,
            "duplicated": self.account.duplicated,
            "receipt_p99_ms": self.latencies_ms["p99"],
            "peak_rss_bytes": self.peak_rss_bytes,
            "stages": {name: round(cost, 2) for name, cost in self.stages.items()},
            "through": self.through,
            "filings": self.filings,
            "seconds": round(self.seconds, 2),
            "intake_s": round(self.intake_s, 2),
            "receipt_ms": self.latencies_ms,
            "certificates": self.account.totals.certificates,
            "verified": self.account.verified,
            "wrong": list(self.account.wrong)[:20],
            "cpu_s": {role: round(used, 2) for role, used in self.cpu_s.items()},
            "cpu_us_per_worker": round(sum(self.stages.values()), 1),
            "load_cpu_us_per_worker": round(self.cpu_s.get(LOAD, 0) / self.workers * 1e6, 1),
            "peak_bytes": dict(self.peak_bytes),
            "wal_bytes_per_worker": round(self.wal_bytes / self.workers),
            "limit": self.limit._asdict() if self.limit else None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOptions:
    """How to run a day.

    Args:
        workers: rows of all rosters together.
        worker_processes: that issue certificates.
        web_processes: that take filings.
        connections: of the load.
        with_limit: whether to measure the physical limit too.
        through_nginx: whether rosters come through the shipped nginx.
        officers: command that runs the officers' process: gets folder, database and number.
        within: folder in which the system makes its own; None: where temporary files lie.
    """

    workers: int
    worker_processes: int = 2
    web_processes: int = 1
    connections: int = CONNECTIONS
    with_limit: bool = True
    through_nginx: bool = False
    officers: tuple[str, ...] = ()
    within: Path | None = None


async def run_day(options: DayOptions, open_system: OpenSystem, tell: Tell) -> DayReport:
    """Run a day and hold the books against it.

    Args:
        options: how large, and with how many processes.
        open_system: opens an installation on a database that runs.
        tell: is told the phase, how much is done, and of how much.
    """
    environment = {
        "STRP_WEB_PROCESSES": str(options.web_processes),
        "STRP_WORKER_PROCESSES": str(options.worker_processes),
        "STRP_WAITING_ROOM": "off",
        "STRP_CONCURRENT_REQUESTS": str(max(options.connections + 8, 64)),
    }
    with own_system(environment, options.within, through_nginx=options.through_nginx) as own:
        async with open_system(own.settings, own.url) as system:
            return await _Day(options, own, system, tell).run()


class _Day:
    def __init__(self, options: DayOptions, own: OwnSystem, system: System, tell: Tell) -> None:
        self._options = options
        self._own = own
        self._system = system
        self._tell = tell
        self._plan = DayPlan(options.workers)
        self._backends: Mapping[int, str] = {}
        self._course: list[Moment] = []

    async def run(self) -> DayReport:
        filings = await self._prepare()
        wal_before = await wal_position(self._system)
        async with self._processes() as (load, meter):
            began = time.monotonic()
            intake_s = await self._take_in(load, meter, began)
            await self._wait_until_over()
            seconds = time.monotonic() - began
            meter.sample()
        wal_bytes = await wal_position(self._system) - wal_before
        self._tell("stages", 0, 1)
        stages = await Stages(self._system).measure(self._sample())
        self._tell("accounting", 0, 1)
        account = await account_for(self._system, self._sent())
        limit = await self._limit()
        cpu_s = meter.cpu_s()
        return DayReport(
            workers=self._options.workers,
            through="nginx" if self._options.through_nginx else "nothing",
            filings=filings,
            seconds=seconds,
            intake_s=intake_s,
            limit=limit,
            latencies_ms=self._latencies(),
            cpu_s=cpu_s,
            stages=all_stages(stages, cpu_s, self._options.workers, account.totals.certificates),
            peak_bytes=meter.peak_bytes,
            peak_rss_bytes=meter.peak_sum_bytes,
            wal_bytes=wal_bytes,
            account=account,
            course=self._course,
        )

    async def _prepare(self) -> int:
        """Register who files, and write down what they send."""
        self._tell("preparing", 0, self._options.workers)
        employers = self._plan.employers()
        keys = await furnish(self._system, self._own.folder, employers)
        platforms = list(self._plan.platform_filings(employers))
        filings = chain(platforms, self._plan.filings(employers))
        self._platforms = len(platforms)
        return await asyncio.to_thread(
            write_requests, self._own.folder, filings, keys, self._plan.seed
        )

    @contextlib.asynccontextmanager
    async def _processes(self) -> AsyncIterator[tuple[asyncio.subprocess.Process, Meter]]:
        own, options = self._own, self._options
        sending = (str(own.folder), HOST, str(own.port), str(self._platforms))
        async with contextlib.AsyncExitStack() as stack:
            officers = await stack.enter_async_context(
                helper(*options.officers, str(own.folder), own.url, str(OFFICERS))
            )
            assert officers.stdout is not None
            await officers.stdout.readline()
            meter = Meter(
                {
                    own.serve: role_of_ours,
                    own.postgres: self._role_in_database,
                    officers.pid: lambda *_: DESK,
                }
            )
            meter.sum_memory_of(WEB, WORKER, SERVE)
            await self._note_backends()
            meter.start()
            load = await stack.enter_async_context(
                helper("strp.rehearsal.load_run.sender", *sending, str(options.connections))
            )
            meter.follow(load.pid, lambda *_: LOAD)
            measuring = asyncio.create_task(meter.run())
            try:
                yield load, meter
            finally:
                measuring.cancel()

    async def _take_in(self, load: asyncio.subprocess.Process, meter: Meter, began: float) -> float:
        assert load.stdout is not None
        while line := await load.stdout.readline():
            self._tell("intake", int(line), self._options.workers)
            await self._note_backends()
            used = sum(cpu for role, cpu in meter.cpu_s().items() if role != LOAD)
            stored = await certificates_so_far(self._system)
            self._course.append(Moment(time.monotonic() - began, int(line), stored, used))
        seconds = time.monotonic() - began
        if await load.wait():
            raise RuntimeError("the load process failed")
        return seconds

    async def _wait_until_over(self) -> None:
        while not await is_day_over(self._system):
            self._tell("issuing", await certificates_so_far(self._system), self._options.workers)
            await self._note_backends()
            await asyncio.sleep(LOOK_EVERY_S)

    async def _note_backends(self) -> None:
        self._backends = {**self._backends, **await backends(self._system)}

    def _role_in_database(self, process: int, command: str) -> str | None:
        """Which processes a backend works for; the bench's own do not count."""
        if "[local]" not in command:
            return DATABASE
        return _BACKENDS_OF.get(self._backends.get(process, ""))

    def _latencies(self) -> dict[str, float]:
        answers = islice(read_answers(self._own.folder), None)
        taken = array("Q", (a.latency_us for a in answers if a.number >= self._platforms))
        cuts = statistics.quantiles(taken, n=1000)
        return {
            "p50": round(cuts[499] / 1000, 1),
            "p99": round(cuts[989] / 1000, 1),
            "p999": round(cuts[998] / 1000, 1),
            "max": round(max(taken) / 1000, 1),
        }

    def _sent(self) -> dict[int, StoredLedger]:
        """What the books must hold, by application."""
        requests = read_requests(self._own.folder)
        sent = {}
        for answer in read_answers(self._own.folder):
            rows, duplicate, exempt, rejected = requests[answer.number].expected
            sound = rows - duplicate - exempt - rejected
            number = answer.application_id or -1 - answer.number
            sent[number] = StoredLedger(number, rows, sound, duplicate, exempt, rejected)
        return sent

    def _sample(self) -> list[tuple[int, bytes]]:
        """Employer and body of the first filings that came as JSON."""
        found: list[tuple[int, bytes]] = []
        with (self._own.folder / "requests").open("rb") as file:
            for request in read_requests(self._own.folder)[self._platforms :]:
                file.seek(request.offset)
                head, _, body = file.read(request.length).partition(b"\r\n\r\n")
                if b"application/json" in head and len(found) < SAMPLED_FILINGS:
                    found.append((int(head.partition(b"nib=")[2][:13]), body))
        return found

    async def _limit(self) -> Limit | None:
        if not self._options.with_limit:
            return None
        self._tell("physical limit", 0, 1)
        return await physical_limit(self._own.url, self._own.folder)


def role_of_ours(process: int, command: str) -> str:
    """What a process below `strp serve` does, by its command line.

    Args:
        process: its number; it says nothing here.
        command: its arguments, joined by spaces.
    """
    del process
    if " worker" in command and "strp.cli" in command:
        return WORKER
    return SERVE if "strp.cli" in command else WEB


def all_stages(
    measured: StageCosts, cpu_s: Mapping[str, float], workers: int, certificates: int
) -> dict[str, float]:
    """Steps measured alone, and what is left of each process's account around them.

    Args:
        measured: per worker, and per certificate.
        cpu_s: CPU seconds of the processes, by what they do.
        workers: sent.
        certificates: issued.

    Returns:
        CPU microseconds per worker sent; together all CPU time of the system.
    """
    each = {role: used / workers * 1e6 for role, used in cpu_s.items()}
    issuing = {name: cost * certificates / workers for name, cost in measured.issuing.items()}
    return {
        **measured.intake,
        "http": max(0.0, each.get(WEB, 0) - sum(measured.intake.values())),
        "store": each.get(FOR_WEB, 0),
        "decide": each.get(DESK, 0) + each.get(FOR_DESK, 0),
        **issuing,
        "issue": max(0.0, each.get(WORKER, 0) - sum(issuing.values())),
        "store_certificates": each.get(FOR_WORKER, 0),
        "database": each.get(DATABASE, 0),
    }

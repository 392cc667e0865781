"""Rules that change under a million approved workers: dry run, switch, rescreening.

    python -m bench.rescreening [--workers 1000000] [--per-employer 9] [--touched 100]

A whole system as `strp serve` runs it, web and worker processes of their own, on all cores.
Employers have approved workers with certificates under rules in force today; small filings go in
over HTTP all the time. Then banks are named no more and the policy says `hold`: the dry run counts
whom that touches, the activation switches, and the worker process suspends. `--touched` percent of
the employers are banks. A line to stderr for each phase, JSON in the end. While it screens again,
the worker process is stopped (SIGSTOP) for each second turn: the share is of turns side by side,
since other work on the machine comes and goes, and the pace is that of the turns in which it ran.
Targets (issue 20): dry run 30 s, switch 1 s with nothing refused, 1,000,000 in 5 minutes, filing
beside it at 0.8 of its pace.
"""

import argparse
import asyncio
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil

from bench.small_filings import requests
from bench.stage import cpu_s, send_all
from strp.domain.civil_time import civil_day
from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR
from strp.domain.screening.standing import SETTLED_AFTER
from strp.outside.registries.policy_files import shipped_policies
from strp.rehearsal.load_run.own_system import OwnSystem, furnish, own_system
from strp.rehearsal.load_run.plan import FIRST_NIB as FIRST_FILER
from strp.rehearsal.load_run.plan import PLATFORM_KBLI, DayEmployer
from strp.usecases.certificates.rescreen_standing import list_rescreenings
from strp.usecases.operation.activate_policy import (
    activate_policy,
    count_activation,
    switch_to,
)
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.system import System
from strp.wiring import build_system, running

FIRST_NIB = 9_100_000_000_000
FILERS, CLIENTS, IN_ONE_TURN = 400, 8, 100
CALM_S, TURN_S = 12.0, 4.0
BEFORE, AFTER = "uji-sebelum", "uji-sesudah"
RULES = """
id: {id}
based_on: {based_on}
title: {{id: Uji, en: Bench}}
effective_from: {first}
citations: [{{text: Uji}}]
period:
  {{number: 9, code: UJI, name: {{id: Uji, en: Uji}}, from: {first}, until: {last}, citation: Uji}}
"""
NO_BANKS = """
unfit: {then: hold, citation: Uji}
amend:
  kbli: {mappings: [{prefix: "641", edition: 2020, remove: true}]}
"""

FILL = (
    """
INSERT INTO employer (nib, name, kbli, kbli_edition, kind, region, staff_service,
    staff_administration, import_id, updated_at)
SELECT %(nib)s + n, 'PT Uji ' || n,
       ARRAY[CASE WHEN n %% 100 < %(touched)s THEN '64121'
                  ELSE (ARRAY['10799', '61100', '86103', '49424'])[1 + n %% 4] END],
       2020, 'private', (3171 + n %% 5)::text, 2 * %(each)s, 2 * %(each)s, 1, now()
FROM generate_series(0, %(employers)s - 1) n
""",
    """
INSERT INTO application (nib, application_id, period_id, policy_id, sector, state, submitted_at,
    due_at, decided_at, submitted_by, body_digest, source_format, rows, accepted, unchanged,
    duplicate, exempt, rejected, pending, approved, refused, returned)
SELECT %(nib)s + n, 1000000000 + n, 9, %(policy)s, 'E-a', 'decided', %(at)s, %(at)s,
       %(at)s, 'key:1', '\\x00', 'json', %(each)s, %(each)s, 0, 0, 0, 0, 0, %(each)s, 0, 0
FROM generate_series(0, %(employers)s - 1) n
""",
    """
INSERT INTO worker (nib, application_id, row_no, nik_index, site_type, state, screening, sealed)
SELECT %(nib)s + n, 1000000000 + n, r, int8send(n * 1000 + r), 'pelayanan', 'approved', 'PASS',
       '\\x00'
FROM generate_series(0, %(employers)s - 1) n, generate_series(1, %(each)s) r
""",
    """
INSERT INTO certificate (nib, application_id, row_no, serial_no, issued_at, sealed)
SELECT %(nib)s + n, 1000000000 + n, r, n * %(each)s + r, %(at)s, '\\x00'
FROM generate_series(0, %(employers)s - 1) n, generate_series(1, %(each)s) r
""",
    """
INSERT INTO quota_use (nib, period_id, service, administration)
SELECT %(nib)s + n, 9, %(each)s, 0 FROM generate_series(0, %(employers)s - 1) n
""",
    "VACUUM ANALYZE employer, application, worker, certificate, quota_use",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=1_000_000)
    parser.add_argument("--per-employer", type=int, default=9)
    parser.add_argument("--touched", type=int, default=100)
    parser.add_argument("--within", type=float, default=600, help="seconds of rescreening, at most")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="strp-bench-") as folder:
        Path(folder).chmod(0o755)
        policies = Path(folder) / "policies"
        shutil.copytree(shipped_policies(), policies)
        rules = {"STRP_POLICIES_DIR": str(policies), "STRP_EXERCISE": "0"}
        with own_system({**rules, "STRP_WAITING_ROOM": "off"}) as own:
            found = asyncio.run(run(own, policies, options))
    print(json.dumps({"options": vars(options), **found}, indent=2))


class Filer:
    """Small filings over HTTP, one after another on a few connections.

    Args:
        port: of the web process.
        keys: API keys of employers.
    """

    def __init__(self, port: int, keys: list[tuple[int, str]]) -> None:
        self._port, self._keys, self._first = port, keys, 0

    async def turn(self) -> tuple[int, float, list[float]]:
        """Some filings: how many, in how many seconds, and the latency of each."""
        sent, self._first = requests(self._port, self._keys, self._first, IN_ONE_TURN)
        took, latencies = await send_all(self._port, sent, at_once=CLIENTS)
        return len(sent), took, latencies

    async def until(self, end: "asyncio.Task[Any] | float") -> dict[str, float]:
        """File while something goes on, or for so many seconds; all must be answered 202."""
        work = asyncio.create_task(asyncio.sleep(end)) if isinstance(end, float) else end
        filed, seconds, latencies = 0, 0.0, list[float]()
        while not work.done():
            count, took, seen = await self.turn()
            filed, seconds, latencies = filed + count, seconds + took, latencies + seen
        cuts = statistics.quantiles(latencies, n=100)
        return {
            "filings_per_s": round(filed / seconds, 1),
            "p99_ms": round(cuts[98] * 1000, 1),
            "max_ms": round(max(latencies) * 1000, 1),
        }


def tell(phase: str, found: object) -> None:
    """A line for each phase, as soon as it is over."""
    print(f"{time.strftime('%H:%M:%S')} {phase}: {json.dumps(found)}", file=sys.stderr, flush=True)


async def run(own: OwnSystem, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Figures of each phase."""
    settings = replace(own.settings, exercise=False, policies_dir=str(folder))
    found: dict[str, Any] = {}

    def note(phase: str, value: object) -> None:
        found[phase] = value
        tell(phase, value)

    async with running(build_system(settings, own.url)) as system:
        today = civil_day(system.clock())
        days = {"first": today - timedelta(days=1), "last": today + timedelta(days=13)}
        first = RULES.format(id=BEFORE, based_on="inmendagri-18-2021", **days)
        (folder / f"{BEFORE}.yaml").write_text(first)
        second = RULES.format(id=AFTER, based_on=BEFORE, **days)
        (folder / f"{AFTER}.yaml").write_text(second + NO_BANKS)
        await load_reference(system, OPERATOR)
        await activate_policy(system, OPERATOR, BEFORE)
        employers = [
            DayEmployer(Nib(FIRST_FILER + n), PLATFORM_KBLI, 9_000_000) for n in range(FILERS)
        ]
        keys = [*(await furnish(system, own.folder, employers)).items()]
        began = time.perf_counter()
        await fill(system, options)
        note("filled_s", round(time.perf_counter() - began, 1))
        filer = Filer(own.port, keys)
        await asyncio.sleep(
            SETTLED_AFTER.total_seconds()
        )  # the web process knows the rules by then
        await filer.until(CALM_S / 2)
        note("alone", await filer.until(CALM_S))
        dry = asyncio.create_task(timed(dry_run(own, folder)))
        note("beside_dry_run", await filer.until(dry))
        note("dry_run_s", await dry)
        counted = await count_activation(system, OPERATOR, AFTER)
        switching = asyncio.create_task(timed(switch_to(system, OPERATOR, AFTER, counted)))
        note("beside_switch", await filer.until(switching))
        note("switch_s", await switching)
        await asyncio.sleep(SETTLED_AFTER.total_seconds())
        found |= await asyncio.wait_for(in_turns(own, system, filer), options.within)
    return found


async def dry_run(own: OwnSystem, folder: Path) -> None:
    """`strp policy activate --dry-run`, in a process of its own as an official runs it."""
    environment = {
        **os.environ,
        "STRP_DATA_DIR": str(own.folder),
        "STRP_DATABASE_URL": own.url,
        "STRP_POLICIES_DIR": str(folder),
        "STRP_EXERCISE": "0",
    }
    command = (sys.executable, "-m", "strp.cli", "policy", "activate", AFTER, "--dry-run", "--json")
    pipe = asyncio.subprocess.PIPE
    child = await asyncio.create_subprocess_exec(*command, stdout=pipe, env=environment)
    told, _ = await child.communicate()
    tell("dry run", {k: v for k, v in json.loads(told).items() if isinstance(v, int)})


async def in_turns(own: OwnSystem, system: System, filer: "Filer") -> dict[str, Any]:
    """File while the worker process screens again, in each second turn while it stands still."""
    workers = worker_processes(own)
    postgres = psutil.Process(own.postgres)
    paces: dict[bool, list[float]] = {True: [], False: []}
    latencies, spent, used = list[float](), 0.0, {"worker": 0.0, "postgres": 0.0}
    runs, done = True, (await list_rescreenings(system, OPERATOR))[0]
    while done.done_at is None:
        began, before = time.perf_counter(), (cpu(workers), cpu([postgres]))
        turn = await filer.until(TURN_S)
        paces[runs].append(turn["filings_per_s"])
        if runs:
            spent += time.perf_counter() - began
            latencies.append(turn["max_ms"])
            used["worker"] += cpu(workers) - before[0]
        used["postgres"] += (cpu([postgres]) - before[1]) * (1 if runs else -1)
        runs = not runs
        for each in workers:
            each.resume() if runs else each.suspend()
        [done, *_] = await list_rescreenings(system, OPERATOR)
        tell("turn", {"suspended": done.suspended, "left": done.left, "running_s": round(spent, 1)})
    for each in workers:
        each.resume()
    medians = {runs: statistics.median(many) for runs, many in paces.items()}
    found = {
        "rescreening_s": round(spent, 1),
        "suspended": done.suspended,
        "suspended_per_s": round(done.suspended / spent),
        "cpu_s": {name: round(value, 1) for name, value in used.items()},
        "filings_per_s": {"beside": medians[True], "worker stopped": medians[False]},
        "longest_ms_beside": max(latencies),
        "share": round(medians[True] / medians[False], 2),
    }
    tell("rescreening", found)
    return found


def worker_processes(own: OwnSystem) -> list[psutil.Process]:
    """The worker processes of `strp serve`."""
    children = psutil.Process(own.serve).children(recursive=True)
    return [each for each in children if each.cmdline()[-1:] == ["worker"]]


def cpu(processes: Sequence[psutil.Process]) -> float:
    """CPU seconds of processes and of those they started."""
    return sum(cpu_s(each.pid) for each in processes)


async def fill(system: System, options: argparse.Namespace) -> None:
    """Write employers with approved workers and their certificates."""
    values = {
        "nib": FIRST_NIB,
        "employers": options.workers // options.per_employer,
        "each": options.per_employer,
        "touched": options.touched,
        "policy": BEFORE,
        "at": system.clock(),
    }
    async with system.database.connection() as conn:
        await conn.execute("SET statement_timeout = 0")
        for statement in FILL:
            await conn.execute(statement, values if "%(" in statement else None)
        await conn.execute("RESET statement_timeout")


async def timed(work: Any) -> float:
    """Seconds that something takes."""
    start = time.perf_counter()
    await work
    return round(time.perf_counter() - start, 2)


if __name__ == "__main__":
    main()

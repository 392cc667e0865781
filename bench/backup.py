"""Filing while `strp backup` runs, against filing alone: how much of its pace does it keep?

One system as an operator has it, on all cores; rounds in turn, and their medians. A database that
holds something is filled first. Filings go on for as long as the backup does, and the pace is that
of this while. A copy begins with a checkpoint, after which each page that is touched is logged
whole; one comes by itself every quarter of an hour. So there is a third kind of round: alone, but
right after a checkpoint.

Rounds without a backup last as long as the one before did, `--alone-s` at most: at full pace a
database grows by some MiB a second, so that each round that lasted as long as a copy made the next
copy longer than all before it. Each round is told when it ends, and after `--most-seconds` no other
begins; a backup that has not ended by then is ended, and its round says so.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import LiteralString

import psycopg

from bench.intake import AT_ONCE, WORKERS_A_FILING, ours
from bench.stage import free_port, furnish, send_all, server
from strp.outside.machine.postgres import bundled_postgres
from strp.outside.machine.postgres_server import Server
from strp.settings import Settings

EMPLOYERS = 400
STEP = 200
MIB = 1 << 20
KINDS = (ALONE, BESIDE_BACKUP, AFTER_CHECKPOINT) = ("alone", "beside_backup", "after_checkpoint")


async def run(options: argparse.Namespace) -> dict[str, object]:
    fill, rounds = options.fill, options.rounds
    pace: dict[str, list[float]] = {name: [] for name in KINDS}
    backups: list[float] = []
    ends = time.monotonic() + options.most_seconds
    cores = sorted(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory(prefix="strp-bench-", dir=os.environ.get("TMPDIR")) as folder:
        os.chmod(folder, 0o755)  # noqa: PTH101
        data = Path(folder) / "data"
        settings = Settings(data_dir=str(data), port=free_port(), log_format="text", exercise=True)
        with bundled_postgres(data) as url:
            keys = await furnish(settings, url, EMPLOYERS)
            environment = {"STRP_DATA_DIR": str(data), "STRP_DATABASE_URL": url}
            port, first = free_port(), 0
            with server("strp", port, environment, cores=cores):
                await send_all(port, ours(port, keys, first, fill), at_once=AT_ONCE)
                first += fill * WORKERS_A_FILING
                for number in range(len(KINDS) * rounds):
                    name = KINDS[number % len(KINDS)]
                    if time.monotonic() >= ends and all(pace.values()):
                        break
                    if name == AFTER_CHECKPOINT:
                        make_checkpoint(data)
                    lasts = min(backups[-1], options.alone_s) if backups else 0.0
                    running = after(lasts)
                    if name == BESIDE_BACKUP:
                        running = backing_up(data, Path(folder) / f"b{number}", options.max_rate)
                    written, began = log_bytes(data), time.monotonic()
                    with running as is_over:
                        seconds, sent = 0.0, 0
                        while sent < options.filings or not is_over():
                            if sent >= options.filings and time.monotonic() >= ends:
                                break
                            requests = ours(port, keys, first, STEP)
                            first += STEP * WORKERS_A_FILING
                            seconds += (await send_all(port, requests, at_once=AT_ONCE))[0]
                            sent += STEP
                        took, ended = time.monotonic() - began, is_over()
                    if name == BESIDE_BACKUP:
                        backups.append(took)
                    pace[name].append(sent * WORKERS_A_FILING / seconds)
                    tell(
                        {
                            "round": name,
                            "workers_per_s": round(pace[name][-1]),
                            "seconds": round(took, 1),
                            "log_mib_per_s": round((log_bytes(data) - written) / MIB / took, 1),
                            "database_mib": round(database_bytes(data) / MIB),
                            **({} if ended else {"ended_before_its_end": True}),
                        }
                    )
    medians = {name: statistics.median(each) for name, each in pace.items()}
    return {
        "workers_per_s": {name: round(value) for name, value in medians.items()},
        "rounds": {name: [round(value) for value in each] for name, each in pace.items()},
        "backup_s": [round(seconds, 1) for seconds in backups],
        "ratio": round(medians[BESIDE_BACKUP] / medians[ALONE], 3),
        "ratio_after_checkpoint": round(medians[AFTER_CHECKPOINT] / medians[ALONE], 3),
    }


def make_checkpoint(data: Path) -> None:
    """What a copy begins with, by itself."""
    with psycopg.connect(Server(data / "postgres").upkeep_url(), autocommit=True) as conn:
        conn.execute("CHECKPOINT")


def tell(facts: dict[str, object]) -> None:
    """A round, as soon as it is over: whoever waits sees how far it is."""
    print(json.dumps(facts), file=sys.stderr, flush=True)


def log_bytes(data: Path) -> int:
    """How much the database has ever written to its log."""
    return ask(data, "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint")


def database_bytes(data: Path) -> int:
    return ask(data, "SELECT pg_database_size('strp')")


def ask(data: Path, question: LiteralString) -> int:
    """A number that the database tells whoever keeps it up."""
    with psycopg.connect(Server(data / "postgres").upkeep_url()) as conn:
        row = conn.execute(question).fetchone()
    assert row is not None
    return int(row[0])


@contextmanager
def after(seconds: float) -> Iterator[Callable[[], bool]]:
    """Whether so many seconds have passed since now."""
    until = time.monotonic() + seconds
    yield lambda: time.monotonic() >= until


@contextmanager
def backing_up(data: Path, folder: Path, rate_mib: int | None) -> Iterator[Callable[[], bool]]:
    """A backup that runs meanwhile; gives what says whether it is over, and ends it if need be."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("STRP_")}
    bound = [] if rate_mib is None else ["--max-rate", str(rate_mib)]
    running = subprocess.Popen(
        [sys.executable, "-m", "strp.cli", "backup", str(folder), *bound],
        env={**own, "STRP_DATA_DIR": str(data), "STRP_EXERCISE": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def is_over() -> bool:
        if running.poll() is None:
            return False
        if running.returncode:
            raise RuntimeError("the backup did not come about")
        return True

    try:
        yield is_over
    finally:
        running.terminate()
        running.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fill", type=int, default=20_000, help="filings before the first round")
    parser.add_argument("--filings", type=int, default=1_000, help="of a round, at least")
    parser.add_argument(
        "--max-rate", type=int, help="of the backup; without it: as it is by itself"
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--alone-s", type=float, default=30, help="most seconds of a round alone")
    parser.add_argument("--most-seconds", type=float, default=900, help="of all rounds")
    print(json.dumps(asyncio.run(run(parser.parse_args())), indent=2))


if __name__ == "__main__":
    main()

"""Filing while `strp backup` runs, against filing alone: how much of its pace does it keep?

One system as an operator has it, on all cores; rounds in turn, and their medians. A database that
holds something is filled first. Filings go on for as long as the backup does, and the pace is that
of this while; rounds without one last as long as the backup before. A copy begins with a
checkpoint, after which each page that is touched is logged whole; one comes by itself every quarter
of an hour. So there is a third kind of round: alone, but right after a checkpoint.
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
from collections.abc import Callable
from pathlib import Path

import psycopg

from bench.intake import AT_ONCE, WORKERS_A_FILING, ours
from bench.stage import free_port, furnish, send_all, server
from strp.outside.machine.postgres import bundled_postgres
from strp.outside.machine.postgres_server import Server
from strp.settings import Settings

EMPLOYERS = 400
STEP = 200
KINDS = (ALONE, BESIDE_BACKUP, AFTER_CHECKPOINT) = ("alone", "beside_backup", "after_checkpoint")


async def run(fill: int, filings: int, rounds: int, rate_mib: int | None) -> dict[str, object]:
    pace: dict[str, list[float]] = {name: [] for name in KINDS}
    backups: list[float] = []
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
                    if name == AFTER_CHECKPOINT:
                        make_checkpoint(data)
                    is_over = after(backups[-1] if backups else 0.0)
                    if name == BESIDE_BACKUP:
                        is_over = back_up(data, Path(folder) / f"b{number}", rate_mib, backups)
                    seconds, sent = 0.0, 0
                    while sent < filings or not is_over():
                        requests = ours(port, keys, first, STEP)
                        first += STEP * WORKERS_A_FILING
                        seconds += (await send_all(port, requests, at_once=AT_ONCE))[0]
                        sent += STEP
                    pace[name].append(sent * WORKERS_A_FILING / seconds)
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


def after(seconds: float) -> Callable[[], bool]:
    """Whether so many seconds have passed since now."""
    until = time.monotonic() + seconds
    return lambda: time.monotonic() >= until


def back_up(
    data: Path, folder: Path, rate_mib: int | None, took: list[float]
) -> Callable[[], bool]:
    """Start a backup; returns what says whether it is over, and then notes its seconds."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("STRP_")}
    began = time.monotonic()
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
        took.append(time.monotonic() - began)
        return True

    return is_over


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fill", type=int, default=20_000, help="filings before the first round")
    parser.add_argument("--filings", type=int, default=1_000, help="of a round, at least")
    parser.add_argument(
        "--max-rate", type=int, help="of the backup; without it: as it is by itself"
    )
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print(
        json.dumps(
            asyncio.run(run(options.fill, options.filings, options.rounds, options.max_rate)),
            indent=2,
        )
    )


if __name__ == "__main__":
    main()

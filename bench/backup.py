"""Filing while `strp backup` runs, against filing alone: how much of its pace does it keep?

One system as an operator has it, on all cores; rounds in turn, and their medians. A database that
holds something is filled first, so that a backup lasts as long as a round.
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
from pathlib import Path

from bench.intake import AT_ONCE, WORKERS_A_FILING, ours
from bench.stage import free_port, furnish, send_all, server
from strp.outside.machine.postgres import bundled_postgres
from strp.settings import Settings

EMPLOYERS = 400


async def run(fill: int, filings: int, rounds: int) -> dict[str, object]:
    pace: dict[str, list[float]] = {"alone": [], "beside_backup": []}
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
                for number in range(2 * rounds):
                    requests = ours(port, keys, first, filings)
                    first += filings * WORKERS_A_FILING
                    beside = number % 2 == 1
                    backup = back_up(data, Path(folder) / f"b{number}") if beside else None
                    seconds, _ = await send_all(port, requests, at_once=AT_ONCE)
                    name = "beside_backup" if beside else "alone"
                    pace[name].append(filings * WORKERS_A_FILING / seconds)
                    if backup is not None:
                        backups.append(backup())
    medians = {name: statistics.median(each) for name, each in pace.items()}
    return {
        "workers_per_s": {name: round(value) for name, value in medians.items()},
        "rounds": {name: [round(value) for value in each] for name, each in pace.items()},
        "backup_s": [round(seconds, 1) for seconds in backups],
        "ratio": round(medians["beside_backup"] / medians["alone"], 3),
    }


def back_up(data: Path, folder: Path):  # type: ignore[no-untyped-def]
    """Start a backup; returns what waits for it and says how many seconds it took."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("STRP_")}
    began = time.monotonic()
    running = subprocess.Popen(
        [sys.executable, "-m", "strp.cli", "backup", str(folder)],
        env={**own, "STRP_DATA_DIR": str(data), "STRP_EXERCISE": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def wait() -> float:
        if running.wait():
            raise RuntimeError("the backup did not come about")
        return time.monotonic() - began

    return wait


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fill", type=int, default=20_000, help="filings before the first round")
    parser.add_argument("--filings", type=int, default=3_000, help="of a round")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print(json.dumps(asyncio.run(run(options.fill, options.filings, options.rounds)), indent=2))


if __name__ == "__main__":
    main()

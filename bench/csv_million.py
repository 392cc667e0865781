"""A CSV roster of a million rows through the HTTP door: memory of the whole tree, and rows/s.

    python -m bench.csv_million [--rows 1000000]

Resident memory is summed over `strp serve` and all that descends from it (web, worker; PostgreSQL
aside), sampled from the first byte sent until some seconds after the receipt, so that the first
certificates are being issued too. Rows/s are held against raw binary COPY of the same rows into
the same tables with the same indexes on the same server, right afterwards. Targets (issue 2):
under 400 MB, and 0.4 or better.
"""

import argparse
import asyncio
import json
import time
import urllib.request
from pathlib import Path

from strp.domain.identifiers import Nib
from strp.rehearsal.day_meter import Meter
from strp.rehearsal.day_plan import FIRST_NIB, PLATFORM_KBLI, DayEmployer, DayFiling
from strp.rehearsal.day_rosters import csv_pieces
from strp.rehearsal.day_system import HOST, OwnSystem, furnish, own_system
from strp.usecases.raw_limit import copy_share, drop_yardstick, make_yardstick, prepare_share
from strp.wiring import build_system, running

FILED_TABLES = ("application", "worker", "engagement")
SAMPLE_EVERY_S = 0.02
AFTERWARDS_S = 5.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--workers", type=int, default=1, help="worker processes")
    options = parser.parse_args()
    environment = {"STRP_WAITING_ROOM": "off", "STRP_WORKER_PROCESSES": str(options.workers)}
    with own_system(environment) as own:
        print(json.dumps(asyncio.run(run(own, options.rows)), indent=1))


async def run(own: OwnSystem, rows: int) -> dict[str, object]:
    employer = DayEmployer(Nib(FIRST_NIB), PLATFORM_KBLI, 9_000_000)
    async with running(build_system(own.settings, own.url)) as system:
        key = (await furnish(system, own.folder, [employer]))[employer.nib]
    roster = own.folder / "roster.csv"
    with roster.open("wb") as file:
        file.writelines(csv_pieces(DayFiling(employer, 0, rows, has_mistakes=False)))
    meter = Meter({own.serve: lambda *_: "application"})
    meter.sum_memory_of("application")
    meter.start()
    at_rest = meter.peak_sum_bytes
    measuring = asyncio.create_task(meter.run(every_s=SAMPLE_EVERY_S))
    began = time.monotonic()
    receipt = await asyncio.to_thread(send, own.port, employer.nib, key, roster)
    seconds = time.monotonic() - began
    until_receipt = meter.peak_sum_bytes
    await asyncio.sleep(AFTERWARDS_S)
    measuring.cancel()
    copy_s = await raw_copy(own)
    ledger = receipt["ledger"]
    assert isinstance(ledger, dict) and ledger["accepted"] == rows, ledger
    return {
        "rows": rows,
        "seconds": round(seconds, 2),
        "rows_per_s": round(rows / seconds),
        "copy_rows_per_s": round(rows / copy_s),
        "ratio": round(copy_s / seconds, 3),
        "tree_peak_bytes": {
            "at_rest": at_rest,
            "until_receipt": until_receipt,
            "with_issuing": meter.peak_sum_bytes,
        },
        "application_cpu_s": round(meter.cpu_s()["application"], 2),
    }


def send(port: int, nib: int, key: str, roster: Path) -> dict[str, object]:
    """Send the file as an employer's program would; returns the receipt."""
    request = urllib.request.Request(
        f"http://{HOST}:{port}/api/v1/applications?nib={nib:013d}",
        data=roster.open("rb"),
        headers={
            "Authorization": f"Bearer {key}",
            "Content-Type": "text/csv",
            "Content-Length": str(roster.stat().st_size),
        },
        method="POST",
    )
    with urllib.request.urlopen(request, timeout=600) as answer:
        receipt: dict[str, object] = json.load(answer)
    return receipt


async def raw_copy(own: OwnSystem) -> float:
    """Seconds of raw binary COPY of what was filed, over one connection."""
    await prepare_share(own.url, own.folder, 0, 1, 0)
    await make_yardstick(own.url)
    began = time.monotonic()
    await copy_share(own.url, own.folder, 0, FILED_TABLES)
    seconds = time.monotonic() - began
    await drop_yardstick(own.url)
    return seconds


if __name__ == "__main__":
    main()

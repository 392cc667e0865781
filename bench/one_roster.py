"""One large CSV roster through the door of a system of its own: memory, time, and raw COPY.

    python -m bench.one_roster [--rows 100000] [--through-nginx]

What it prints of rows/s is beside raw binary COPY of the same rows into the same tables.
"""

import argparse
import asyncio
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bench.stage import add_way_in, document
from strp.domain.identifiers import Nib
from strp.rehearsal.load_run.meter import Meter
from strp.rehearsal.load_run.own_system import HOST, OwnSystem, furnish, own_system
from strp.rehearsal.load_run.plan import FIRST_NIB, PLATFORM_KBLI, DayEmployer, DayFiling
from strp.rehearsal.load_run.rosters import csv_pieces
from strp.rehearsal.load_run.run import SERVE, WEB, WORKER, role_of_ours
from strp.usecases.rehearsal.raw_limit import (
    copy_share,
    drop_yardstick,
    make_yardstick,
    prepare_share,
)
from strp.wiring import build_system, running

FILED_TABLES = ("application", "worker", "engagement")
SAMPLE_EVERY_S = 0.02
AFTERWARDS_S = 5.0

Write = Callable[[DayFiling, Path], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class OneRoster:
    """What one roster cost.

    Args:
        seconds: from the first byte sent to the receipt.
        copy_s: raw binary COPY of what was filed into empty tables of the same shape.
        tree_peak_bytes: resident memory of `strp serve` and all that descends from it, PostgreSQL
            aside: before, until the receipt, and some seconds into issuing.
        peak_bytes: of each kind of process, at its own worst moment.
    """

    rows: int
    file_bytes: int
    seconds: float
    copy_s: float
    tree_peak_bytes: dict[str, int]
    peak_bytes: dict[str, int]
    cpu_s: dict[str, float] = field(default_factory=dict)

    def to_json(self) -> dict[str, object]:
        """The figures as one document."""
        return {
            "rows": self.rows,
            "file_bytes": self.file_bytes,
            "seconds": round(self.seconds, 2),
            "rows_per_s": round(self.rows / self.seconds),
            "copy_rows_per_s": round(self.rows / self.copy_s),
            "ratio": round(self.copy_s / self.seconds, 3),
            "tree_peak_bytes": self.tree_peak_bytes,
            "peak_bytes": self.peak_bytes,
            "cpu_s": {role: round(used, 2) for role, used in self.cpu_s.items()},
        }


def measure(about: str | None, rows: int, write: Write, media_type: str) -> None:
    """Measure one roster as the command line says, and print the figures.

    Args:
        about: what the bench is, for `--help`.
        rows: of the roster, where the command line says nothing else.
        write: writes the roster to a file.
        media_type: of the file.
    """
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--rows", type=int, default=rows)
    add_way_in(parser)
    options = parser.parse_args()
    with own_system({"STRP_WAITING_ROOM": "off"}, through_nginx=options.through_nginx) as own:
        done = asyncio.run(file_one(own, options.rows, write, media_type))
    print(document(options, done.to_json()))


def write_csv(filing: DayFiling, path: Path) -> None:
    """Write the roster a piece at a time."""
    with path.open("wb") as file:
        file.writelines(csv_pieces(filing))


async def file_one(own: OwnSystem, rows: int, write: Write, media_type: str) -> OneRoster:
    """File one roster of so many sound rows, and measure.

    Args:
        own: a system that runs.
        rows: of the roster.
        write: writes the roster to a file.
        media_type: of the file.
    """
    employer = DayEmployer(Nib(FIRST_NIB), PLATFORM_KBLI, 9_000_000)
    async with running(build_system(own.settings, own.url)) as system:
        key = (await furnish(system, own.folder, [employer]))[employer.nib]
    roster = own.folder / "roster"
    write(DayFiling(employer, 0, rows, has_mistakes=False), roster)
    meter = Meter({own.serve: role_of_ours})
    meter.sum_memory_of(WEB, WORKER, SERVE)
    meter.start()
    meter.sample()
    peaks = {"at_rest": meter.peak_sum_bytes}
    measuring = asyncio.create_task(meter.run(every_s=SAMPLE_EVERY_S))
    began = time.monotonic()
    receipt = await asyncio.to_thread(send_roster, own.port, employer.nib, key, roster, media_type)
    seconds = time.monotonic() - began
    peaks["until_receipt"] = meter.peak_sum_bytes
    cpu_s = meter.cpu_s()
    await asyncio.sleep(AFTERWARDS_S)
    measuring.cancel()
    peaks["with_issuing"] = meter.peak_sum_bytes
    ledger = receipt["ledger"]
    assert isinstance(ledger, dict) and ledger["accepted"] == rows, ledger
    return OneRoster(
        rows=rows,
        file_bytes=roster.stat().st_size,
        seconds=seconds,
        copy_s=await _raw_copy(own),
        tree_peak_bytes=peaks,
        peak_bytes=meter.peak_bytes,
        cpu_s=cpu_s,
    )


def send_roster(port: int, nib: int, key: str, roster: Path, media_type: str) -> dict[str, object]:
    """Send a file as an employer's program would; returns the receipt, or ends with the refusal."""
    request = urllib.request.Request(
        f"http://{HOST}:{port}/api/v1/applications?nib={nib:013d}",
        data=roster.open("rb"),
        headers={
            "Authorization": f"Bearer {key}",
            "Content-Type": media_type,
            "Content-Length": str(roster.stat().st_size),
        },
        method="POST",
    )
    try:
        with urllib.request.urlopen(request, timeout=600) as answer:
            receipt: dict[str, object] = json.load(answer)
    except urllib.error.HTTPError as refused:
        raise SystemExit(f"refused with {refused.code}: {refused.read().decode()}") from refused
    return receipt


async def _raw_copy(own: OwnSystem) -> float:
    """Seconds of raw binary COPY of what was filed, over one connection."""
    await prepare_share(own.url, own.folder, 0, 1, 0)
    await make_yardstick(own.url)
    began = time.monotonic()
    await copy_share(own.url, own.folder, 0, FILED_TABLES)
    seconds = time.monotonic() - began
    await drop_yardstick(own.url)
    return seconds


if __name__ == "__main__":
    measure(__doc__, 100_000, write_csv, "text/csv")

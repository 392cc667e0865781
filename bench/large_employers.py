"""What large employers cost the others, in a system of its own that they fill.

    python -m bench.large_employers [--workers 2000000] [--giant 500000] [--through-nginx]

Rosters go in through the HTTP door, and their certificates are issued. Then: how long a one-row
filing waits for its certificate while a giant's are being made, and what pages of the giant's
workers cost. Targets (issue 13): 1 s behind any giant, 50 ms a page.
"""

import argparse
import asyncio
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from bench.csv_million import write
from bench.one_roster import send_roster
from bench.stage import add_way_in, document
from strp.domain.identifiers import Nib
from strp.rehearsal.load_run.own_system import HOST, OwnSystem, furnish, own_system
from strp.rehearsal.load_run.plan import FIRST_NIB, PLATFORM_KBLI, DayEmployer, DayFiling
from strp.store.engine.database import single_connection
from strp.wiring import build_system, running

ONE_ROW_FILINGS = 5
FILLING_ROWS = 250_000
TIMES = 5
UNISSUED = "SELECT count(*) FROM issue_task WHERE nib = %s"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=2_000_000)
    parser.add_argument("--giant", type=int, default=500_000)
    parser.add_argument("--worker-processes", type=int, default=1)
    add_way_in(parser)
    options = parser.parse_args()
    processes = {"STRP_WORKER_PROCESSES": str(options.worker_processes)}
    with own_system(
        {"STRP_WAITING_ROOM": "off", **processes}, through_nginx=options.through_nginx
    ) as own:
        print(document(options, asyncio.run(run(own, options.workers, options.giant))))


async def run(own: OwnSystem, workers: int, giant: int) -> dict[str, object]:
    """Fill, then measure; milliseconds."""
    filling = max(0, -(-(workers - giant) // FILLING_ROWS))
    sizes = [FILLING_ROWS] * filling + [giant] + [1] * ONE_ROW_FILINGS
    employers = [
        DayEmployer(Nib(FIRST_NIB + number), PLATFORM_KBLI, 9_000_000)
        for number in range(len(sizes))
    ]
    async with running(build_system(own.settings, own.url)) as system:
        keys = await furnish(system, own.folder, employers)
    first, numbers, waits = 0, [], []
    for employer, size in zip(employers, sizes, strict=True):
        receipt = await _file(own, employer, keys, first, size)
        first += size
        numbers.append(receipt["application_id"])
        if size == 1:
            waits.append(await _issued(own, employer))
        elif size == FILLING_ROWS:
            await _issued(own, employer)
    behind = [round(seconds * 1000) for seconds in waits]
    key = keys[employers[filling].nib]
    return {
        "workers": first,
        "certificate_behind_giant_ms": behind,
        "pages_ms": await asyncio.to_thread(_pages, own.port, numbers[filling], giant, key),
    }


async def _file(
    own: OwnSystem, employer: DayEmployer, keys: Mapping[int, str], first: int, size: int
) -> dict[str, object]:
    roster = Path(own.folder) / "roster"
    write(DayFiling(employer, first, size, has_mistakes=False), roster)
    return await asyncio.to_thread(
        send_roster, own.port, employer.nib, keys[employer.nib], roster, "text/csv"
    )


async def _issued(own: OwnSystem, employer: DayEmployer) -> float:
    """Seconds until nothing of an employer waits for certificates."""
    began = time.monotonic()
    async with single_connection(own.url) as conn:
        while True:
            [[waiting]] = await (await conn.execute(UNISSUED, (employer.nib,))).fetchall()
            if not waiting:
                return time.monotonic() - began
            await asyncio.sleep(0.01)


def _pages(port: int, number: object, rows: int, key: str) -> dict[str, float]:
    """The best of a few tries of each page, as a program gets it."""
    asked = {
        "first": "",
        "middle": f"after={rows // 2}",
        "last": f"after={rows - 100}",
        "last thousand": f"limit=1000&after={rows - 1000}",
        "approved, last": f"state=approved&after={rows - 100}",
        "refused": "state=refused",
        "pending": "state=pending",
    }
    found = {}
    for name, query in asked.items():
        address = f"http://{HOST}:{port}/api/v1/applications/{number}/workers?{query}"
        headers = {"Authorization": f"Bearer {key}"}
        request = urllib.request.Request(address, headers=headers)
        tries = []
        for _ in range(TIMES):
            began = time.monotonic()
            urllib.request.urlopen(request, timeout=60).read()
            tries.append(time.monotonic() - began)
        found[name] = round(min(tries) * 1000, 1)
    return found


if __name__ == "__main__":
    main()

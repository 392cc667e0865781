"""A roster of 900,000 rows beside a thousand rosters of three: are the small ones held up?

    python -m bench.giant_beside_small [--rows 900000] [--small 1000] [--through-nginx]

The small ones come at a steady pace, first alone, then while the giant is being filed; each by
another employer. Target (issue 4): none is delayed by more than a second.
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from bench.one_roster import send_roster, write_csv
from bench.stage import add_way_in, document, request_bytes, send_all
from strp.domain.identifiers import Nib, format_nib
from strp.rehearsal.load_run.own_system import OwnSystem, furnish, own_system
from strp.rehearsal.load_run.people import workers
from strp.rehearsal.load_run.plan import FIRST_NIB, PLATFORM_KBLI, DayEmployer, DayFiling
from strp.wiring import build_system, running

ROWS_OF_SMALL = 3
PAUSE_S = 0.02
AT_ONCE = 4
PATH = "/api/v1/applications"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=900_000)
    parser.add_argument("--small", type=int, default=1_000)
    add_way_in(parser)
    options = parser.parse_args()
    with own_system({"STRP_WAITING_ROOM": "off"}, through_nginx=options.through_nginx) as own:
        print(document(options, asyncio.run(run(own, options.rows, options.small))))


async def run(own: OwnSystem, rows: int, small: int) -> dict[str, object]:
    """Latencies of small filings alone and beside the giant."""
    employers = [
        DayEmployer(Nib(FIRST_NIB + n), PLATFORM_KBLI, 9_000_000) for n in range(small + 1)
    ]
    async with running(build_system(own.settings, own.url)) as system:
        keys = await furnish(system, own.folder, employers)
    giant, others = employers[0], employers[1:]
    roster = Path(own.folder) / "roster"
    write_csv(DayFiling(giant, 0, rows, has_mistakes=False), roster)
    sets = [
        [_request(own.port, other, keys[other.nib], rows + part + n) for n, other in numbered]
        for part in (0, small * ROWS_OF_SMALL)
        for numbered in [[(n * ROWS_OF_SMALL, other) for n, other in enumerate(others)]]
    ]
    alone = await _paced(own.port, sets[0])
    filing = asyncio.create_task(
        asyncio.to_thread(send_roster, own.port, giant.nib, keys[giant.nib], roster, "text/csv")
    )
    began = time.monotonic()
    beside = await _paced(own.port, sets[1])
    still_running = not filing.done()
    await filing
    return {
        "rows": rows,
        "giant_s": round(time.monotonic() - began, 1),
        "giant_outlasts_them": still_running,
        "alone_ms": _percentiles(alone),
        "beside_ms": _percentiles(beside),
    }


def _request(port: int, employer: DayEmployer, key: str, first: int) -> bytes:
    body = msgspec.json.encode(
        {"nib": format_nib(employer.nib), "workers": list(workers(first, ROWS_OF_SMALL))}
    )
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
    return request_bytes(PATH, port, body, headers)


async def _paced(port: int, requests: Sequence[bytes]) -> list[float]:
    """Send a few at a time, with a pause between; latencies in seconds."""
    latencies: list[float] = []
    for start in range(0, len(requests), AT_ONCE):
        _, seen = await send_all(port, requests[start : start + AT_ONCE], at_once=AT_ONCE)
        latencies += seen
        await asyncio.sleep(PAUSE_S)
    return latencies


def _percentiles(latencies: Sequence[float]) -> dict[str, float]:
    cuts = statistics.quantiles(latencies, n=100)
    shown = {"p50": cuts[49], "p99": cuts[98], "max": max(latencies)}
    return {name: round(seconds * 1000, 1) for name, seconds in shown.items()}


if __name__ == "__main__":
    main()

"""Filings of one to five workers, as most are: filings/s against one transaction per request.

    python -m bench.small_filings [--filings 6000] [--rounds 3] [--through-nginx]

Application and PostgreSQL on one core, client on the other; both sides on the same server with the
same durability, in turn. The other side is what a competent team would write (FastAPI, asyncpg),
with a transaction of its own for each request. Targets (issue 4): 3 times or better, receipts p99
under 250 ms.
Needs `pip install fastapi asyncpg`.
"""

import argparse
import asyncio
import statistics
from collections.abc import Sequence

import msgspec

from bench.stage import (
    add_way_in,
    before,
    cpu_s,
    database_on_server_core,
    document,
    free_port,
    furnish,
    request_bytes,
    send_all,
    server,
)
from strp.rehearsal.load_run.people import workers

AT_ONCE = 128
EMPLOYERS = 2_000
WARM_UP = 500
PATH = "/api/v1/applications"
_encode = msgspec.json.encode


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--filings", type=int, default=6000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only-ours", action="store_true")
    add_way_in(parser)
    options = parser.parse_args()
    measured = run(
        options.filings,
        options.rounds,
        only_ours=options.only_ours,
        through_nginx=options.through_nginx,
    )
    print(document(options, asyncio.run(measured)))


def requests(
    port: int, keys: Sequence[tuple[int, str]], first: int, filings: int
) -> tuple[list[bytes], int]:
    """Filings of one to five workers, and the number of the next person."""
    made = []
    for n in range(filings):
        nib, key = keys[n % len(keys)]
        size = 1 + n % 5
        body = _encode({"nib": f"{nib:013d}", "workers": list(workers(first, size))})
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
        made.append(request_bytes(PATH, port, body, headers))
        first += size
    return made, first


async def run(
    filings: int, rounds: int, *, only_ours: bool, through_nginx: bool
) -> dict[str, object]:
    """Rates of both sides and latencies of ours; medians of the rounds."""
    sides = {"strp": "strp"} if only_ours else {"strp": "strp", "fastapi": "bench.baseline_app:app"}
    rates: dict[str, list[float]] = {name: [] for name in sides}
    seen: dict[str, list[float]] = {name: [] for name in sides}
    costs: dict[str, list[float]] = {name: [] for name in sides}
    with database_on_server_core() as (settings, url):
        keys = await furnish(settings, url, EMPLOYERS)
        environment = {
            "STRP_DATA_DIR": settings.data_dir,
            "STRP_DATABASE_URL": url,
            "BASELINE_DSN": url,
            "STRP_LOG_FORMAT": "text",
            "STRP_WAITING_ROOM": "off",
            "STRP_CONCURRENT_REQUESTS": str(AT_ONCE + 16),
        }
        first = 0
        for _ in range(rounds):
            for name, target in sides.items():
                port = free_port()
                is_through = through_nginx and name == "strp"
                with (
                    server(target, port, environment) as process,
                    before(settings, port, through_nginx=is_through) as to,
                ):
                    warm, first = requests(to, keys, first, WARM_UP)
                    sent, first = requests(to, keys, first, filings)
                    await send_all(to, warm, at_once=AT_ONCE)
                    used = cpu_s(process.pid)
                    seconds, latencies = await send_all(to, sent, at_once=AT_ONCE)
                    costs[name].append((cpu_s(process.pid) - used) / filings * 1e6)
                rates[name].append(filings / seconds)
                seen[name] += latencies
    medians = {name: statistics.median(values) for name, values in rates.items()}
    answer: dict[str, object] = {
        "web_cpu_us_per_filing": {name: round(statistics.median(costs[name])) for name in sides},
        "filings_per_s": {name: round(rate) for name, rate in medians.items()},
        "latency_ms": {name: _percentiles(values) for name, values in seen.items()},
    }
    if not only_ours:
        answer["ratio"] = round(medians["strp"] / medians["fastapi"], 2)
    return answer


def _percentiles(latencies: Sequence[float]) -> dict[str, float]:
    cuts = statistics.quantiles(latencies, n=100)
    return {"p50": round(cuts[49] * 1000, 1), "p99": round(cuts[98] * 1000, 1)}


if __name__ == "__main__":
    main()

"""Roster intake over HTTP: 20-worker filings, 16 at a time, against FastAPI with asyncpg.

Application and PostgreSQL on one core, client on the other; both sides on the same server, in
turn, several rounds; prints medians and their ratio. Needs `pip install fastapi asyncpg`.
"""

import argparse
import asyncio
import statistics

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

WORKERS_A_FILING = 20
AT_ONCE = 16
EMPLOYERS = 400
_encode = msgspec.json.encode


def ours(port: int, keys: list[tuple[int, str]], first: int, filings: int) -> list[bytes]:
    """Filings through STRP's door."""
    requests = []
    for n in range(filings):
        nib, key = keys[n % len(keys)]
        body = _encode(
            {
                "nib": f"{nib:013d}",
                "workers": list(workers(first + n * WORKERS_A_FILING, WORKERS_A_FILING)),
            }
        )
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
        requests.append(request_bytes("/api/v1/applications", port, body, headers))
    return requests


def theirs(port: int, first: int, filings: int) -> list[bytes]:
    """The same filings for the plain application."""
    return [
        request_bytes(
            "/api/v1/applications",
            port,
            _encode(
                {
                    "nib": "9000000000000",
                    "workers": list(workers(first + n * WORKERS_A_FILING, WORKERS_A_FILING)),
                }
            ),
            {"Content-Type": "application/json"},
        )
        for n in range(filings)
    ]


async def run(
    filings: int, rounds: int, *, only_ours: bool, through_nginx: bool
) -> dict[str, object]:
    rates: dict[str, list[float]] = {"strp": [], "fastapi": []}
    latencies: list[float] = []
    costs: list[float] = []
    with database_on_server_core() as (settings, url):
        keys = await furnish(settings, url, EMPLOYERS)
        environment = {
            "STRP_DATA_DIR": settings.data_dir,
            "STRP_DATABASE_URL": url,
            "BASELINE_DSN": url,
            "STRP_LOG_FORMAT": "text",
        }
        first = 0
        for number in range(rounds + 1):
            port = free_port()
            with (
                server("strp", port, environment) as process,
                before(settings, port, through_nginx=through_nginx) as to,
            ):
                warm = ours(to, keys, first, 400)
                requests = ours(to, keys, first + 400 * WORKERS_A_FILING, filings)
                first += (filings + 400) * WORKERS_A_FILING
                await send_all(to, warm, at_once=AT_ONCE)
                used = cpu_s(process.pid)
                seconds, seen = await send_all(to, requests, at_once=AT_ONCE)
                if number:
                    costs.append((cpu_s(process.pid) - used) / filings * 1e6)
                    rates["strp"].append(filings * WORKERS_A_FILING / seconds)
                    latencies += seen
            if only_ours:
                continue
            port = free_port()
            with server("bench.baseline_app:app", port, environment):
                await send_all(port, theirs(port, first, 200), at_once=AT_ONCE)
                requests = theirs(port, first, filings)
                first += filings * WORKERS_A_FILING
                seconds, _ = await send_all(port, requests, at_once=AT_ONCE)
                if number:
                    rates["fastapi"].append(filings * WORKERS_A_FILING / seconds)
    medians = {name: statistics.median(values) for name, values in rates.items() if values}
    answer: dict[str, object] = {
        "web_cpu_us_per_filing": round(statistics.median(costs)),
        "rows_per_s": {name: round(rate) for name, rate in medians.items()},
        "latency_ms": {
            "p50": round(statistics.median(latencies) * 1000, 1),
            "p99": round(statistics.quantiles(latencies, n=100)[98] * 1000, 1),
        },
    }
    if "fastapi" in medians:
        answer["ratio"] = round(medians["strp"] / medians["fastapi"], 2)
    return answer


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--filings", type=int, default=4000)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--only-ours", action="store_true")
    add_way_in(arguments)
    given = arguments.parse_args()
    result = asyncio.run(
        run(
            given.filings,
            given.rounds,
            only_ours=given.only_ours,
            through_nginx=given.through_nginx,
        )
    )
    print(document(given, result))


if __name__ == "__main__":
    main()

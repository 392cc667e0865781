"""What numbers and log cost filing: the shipped web process beside one that counts nothing.

Both live at the same time, on one core and one database, and take turns of some hundred filings,
so that whatever else the machine does meets both alike. Compared is the processor time of each web
process for one filing; printed are the median of the pairs, their spread, and what one scrape of
`/metrics` costs, as a share of a core that is scraped every 15 s. The bound is 2 %.
"""

import argparse
import asyncio
import json
import logging
import statistics
import time
from pathlib import Path
from subprocess import Popen
from typing import Any

import psutil

from bench.intake import ours
from bench.stage import database_on_server_core, free_port, furnish, send_all, server
from strp.front.server import RsgiServer
from strp.settings import Settings
from strp.usecases.operation.measure import measure
from strp.usecases.process.request_times import RequestTimes
from strp.wiring import build_system, running, web_server

EMPLOYERS = 100
AT_ONCE = 16
WORKERS_A_FILING = 20
SCRAPED_EVERY_S = 15.0
SCRAPES = 30
BOUND_PERCENT = 2.0


class Uncounted(RequestTimes):
    """Counts nothing."""

    def count(self, route: str, method: str, status: int, seconds: float) -> None:
        """Forget it."""


def quiet_server() -> RsgiServer:
    """What `strp serve` runs, without numbers of requests and without any line of the log."""
    made = web_server()
    made._requests = Uncounted()
    logging.disable(logging.CRITICAL)
    return made


def cpu_s(process: "Popen[bytes]") -> float:
    """Processor time of a web server and its children so far, by the nanosecond.

    Source: proc(5), /proc/PID/task/TID/schedstat; the usual times count hundredths of a second.
    """
    parent = psutil.Process(process.pid)
    threads = (
        thread
        for one in (parent, *parent.children(recursive=True))
        for thread in Path(f"/proc/{one.pid}/task").glob("*/schedstat")
    )
    return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9


async def scrape_ms(settings: Settings, url: str) -> float:
    """Processor time of making the answer of `/metrics` once, PostgreSQL's aside."""
    async with running(build_system(settings, url)) as system:
        await measure(system)
        began = time.process_time()
        for _ in range(SCRAPES):
            await measure(system)
        return (time.process_time() - began) / SCRAPES * 1000


async def run(pairs: int, filings: int) -> dict[str, Any]:
    """Let both take turns, each pair in the other order than the one before."""
    with database_on_server_core() as (settings, url):
        keys = await furnish(settings, url, EMPLOYERS)
        environment = {
            "STRP_DATA_DIR": settings.data_dir,
            "STRP_DATABASE_URL": url,
            "STRP_LOG_FORMAT": "json",
            "STRP_WAITING_ROOM": "off",
        }
        ports = {"shipped": free_port(), "quiet": free_port()}
        with (
            server("strp", ports["shipped"], environment) as shipped,
            server("rsgi:bench.observability:quiet_server", ports["quiet"], environment) as quiet,
        ):
            processes = {"shipped": shipped, "quiet": quiet}
            first, ratios = 0, list[float]()
            us: dict[str, list[float]] = {"shipped": [], "quiet": []}
            for pair in range(pairs + 1):
                for kind in sorted(ports, reverse=bool(pair % 2)):
                    requests = ours(ports[kind], keys, first, filings)
                    first += filings * WORKERS_A_FILING
                    before = cpu_s(processes[kind])
                    await send_all(ports[kind], requests, at_once=AT_ONCE)
                    us[kind].append((cpu_s(processes[kind]) - before) / filings * 1e6)
                if pair:  # the first one warms both
                    ratios.append(us["shipped"][-1] / us["quiet"][-1])
        once_ms = await scrape_ms(settings, url)
    quarters = statistics.quantiles(ratios, n=4)
    return {
        "pairs": pairs,
        "filings_each": filings,
        "shipped_us_per_filing": round(statistics.median(us["shipped"][1:]), 1),
        "quiet_us_per_filing": round(statistics.median(us["quiet"][1:]), 1),
        "ratio": round(statistics.median(ratios), 4),
        "ratio_of_sums": round(sum(us["shipped"][1:]) / sum(us["quiet"][1:]), 4),
        "quartiles": [round(quarters[0], 4), round(quarters[2], 4)],
        "scrape_ms": round(once_ms, 2),
        "scrape_percent_of_a_core": round(once_ms / SCRAPED_EVERY_S / 10, 3),
        "bound_ratio": 1 + BOUND_PERCENT / 100,
    }


def main() -> None:
    """Print the ratio as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=40)
    parser.add_argument("--filings", type=int, default=400)
    given = parser.parse_args()
    print(json.dumps(asyncio.run(run(given.pairs, given.filings))))


if __name__ == "__main__":
    main()

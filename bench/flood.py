"""Filings beside a flood of the front page: what of their calm pace is left?

    python -m bench.flood [--seconds 6] [--rounds 3] [--path /] [--tls]

Web process, PostgreSQL and nginx (the shipped configuration) on one core; on the other eight
clients that file, one polite visitor, and `wrk -c800` that asks for a page as fast as it gets it,
as one address and as 200 (X-Forwarded-For), directly and through nginx; with `--tls` through nginx
alone, all of them over TLS. Calm and flood are measured in turn; ratios are medians of the rounds.
`cores` says what each program took of a core beside the flood: where they add up to less than one
on the server's side, something else had the machine. Targets (issue 11): filings at 0.7 of calm or
better, the polite visitor's page within 500 ms (p99).
Needs `wrk` and `nginx` (packages of Debian); says so where they are missing.
"""

import argparse
import asyncio
import contextlib
import json
import os
import shutil
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator

import psutil

from bench.small_filings import requests
from bench.stage import (
    CLIENT_CORE,
    SERVER_CORE,
    database_on_server_core,
    furnish,
    server,
)
from strp.rehearsal.nginx import nginx_before

CONNECTIONS, CLIENTS, EMPLOYERS = 800, 8, 400
MOST_FILINGS_PER_S = 4_000
TARGET_RATIO, TARGET_P99_MS = 0.7, 500
POLITE = b"GET %s HTTP/1.1\r\nHost: strp\r\nX-Forwarded-For: 192.0.2.77\r\n\r\n"
FLOOD = """
local turn = 0
request = function()
  turn = turn %% %d + 1
  return wrk.format("GET", "%s", {["X-Forwarded-For"] = "100.64." .. turn .. ".7"})
end
"""


def main() -> int:
    """Print one JSON document; exit 1 where a target is missed, 3 where a program is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--path", default="/", help="what the flood asks for")
    parser.add_argument("--tls", action="store_true", help="through nginx alone, over TLS")
    options = parser.parse_args()
    missing = [name for name in ("wrk", "nginx") if shutil.which(name) is None]
    if missing:
        print(f"missing: {', '.join(missing)} (packages of Debian)", file=sys.stderr)
        return 3
    report = asyncio.run(run(options.seconds, options.rounds, options.path, tls=options.tls))
    print(json.dumps(report, indent=1))
    return 0 if all(one["holds"] for one in report.values()) else 1


async def run(
    seconds: int, rounds: int, path: str, *, tls: bool = False
) -> dict[str, dict[str, object]]:
    """Ratios by way in and by number of addresses."""
    report: dict[str, dict[str, object]] = {}
    with database_on_server_core() as (settings, url):
        keys = await furnish(settings, url, EMPLOYERS)
        environment = {
            "STRP_DATABASE_URL": url,
            "STRP_DATA_DIR": settings.data_dir,
            "STRP_PORT": str(settings.port),
            "STRP_LOG_FORMAT": "text",
        }
        with (
            server("strp", settings.port, environment),
            nginx_before(
                settings.front_path, settings.port, core=SERVER_CORE, is_secure=tls
            ) as before,
        ):
            load = Load(keys, seconds, path, tls=tls)
            ways = [("nginx over TLS", before)]
            if not tls:
                ways = [("direct", settings.port), ("nginx", before)]
            await load.measure(ways[0][1])  # warm
            for way, port in ways:
                for addresses in (1, 200):
                    report[f"{way}, {addresses}"] = await _compare(load, port, addresses, rounds)
    return report


async def _compare(load: "Load", port: int, addresses: int, rounds: int) -> dict[str, object]:
    ratios, calm_rates, flood_rates = [], [], []
    calm_pages: list[float] = []
    pages: list[float] = []
    flooded: list[str] = []
    used: list[dict[str, float]] = []
    for _ in range(rounds):
        calm, seen = await load.measure(port)
        calm_pages += seen
        with flood(port, load.path, addresses, load.seconds + 2, tls=load.tls is not None) as said:
            await asyncio.sleep(1)
            before = _cores_s()
            rate, seen = await load.measure(port)
            used.append({name: each - before.get(name, 0) for name, each in _cores_s().items()})
            flooded += [line.strip() for line in said() if "Requests" in line or "Non-2xx" in line]
        pages += seen
        ratios.append(rate / calm)
        calm_rates.append(calm)
        flood_rates.append(rate)
        await asyncio.sleep(1)
    ratio, p99 = statistics.median(ratios), _p99_ms(pages)
    return {
        "calm_per_s": round(statistics.median(calm_rates)),
        "flood_per_s": round(statistics.median(flood_rates)),
        "ratio": round(ratio, 2),
        "ratios": [round(each, 2) for each in ratios],
        "polite_p99_ms": p99,
        "polite_calm_p99_ms": _p99_ms(calm_pages),
        "wrk": flooded,
        "cores": {
            name: round(statistics.median(one.get(name, 0) for one in used) / load.seconds, 2)
            for name in used[0]
        },
        "holds": ratio >= TARGET_RATIO and p99 <= TARGET_P99_MS,
    }


class Load:
    """Clients that file, and a visitor who reads.

    Args:
        keys: employers and their API keys.
        seconds: of one measurement.
        path: of the page that the flood asks for too.
        tls: whether they and the flood speak TLS.
    """

    def __init__(
        self, keys: list[tuple[int, str]], seconds: int, path: str, *, tls: bool = False
    ) -> None:
        self._keys = keys
        self.tls = _any_certificate() if tls else None
        self.seconds = seconds
        self.path = path
        self._next = 0

    async def measure(self, port: int) -> tuple[float, list[float]]:
        """Filings a second, and seconds that each page of the visitor took."""
        made, self._next = requests(port, self._keys, self._next, MOST_FILINGS_PER_S * self.seconds)
        waiting, pages = iter(made), list[float]()
        end = time.monotonic() + self.seconds
        filed = await asyncio.gather(
            *(_file(port, waiting, end, self.tls) for _ in range(CLIENTS)),
            _visit(port, self.path, end, pages, self.tls),
        )
        return sum(filed) / self.seconds, pages


async def _file(port: int, waiting: Iterator[bytes], end: float, tls: ssl.SSLContext | None) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=tls)
    filed = 0
    while time.monotonic() < end:
        status = await _ask(reader, writer, next(waiting))
        if status != b"202":
            raise RuntimeError(f"a filing was answered with {status!r}")
        filed += 1
    writer.close()
    return filed


async def _visit(
    port: int, path: str, end: float, pages: list[float], tls: ssl.SSLContext | None
) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=tls)
    while time.monotonic() < end:
        began = time.perf_counter()
        status = await _ask(reader, writer, POLITE % path.encode())
        if status != b"200":
            raise RuntimeError(f"the visitor's page was answered with {status!r}")
        pages.append(time.perf_counter() - began)
        await asyncio.sleep(0.05)
    writer.close()
    return 0


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> bytes:
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    await reader.readexactly(int(head.split(b"content-length:")[1].split(b"\r\n")[0]))
    return head[9:12]


@contextlib.contextmanager
def flood(
    port: int, path: str, addresses: int, seconds: int, *, tls: bool = False
) -> Iterator[Callable[[], list[str]]]:
    """`wrk` on the client's core; what it is given to yield returns what it said at its end."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(FLOOD % (addresses, path))
        script.flush()
        address = f"{'https' if tls else 'http'}://127.0.0.1:{port}{path}"
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}", "-s", script.name, address]
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=lambda: os.sched_setaffinity(0, {CLIENT_CORE}),
        )
        try:
            yield lambda: (process.communicate()[0] or "").splitlines()
        finally:
            process.kill()
            process.wait(10)


def _any_certificate() -> ssl.SSLContext:
    """nginx signs its certificate itself here."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _cores_s() -> dict[str, float]:
    """CPU seconds so far of this process, and of those that it started by their name."""
    own = psutil.Process()
    found = {"client": sum(own.cpu_times()[:2])}
    for each in own.children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            name = each.name()
            found[name] = found.get(name, 0.0) + sum(each.cpu_times()[:2])
    return found


def _p99_ms(seconds: list[float]) -> float:
    return round(statistics.quantiles(seconds, n=100)[98] * 1000, 1)


if __name__ == "__main__":
    sys.exit(main())

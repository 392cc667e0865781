"""Filings beside each attack of one address: what of their calm pace is left?

    python -m bench.attacks [--seconds 4] [--rounds 1] [--only NAME] [--through-nginx]

Web process and PostgreSQL (and nginx as shipped) on one core; on the other eight clients that file
one to five workers each, and the attacker: `wrk` over 64 connections with one X-Forwarded-For, or
lines of its own from 127.0.0.2, with lower priority than the clients, who are other people's
machines. Calm, attack and calm again are measured in turn; a ratio is attack by the mean of both
calms, of several rounds the median. Target (issue 11): 0.8 or better for each. Needs `wrk`.
"""

import argparse
import asyncio
import contextlib
import http.client
import os
import re
import secrets
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import psutil

from bench.attackers import ADDRESS, ATTACKS, FEW, FORM, LARGE, Given, made
from bench.small_filings import requests
from bench.stage import (
    CLIENT_CORE,
    add_way_in,
    before,
    database_on_server_core,
    document,
    furnish,
    server,
)
from strp.domain.people.account import Role
from strp.domain.people.sign_in import SESSION_TOKEN_BYTES
from strp.domain.text import Language
from strp.settings import Settings
from strp.store.people import accounts, sessions
from strp.usecases.people.authenticate import token_hash
from strp.usecases.process.own_credentials import write_session_token
from strp.wiring import build_system, running

CLIENTS, CONNECTIONS, EMPLOYERS, ACCOUNTS, ASKED = 8, 64, 400, 40, 60
MOST_FILINGS_PER_S = 6_000
TARGET = 0.8
WARM_UP_S, REST_S = 1.0, 1.5
HELD = {"silent connections": "silent", "half-sent bodies": "half-sent"}
SENDER = """
local sent, turn = {}, 0
local file = io.open("%s", "rb")
while true do
  local size = file:read(4)
  if not size then break end
  local a, b, c, d = size:byte(1, 4)
  sent[#sent + 1] = file:read(((a * 256 + b) * 256 + c) * 256 + d)
end
file:close()
request = function() turn = turn %% #sent + 1; return sent[turn] end
"""


def main() -> int:
    """Print a row for each attack, then one JSON document; exit 1 where one misses the target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--only", default="", help="which attacks to run: a regular expression")
    add_way_in(parser)
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        print("missing: wrk (package of Debian)", file=sys.stderr)
        return 3
    names = [name for name in (*HELD, *ATTACKS) if re.search(options.only, name)]
    found = asyncio.run(run(names, options))
    print(document(options, {name: one._asdict() for name, one in found.items()}))
    return 0 if all(one.ratio >= TARGET for one in found.values()) else 1


class Seen(NamedTuple):
    """One attack beside filings; figures are medians of the rounds."""

    ratio: float
    calm_per_s: float
    attack_per_s: float
    p99_ms: float
    calm_p99_ms: float
    peak_mib: int
    attacker: str


async def run(names: list[str], options: argparse.Namespace) -> dict[str, Seen]:
    """Each attack against a server that the ones before have left."""
    found: dict[str, Seen] = {}
    with database_on_server_core() as (settings, url):
        keys = await furnish(settings, url, EMPLOYERS)
        cookies = await throw_away_accounts(settings, url)
        environment = {
            "STRP_DATABASE_URL": url,
            "STRP_DATA_DIR": settings.data_dir,
            "STRP_PORT": str(settings.port),
            "STRP_LOG_FORMAT": "text",
        }
        with contextlib.ExitStack() as stack:
            process = stack.enter_context(server("strp", settings.port, environment))
            to = before(settings, settings.port, through_nginx=options.through_nginx)
            port = stack.enter_context(to)
            load = Load(keys, options.seconds, port, process.pid)
            given = Given(cookies, [asks_for_code(port, n) for n in range(ASKED)], [*dict(keys)])
            await load.measure()  # warm
            for name in names:
                found[name] = await _beside(load, name, given, options.rounds)
                print(f"{name:34} {found[name]}", file=sys.stderr, flush=True)
    return found


async def _beside(load: "Load", name: str, given: Given, rounds: int) -> Seen:
    calm, attacked = [await load.measure()], list[Pace]()
    said = ""
    for _ in range(rounds):
        with attack(name, load.port, given, load.seconds + 2 * WARM_UP_S) as end:
            await load.measure(WARM_UP_S)
            attacked.append(await load.measure())
            said = await asyncio.to_thread(end)
        await asyncio.sleep(REST_S)
        calm.append(await load.measure())
    pairs = zip(attacked, calm, calm[1:], strict=False)
    ratios = [2 * during.per_s / (before.per_s + after.per_s) for during, before, after in pairs]
    median = statistics.median
    return Seen(
        round(median(ratios), 2),
        round(median(one.per_s for one in calm)),
        round(median(one.per_s for one in attacked)),
        round(median(one.p99_ms for one in attacked)),
        round(median(one.p99_ms for one in calm)),
        max(one.peak_mib for one in attacked),
        said,
    )


class Pace(NamedTuple):
    """One measurement: filings a second, their 99th percentile, most memory of the web process."""

    per_s: float
    p99_ms: float
    peak_mib: int


class Load:
    """Clients that file.

    Args:
        keys: employers and their API keys.
        seconds: of one measurement.
        port: that they file at.
        server: number of the server's process.
    """

    def __init__(self, keys: list[tuple[int, str]], seconds: float, port: int, server: int) -> None:
        self._keys, self.seconds, self.port = keys, seconds, port
        self._server = psutil.Process(server)
        self._next = 0

    async def measure(self, seconds: float = 0.0) -> Pace:
        """File for the time of one measurement, or for another."""
        seconds = seconds or self.seconds
        count = int(MOST_FILINGS_PER_S * seconds)
        sent, self._next = requests(self.port, self._keys, self._next, count)
        waiting, seen, memory = iter(sent), list[float](), list[int]()
        end = time.monotonic() + seconds
        filing = (self._file(waiting, end, seen) for _ in range(CLIENTS))
        await asyncio.gather(*filing, self._watch(end, memory))
        p99_ms = statistics.quantiles(seen, n=100)[98] * 1000 if len(seen) > 1 else 0.0
        return Pace(len(seen) / seconds, p99_ms, max(memory) >> 20)

    async def _file(self, waiting: Iterator[bytes], end: float, seen: list[float]) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        while time.monotonic() < end:
            began = time.perf_counter()
            writer.write(next(waiting))
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            await reader.readexactly(int(head.split(b"content-length:")[1].split(b"\r\n")[0]))
            if head[9:12] != b"202":
                raise RuntimeError(f"a filing was answered with {head[:200]!r}")
            seen.append(time.perf_counter() - began)
        writer.close()

    async def _watch(self, end: float, memory: list[int]) -> None:
        while time.monotonic() < end:
            memory.append(0)
            for child in (self._server, *self._server.children(recursive=True)):
                with contextlib.suppress(psutil.Error):
                    memory[-1] += child.memory_info().rss
            await asyncio.sleep(0.25)


@contextlib.contextmanager
def attack(name: str, port: int, given: Given, seconds: float) -> Iterator[Callable[[], str]]:
    """An attacker beside the clients; what it gives waits for its end, and says what it did."""
    with (
        tempfile.TemporaryDirectory(prefix="strp-attack-") as folder,
        stranger(_command(name, port, given, seconds, Path(folder)), seconds) as told,
    ):
        yield told


@contextlib.contextmanager
def stranger(command: Sequence[str], seconds: float) -> Iterator[Callable[[], str]]:
    """A program beside the clients; what it gives waits for its end, and says what it did."""
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=_as_a_stranger,
    )
    try:
        yield lambda: _what_it_did(process.communicate(timeout=seconds + 60)[0] or "")
    finally:
        process.kill()
        process.wait(10)


def _command(name: str, port: int, given: Given, seconds: float, folder: Path) -> list[str]:
    if name in HELD:
        return [sys.executable, "-m", "bench.attackers", HELD[name], str(port), str(seconds)]
    sent, script = folder / "sent", folder / "send.lua"
    sent.write_bytes(b"".join(struct.pack(">I", len(one)) + one for one in made(name, given)))
    script.write_text(SENDER % sent)
    connections = str(16 if name in FEW | LARGE else CONNECTIONS)
    address = f"http://127.0.0.1:{port}/"
    duration = f"-d{max(1, round(seconds))}s"
    return ["wrk", "-t1", "-c", connections, duration, "-s", str(script), address]


def _as_a_stranger() -> None:
    os.sched_setaffinity(0, {CLIENT_CORE})
    os.nice(10)


def _what_it_did(said: str) -> str:
    rate = re.search(r"Requests/sec: +([\d.]+)", said)
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    total = re.search(r"(\d+) requests in", said)
    if rate is None or total is None:
        return said.strip()[-200:]
    of = f", {100 * int(refused[1]) // max(1, int(total[1]))} % refused" if refused else ""
    return f"{float(rate[1]):.0f} answers/s{of}"


async def throw_away_accounts(settings: Settings, url: str) -> list[str]:
    """Cookies of accounts that have just signed in."""
    cookies = []
    async with running(build_system(settings, url)) as system:
        for _ in range(ACCOUNTS):
            token = write_session_token(system, secrets.token_bytes(SESSION_TOKEN_BYTES))
            async with system.database.transaction() as conn:
                account = await accounts.add_account(
                    conn,
                    role=Role.REPRESENTATIVE,
                    email_index=secrets.token_bytes(16),
                    email_sealed=b"sealed",
                    language=Language.ID,
                    at=system.clock(),
                )
                hashed = token_hash(token)
                await sessions.add_session(conn, hashed, account.account_id, system.clock())
            cookies.append(f"strp_session={token}")
    return cookies


def asks_for_code(port: int, number: int) -> str:
    """The cookie of a browser that asked for a sign-in code."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"X-Forwarded-For": ADDRESS, **FORM}
    connection.request("POST", "/sign-in", f"email=o{number}%40owner.example&next=", headers)
    answer = connection.getresponse()
    connection.close()
    return str(answer.headers["Set-Cookie"]).split(";")[0]


if __name__ == "__main__":
    sys.exit(main())

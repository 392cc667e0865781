"""What benches share: a PostgreSQL and a web server on one core, a client on the other."""

import argparse
import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import psutil

from strp.cli.serve import web_child
from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR
from strp.outside.machine.postgres import bundled_postgres
from strp.rehearsal.nginx import free_port, nginx_before
from strp.settings import Settings
from strp.store.engine.database import single_connection
from strp.store.engine.migrate import migrate
from strp.usecases.employers.import_registry import import_employers
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.people.api_keys import create_api_key
from strp.wiring import build_system, running

SERVER_CORE, CLIENT_CORE = 0, 1
FIRST_NIB = 9_000_000_000_000


@contextlib.contextmanager
def database_on_server_core() -> Iterator[tuple[Settings, str]]:
    """A fresh bundled PostgreSQL on the server's core, in a folder of its own."""
    os.sched_setaffinity(0, {SERVER_CORE})
    with tempfile.TemporaryDirectory(prefix="strp-bench-", dir=os.environ.get("TMPDIR")) as folder:
        Path(folder).chmod(0o755)
        settings = Settings(data_dir=folder, port=free_port(), log_format="text", exercise=True)
        with bundled_postgres(Path(folder)) as url:
            os.sched_setaffinity(0, {CLIENT_CORE})
            yield settings, url


async def furnish(settings: Settings, url: str, employers: int) -> list[tuple[Nib, str]]:
    """Migrate, load rules, and register employers with room for everybody; their API keys."""
    async with single_connection(url) as conn:
        await migrate(conn)
    async with running(build_system(settings, url)) as system:
        await load_reference(system, OPERATOR)
        path = settings.data_path / "employers.csv"
        header = "nib,name,kbli,kbli_edition,kind,region,staff_service,staff_administration,email\n"
        lines = (
            f"{FIRST_NIB + n},Pabrik Uji {n},10799,2020,private,3171,9000000,9000000,\n"
            for n in range(employers)
        )
        path.write_text(header + "".join(lines))
        await import_employers(system, OPERATOR, path)
        nibs = [Nib(FIRST_NIB + n) for n in range(employers)]
        return [(nib, await create_api_key(system, OPERATOR, nib, "bench")) for nib in nibs]


@contextlib.contextmanager
def server(
    target: str, port: int, environment: dict[str, str], *, cores: Sequence[int] = (SERVER_CORE,)
) -> Iterator[subprocess.Popen[bytes]]:
    """A web application under Granian, one process, on the server's core.

    Args:
        target: "strp" for what `strp serve` runs, "rsgi:MODULE:NAME" for another one that is run
            likewise, else module and name of an ASGI application.
    """
    plain = [
        sys.executable, "-m", "granian", "--interface", "asgi", "--host", "127.0.0.1",
        "--port", str(port), "--workers", "1", "--log-level", "warning", "--no-ws", target,
    ]  # fmt: skip
    ours = web_child(Settings(port=port), environment.get("STRP_DATABASE_URL", "")).command
    command = ours if target == "strp" else plain
    if target.startswith("rsgi:"):
        command = (*ours[:-1], target.removeprefix("rsgi:"))
    process = subprocess.Popen(
        command,
        env={**os.environ, **environment},
        preexec_fn=lambda: os.sched_setaffinity(0, cores),
    )
    try:
        wait_for(port)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def wait_for(port: int, seconds: float = 120) -> None:
    """Wait until a server on 127.0.0.1 answers."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1).read()
            return
        time.sleep(0.1)
    raise RuntimeError("the server did not start")


def cpu_s(root: int) -> float:
    """CPU seconds of a process and of those that it started and that run still.

    What else the machine does at the moment makes no difference to it, nearly.
    """
    process = psutil.Process(root)
    times = [one.cpu_times() for one in (process, *process.children(recursive=True))]
    return sum(each.user + each.system for each in times)


def add_way_in(arguments: argparse.ArgumentParser) -> None:
    """The option that every bench over HTTP has."""
    arguments.add_argument(
        "--through-nginx", action="store_true", help="send through the shipped nginx"
    )


def way_in(*, through_nginx: bool) -> dict[str, str]:
    """What a report says of the way that was measured."""
    return {"through": "nginx" if through_nginx else "nothing"}


def document(options: argparse.Namespace, measured: Mapping[str, object]) -> str:
    """What a bench prints: one JSON document that says which way in was measured."""
    return json.dumps({**way_in(through_nginx=options.through_nginx), **measured}, indent=1)


@contextlib.contextmanager
def before(settings: Settings, port: int, *, through_nginx: bool) -> Iterator[int]:
    """The port to send to: of a web process, or of nginx before it on the server's core.

    Args:
        settings: of the web process.
        port: of the web process.
        through_nginx: whether the way in leads through the shipped nginx.
    """
    if not through_nginx:
        yield port
        return
    with nginx_before(settings.front_path, port, core=SERVER_CORE) as in_front:
        yield in_front


def request_bytes(path: str, port: int, body: bytes, headers: dict[str, str]) -> bytes:
    """A POST as bytes, made before the clock starts."""
    lines = [f"POST {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def send_all(
    port: int, requests: Sequence[bytes], *, at_once: int, expected: bytes = b"HTTP/1.1 202"
) -> tuple[float, list[float]]:
    """Send requests over connections that are kept open.

    Returns:
        Seconds it took, and the latency of each in seconds.
    """
    waiting = iter(requests)
    latencies: list[float] = []

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for request in waiting:
            began = time.perf_counter()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            body = await reader.readexactly(length)
            latencies.append(time.perf_counter() - began)
            if not head.startswith(expected):
                raise RuntimeError(f"{head!r} {body[:300]!r}")
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(at_once)))
    return time.perf_counter() - began, latencies

"""Machines of one installation, each with a network of its own: namespaces behind one bridge."""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.journeys.running import Installation

PORT = 8000
# A network for benchmarks that is on no real line (RFC 2544).
_NETWORK = "198.18"


class Host(Installation):
    """A machine: an installation's part that runs in a network namespace.

    Its `strp` sees its own address alone, and only what the bridge leads to.
    """

    __slots__ = ("namespace", "worker")

    def __init__(self, folder: Path, namespace: str, address: str) -> None:
        within = ("ip", "netns", "exec", namespace)
        environment = {"STRP_HOST": address}
        super().__init__(folder, PORT, environment, host=address, within=within)
        folder.mkdir(parents=True, exist_ok=True)
        self.namespace = namespace
        self.worker: subprocess.Popen[bytes] | None = None

    def start_worker(self) -> None:
        """Start `strp worker`; it says nothing when it is ready."""
        with self.log.open("ab") as log:
            self.worker = subprocess.Popen(
                [*self.within, sys.executable, "-m", "strp.cli", "worker"],
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def lose_power(self) -> None:
        """Off the network at once, and everything dead: nobody else hears a goodbye."""
        _ip("-n", self.namespace, "link", "set", "eth0", "down")
        self._kill_all()

    def regain_network(self) -> None:
        """On the network again, with nothing running."""
        _ip("-n", self.namespace, "link", "set", "eth0", "up")

    def _kill_all(self) -> None:
        """SIGKILL to every process in its namespace, until none is left."""
        while pids := _ip("netns", "pids", self.namespace).split():
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(int(pid), signal.SIGKILL)
            time.sleep(0.02)
        for child in (self.process, self.worker):
            if child is not None:
                child.wait(30)


@dataclass(slots=True)
class Town:
    """One database, two machines with web processes, two with workers."""

    database: Host
    webs: Sequence[Host] = field(default=())
    workers: Sequence[Host] = field(default=())


def why_not() -> str | None:
    """Why this machine cannot make network namespaces, or None."""
    if os.geteuid() != 0:
        return "needs root: network namespaces"
    if shutil.which("ip") is None:
        return "no ip: apt-get install iproute2"
    probe = f"strp-{secrets.token_hex(3)}"
    made = subprocess.run(["ip", "netns", "add", probe], capture_output=True, text=True)
    if made.returncode:
        return f"ip netns: {made.stderr.strip()}"
    _ip("netns", "delete", probe)
    return None


@contextmanager
def town(folder: Path) -> Iterator[Town]:
    """Five machines that serve; each has its own settings and data, and all the same keys."""
    with ExitStack() as stack:
        mark = secrets.token_hex(3)
        network = f"{_NETWORK}.{secrets.randbelow(256)}"
        _bridge(stack, f"strp{mark}", f"{network}.1/24")
        names = ("database", "web-1", "web-2", "worker-1", "worker-2")
        database, *others = [
            _host(stack, folder / name, f"strp{mark}", f"{network}.{number}", number)
            for number, name in enumerate(names, 10)
        ]
        _serve_database(database)
        for host in others:
            shutil.copytree(database.folder / "data" / "keys", host.folder / "data" / "keys")
            host.environment["STRP_DATABASE_URL"] = (
                f"postgresql://strp:{database.environment['STRP_DATABASE_PASSWORD']}"
                f"@{database.host}/strp"
            )
        running = Town(database, others[:2], others[2:])
        for web in running.webs:
            web.start("--no-worker")
        for worker in running.workers:
            worker.start_worker()
        yield running


def _serve_database(host: Host) -> None:
    """The machine with the bundled PostgreSQL, open to the others of its network."""
    host.prepare()
    password = secrets.token_urlsafe(24)
    shared = {"STRP_DATABASE_LISTEN": host.host, "STRP_DATABASE_PASSWORD": password}
    host.environment.update(shared)
    host.start("--no-worker")


def _bridge(stack: ExitStack, name: str, address: str) -> None:
    _ip("link", "add", name, "type", "bridge")
    stack.callback(_ip, "link", "delete", name)
    _ip("address", "add", address, "dev", name)
    _ip("link", "set", name, "up")


def _host(stack: ExitStack, folder: Path, bridge: str, address: str, number: int) -> Host:
    namespace, line = f"{bridge}-{number}", f"{bridge}{number}"
    _ip("netns", "add", namespace)
    stack.callback(_ip, "netns", "delete", namespace)
    host = Host(folder, namespace, address)
    stack.callback(host._kill_all)
    _ip("link", "add", line, "type", "veth", "peer", "name", "eth0", "netns", namespace)
    _ip("link", "set", line, "master", bridge, "up")
    _ip("-n", namespace, "address", "add", f"{address}/24", "dev", "eth0")
    _ip("-n", namespace, "link", "set", "lo", "up")
    _ip("-n", namespace, "link", "set", "eth0", "up")
    return host


def _ip(*arguments: str) -> str:
    done = subprocess.run(["ip", *arguments], check=True, capture_output=True, text=True)
    return done.stdout

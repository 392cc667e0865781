"""A whole installation, as an operator runs it: the real command in a folder of its own."""

import contextlib
import fcntl
import itertools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import psutil
import psycopg
import pytest

from tests.api.named_errors import NamedErrors
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples" / "employers.csv"
ROSTERS = ROOT / "tests" / "vectors" / "rosters"
EXPECTED: dict[str, dict[str, Any]] = json.loads((ROSTERS / "expected.json").read_text())
BANK, FACTORY, HOSPITAL, LOGISTICS = (f"812000111000{number}" for number in (1, 2, 3, 4))
CARRIER = "8120001110013"  # large enough for large rosters
START_WITHIN_S = 120.0
COPIED_KEYS = "keys-of-employers.json"
SHED = frozenset({429, 503})
"""Told while the description may not be had either."""


@dataclass(slots=True)
class Installation:
    """One folder of data, one port, and the `strp serve` that runs on them.

    Args:
        folder: for the database, files and keys, and for what the server says.
        port: that it listens on.
        host: address that it listens on.
        within: command that runs another in a network of its own.
    """

    folder: Path
    port: int
    environment: dict[str, str] = field(default_factory=dict)
    host: str = "127.0.0.1"
    within: tuple[str, ...] = ()
    process: "subprocess.Popen[bytes] | None" = None
    _keys: dict[str, str] = field(default_factory=dict)
    _named: NamedErrors | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{self.host}:{self.port}"

    @property
    def log(self) -> Path:
        """What `strp serve` said."""
        return self.folder / "serve.log"

    def run(self, *arguments: str, **given: Any) -> "subprocess.CompletedProcess[str]":
        """Run one command on this installation, to its end."""
        command = [sys.executable, "-m", "strp.cli", *arguments]
        return subprocess.run(
            command, env=self._environment(), text=True, capture_output=True, timeout=120, **given
        )

    def begin(self, *arguments: str) -> "subprocess.Popen[bytes]":
        """Start one command, and do not wait for it."""
        command = [sys.executable, "-m", "strp.cli", *arguments]
        quiet = subprocess.DEVNULL
        return subprocess.Popen(command, env=self._environment(), stdout=quiet, stderr=quiet)

    def prepare(self) -> None:
        """Make the database, with the rules and the sample registry."""
        if "STRP_DATABASE_URL" in self.environment or not _pattern.folder:
            self.make()
            return
        self._keys.update(copy_installation(self.folder / "data"))

    def make(self) -> None:
        """Make the database by the commands that an operator gives."""
        for command in (
            ("db", "migrate", "--yes"),
            ("registry", "import", "employers", str(SAMPLES), "--yes"),
        ):
            done = self.run(*command)
            assert done.returncode == 0, done.stderr

    def key(self, nib: str) -> str:
        """An API key of an employer; made once."""
        if nib not in self._keys:
            done = self.run("apikey", "create", "--nib", nib, "--json", "--yes")
            assert done.returncode == 0, done.stderr
            self._keys[nib] = json.loads(done.stdout)["key"]
        return self._keys[nib]

    def start(self, *arguments: str) -> None:
        """Start `strp serve` and wait for the line that says it is ready."""
        with self.log.open("ab") as log:
            before = log.tell()
            self.process = subprocess.Popen(
                [*self.within, sys.executable, "-m", "strp.cli", "serve", *arguments],
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_WITHIN_S
        while b"ready at" not in self.log.read_bytes()[before:]:
            assert self.process.poll() is None, self.log.read_text()[before:]
            assert time.monotonic() < deadline, self.log.read_text()[before:]
            time.sleep(0.05)

    def stop(self) -> int:
        """End it with SIGTERM; returns the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def client(self, nib: str | None = None, **given: Any) -> httpx.Client:
        """A program outside, with the key of an employer or as a stranger."""
        headers = {"Accept-Language": "en"}
        if nib is not None:
            headers["Authorization"] = f"Bearer {self.key(nib)}"
        patient = httpx.HTTPTransport(retries=5)  # a process that was killed comes back
        client = httpx.Client(
            base_url=self.url, headers=headers, timeout=60, transport=patient, **given
        )
        client.event_hooks["response"].append(self._hold_to_description)
        return client

    def _hold_to_description(self, response: httpx.Response) -> None:
        """Each error that a call tells is one that the description names."""
        if response.is_error and response.status_code not in SHED:
            if self._named is None:
                document = httpx.get(f"{self.url}/api/v1/openapi.json", timeout=60)
                if not document.is_success:
                    return  # the test has the front turn everybody away
                self._named = NamedErrors(document.json())
            self._named.check(response)

    def database(self) -> "psycopg.Connection[Any]":
        """A connection to its database, to look at what was really stored."""
        sockets = quote(str(self._sockets()), safe="")
        bundled = f"postgresql:///strp?host={sockets}&user=strp"
        url = self.environment.get("STRP_DATABASE_URL") or bundled
        return psycopg.connect(url, autocommit=True)

    def ask(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows that answer a query."""
        with self.database() as conn:
            return conn.execute(query, values).fetchall()

    def processes(self) -> list[psutil.Process]:
        """`strp serve` and everything below it, PostgreSQL aside."""
        assert self.process is not None
        parent = psutil.Process(self.process.pid)
        return [parent, *parent.children(recursive=True)]

    def named(self, name: str) -> list[psutil.Process]:
        """Processes of ours with a word in their command line: `granian`, `strp.cli worker`."""
        return [one for one in self.processes() if name in _command(one)]

    def postmaster(self) -> psutil.Process:
        """The first process of the bundled PostgreSQL."""
        number = (self.folder / "data" / "postgres" / "postmaster.pid").read_text().split()[0]
        return psutil.Process(int(number))

    def resident_bytes(self) -> int:
        """Memory that our processes hold, PostgreSQL aside."""
        total = 0
        for one in self.processes():
            with contextlib.suppress(psutil.NoSuchProcess):
                total += one.memory_info().rss
        return total

    def kill_everything(self) -> None:
        """SIGKILL to every process, PostgreSQL included, as a power cut would."""
        victims = self.processes() if self.process and self.process.poll() is None else []
        with contextlib.suppress(OSError, IndexError, psutil.NoSuchProcess):
            postmaster = self.postmaster()
            victims += [postmaster, *postmaster.children()]
        for victim in victims:
            with contextlib.suppress(psutil.NoSuchProcess):
                victim.kill()
        if self.process is not None:
            self.process.wait(30)

    def _sockets(self) -> Path:
        from strp.outside.machine.postgres_server import socket_dir
        from strp.outside.machine.server_account import server_account

        return socket_dir(self.folder / "data" / "postgres", server_account())

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("STRP_")}
        own = {
            "STRP_DATA_DIR": str(self.folder / "data"),
            "STRP_PORT": str(self.port),
            "STRP_EXERCISE": "1",
        }
        return {**kept, "LC_ALL": "C.UTF-8", **own, **self.environment}


@dataclass(slots=True)
class Pattern:
    """An installation that was prepared once, with a key for each employer; others are copies.

    Args:
        folder: where it is; empty: each installation is made by itself. Processes that share a
            folder share what is in it.
    """

    folder: Path | None = None

    def made(self) -> Path:
        """The folder, with all in it."""
        assert self.folder is not None
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (self.folder / COPIED_KEYS).exists():
                self._make(self.folder)
        return self.folder

    def _make(self, folder: Path) -> None:
        from strp.outside.machine.postgres import bundled_postgres

        first = Installation(folder, free_port())
        with bundled_postgres(folder / "data"):  # so that it starts once, not for each command
            first.make()
            keys = {nib: first.key(nib) for nib in (BANK, FACTORY, HOSPITAL, LOGISTICS, CARRIER)}
        (folder / COPIED_KEYS).write_text(json.dumps(keys))


_pattern = Pattern()


def copy_from(folder: Path) -> None:
    """Have installations copied from one that is kept in a folder, and made there on first use."""
    _pattern.folder = folder


def copy_from_one_of(folders: pytest.TempPathFactory) -> None:
    """The same, with one a session, processes of xdist included."""
    own = folders.getbasetemp()
    copy_from((own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "installation")


def copy_installation(data_dir: Path) -> dict[str, str]:
    """Copy the prepared installation into a folder, which may be there and is empty.

    Args:
        data_dir: as STRP_DATA_DIR names it.

    Returns:
        Its API keys by NIB; none where no installation is kept, and nothing was copied.
    """
    if not _pattern.folder:
        return {}
    kept = _pattern.made()
    data_dir.mkdir(parents=True, exist_ok=True)
    # With its owners: PostgreSQL runs under an account of its own.
    subprocess.run(("cp", "-a", "--reflink=auto", f"{kept / 'data'}/.", str(data_dir)), check=True)
    return dict(json.loads((kept / COPIED_KEYS).read_text()))


@contextlib.contextmanager
def installation(folder: Path, **environment: str) -> Iterator[Installation]:
    """An installation with the sample registry that serves; it is ended and its folder left."""
    with prepared(folder, **environment) as made:
        made.start()
        yield made


@contextlib.contextmanager
def prepared(folder: Path, **environment: str) -> Iterator[Installation]:
    """The same, not yet started."""
    made = Installation(folder, free_port(), environment)
    try:
        made.prepare()
        yield made
    finally:
        made.kill_everything()


def file_roster(client: httpx.Client, nib: str, name: str, **headers: str) -> httpx.Response:
    """File one of the sample rosters as it is."""
    body = (ROSTERS / name).read_bytes()
    return client.post("/api/v1/applications", params={"nib": nib}, content=body, headers=headers)


def until_issued(client: httpx.Client, application_id: str, within_s: float = 60.0) -> list[Any]:
    """Wait until every approved worker of an application has a certificate; returns the workers."""
    deadline = time.monotonic() + within_s
    while True:
        found = all_workers(client, application_id, state="approved")
        if found and all(worker["serial"] for worker in found):
            return found
        assert time.monotonic() < deadline, "the certificates were not issued in time"
        time.sleep(0.1)


def all_workers(client: httpx.Client, application_id: str, **query: Any) -> list[Any]:
    """Workers of an application, page after page."""
    found: list[Any] = []
    after = 0
    while True:
        page = client.get(
            f"/api/v1/applications/{application_id}/workers",
            params={**query, "after": after, "limit": 1000},
        ).json()
        found += page["items"]
        if page["next"] is None:
            return found
        after = page["next"]


def _command(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""


_numbers = itertools.count(1)


def fresh_workers(count: int) -> list[dict[str, str]]:
    """Workers whom nobody has filed yet, in the columns of the contract."""
    return [_worker(next(_numbers)) for _ in range(count)]


def _worker(number: int) -> dict[str, str]:
    day, month, rest = number // 9999 % 28 + 1, number // (9999 * 28) + 1, number % 9999 + 1
    return {
        "nama": f"Siti Contoh {chr(65 + number % 26)}{chr(65 + number // 26 % 26)}",
        "nik": f"317405{day:02d}{month:02d}85{rest:04d}",
        "jabatan": "Teller",
        "jenis_lokasi": "pelayanan",
    }


def post_workers(
    client: httpx.Client, nib: str, workers: Sequence[Mapping[str, Any]], **headers: str
) -> httpx.Response:
    """File workers as JSON."""
    body = {"nib": nib, "workers": list(workers)}
    return client.post("/api/v1/applications", json=body, headers=headers)

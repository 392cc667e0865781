"""A whole system of its own, in a folder of its own, for the time of a rehearsal."""

import asyncio
import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from strp.domain.people.account import OPERATOR
from strp.outside.machine.postgres import bundled_postgres
from strp.outside.machine.processes import end_with_parent
from strp.rehearsal.load_run.plan import DayEmployer
from strp.rehearsal.nginx import free_port, nginx_before
from strp.settings import Settings
from strp.usecases.employers.import_registry import import_employers
from strp.usecases.process.system import System
from strp.usecases.rehearsal.load_run import give_keys

HOST = "127.0.0.1"
READY_WITHIN_S = 120.0
ENDED_WITHIN_S = 60.0
HEADER = "nib,name,kbli,kbli_edition,kind,region,staff_service,staff_administration,email\n"


@dataclass(frozen=True, slots=True)
class OwnSystem:
    """A running system.

    Args:
        folder: its data, and whatever the rehearsal keeps.
        port: of the way in, on 127.0.0.1: its web processes, or nginx before them.
        url: of its database.
        serve: process number of `strp serve`.
        postgres: process number of the database's first process.
    """

    folder: Path
    port: int
    url: str
    serve: int
    postgres: int

    @property
    def settings(self) -> Settings:
        """Settings to open the same installation with."""
        return Settings(data_dir=str(self.folder), port=self.port, log_format="text", exercise=True)


@contextlib.contextmanager
def own_system(
    environment: Mapping[str, str], within: Path | None = None, *, through_nginx: bool = False
) -> Iterator[OwnSystem]:
    """Start `strp serve` on a bundled PostgreSQL of its own, and end and remove it afterwards.

    Args:
        environment: further `STRP_…` variables of the system.
        within: folder in which to make its folder; None: where temporary files lie.
        through_nginx: whether the way in leads through the shipped nginx.
    """
    folder = Path(tempfile.mkdtemp(prefix="strp-rehearsal-", dir=within))
    folder.chmod(0o755)
    try:
        with bundled_postgres(folder) as url, _serving(folder, environment) as (port, serve):
            number = (folder / "postgres" / "postmaster.pid").read_text().split()[0]
            front = Settings(data_dir=str(folder)).front_path
            before = nginx_before(front, port) if through_nginx else contextlib.nullcontext(port)
            with before as way_in:
                yield OwnSystem(folder, way_in, url, serve, int(number))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _serving(folder: Path, environment: Mapping[str, str]) -> Iterator[tuple[int, int]]:
    port = free_port()
    own = {name: value for name, value in os.environ.items() if not name.startswith("STRP_")}
    own |= {
        "STRP_DATA_DIR": str(folder),
        "STRP_HOST": HOST,
        "STRP_PORT": str(port),
        "STRP_LOG_FORMAT": "text",
        "STRP_EXERCISE": "1",
    }
    process = subprocess.Popen(
        (sys.executable, "-m", "strp.cli", "serve"),
        env=own | dict(environment),
        stdout=subprocess.DEVNULL,
        stderr=(folder / "serve.log").open("wb"),
        preexec_fn=end_with_parent,  # a bench that is killed leaves nobody behind
    )
    try:
        _wait_until_ready(process, port, folder / "serve.log")
        yield port, process.pid
    finally:
        process.terminate()
        try:
            process.wait(ENDED_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    end = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1):
            return
        time.sleep(0.1)
    raise RuntimeError(f"the system did not start: {log.read_text(errors='replace')[-2000:]}")


async def furnish(
    system: System, folder: Path, employers: Sequence[DayEmployer]
) -> Mapping[int, str]:
    """Register employers; returns an API key of each.

    Args:
        system: of the rehearsal.
        folder: where the list that is imported is written.
        employers: none of which is registered yet.

    Returns:
        API keys by NIB.
    """
    path = folder / "employers.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADER)
        file.writelines(employer.line() for employer in employers)
    await import_employers(system, OPERATOR, path)
    return await give_keys(system, OPERATOR, [employer.nib for employer in employers])


@contextlib.asynccontextmanager
async def helper(module: str, *arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A Python process of the rehearsal's own, ended with it; what it prints can be read."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *arguments),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PGAPPNAME": f"strp {module}"},
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()

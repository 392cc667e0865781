"""A pooler before PostgreSQL: session mode is taken, transaction and statement mode are refused."""

import asyncio
import contextlib
import os
import pwd
import secrets
import shutil
import socket
import stat
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from strp.domain.errors import Unavailable
from strp.outside.machine.postgres import bundled_postgres
from strp.outside.machine.postgres_server import Shared
from strp.usecases.operation.database import database_status
from tests.ports import free_port

pytestmark = pytest.mark.skipif(
    shutil.which("pgbouncer") is None, reason="no pgbouncer: apt-get install pgbouncer"
)
PASSWORD = "hush-hush"


@pytest.fixture(scope="module")
def server_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a server of its own listens, for whoever has the password."""
    address = ".".join(["127", *(str(1 + secrets.randbelow(250)) for _ in range(3))])
    with bundled_postgres(tmp_path_factory.mktemp("pg"), Shared(address, PASSWORD)):
        yield address


@contextlib.contextmanager
def pooler(server_address: str, folder: Path, mode: str, size: int) -> Iterator[str]:
    """pgbouncer before the server; gives the address of the database through it."""
    port = free_port()
    (folder / "users").write_text(f'"strp" "{PASSWORD}"\n')
    (folder / "pgbouncer.ini").write_text(
        f"[databases]\nstrp = host={server_address} port=5432 dbname=strp\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
        f"auth_type = scram-sha-256\nauth_file = {folder}/users\npool_mode = {mode}\n"
        f"default_pool_size = {size}\nlogfile = {folder}/log\n"
    )
    command = ["pgbouncer", str(folder / "pgbouncer.ini")]
    if os.geteuid() == 0:  # it refuses to run as root
        nobody = pwd.getpwnam("nobody")
        for path in (folder, *folder.iterdir()):
            os.chown(path, nobody.pw_uid, -1)
        for parent in folder.parents:
            if not parent.stat().st_mode & stat.S_IXOTH:
                parent.chmod(0o755)
        command[1:1] = ["-u", "nobody"]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(port)
        yield f"postgresql://strp:{PASSWORD}@127.0.0.1:{port}/strp"
    finally:
        running.terminate()
        running.wait(10)


def wait_for(port: int) -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise RuntimeError("pgbouncer did not start")


@pytest.mark.parametrize("size", [1, 5])
@pytest.mark.parametrize("mode", ["transaction", "statement"])
def test_a_pooler_that_shares_sessions_is_refused_and_named(
    server_address: str, tmp_path: Path, mode: str, size: int
) -> None:
    with (
        pooler(server_address, tmp_path, mode, size) as url,
        pytest.raises(Unavailable) as caught,
    ):
        asyncio.run(database_status(url))
    assert caught.value.code == "database-pooled"
    assert "pool_mode=session" in caught.value.text.en


def test_a_pooler_that_keeps_sessions_is_taken(server_address: str, tmp_path: Path) -> None:
    with pooler(server_address, tmp_path, "session", 5) as url:
        assert asyncio.run(database_status(url)).applied == []

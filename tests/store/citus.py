"""A Citus cluster on this machine, for one run of the tests: a coordinator and two nodes."""

import asyncio
import itertools
import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

from strp.outside.machine.server_account import let_through, server_account
from strp.store.engine.database import single_connection
from strp.store.engine.migrate import migrate
from strp.usecases.operation.distribute import distribute_database

NODES = 2
HOST = "127.0.0.1"
# Two parts of each table on each node: what goes to several of either kind is tried, and no more.
# The data are gone after the test.
SETTINGS = {
    "shared_preload_libraries": "citus",
    "citus.shard_count": "4",
    "citus.enable_statistics_collection": "off",
    "max_prepared_transactions": "100",
    "max_connections": "200",
    "unix_socket_directories": "",
    "fsync": "off",
}


@dataclass(frozen=True, slots=True)
class Cluster:
    """Servers that run.

    Args:
        ports: of the coordinator, then of the nodes.
    """

    ports: list[int]
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @contextmanager
    def database(self) -> Iterator[str]:
        """Address of a fresh database, migrated and distributed."""
        name = f"strp_{next(self._numbers)}"
        self._everywhere("postgres", f"CREATE DATABASE {name} TEMPLATE template0")
        try:
            self._everywhere(name, "CREATE EXTENSION citus")
            url, (port, *nodes) = _url(self.ports[0], name), self.ports
            with psycopg.connect(url, autocommit=True) as conn:
                conn.execute("SELECT citus_set_coordinator_host(%s, %s)", (HOST, port))
                for node in nodes:
                    conn.execute("SELECT citus_add_node(%s, %s)", (HOST, node))
            asyncio.run(_spread(url))
            yield url
        finally:
            self._everywhere("postgres", f"DROP DATABASE {name} WITH (FORCE)")

    def _everywhere(self, database: str, statement: str) -> None:
        for port in self.ports:
            with psycopg.connect(_url(port, database), autocommit=True) as conn:
                conn.execute(statement.encode())


@contextmanager
def running_cluster(programs: Path, folder: Path) -> Iterator[Cluster]:
    """Make and run one, in a folder that is thrown away.

    Args:
        programs: folder of a PostgreSQL that has Citus, with `bin` below it.
    """
    with ExitStack() as stack:
        ports = _free_ports(1 + NODES)
        for port in ports:
            stack.enter_context(_server(programs / "bin", folder / str(port), port))
        yield Cluster(ports)


@contextmanager
def _server(programs: Path, data: Path, port: int) -> Iterator[None]:
    data.mkdir(parents=True)
    account = server_account()
    # A copied PostgreSQL may have to be told where its libraries are.
    libraries = os.environ.get("LD_LIBRARY_PATH", "")
    environment = {"PATH": os.defpath, "PGDATA": str(data), "LD_LIBRARY_PATH": libraries}
    as_account: dict[str, Any] = {"cwd": "/", "env": environment}
    if os.geteuid() == 0:
        let_through(account, data)
        os.chown(data, account.uid, account.gid)
        as_account |= {"user": account.uid, "group": account.gid, "extra_groups": []}

    def run(program: str, *arguments: str) -> None:
        # Not a pipe: the server that pg_ctl leaves behind would keep it open.
        with (data.parent / f"{port}.log").open("ab") as log:
            command = [programs / program, *arguments]
            subprocess.run(command, stdout=log, stderr=log, check=True, **as_account)

    run("initdb", "--username", "strp", "--auth", "trust", "--locale", "C", "--encoding", "UTF8")
    lines = [f"{name} = '{value}'" for name, value in (SETTINGS | {"port": str(port)}).items()]
    with (data / "postgresql.conf").open("a") as settings:
        settings.write("\n".join([*lines, ""]))
    run("pg_ctl", "-w", "start")
    try:
        yield
    finally:
        run("pg_ctl", "-w", "-m", "immediate", "stop")


async def _spread(url: str) -> None:
    async with single_connection(url) as conn:
        await migrate(conn)
    await distribute_database(url)


def _url(port: int, database: str) -> str:
    return make_conninfo(host=HOST, port=port, user="strp", dbname=database)


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind((HOST, 0))
        return [each.getsockname()[1] for each in sockets]

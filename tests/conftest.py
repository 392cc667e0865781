"""Fixtures of every test: a real PostgreSQL, and a fresh database for each test that asks.

The bundled server runs once a session, in memory where there is room: a database for each test is
mostly waiting for a disk. The schema is migrated once, into a
template; each test gets a copy of it. `STRP_TEST_DATABASE_URL` names another server to use, whose
role may create databases. `STRP_TEST_CITUS` names the folder of a PostgreSQL that has Citus: then
each test's database is a distributed one, over a coordinator and two nodes.
"""

import asyncio
import itertools
import os
import secrets
import shutil
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import httpx._transports.default as httpx_transport
import psycopg
import pytest
from hypothesis import settings
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from strp.outside.machine.postgres import bundled_postgres
from strp.store.engine.database import Database, single_connection
from strp.store.engine.migrate import migrate
from tests.memory import folder_in_memory
from tests.reading_once import read_once
from tests.store.citus import Cluster, running_cluster

# A machine that does other work at the same time is no reason for a property to fail. What CI tries
# is the same each time, so that it fails for what changed; the drill draws new inputs.
settings.register_profile("check", deadline=None, derandomize=True)
settings.register_profile("drill", deadline=None)


@pytest.hookimpl(tryfirst=True)  # before pytest reads --basetemp
def pytest_configure(config: pytest.Config) -> None:
    """Draw inputs at random only where the drill was asked for; keep files in memory."""
    settings.load_profile("drill" if config.option.markexpr == "drill" else "check")
    httpx_transport.create_ssl_context = _certificates
    if config.option.basetemp is None and (folder := folder_in_memory("files", _ROOM_OF_FILES)):
        config.option.basetemp = str(folder / "base")
        config.add_cleanup(lambda: _leave(folder, config))


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Remember whether somebody will look at the files."""
    session.config.stash[_HAS_FAILED] = exitstatus != pytest.ExitCode.OK


def _leave(folder: Path, config: pytest.Config) -> None:
    """Remove the files of a run in which all went well; others stay until the next run begins."""
    if not config.stash.get(_HAS_FAILED, True):
        shutil.rmtree(folder, ignore_errors=True)


def _certificates(verify: Any = True, cert: Any = None, trust_env: bool = True) -> ssl.SSLContext:
    """What a client of httpx trusts, read once: each time it takes 40 ms of processor."""
    own = tuple(os.environ.get(name) for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"))
    return _read_certificates(verify, cert, trust_env, own)


@cache
def _read_certificates(verify: Any, cert: Any, trust_env: bool, _: Any) -> ssl.SSLContext:
    return httpx.create_ssl_context(verify, cert, trust_env)


@pytest.hookimpl(tryfirst=True)  # before pytest reads the marks of -m
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests of a browser, put them last, and skip each by name where there is no Chromium.

    Last, since Playwright keeps an event loop running in this thread as long as its browser
    lives, and no other can run beside it; with several processes they are a run of their own.
    Before them the files that take longest, so that no process ends long after the others.
    """
    items.sort(key=lambda item: (_needs_browser(item), _place(item)))
    for item in filter(_needs_browser, items):
        item.add_marker(pytest.mark.browser)
        if not shutil.which("chromium"):
            item.add_marker(pytest.mark.skip(reason="no chromium: apt-get install chromium"))


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name bytes by their parameter: they may be made from the time, and names must not be."""
    return argname if isinstance(val, bytes) else None


def _place(item: pytest.Item) -> int:
    """Where its file stands in the order of the longest; all others come after those."""
    return _LONGEST.get(item.nodeid.partition("::")[0].removeprefix("tests/"), len(_LONGEST))


def _needs_browser(item: pytest.Item) -> bool:
    by_fixture = "chromium" in getattr(item, "fixturenames", ())
    return by_fixture or item.get_closest_marker("browser") is not None


_LONGEST = {
    name: place
    for place, name in enumerate(
        line
        for line in Path(__file__).with_name("longest_files.txt").read_text().splitlines()
        if not line.startswith("#")
    )
}

_END_CONNECTIONS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = %s AND usename = current_user
"""

_ROOM = 4 << 30
_ROOM_OF_FILES = 12 << 30  # a whole run leaves 4.5 GB
_HAS_FAILED = pytest.StashKey[bool]()
_SMALL = "shared_buffers = '256MB'\nmin_wal_size = '80MB'\nmax_wal_size = '256MB'\n"

CreateDatabase = Callable[..., AbstractContextManager[str]]


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Async tests run on asyncio, as the product does."""
    return "asyncio"


@pytest.fixture(scope="session", autouse=True)
def _policies_are_read_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        read_once(patch)
        yield


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running PostgreSQL: the one named by STRP_TEST_DATABASE_URL, or the bundled one."""
    with ExitStack() as stack:
        given = os.environ.get("STRP_TEST_DATABASE_URL")
        yield given or stack.enter_context(_server_of_tests(tmp_path_factory))


@contextmanager
def _server_of_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The bundled PostgreSQL, all its promises kept, but small and where a flush costs nothing."""
    with ExitStack() as stack:
        in_memory = folder_in_memory("test", _ROOM)
        if in_memory:
            stack.callback(shutil.rmtree, in_memory, ignore_errors=True)
        folder = in_memory or tmp_path_factory.mktemp("strp")
        with bundled_postgres(folder):
            (folder / "postgres" / "override.conf").write_text(_SMALL)
        yield stack.enter_context(bundled_postgres(folder))


@pytest.fixture(scope="session")
def create_database(server_url: str) -> CreateDatabase:
    """Makes a database, empty or as a copy, and drops it in the end."""
    numbers = itertools.count(1)
    prefix = f"strp_test_{secrets.token_hex(4)}"

    @contextmanager
    def create(template: str = "template0") -> Iterator[str]:
        name = f"{prefix}_{next(numbers)}"
        with psycopg.connect(server_url, autocommit=True) as conn:
            names = sql.Identifier(name), sql.Identifier(template)
            conn.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
            try:
                yield make_conninfo(server_url, dbname=name)
            finally:
                # Not WITH (FORCE): that fails where autovacuum, whom we may not end, is at work.
                conn.execute(_END_CONNECTIONS, (name,))
                conn.execute(sql.SQL("DROP DATABASE {}").format(names[0]))

    return create


@pytest.fixture(scope="session")
def template(create_database: CreateDatabase) -> Iterator[str]:
    """Name of a migrated database that nobody connects to, so that it can be copied."""
    with create_database() as url:
        asyncio.run(_migrate(url))
        yield str(conninfo_to_dict(url)["dbname"])


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A running Citus cluster."""
    programs = Path(os.environ["STRP_TEST_CITUS"])
    with running_cluster(programs, tmp_path_factory.mktemp("citus")) as running:
        yield running


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A fresh, migrated database."""
    if "STRP_TEST_CITUS" in os.environ:
        made = request.getfixturevalue("cluster").database()
    else:
        create: CreateDatabase = request.getfixturevalue("create_database")
        made = create(request.getfixturevalue("template"))
    with made as url:
        yield url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An open `Database` on a fresh, migrated database."""
    async with Database(database_url, connections=4) as opened:
        yield opened


async def _migrate(url: str) -> None:
    async with single_connection(url) as conn:
        await migrate(conn)

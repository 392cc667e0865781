"""Readiness is told soon, also where the database hangs; and asking for it does not use it up."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from strp.domain.errors import Unavailable
from strp.outside.postgres import bundled_postgres
from strp.store.database import Database
from strp.usecases.measure import is_ready
from strp.usecases.system import System

pytestmark = pytest.mark.anyio


@pytest.fixture
async def alone(system: System, tmp_path: Path) -> AsyncIterator[System]:
    """A system on a server of its own, in the folder `var`, which may be stopped."""
    with bundled_postgres(tmp_path / "var") as url:
        async with Database(url, connections=4) as database:
            await is_ready(found := replace(system, database=database))
            yield found


@contextmanager
def stopped(data_dir: Path) -> Iterator[None]:
    """PostgreSQL does nothing for a while, and closes no connection."""
    server = psutil.Process(int((data_dir / "postgres" / "postmaster.pid").read_text().split()[0]))
    processes = [server, *server.children()]
    for process in processes:
        process.suspend()
    try:
        yield
    finally:
        for process in processes:
            process.resume()


async def test_a_database_that_hangs_is_told_and_holds_one_connection(
    alone: System, tmp_path: Path
) -> None:
    before = asked_for_connections(alone)
    with stopped(tmp_path / "var"):
        for _ in range(2):
            told = await asyncio.gather(
                *(is_ready(alone) for _ in range(20)), return_exceptions=True
            )
            assert {type(error) for error in told} == {Unavailable}
        assert asked_for_connections(alone) - before == 1
    await is_ready(alone)


def asked_for_connections(system: System) -> int:
    return system.database._pool.get_stats()["requests_num"]

"""The parts of an installation, put together without any door."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import structlog

from strp.domain.errors import StrpError
from strp.outside.keys import load_keys
from strp.settings import Settings
from strp.store.database import Database
from strp.usecases.bell import Bell
from strp.usecases.intake import Intake
from strp.usecases.rules import refresh_rules
from strp.usecases.shared_clock import SharedClock
from strp.usecases.system import System

log = structlog.get_logger()
REFRESH_S = 5


def build_system(settings: Settings, database_url: str) -> System:
    """The parts of one installation, not yet open.

    Args:
        database_url: address of the database that runs.
    """
    database = Database(database_url, connections=settings.database_connections)
    keys = load_keys(settings.data_path / "keys")
    bell = Bell(database)
    return System(
        settings=settings,
        database=database,
        keys=keys,
        clock=SharedClock(),
        intake=Intake(database, keys, bell),
        bell=bell,
    )


@contextlib.asynccontextmanager
async def running(system: System) -> AsyncIterator[System]:
    """An installation that is open: connected, its clock and rules kept up to date."""
    async with system.database:
        with contextlib.suppress(StrpError):
            await _refresh(system)
        refreshing = asyncio.create_task(_refresh_forever(system))
        try:
            yield system
        finally:
            refreshing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await refreshing
            await system.bell.rung()


async def _refresh_forever(system: System) -> None:
    while True:
        await asyncio.sleep(REFRESH_S)
        try:
            await _refresh(system)
        except StrpError as error:
            log.warning("rules_not_refreshed", code=error.code)


async def _refresh(system: System) -> None:
    if isinstance(system.clock, SharedClock):
        await system.clock.look(system.database)
    await refresh_rules(system)

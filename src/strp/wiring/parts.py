"""The parts of an installation, put together without any door."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any

from strp.domain.errors import StrpError
from strp.outside.keys import load_keys
from strp.settings import Settings
from strp.store.engine.database import Database
from strp.usecases.filing.batches import Intake
from strp.usecases.operation.own_keys import KEYS_DIFFER, require_own_keys
from strp.usecases.process.decision_reasons import decision_reasons
from strp.usecases.process.issuer_wakeup import IssuerWakeup
from strp.usecases.process.shared_clock import SharedClock
from strp.usecases.process.supervise import side_by_side
from strp.usecases.process.system import System
from strp.usecases.rules.current import refresh_rules

REFRESH_S = 5.0
REFRESH_WITHIN_S = 20.0
REFRESH_BOUND_S = 60.0


def build_system(settings: Settings, database_url: str) -> System:
    """The parts of one installation, not yet open.

    Args:
        database_url: address of the database that runs.
    """
    slow_ms = settings.slow_statement_ms
    database = Database(
        database_url,
        connections=settings.database_connections,
        slow_s=slow_ms / 1000 if slow_ms else None,
    )
    keys = load_keys(settings.data_path / "keys")
    bell = IssuerWakeup(database)
    return System(
        settings=settings,
        authority=settings.authority,
        database=database,
        keys=keys,
        clock=SharedClock(),
        intake=Intake(database, keys, bell),
        bell=bell,
        reasons=decision_reasons(settings.policies_dir),
    )


@contextlib.asynccontextmanager
async def running(system: System) -> AsyncIterator[System]:
    """An installation that is open: connected, its clock and rules kept up to date."""
    async with system.database:
        await _require_own_keys(system)
        with contextlib.suppress(StrpError):
            await _refresh(system)
        try:
            async with side_by_side(_keep_refreshing(system)):
                yield system
        finally:
            await system.bell.drain()


async def _require_own_keys(system: System) -> None:
    """Refuse to begin with the keys of another database; one that is away is not asked."""
    try:
        async with system.database.connection() as conn:
            await require_own_keys(conn, system.keys, system.settings.data_path / "keys")
    except StrpError as error:
        if error.code == KEYS_DIFFER:
            raise


def _keep_refreshing(system: System) -> list[Coroutine[Any, Any, None]]:
    return [
        _keep(system, "clock", lambda: _look(system)),
        _keep(system, "rules", lambda: refresh_rules(system)),
    ]


async def _keep(system: System, name: str, turn: Callable[[], Awaitable[None]]) -> None:
    """Do again, after a rest, what was done at the start; a short command ends before."""
    await asyncio.sleep(REFRESH_S)
    bounds = {"within_s": REFRESH_WITHIN_S, "bound_s": REFRESH_BOUND_S}
    await system.loops.every(name, turn, lambda: REFRESH_S, **bounds)


async def _refresh(system: System) -> None:
    await _look(system)
    await refresh_rules(system)


async def _look(system: System) -> None:
    if isinstance(system.clock, SharedClock):
        await system.clock.look(system.database)

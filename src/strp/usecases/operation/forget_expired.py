"""Forgetting: what time has ended is removed by the worker, in small transactions."""

import asyncio
from typing import Final

import structlog

from strp.store.operation.expiry import EXPIRIES, Expiry, remove_some
from strp.usecases.process.system import System

log = structlog.get_logger()

BATCH_ROWS: Final = 1000
# Rests between batches, so that cleaning takes a small part of the disk; a table that needs more
# batches than these goes on a minute later, after the others have had their turn.
REST_S: Final = 0.05
MOST_BATCHES: Final = 200
EVERY_S: Final = 60.0
WITHIN_S: Final = 1200.0
BOUND_S: Final = 1800.0


async def forget_expired(system: System) -> int:
    """Remove what is of no more use: sessions, codes, letters, admissions and the like.

    Args:
        system: the installation.

    Returns:
        Number of rows removed.

    Raises:
        Unavailable: the database does not answer; what was removed before stays removed.
    """
    removed = 0
    for expiry in EXPIRIES:
        removed += await _forget(system, expiry)
    return removed


async def forget_forever(system: System) -> None:
    """Forget once a minute, until cancelled. Several workers may, side by side."""
    bounds = {"within_s": WITHIN_S, "bound_s": BOUND_S}
    await system.loops.every("forget", lambda: forget_expired(system), lambda: EVERY_S, **bounds)


async def _forget(system: System, expiry: Expiry) -> int:
    removed = 0
    for _ in range(MOST_BATCHES):
        async with system.database.connection() as conn:
            count = await remove_some(conn, expiry, system.clock(), BATCH_ROWS)
        removed += count
        if count < BATCH_ROWS:
            break
        await asyncio.sleep(REST_S)
    if removed:
        log.info("rows_forgotten", table=expiry.table, rows=removed)
    return removed

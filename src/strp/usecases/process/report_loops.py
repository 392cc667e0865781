"""Reporting the heartbeats of this process, and reading those of all."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from strp.store.engine.migrate import newest_migration
from strp.store.operation import process_loops
from strp.store.operation.process_loops import LatestBeat, LoopBeat, ProcessSign
from strp.usecases.process.system import System

EVERY_S: Final = 10.0
BOUND_S: Final = 60.0


class ProcessKind(StrEnum):
    """What a process is for."""

    WEB = "web"
    WORKER = "worker"


async def report_loops(system: System, kind: ProcessKind) -> None:
    """Report the heartbeats of this process every ten seconds, until cancelled."""

    release = newest_migration()

    async def report() -> None:
        beats = [
            LoopBeat(name, loop.age_s, float(loop.bound_s), loop.restarts)
            for name, loop in system.loops.known.items()
        ]
        async with system.database.connection() as conn:
            await process_loops.report(conn, system.room.process_id, kind, beats, release)

    await system.loops.every("heartbeats", report, lambda: EVERY_S, within_s=20, bound_s=BOUND_S)


async def worker_signs(system: System) -> Sequence[ProcessSign]:
    """When each worker process of the last hour gave a sign last.

    Raises:
        Unavailable: the database does not answer.
    """
    async with system.database.connection() as conn:
        return await process_loops.signs(conn, ProcessKind.WORKER)


async def latest_beats(system: System) -> Sequence[LatestBeat]:
    """The last success of each loop by any process of its kind.

    Raises:
        Unavailable: the database does not answer.
    """
    async with system.database.connection() as conn:
        return await process_loops.latest(conn)

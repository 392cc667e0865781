import asyncio

import pytest

from strp.usecases.measure import measure
from strp.usecases.process.report_loops import ProcessKind, latest_beats, report_loops
from strp.usecases.system import System

pytestmark = pytest.mark.anyio


async def until_reported(system: System) -> None:
    async with asyncio.timeout(10):
        while not await latest_beats(system):  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_the_heartbeats_of_a_worker_reach_the_metrics_of_the_web(system: System) -> None:
    reporting = asyncio.create_task(report_loops(system, ProcessKind.WORKER))
    await until_reported(system)
    reporting.cancel()
    await asyncio.wait({reporting})
    shown = await measure(system)
    assert 'strp_loop_heartbeat_age_seconds{loop="heartbeats",process="worker"}' in shown
    assert 'strp_loop_restarts_total{loop="heartbeats",process="worker"} 0.0' in shown
    assert "strp_event_loop_lag_seconds_bucket" in shown


async def test_a_process_that_lives_with_a_late_loop_is_counted(system: System) -> None:
    reporting = asyncio.create_task(report_loops(system, ProcessKind.WORKER))
    await until_reported(system)
    reporting.cancel()
    await asyncio.wait({reporting})
    async with system.database.connection() as conn:
        await conn.execute("UPDATE process_loop SET succeeded_at = now() - interval '5 min'")
    [beat] = await latest_beats(system)
    assert beat.late == 1 and beat.age_s > beat.bound_s

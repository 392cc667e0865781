"""Heartbeats: each process reports those of its loops."""

import asyncio

import pytest

from strp.usecases.process.report_loops import ProcessKind, latest_beats, report_loops
from strp.usecases.process.supervise import Loop
from strp.usecases.process.system import System

pytestmark = pytest.mark.anyio


async def test_bounds_that_are_whole_numbers_are_reported_beside_others(system: System) -> None:
    loops = {"whole": Loop(bound_s=30), "half": Loop(bound_s=0.5)}
    system.loops._loops.update(loops)
    reporting = asyncio.create_task(report_loops(system, ProcessKind.WEB))
    async with asyncio.timeout(10):
        while not (beats := await latest_beats(system)):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    reporting.cancel()
    assert {beat.loop: beat.bound_s for beat in beats}.items() >= {"whole": 30, "half": 0.5}.items()

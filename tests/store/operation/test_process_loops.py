"""Heartbeats of loops: stored whatever kinds of numbers their bounds are."""

from uuid import uuid4

import pytest

from strp.store.engine.database import Database
from strp.store.operation.process_loops import LoopBeat, latest, report

pytestmark = pytest.mark.anyio


async def test_bounds_in_whole_seconds_and_in_fractions_are_stored_together(
    database: Database,
) -> None:
    beats = [LoopBeat("room", 0.5, 20, 0), LoopBeat("event-loop", 0, 2.5, 1)]
    async with database.connection() as conn:
        await report(conn, uuid4(), "web", beats, 39)
        stored = await latest(conn)
    assert {(beat.loop, beat.bound_s) for beat in stored} == {("room", 20.0), ("event-loop", 2.5)}

"""The database's clock counts, whatever a machine's own clock does."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from strp.store.engine.database import Database
from strp.store.engine.durability import server_time
from strp.usecases.process.shared_clock import SharedClock

pytestmark = pytest.mark.anyio
NEAR = timedelta(minutes=1)


@pytest.mark.parametrize("hours", [-24, -1, 1, 24])
async def test_a_machine_whose_clock_is_wrong_takes_the_time_of_the_database(
    database: Database, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    wrong = time.time() + hours * 3600
    monkeypatch.setattr(time, "time", lambda: wrong)
    clock = SharedClock()
    assert abs(clock() - datetime.now(UTC)) > NEAR

    await clock.look(database)

    async with database.connection() as conn:
        assert abs(clock() - await server_time(conn)) < NEAR


@pytest.mark.parametrize("hours", [-24, -1, 1, 24])
async def test_a_clock_that_jumps_between_two_looks_moves_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    clock = SharedClock()
    await clock.look(database)
    before = clock()

    jumped = time.time() + hours * 3600
    monkeypatch.setattr(time, "time", lambda: jumped)

    assert timedelta(0) <= clock() - before < NEAR

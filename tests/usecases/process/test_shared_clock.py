"""The database's clock counts, whatever a machine's own clock does."""

import time
from datetime import UTC, datetime, timedelta

import pytest
import structlog

from strp.store.engine.database import Connection, Database
from strp.store.engine.durability import server_time
from strp.usecases.process import shared_clock
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


async def test_clocks_that_differ_and_a_jump_are_told_once_each(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, real = SharedClock(), time.time
    monkeypatch.setattr(shared_clock, "log", structlog.get_logger())
    with structlog.testing.capture_logs() as told:
        await clock.look(database)
        monkeypatch.setattr(time, "time", lambda: real() - 3600)
        await clock.look(database)
        await clock.look(database)
        assert 3500 < clock.ahead_of_machine_s < 3700
        monkeypatch.setattr(time, "time", real)
        await clock.look(database)
        await jumped(clock, database, monkeypatch)
    events = [line["event"] for line in told]
    assert events == ["clock_differs", "clock_agrees", "clock_jumped", "clock_differs"]


async def jumped(clock: SharedClock, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the database's clock go a day ahead."""

    async def a_day_ahead(conn: Connection) -> datetime:
        return await server_time(conn) + timedelta(days=1)

    monkeypatch.setattr(shared_clock, "server_time", a_day_ahead)
    await clock.look(database)

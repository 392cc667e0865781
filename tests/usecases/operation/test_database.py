"""What an operator is told of the database itself."""

from datetime import timedelta

import pytest

from strp.store import audit
from strp.usecases.operation.database import newest_record
from strp.usecases.process.system import System

pytestmark = pytest.mark.anyio


async def test_the_newest_event_is_the_one_written_last_whatever_its_time(system: System) -> None:
    assert await newest_record(system) is None
    now = system.clock()
    for at in (now + timedelta(days=1), now):
        async with system.database.connection() as conn:
            await audit.record(conn, at=at, actor="operator", action="tried", subject="clock")
    assert await newest_record(system) == now

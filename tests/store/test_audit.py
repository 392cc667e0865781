"""The record of what was done stays as it was written."""

from datetime import UTC, datetime

import psycopg
import pytest

from strp.store import audit
from strp.store.engine.database import Database

pytestmark = pytest.mark.anyio
NOW = datetime(2021, 7, 5, 1, tzinfo=UTC)


@pytest.fixture
async def recorded(database: Database) -> Database:
    async with database.transaction() as conn:
        await audit.record(
            conn, at=NOW, actor="account:7", action="claim-approved", subject="employer:1"
        )
    return database


async def test_what_was_recorded_is_found_by_its_subject(recorded: Database) -> None:
    async with recorded.connection() as conn:
        [event] = await audit.events_of(conn, ["employer:1", "employer:2"])
    assert (event.at, event.actor, event.action) == (NOW, "account:7", "claim-approved")


@pytest.mark.parametrize(
    "change", ["UPDATE audit_event SET actor = 'x'", "DELETE FROM audit_event"]
)
async def test_a_record_is_not_changed(recorded: Database, change: str) -> None:
    with pytest.raises(psycopg.errors.RestrictViolation):
        async with recorded.transaction() as conn:
            await conn.execute(change.encode())

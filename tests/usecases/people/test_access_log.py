"""A worker asks which officials looked at their data."""

import pytest

from strp.domain.identifiers import ApplicationId
from strp.store import audit
from strp.store.audit import Look
from strp.usecases.people.access_log import looks_at_worker
from strp.usecases.process.system import System

pytestmark = pytest.mark.anyio
APPLICATION = ApplicationId(12)


async def look(system: System, first: int, last: int, action: str = "workers-seen") -> None:
    async with system.database.transaction() as conn:
        await audit.record(
            conn,
            at=system.clock(),
            actor="account:7",
            action=action,
            subject=f"application:{APPLICATION}",
            detail={"from_row": first, "to_row": last},
        )


async def test_a_look_at_the_page_that_shows_the_worker_is_told(system: System) -> None:
    await look(system, 1, 50)
    assert await looks_at_worker(system, APPLICATION, 50) == [
        Look(at=system.clock(), actor="account:7")
    ]


async def test_a_look_at_another_page_is_not_told(system: System) -> None:
    await look(system, 51, 100)
    assert await looks_at_worker(system, APPLICATION, 50) == []


async def test_what_is_no_look_is_not_told(system: System) -> None:
    await look(system, 1, 50, action="application-decided")
    assert await looks_at_worker(system, APPLICATION, 50) == []


async def test_an_official_is_told_by_role_and_office(system: System) -> None:
    async with system.database.transaction() as conn:
        cursor = await conn.execute(
            "INSERT INTO account (role, email_index, email_sealed, language, created_at, unit)"
            " VALUES ('officer', 'x', 'x', 'id', now(), 'Kelurahan Gambir') RETURNING account_id"
        )
        [(number,)] = await cursor.fetchall()
        await audit.record(
            conn,
            at=system.clock(),
            actor=f"account:{number}",
            action="workers-seen",
            subject=f"application:{APPLICATION}",
            detail={"from_row": 1, "to_row": 50},
        )
    [one] = await looks_at_worker(system, APPLICATION, 7)
    assert (one.role, one.unit) == ("officer", "Kelurahan Gambir")

"""A job exists if and only if what it belongs to was stored."""

import pytest

from strp.store import jobs
from strp.store.database import Database

pytestmark = pytest.mark.anyio


async def stored_jobs(database: Database) -> list[tuple[object, ...]]:
    async with database.connection() as conn:
        return await (
            await conn.execute("SELECT task_name, args, status::text FROM procrastinate_jobs")
        ).fetchall()


async def test_a_job_waits_once_its_transaction_ends(database: Database) -> None:
    async with database.transaction() as conn:
        await jobs.defer(conn, "send_mail", {"mail_id": "1"})
    assert await stored_jobs(database) == [("send_mail", {"mail_id": "1"}, "todo")]


async def test_a_transaction_that_fails_leaves_no_job(database: Database) -> None:
    with pytest.raises(RuntimeError):
        async with database.transaction() as conn:
            await jobs.defer(conn, "send_mail", {"mail_id": "1"})
            raise RuntimeError
    assert await stored_jobs(database) == []

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from strp.domain.notices.letters import Letter
from strp.outside.mail.catcher import catching_mail, list_mail
from strp.settings import Settings
from strp.store.engine.database import Connection, single_connection
from strp.usecases.notices.send import post
from strp.usecases.process.system import System
from strp.wiring import build_system, running
from strp.worker import job_app, run_worker

pytestmark = pytest.mark.anyio

WITHIN_S = 20


@asynccontextmanager
async def installation(url: str, folder: Path) -> AsyncIterator[System]:
    """A system with a mail server that keeps what it is sent in `folder/inbox`."""
    async with catching_mail(folder / "inbox") as port:
        settings = Settings(data_dir=str(folder), smtp_url=f"smtp://127.0.0.1:{port}")
        async with running(build_system(settings, url)) as system:
            yield system


@asynccontextmanager
async def working(system: System) -> AsyncIterator[None]:
    """A worker, told to stop in the end; it must return by itself."""
    stop = asyncio.Event()
    worker = asyncio.create_task(run_worker(system, stop))
    yield
    stop.set()
    await asyncio.wait_for(worker, WITHIN_S)


async def write_letter(system: System) -> None:
    async with system.database.transaction() as conn:
        await post(conn, system, "sari@bank.example", Letter(subject="Kode masuk", body="123456"))


async def subjects_that_arrive(folder: Path) -> list[str]:
    async with asyncio.timeout(WITHIN_S):
        while not (caught := list_mail(folder / "inbox")):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    return [mail.subject for mail in caught]


async def test_jobs_that_are_done_leave_no_row(database_url: str, tmp_path: Path) -> None:
    async with installation(database_url, tmp_path) as system:
        app = job_app(system)
        async with app.open_async():
            for number in range(50):
                await app.tasks["send_mail"].defer_async(mail_id=str(number))
        async with working(system), asyncio.timeout(WITHIN_S):
            while await rows_of_jobs(system):  # noqa: ASYNC110
                await asyncio.sleep(0.1)


async def rows_of_jobs(system: System) -> int:
    """What the queue of jobs keeps of those that were told to it."""
    query = (
        "SELECT (SELECT count(*) FROM procrastinate_jobs)"
        " + (SELECT count(*) FROM procrastinate_events)"
    )
    async with system.database.connection() as conn:
        row = await (await conn.execute(query)).fetchone()
    return int(row[0]) if row else 0


async def test_a_letter_reaches_the_mail_server(database_url: str, tmp_path: Path) -> None:
    async with installation(database_url, tmp_path) as system, working(system):
        await write_letter(system)
        assert await subjects_that_arrive(tmp_path) == ["Kode masuk"]


LOOPS = {"clock", "documents", "forget", "heartbeats", "issue", "issue-wake", "jobs", "rules"}
LOOPS |= {"forecast", "letters", "mail-codes", "mail-letters", "mail-notices", "mail-digests"}
LOOPS |= {"briefs", "bulk", "figures", "hits", "rescreen", "stuck"}


async def goes_on(system: System, name: str) -> None:
    """Wait until a loop has had a success since now."""
    beats = system.loops.known[name].beats
    await until(lambda: system.loops.known[name].beats > beats)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(WITHIN_S):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def test_everything_that_a_worker_keeps_doing_has_a_heartbeat(
    database_url: str, tmp_path: Path
) -> None:
    async with installation(database_url, tmp_path) as system, working(system):
        known = system.loops.known
        await until(lambda: set(known) == LOOPS and all(loop.beats for loop in known.values()))


async def test_every_loop_of_a_worker_that_is_killed_from_inside_is_begun_again(
    database_url: str, tmp_path: Path
) -> None:
    async with installation(database_url, tmp_path) as system, working(system):
        known = system.loops.known
        await until(lambda: set(known) == LOOPS and all(loop.beats for loop in known.values()))
        tasks = {each.get_name(): each for each in asyncio.all_tasks()}
        before = {name: known[name].beats for name in LOOPS}
        for name in LOOPS:
            tasks[f"loop {name}"].cancel()
        await until(lambda: all(known[name].restarts >= 1 for name in LOOPS))
        await until(lambda: all(known[name].beats > before[name] for name in LOOPS))


async def test_issuers_listen_again_after_their_connection_was_cut(
    database_url: str, tmp_path: Path
) -> None:
    async with installation(database_url, tmp_path) as system, working(system):
        await until(lambda: "issue-wake" in system.loops.known)
        async with system.database.connection() as conn:
            await until_listening(conn)
            await conn.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE query LIKE 'LISTEN %' AND datname = current_database()"
            )
            await until(lambda: system.loops.known["issue-wake"].restarts > 0)
            await until_listening(conn)


async def until_listening(conn: Connection) -> None:
    for _ in range(200):
        found = await conn.execute(
            "SELECT FROM pg_stat_activity"
            " WHERE query LIKE 'LISTEN %' AND datname = current_database()"
        )
        if found.rowcount:
            return
        await asyncio.sleep(0.05)
    pytest.fail("nobody listens")


@pytest.mark.parametrize(
    ("name", "table"),
    [("jobs", "procrastinate_workers"), ("issue", "issue_task"), ("mail-codes", "mail")],
)
async def test_a_loop_of_the_worker_goes_on_after_an_error_that_nobody_foresaw(
    database_url: str, tmp_path: Path, name: str, table: str
) -> None:
    async with (
        installation(database_url, tmp_path) as system,
        single_connection(database_url) as conn,
    ):
        await conn.execute(f"ALTER TABLE {table} RENAME TO elsewhere".encode())
        async with working(system):
            await until(lambda: name in system.loops.known)
            await asyncio.sleep(2)
            assert not system.loops.known[name].beats
            await conn.execute(f"ALTER TABLE elsewhere RENAME TO {table}".encode())
            await goes_on(system, name)

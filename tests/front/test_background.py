"""What the front keeps doing goes on after any error; while it does not, `/readyz` says so."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from strp.settings import Settings
from strp.usecases.process.system import System
from strp.wiring.parts import build_system
from strp.wiring.web import front_application
from tests.front.asking import Front, Inner

pytestmark = pytest.mark.anyio

LOOPS = {
    "asked",
    "clock",
    "codes",
    "connections",
    "document-file",
    "event-loop",
    "heartbeats",
    "kept-pages",
    "own-counts",
    "room",
    "room-document",
    "rules",
    "stuck",
    "waiting-pages",
}


@pytest.fixture
async def web(database_url: str, tmp_path: Path) -> AsyncIterator[Front]:
    """A web process with all it does, less its server."""
    system = build_system(Settings(data_dir=str(tmp_path)), database_url)
    front = Front(system, Inner(), front_application(system))
    async with front.living():
        yield front


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def until_readyz_says(web: Front, status: int, body: str) -> None:
    """Wait for an answer; the one before it is told for a second more."""
    async with asyncio.timeout(20):
        while True:
            reply = await web.ask("GET", "/readyz")
            if (reply.status, reply.body) == (status, body.encode()):
                return
            await asyncio.sleep(0.1)


def goes_on(system: System, name: str) -> Callable[[], bool]:
    """Whether a loop has had a success since now."""
    beats = system.loops.known[name].beats
    return lambda: system.loops.known[name].beats > beats


async def run_sql(system: System, statement: str) -> None:
    async with system.database.connection() as conn:
        await conn.execute(statement.encode())


async def test_everything_that_a_web_process_keeps_doing_has_a_heartbeat(web: Front) -> None:
    await until(lambda: set(web.system.loops.known) == LOOPS)
    await until(lambda: all(loop.beats for loop in web.system.loops.known.values()))
    assert (await web.ask("GET", "/readyz")).status == 200


async def test_every_loop_that_is_killed_from_inside_is_begun_again(web: Front) -> None:
    known = web.system.loops.known
    await until(lambda: set(known) == LOOPS and all(loop.beats for loop in known.values()))
    tasks = {each.get_name(): each for each in asyncio.all_tasks()}
    before = {name: known[name].beats for name in LOOPS}
    for name in LOOPS:
        tasks[f"loop {name}"].cancel()
    await until(lambda: all(known[name].restarts == 1 for name in LOOPS))
    await until(lambda: all(known[name].beats > before[name] for name in LOOPS))
    assert (await web.ask("GET", "/readyz")).status == 200


async def test_readyz_names_each_loop_that_does_not_go_on(web: Front) -> None:
    known = web.system.loops.known
    await until(lambda: set(known) == LOOPS and all(loop.beats for loop in known.values()))
    for name in sorted(LOOPS):
        bound_s, known[name].bound_s = known[name].bound_s, -1.0
        await until_readyz_says(web, 503, f"loop-late: {name}\n")
        assert (await web.ask("GET", "/healthz")).status == 200
        known[name].bound_s = bound_s
    await until_readyz_says(web, 200, "ready\n")


async def test_the_room_goes_on_after_an_error_that_nobody_foresaw(web: Front) -> None:
    await until(lambda: "room" in web.system.loops.known)
    await run_sql(web.system, "UPDATE waiting_room SET controller = 'no JSON'")
    await until(lambda: web.system.loops.known["room"].restarts > 0)
    before = json.loads(web.system.room.document)["at"]
    await until(lambda: json.loads(web.system.room.document)["at"] != before)
    await run_sql(web.system, "UPDATE waiting_room SET controller = '{}'")
    await until(goes_on(web.system, "room"))


async def test_the_rules_are_read_again_after_an_error_that_nobody_foresaw(web: Front) -> None:
    await until(lambda: "rules" in web.system.loops.known)
    await run_sql(web.system, "ALTER TABLE policy RENAME TO elsewhere")
    await until(lambda: web.system.loops.known["rules"].restarts > 0)
    await run_sql(web.system, "ALTER TABLE elsewhere RENAME TO policy")
    await until(goes_on(web.system, "rules"))


async def test_a_file_in_the_way_of_the_document_does_not_end_its_loop(web: Front) -> None:
    path = web.system.settings.data_path / "front" / "waiting-room.json"
    await until(lambda: path.is_file())
    path.unlink()
    path.mkdir()
    await until(goes_on(web.system, "document-file"))
    await asyncio.to_thread(path.rmdir)
    await until(lambda: path.is_file())

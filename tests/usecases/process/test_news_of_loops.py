"""What the log hears of a loop: when it begins to fail and when it goes on, and nothing between."""

import asyncio
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from strp.domain.errors import Unavailable
from strp.domain.text import Text
from strp.outside.machine.logs import configure_logs
from strp.store.engine.database import unavailable
from strp.usecases.process import supervise
from strp.usecases.process.supervise import Beat, Loops

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(supervise, "SHORTEST_PAUSE_S", 0.01)
    monkeypatch.setattr(supervise, "LONGEST_PAUSE_S", 0.02)
    monkeypatch.setattr(supervise, "SETTLED_S", 0.2)
    monkeypatch.setattr(supervise, "log", structlog.get_logger())
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


async def told_of(failure: Exception, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Events of a loop that fails three times and then succeeds."""
    configure_logs("json", "worker")
    left, done = [failure] * 3, asyncio.Event()
    turns: list[float] = []

    async def turn() -> None:
        if left:
            raise left.pop()
        turns.append(asyncio.get_running_loop().time())
        if turns[-1] - turns[0] > 0.3:
            done.set()

    task = asyncio.create_task(Loops().every("letters", turn, lambda: 0.01, within_s=5, bound_s=60))
    await asyncio.wait_for(done.wait(), 10)
    await asyncio.sleep(0.05)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert all(line["role"] == "worker" and line["process"] and line["machine"] for line in lines)
    return [line["event"] for line in lines]


async def test_a_loop_that_fails_is_told_once_and_once_when_it_goes_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    failure = Unavailable("mail-server-away", Text("x", "x"))
    assert await told_of(failure, capsys) == ["loop_failed", "loop_goes_on"]


async def test_that_the_database_is_away_is_not_said_by_each_loop(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert await told_of(unavailable(), capsys) == []


async def test_an_outage_in_which_a_part_of_the_work_succeeds_is_told_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logs("json", "worker")
    failures = 0

    async def work(beat: Beat) -> None:
        nonlocal failures
        beat()
        failures += 1
        raise Unavailable("mail-server-away", Text("x", "x"))

    task = asyncio.create_task(Loops().keep("letters", work, bound_s=60))
    async with asyncio.timeout(10):
        while failures < 5:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["event"] for line in lines] == ["loop_failed"]

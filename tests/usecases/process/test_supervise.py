import asyncio
import contextlib
import subprocess
import sys
from collections.abc import Awaitable, Callable

import psycopg
import pytest
from prometheus_client import generate_latest

from strp.domain.errors import Unavailable
from strp.domain.text import Text
from strp.usecases.process import supervise
from strp.usecases.process.event_loop import lag_histogram, measure_lag
from strp.usecases.process.supervise import Beat, Loops, end_when_stuck, side_by_side

pytestmark = pytest.mark.anyio


class Panic(BaseException):
    """As pyo3 raises where a library in Rust panics: no Exception."""


ERRORS = [
    Panic("x"),
    GeneratorExit(),
    BaseExceptionGroup("x", [Panic("x")]),
    ValueError("x"),
    psycopg.DataError("x"),
    TimeoutError(),
    MemoryError(),
    RecursionError(),
    asyncio.CancelledError(),
    ExceptionGroup("x", [KeyError("x")]),
    Unavailable("database-unavailable", Text(id="x", en="x")),
]


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervise, "SHORTEST_PAUSE_S", 0.01)
    monkeypatch.setattr(supervise, "LONGEST_PAUSE_S", 0.02)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.005)


async def run_until(
    loops: Loops, turn: Callable[[], Awaitable[None]], condition: Callable[[], bool]
) -> None:
    """Run a loop until something holds; it must end when it is cancelled, and not before."""
    running = asyncio.create_task(loops.every("one", turn, lambda: 0.0, within_s=0.1, bound_s=0.05))
    try:
        await until(condition)
        assert not running.done()
    finally:
        running.cancel()
        await asyncio.wait({running}, timeout=5)
    assert running.cancelled()


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
async def test_a_loop_goes_on_after_any_error(error: BaseException) -> None:
    loops, turns = Loops(), 0

    async def turn() -> None:
        nonlocal turns
        turns += 1
        if turns == 1:
            raise error

    await run_until(loops, turn, lambda: turns > 2)


async def test_a_turn_that_cancels_its_own_task_ends_no_loop() -> None:
    loops, turns = Loops(), 0

    async def turn() -> None:
        nonlocal turns
        turns += 1
        if turns == 1:
            task = asyncio.current_task()
            assert task is not None
            task.cancel()
            await asyncio.sleep(0)

    await run_until(loops, turn, lambda: turns > 2 and loops.known["one"].restarts == 1)


async def test_a_loop_that_somebody_killed_is_late_and_may_begin_again() -> None:
    loops = Loops()

    async def turn() -> None:
        return

    await run_until(loops, turn, lambda: "one" in loops.known and loops.known["one"].beats > 0)
    beats = loops.known["one"].beats
    await until(lambda: loops.late() == ["one"])
    await run_until(loops, turn, lambda: loops.known["one"].beats > beats and not loops.late())


async def test_whoever_watches_for_a_stuck_process_has_a_heartbeat() -> None:
    loops = Loops()
    async with side_by_side([end_when_stuck(loops)]):
        await until(lambda: "stuck" in loops.known and loops.known["stuck"].beats > 0)


async def test_a_loop_that_fails_each_time_is_late(caplog: pytest.LogCaptureFixture) -> None:
    loops = Loops()

    async def turn() -> None:
        raise ValueError("x")

    await run_until(loops, turn, lambda: loops.late() == ["one"])


async def test_a_turn_that_hangs_is_ended_and_begun_again() -> None:
    loops, turns = Loops(), 0

    async def turn() -> None:
        nonlocal turns
        turns += 1
        if turns == 1:
            await asyncio.sleep(3600)

    await run_until(loops, turn, lambda: turns > 2)


async def test_a_turn_that_cannot_be_ended_is_late() -> None:
    loops, go_on = Loops(), asyncio.Event()

    async def turn() -> None:
        while not go_on.is_set():
            try:
                await go_on.wait()
            except asyncio.CancelledError:
                continue

    running = asyncio.create_task(loops.every("one", turn, lambda: 0.0, within_s=0.1, bound_s=0.05))
    await until(lambda: loops.late() == ["one"])
    go_on.set()
    await until(lambda: not loops.late())
    running.cancel()
    await asyncio.wait({running})


async def test_a_loop_that_succeeds_is_not_late_and_counts_its_restarts() -> None:
    loops, turns = Loops(), 0

    async def turn() -> None:
        nonlocal turns
        turns += 1
        if turns % 2:
            raise ValueError("x")

    def restarted() -> bool:
        one = loops.known.get("one")
        return one is not None and one.restarts >= 3 and not one.is_late

    await run_until(loops, turn, restarted)


async def test_a_cancel_that_a_turn_swallows_ends_the_loop_all_the_same() -> None:
    begun = asyncio.Event()

    async def turn() -> None:
        begun.set()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(3600)

    loops = Loops()
    running = asyncio.create_task(loops.every("one", turn, lambda: 0.0, within_s=60, bound_s=60))
    await begun.wait()
    running.cancel()
    await asyncio.wait({running}, timeout=5)
    assert running.cancelled()


async def test_a_loop_that_goes_on_failing_rests_longer_each_time_up_to_a_bound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(supervise, "SHORTEST_PAUSE_S", 0.5)
    monkeypatch.setattr(supervise, "LONGEST_PAUSE_S", 5.0)
    stop, rests = asyncio.Event(), list[float]()

    async def note(stop: asyncio.Event, pause_s: float) -> None:
        rests.append(pause_s)
        if len(rests) == 6:
            stop.set()

    async def fail(_beat: Beat) -> None:
        raise ValueError

    monkeypatch.setattr(supervise, "_either", note)
    await Loops().keep("x", fail, bound_s=1, stop=stop)
    assert rests == [1.0, 2.0, 4.0, 5.0, 5.0, 5.0]


async def test_work_that_returns_too_early_is_begun_again() -> None:
    loops, stop, begun = Loops(), asyncio.Event(), 0

    async def work(beat: Beat) -> None:
        nonlocal begun
        begun += 1

    running = asyncio.create_task(loops.keep("one", work, bound_s=1, stop=stop))
    await until(lambda: begun > 2)
    stop.set()
    await asyncio.wait_for(running, 5)
    assert not loops.known


async def test_a_failure_is_logged_by_its_kind_and_place_alone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    loops = Loops()

    async def turn() -> None:
        raise ValueError("3171234567890123")

    await run_until(loops, turn, lambda: bool(loops.known) and loops.known["one"].restarts > 0)
    logged = capsys.readouterr().out
    assert "ValueError" in logged and __file__ in logged and "3171234567890123" not in logged


STUCK = """
import asyncio
from strp.usecases.process import supervise
supervise.STUCK_S, supervise._REARM_S = 1, 0.1

async def main():
    watching = asyncio.create_task(supervise.end_when_stuck(supervise.Loops()))
    await asyncio.sleep(1.5)
    print("lives", flush=True)
    10 ** 10 ** 9

asyncio.run(main())
"""


def test_a_process_whose_event_loop_stands_still_ends_and_says_where() -> None:
    ran = subprocess.run([sys.executable, "-c", STUCK], capture_output=True, text=True, timeout=60)
    assert (ran.stdout, ran.returncode) == ("lives\n", 1)
    assert "line 10 in main" in ran.stderr


async def test_lateness_of_the_event_loop_is_measured() -> None:
    lag = lag_histogram()
    measuring = asyncio.create_task(measure_lag(lag.observe))
    await asyncio.sleep(0)
    busy_until = asyncio.get_running_loop().time() + 0.3
    while asyncio.get_running_loop().time() < busy_until:
        pass
    await measuring
    assert lag.collect()[0].samples[-2].value >= 0.2, generate_latest


async def test_a_loop_ends_though_its_turn_lost_the_cancel() -> None:
    loops = Loops()
    took_it = asyncio.Event()

    async def turn() -> None:
        try:
            took_it.set()
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            return  # as asyncio.wait_for before Python 3.12, where its wait ends at that moment

    loop = asyncio.create_task(loops.every("x", turn, lambda: 60.0, within_s=60, bound_s=60))
    await took_it.wait()
    loop.cancel()
    done, _ = await asyncio.wait({loop}, timeout=5)
    assert done and loop.cancelled()


async def test_what_runs_beside_has_ended_afterwards_though_it_swallows_a_cancel() -> None:
    ended = list[str]()

    async def stubborn() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(60)
        try:
            await asyncio.sleep(60)
        finally:
            ended.append("stubborn")

    async def failing() -> None:
        ended.append("failing")
        raise ValueError

    async with side_by_side([stubborn(), failing()]):
        await asyncio.sleep(0)
    assert sorted(ended) == ["failing", "stubborn"]

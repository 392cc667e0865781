"""Slots, bodies and queues: bounded, by priority, never a hang."""

import asyncio
import time

import pytest

from strp.domain.errors import StrpError, Unavailable
from strp.domain.overload import Capacity, Priority, come_back_s
from strp.front import bodies
from strp.front.bodies import ArrivedBody
from strp.front.concurrency import ConcurrencyLimiter
from strp.usecases.process.room_state import Measures

pytestmark = pytest.mark.anyio


async def hold(slots: ConcurrencyLimiter, priority: Priority, done: asyncio.Event) -> None:
    async with slots.one(priority):
        await done.wait()


async def test_a_full_house_turns_away_with_a_time_to_come_back() -> None:
    slots, done = ConcurrencyLimiter(Capacity(slots=2, queue=0), Measures()), asyncio.Event()
    held = [asyncio.create_task(hold(slots, Priority.ACKNOWLEDGED, done)) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(Unavailable) as refused:
        async with slots.one(Priority.ACKNOWLEDGED):
            pass
    assert refused.value.retry_after_s
    done.set()
    await asyncio.gather(*held)


async def test_exports_find_no_slot_while_filings_still_do() -> None:
    slots, done = ConcurrencyLimiter(Capacity(slots=10, queue=0), Measures()), asyncio.Event()
    held = [asyncio.create_task(hold(slots, Priority.ACKNOWLEDGED, done)) for _ in range(5)]
    await asyncio.sleep(0)
    async with slots.one(Priority.FILING):
        with pytest.raises(Unavailable):
            async with slots.one(Priority.EXPORT):
                pass
    done.set()
    await asyncio.gather(*held)


async def test_who_waited_in_vain_no_longer_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("strp.front.concurrency.longest_queue_s", lambda _: 0.02)
    slots, done = ConcurrencyLimiter(Capacity(slots=1, queue=4), Measures()), asyncio.Event()
    held = asyncio.create_task(hold(slots, Priority.ACKNOWLEDGED, done))
    await asyncio.sleep(0)
    for _ in range(4):
        with pytest.raises(Unavailable):
            async with slots.one(Priority.ACKNOWLEDGED):
                pass
    assert slots.queued == 0
    done.set()
    await held


async def test_who_was_cancelled_while_waiting_no_longer_counts() -> None:
    slots, done = ConcurrencyLimiter(Capacity(slots=1, queue=4), Measures()), asyncio.Event()
    held = asyncio.create_task(hold(slots, Priority.ACKNOWLEDGED, done))
    await asyncio.sleep(0)
    waiting = asyncio.create_task(hold(slots, Priority.ACKNOWLEDGED, done))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert slots.queued == 0
    done.set()
    await held


async def test_a_slot_given_to_who_was_cancelled_at_that_moment_comes_back() -> None:
    slots = ConcurrencyLimiter(Capacity(slots=1, queue=4), Measures())
    await slots.take(Priority.ACKNOWLEDGED)
    waiting = asyncio.create_task(hold(slots, Priority.ACKNOWLEDGED, asyncio.Event()))
    await asyncio.sleep(0)
    slots.finish(time.monotonic())  # the slot is the waiter's, who has not heard of it yet
    assert slots.inside == 1
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert (slots.inside, slots.queued) == (0, 0)


async def test_a_slot_given_at_the_moment_when_its_time_was_up_comes_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("strp.front.concurrency.longest_queue_s", lambda _: 0.02)
    slots = ConcurrencyLimiter(Capacity(slots=1, queue=4), Measures())
    await slots.take(Priority.ACKNOWLEDGED)
    waiting = asyncio.create_task(hold(slots, Priority.ACKNOWLEDGED, asyncio.Event()))
    await asyncio.sleep(0)
    loop = asyncio.get_running_loop()
    loop.call_at(loop.time() - 1, slots.finish, time.monotonic())
    time.sleep(0.05)  # noqa: ASYNC251 - so that the loop comes to both in one turn
    with pytest.raises(Unavailable):
        await waiting
    assert (slots.inside, slots.queued) == (0, 0)


async def test_of_those_who_queue_the_most_important_goes_first() -> None:
    slots, done, order = (
        ConcurrencyLimiter(Capacity(slots=1, queue=10), Measures()),
        asyncio.Event(),
        [],
    )

    async def work(priority: Priority) -> None:
        async with slots.one(priority):
            order.append(priority)

    first = asyncio.create_task(hold(slots, Priority.ACKNOWLEDGED, done))
    await asyncio.sleep(0)
    waiting = [asyncio.create_task(work(p)) for p in (Priority.LOOK_UP, Priority.FILING)]
    await asyncio.sleep(0)
    done.set()
    await asyncio.gather(first, *waiting)
    assert order == [Priority.FILING, Priority.LOOK_UP]


async def test_nobody_queues_longer_than_anyone_should_wait() -> None:
    slots, done = ConcurrencyLimiter(Capacity(slots=1, queue=10), Measures()), asyncio.Event()
    held = asyncio.create_task(hold(slots, Priority.ACKNOWLEDGED, done))
    await asyncio.sleep(0)
    async with asyncio.timeout(30):
        with pytest.raises(Unavailable):
            async with slots.one(Priority.LOOK_UP):
                pass
    done.set()
    await held


async def test_a_slot_comes_back_after_a_failure() -> None:
    slots = ConcurrencyLimiter(Capacity(slots=1, queue=0), Measures())
    with pytest.raises(ValueError, match="broken"):
        async with slots.one(Priority.ACKNOWLEDGED):
            raise ValueError("broken")
    assert slots.inside == 0


async def test_a_body_that_stops_half_way_holds_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "FIRST_S", 0.05)

    async def receive() -> dict[str, object]:
        await asyncio.sleep(60)
        return {}

    with pytest.raises(StrpError, match="too-slow"):
        await ArrivedBody(receive).arrive(1000)


@pytest.mark.parametrize("pieces", [[b""], [b"abc"], [b"a" * 70_000, b"b" * 70_000, b"c"]])
async def test_a_body_arrives_as_it_was_sent(pieces: list[bytes]) -> None:
    left = list(pieces)

    async def receive() -> dict[str, object]:
        piece = left.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(left)}

    body = ArrivedBody(receive)
    await body.arrive(1 << 20)
    got, more = b"", True
    while more:
        message = await body.receive()
        got, more = got + message["body"], message["more_body"]
    await body.close()
    assert got == b"".join(pieces)


def test_those_turned_away_do_not_all_come_back_at_once() -> None:
    times = {come_back_s(Priority.EXPORT, 100, 10.0, draw / 100) for draw in range(100)}
    assert len(times) > 10

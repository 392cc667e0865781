"""Deadlines under one timer: late work ends, other cancellations stay what they are."""

import asyncio

import pytest

from strp.front import deadlines
from strp.front.deadlines import Deadlines

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def _look_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadlines, "LOOK_EVERY_S", 0.01)


async def test_what_takes_too_long_ends_with_a_timeout() -> None:
    with pytest.raises(TimeoutError), Deadlines().within(0.0):
        await asyncio.Event().wait()


async def test_after_a_timeout_the_task_goes_on() -> None:
    each = Deadlines()
    for _ in range(2):
        with pytest.raises(TimeoutError), each.within(0.0):
            await asyncio.Event().wait()
    await asyncio.sleep(0)


async def test_what_is_in_time_is_left_alone() -> None:
    each = Deadlines()
    with each.within(60.0):
        await asyncio.sleep(0.03)
    await asyncio.sleep(0.03)


async def test_a_cancellation_from_elsewhere_is_no_timeout() -> None:
    async def wait() -> None:
        with Deadlines().within(60.0):
            await asyncio.Event().wait()

    task = asyncio.create_task(wait())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

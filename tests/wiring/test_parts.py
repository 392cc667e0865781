"""An installation ends, though what it keeps doing swallows a cancel."""

import asyncio
import contextlib

import pytest

from strp.wiring.parts import _end

pytestmark = pytest.mark.anyio


async def test_a_loop_that_swallows_a_cancel_ends_all_the_same() -> None:
    async def loop() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(60)
        await asyncio.sleep(60)

    task = asyncio.create_task(loop())
    await asyncio.sleep(0)
    await asyncio.wait_for(_end([task]), 10)
    assert task.cancelled()

"""What a thread writes is not closed under its hands where whoever asked is stopped."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from strp.usecases.process.own_threads import OwnThreads

pytestmark = pytest.mark.anyio


async def test_a_file_is_closed_in_a_thread_once_its_last_piece_is_written() -> None:
    threads, begun, go_on = OwnThreads("test", 2), threading.Event(), threading.Event()
    done: list[str] = []

    @contextmanager
    def file() -> Iterator[None]:
        done.append("opened")
        try:
            yield
        finally:
            done.append("closed")

    def write() -> None:
        begun.set()
        go_on.wait(30)
        done.append("written")

    async def use() -> None:
        async with threads.held(file):
            await threads.finish(write)

    using = asyncio.create_task(use())
    await asyncio.to_thread(begun.wait, 30)
    using.cancel()
    await asyncio.sleep(0)
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await using
    assert done == ["opened", "written", "closed"]


async def test_what_goes_wrong_goes_through() -> None:
    threads = OwnThreads("test", 1)
    closed: list[bool] = []

    @contextmanager
    def file() -> Iterator[str]:
        try:
            yield "file"
        finally:
            closed.append(True)

    with pytest.raises(LookupError):
        async with threads.held(file) as value:
            assert value == "file"
            raise LookupError
    assert closed == [True]

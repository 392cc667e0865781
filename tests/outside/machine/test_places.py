"""Places for costly work: a share for each asker, and who waits longest comes next."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from strp.domain.errors import TooMany, Unavailable
from strp.outside.machine.places import Places, Share

pytestmark = pytest.mark.anyio
SHARE = Share(at_once=2, each_at_once=1, waiting=4, each_waiting=2, longest_wait_s=5)


@asynccontextmanager
async def crowd(places: Places, *askers: str) -> AsyncIterator[list[str]]:
    """Askers who come one after the other and never finish; tells who was let in, in order."""
    entered: list[str] = []

    async def work(asker: str) -> None:
        async with places.one(asker):
            entered.append(asker)
            await asyncio.Event().wait()

    tasks = [asyncio.create_task(work(asker)) for asker in askers]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    try:
        yield entered
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_one_asker_never_holds_every_place() -> None:
    async with crowd(Places(SHARE), "flood", "flood", "flood", "other") as entered:
        assert entered == ["flood", "other"]


async def test_one_asker_never_holds_the_whole_queue() -> None:
    places = Places(SHARE)
    async with crowd(places, "flood", "flood", "flood"):
        with pytest.raises(TooMany, match="too-many-requests"):
            async with places.one("flood"):
                pass


async def test_who_could_not_even_wait_is_told_so_beforehand() -> None:
    places = Places(SHARE)
    async with crowd(places, "flood", "flood", "flood"):
        with pytest.raises(TooMany):
            places.refuse_where_full("flood")
        places.refuse_where_full("other")
    places.refuse_where_full("flood")


async def test_an_asker_rests_after_its_work_while_others_work_on() -> None:
    places = Places(replace(SHARE, rests=10))
    async with places.one("flood"):
        await asyncio.sleep(0.03)
    waiting = {who: asyncio.create_task(_enter(places, who)) for who in ("flood", "other")}
    done, _ = await asyncio.wait(waiting.values(), return_when=asyncio.FIRST_COMPLETED)
    assert {task.result() for task in done} == {"other"}
    began = places.working
    assert (await waiting["flood"], began) == ("flood", 0)


async def test_a_rest_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("strp.outside.machine.places.LONGEST_REST_S", 0.02)
    places = Places(replace(SHARE, rests=1e9))
    async with asyncio.timeout(5):
        for _ in range(3):
            assert await _enter(places, "flood") == "flood"


async def test_nobody_waits_beyond_the_end_of_the_queue() -> None:
    places = Places(SHARE)
    async with crowd(places, "a", "b", "a", "a", "b", "b"):
        with pytest.raises(Unavailable, match="busy"):
            async with places.one("c"):
                pass


async def test_who_was_never_served_comes_before_a_flood() -> None:
    places = Places(SHARE)
    async with crowd(places, "b"):
        async with places.one("flood"):
            waiting = [asyncio.create_task(_enter(places, who)) for who in ("flood", "new")]
            await asyncio.sleep(0)
        done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        assert {task.result() for task in done} == {"new"}
        await asyncio.gather(*waiting)


async def _enter(places: Places, asker: str) -> str:
    async with places.one(asker):
        await asyncio.sleep(0.01)
    return asker


async def test_who_waits_too_long_is_told_to_come_back() -> None:
    places = Places(Share(at_once=1, each_at_once=1, waiting=4, each_waiting=2, longest_wait_s=0))
    async with crowd(places, "a"):
        with pytest.raises(Unavailable, match="busy"):
            async with places.one("b"):
                pass


async def test_who_stops_waiting_leaves_no_trace() -> None:
    places = Places(SHARE)
    async with crowd(places, "a", "b", "c", "d"):
        pass
    assert places.working == 0
    async with places.one("a"):
        assert places.working == 1


@pytest.mark.parametrize("moment", range(6))
async def test_a_place_given_to_who_stops_waiting_goes_on(moment: int) -> None:
    places = Places(Share(at_once=1, each_at_once=1, waiting=4, each_waiting=2, longest_wait_s=5))
    async with places.one("a"):
        waiter = asyncio.create_task(_enter(places, "b"))
        await asyncio.sleep(0)
    for _ in range(moment):
        await asyncio.sleep(0)
    waiter.cancel()
    await asyncio.gather(waiter, return_exceptions=True)
    assert places.working == 0


async def test_a_place_that_comes_free_as_a_waiter_is_cancelled_is_not_lost() -> None:
    places = Places(Share(at_once=1, each_at_once=1, waiting=4, each_waiting=2, longest_wait_s=5))
    waiters = list[asyncio.Task[str]]()
    async with places.one("a"):
        waiters += [asyncio.create_task(_enter(places, asker)) for asker in "bc"]
        await asyncio.sleep(0)
        waiters[0].cancel()
    left = await asyncio.gather(*waiters, return_exceptions=True)
    assert isinstance(left[0], asyncio.CancelledError) and left[1] == "c"
    assert places.working == 0

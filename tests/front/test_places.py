"""Places of strangers are shared out by block; what is known has bounds of its own."""

import asyncio

import pytest

from strp.domain.errors import StrpError, TooMany, Unavailable
from strp.front.bodies import WINDOW_S, ArrivedBody, Pace
from strp.front.places import Bound, Place, Places, Shares

pytestmark = pytest.mark.anyio


async def never() -> dict[str, object]:
    await asyncio.sleep(60)
    return {}


async def arriving(place: Place) -> "asyncio.Task[None]":
    task = asyncio.create_task(ArrivedBody(never, 100, place).arrive(1000))
    await asyncio.sleep(0)
    return task


async def test_the_oldest_arrival_of_a_block_makes_room_for_its_next() -> None:
    places = Places(10, 2)
    old, new = [await arriving(places.take("a")) for _ in range(2)]
    places.take("a")
    with pytest.raises(StrpError, match="too-slow"):
        await old
    assert (new.done(), places.taken) == (False, 2)
    new.cancel()


async def test_where_all_places_are_taken_the_fullest_block_loses_one() -> None:
    places = Places(4, 3)
    many = [await arriving(places.take("many")) for _ in range(3)]
    few = await arriving(places.take("few"))
    places.take("new")
    await asyncio.wait(many, timeout=30, return_when=asyncio.FIRST_COMPLETED)
    assert ([task.done() for task in many], few.done()) == ([True, False, False], False)
    for task in (*many, few):
        task.cancel()


async def test_a_whole_body_in_a_file_keeps_its_place_until_it_is_answered() -> None:
    places = Places(4, 1, until_answered=True)
    place = places.take("a")
    place.arrived()
    with pytest.raises(TooMany, match="too-many-requests"):
        places.take("a")
    place.end()
    places.take("a")


async def test_where_others_have_filled_all_places_nobody_is_told_of_a_share() -> None:
    places = Places(1, 1, until_answered=True)
    places.take("a").arrived()
    with pytest.raises(Unavailable, match="busy"):
        places.take("b")


async def test_a_whole_body_in_memory_gives_its_place_back() -> None:
    places = Places(4, 1)
    places.take("a").arrived()
    assert places.taken == 0


async def test_a_known_sender_holds_so_many_bodies_and_bytes_and_no_more() -> None:
    shares, bounds = Shares(10), (("key:1", Bound(2, 100)),)
    first = shares.take(bounds, 60)
    with pytest.raises(StrpError, match="too-many-requests"):
        shares.take(bounds, 60)
    second = shares.take(bounds, 40)
    with pytest.raises(StrpError, match="too-many-requests"):
        shares.take(bounds, 0)
    shares.take((("key:2", Bound(2, 100)),), 100)
    first.end()
    first.end()
    second.grow(100)
    with pytest.raises(StrpError, match="too-many-requests"):
        second.grow(101)
    second.end()
    shares.take(bounds, 100)


async def test_accounts_of_one_block_share_its_bound() -> None:
    shares, block = Shares(10), ("203.0.113.0/24", Bound(9, 100))
    shares.take((("account:1", Bound(2, 60)), block), 60)
    with pytest.raises(StrpError, match="too-many-requests"):
        shares.take((("account:2", Bound(2, 60)), block), 60)


def test_the_pace_is_that_of_the_last_seconds() -> None:
    pace = Pace(0.0)
    assert not pace.is_too_slow(80 << 20, 1.0)
    assert not pace.is_too_slow((80 << 20) + 1, 10.0)
    assert pace.is_too_slow((80 << 20) + 2, 2 * WINDOW_S)


def test_a_slow_line_is_fast_enough() -> None:
    pace = Pace(0.0)
    assert not any(pace.is_too_slow(second * 750, float(second)) for second in range(1, 300))

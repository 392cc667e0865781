"""Turns of the crowd: a block over its share is held back while another is served."""

import asyncio

import pytest

from strp.domain.errors import TooSoon
from strp.front.crowd import MOST_OF_BLOCK, WORK, Crowd

pytestmark = pytest.mark.anyio
FLOOD, POLITE = "198.51.100.7", "203.0.113.9"


def busy(per_s: float) -> Crowd:
    crowd = Crowd(per_s)
    crowd.inside()
    return crowd


async def test_a_polite_visitor_is_served_while_a_flood_waits() -> None:
    crowd = busy(100)
    flood = [asyncio.create_task(crowd.turn(FLOOD)) for _ in range(60)]
    await asyncio.sleep(0)
    await crowd.turn(POLITE)
    assert sum(task.done() for task in flood) < 30
    await asyncio.gather(*flood)


async def test_what_has_to_be_made_takes_the_turns_of_many_pages() -> None:
    crowd = busy(200)
    loop = asyncio.get_running_loop()
    began = loop.time()
    await asyncio.gather(*(crowd.turn(FLOOD, WORK) for _ in range(4)))
    assert loop.time() - began >= 2 * WORK / 200


async def test_while_nobody_is_inside_the_crowd_gets_more() -> None:
    loop, taken = asyncio.get_running_loop(), []
    for crowd in (Crowd(100), busy(100)):
        began = loop.time()
        await asyncio.gather(*(crowd.turn(FLOOD) for _ in range(80)))
        taken.append(loop.time() - began)
    assert 2 * taken[0] < taken[1]


async def test_too_many_of_one_block_are_refused_and_the_others_wait() -> None:
    crowd = busy(1)
    waiting = [asyncio.create_task(crowd.turn(FLOOD)) for _ in range(MOST_OF_BLOCK + 5)]
    await asyncio.sleep(0.1)
    refused = [task for task in waiting if task.done() and task.exception() is not None]
    assert refused and all(isinstance(task.exception(), TooSoon) for task in refused)
    assert crowd.waiting == MOST_OF_BLOCK
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


async def test_who_has_gone_takes_no_turn() -> None:
    crowd = busy(50)
    flood = [asyncio.create_task(crowd.turn(FLOOD)) for _ in range(200)]
    await asyncio.sleep(0)
    for task in flood:
        task.cancel()
    await asyncio.gather(*flood, return_exceptions=True)
    await asyncio.wait_for(crowd.turn(FLOOD), 1.0)


async def test_this_machine_itself_waits_for_nothing() -> None:
    crowd = busy(1)
    await asyncio.wait_for(asyncio.gather(*(crowd.turn("127.0.0.1") for _ in range(500))), 1.0)

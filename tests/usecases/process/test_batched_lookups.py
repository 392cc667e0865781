"""Look-ups of the same moment share one query."""

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from strp.domain.errors import Unavailable
from strp.usecases.process.batched_lookups import BatchedLookups

pytestmark = pytest.mark.anyio


class Squares:
    """Looks numbers up, and remembers what it was asked; knows none above nine."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []

    async def look_up(self, numbers: Sequence[int]) -> Mapping[int, int]:
        self.asked.append(list(numbers))
        await asyncio.sleep(0)
        if 13 in numbers:
            raise ValueError
        return {number: number * number for number in numbers if number < 10}


async def test_each_gets_what_belongs_to_its_key() -> None:
    together, squares = BatchedLookups[int, int](), Squares()
    found = await asyncio.gather(*(together.find(n, squares.look_up) for n in (3, 4, 12)))
    assert found == [9, 16, None]


async def test_who_asks_at_the_same_moment_shares_a_query() -> None:
    together, squares = BatchedLookups[int, int](), Squares()
    await asyncio.gather(*(together.find(n, squares.look_up) for n in (1, 2, 2, 3)))
    assert squares.asked == [[1, 2, 3]]


async def test_who_asks_later_is_part_of_the_next_query() -> None:
    together, squares = BatchedLookups[int, int](), Squares()
    first = asyncio.create_task(together.find(1, squares.look_up))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await asyncio.gather(first, *(together.find(n, squares.look_up) for n in (1, 2)))
    assert squares.asked == [[1], [1, 2]]


async def test_a_failed_query_fails_for_those_who_wait_for_it_alone() -> None:
    together, squares = BatchedLookups[int, int](), Squares()
    with pytest.raises(ValueError):
        await together.find(13, squares.look_up)
    assert await together.find(2, squares.look_up) == 4


async def test_who_gives_up_leaves_the_others_their_answer() -> None:
    together, squares = BatchedLookups[int, int](), Squares()
    gone = asyncio.create_task(together.find(2, squares.look_up))
    stays = asyncio.create_task(together.find(2, squares.look_up))
    await asyncio.sleep(0)
    gone.cancel()
    assert await stays == 4


async def test_where_the_task_that_asks_is_ended_everybody_is_told_and_the_next_asks_anew() -> None:
    together, squares = BatchedLookups[int, int](), Squares()
    hangs = asyncio.Event()

    async def look_up(numbers: Sequence[int]) -> Mapping[int, int]:
        await hangs.wait()
        return {}

    first = asyncio.create_task(together.find(1, look_up))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    second = asyncio.create_task(together.find(2, look_up))
    await asyncio.sleep(0)
    assert together._asking is not None
    together._asking.cancel()
    told = await asyncio.wait_for(asyncio.gather(first, second, return_exceptions=True), 5)
    assert [type(error) for error in told] == [Unavailable, Unavailable]
    assert await together.find(2, squares.look_up) == 4

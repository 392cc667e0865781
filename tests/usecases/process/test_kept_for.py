"""Something is made once for all who ask at the same time, and anew after its seconds."""

import asyncio

import pytest

from strp.usecases.process.kept_for import KeptFor

pytestmark = pytest.mark.anyio


async def test_all_who_ask_at_once_get_what_was_made_once() -> None:
    made = 0

    async def make() -> int:
        nonlocal made
        made += 1
        await asyncio.sleep(0.01)
        return made

    kept: KeptFor[int] = KeptFor(60)
    assert await asyncio.gather(*(kept.get(make) for _ in range(200))) == [1] * 200


async def test_what_is_too_old_is_made_anew() -> None:
    kept: KeptFor[int] = KeptFor(0)
    numbers = iter(range(10))

    async def make() -> int:
        return next(numbers)

    assert [await kept.get(make) for _ in range(3)] == [0, 1, 2]


async def test_a_failure_is_told_and_the_next_one_tries_again() -> None:
    kept: KeptFor[str] = KeptFor(60)

    async def fail() -> str:
        raise RuntimeError("away")

    async def make() -> str:
        return "there"

    with pytest.raises(RuntimeError):
        await kept.get(fail)
    assert await kept.get(make) == "there"


async def test_those_who_wait_share_a_failure_and_do_not_try_one_after_another() -> None:
    tried = 0

    async def fail() -> str:
        nonlocal tried
        tried += 1
        await asyncio.sleep(0.01)
        raise RuntimeError("away")

    kept: KeptFor[str] = KeptFor(60)
    found = await asyncio.gather(*(kept.get(fail) for _ in range(50)), return_exceptions=True)
    assert tried == 1 and {str(each) for each in found} == {"away"}


async def test_who_gives_up_waiting_ends_it_for_nobody_else() -> None:
    async def make() -> str:
        await asyncio.sleep(0.05)
        return "there"

    kept: KeptFor[str] = KeptFor(60)
    impatient, patient = (asyncio.create_task(kept.get(make)) for _ in range(2))
    await asyncio.sleep(0.01)
    impatient.cancel()
    assert await patient == "there"

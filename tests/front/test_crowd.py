"""Turns of the crowd: a block over its share is held back while another is served."""

import asyncio

import pytest

from strp.domain.errors import TooSoon
from strp.front.crowd import KEPT_PLACE, LOOK_UP, MOST_OF_BLOCK, PAGE, PLACE, SENT, WORK, Crowd
from tests.front.asking import Front

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
    assert crowd.waiting <= MOST_OF_BLOCK  # fewer where this machine took so long that some had one
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


class Bill(Crowd):
    """Notes what each turn cost."""

    def __init__(self) -> None:
        super().__init__(100_000)
        self.paid: list[float] = []

    async def turn(self, address: str, cost: float = PAGE) -> None:
        self.paid.append(cost)
        await super().turn(address, cost)


OLD_SESSION = {"cookie": "strp_session=" + "x" * 43}
TAGGED_SESSION = {"cookie": "strp_session=" + "x" * 54}


@pytest.mark.parametrize(
    ("address", "sent", "paid"),
    [
        ("/", {}, [PAGE]),
        ("/", OLD_SESSION, [PAGE]),
        ("/healthz", TAGGED_SESSION, [PAGE]),
        ("/verify", {}, [PLACE, WORK]),
        ("/verify", OLD_SESSION, [LOOK_UP, WORK]),
        ("/verify", TAGGED_SESSION, [SENT, WORK]),
        ("/?role=made-up", {}, [PLACE, WORK]),
    ],
)
async def test_what_is_kept_costs_a_page_whoever_asks_and_what_is_made_costs_its_work(
    front: Front, address: str, sent: dict[str, str], paid: list[float]
) -> None:
    bill = front.door.strangers.crowd = Bill()
    await front.ask("GET", address, **sent)
    assert bill.paid == paid


async def test_a_ticket_that_takes_a_row_costs_ten_others(front: Front) -> None:
    bill = front.door.strangers.crowd = Bill()
    for key in ({}, {"idempotency_key": "a"}):
        await front.ask("POST", "/waiting-room/tickets", body={}, **key)
    assert bill.paid == [PLACE, KEPT_PLACE]

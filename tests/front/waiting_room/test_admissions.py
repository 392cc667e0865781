"""Admissions taken while nobody waits: they cost nothing, so they are worth little in a line."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from strp.domain.rate_limit import RateLimit
from strp.domain.waiting_room.ticket import ADMISSION_LIFE_S, UNQUEUED_IDLE_S, UNQUEUED_RENEWED_S
from strp.front.crowd import WORK, Crowd
from strp.front.rate_limits import REPEATS_PER_BLOCK, UNQUEUED_PER_BLOCK, Limiter
from strp.usecases.waiting_room.synchronise import exchange
from tests.front.asking import Front
from tests.usecases.stage import Clock

pytestmark = pytest.mark.anyio
HOARDER, NEIGHBOUR, OTHER = "198.51.100.7", "198.51.100.8", "192.0.2.1"
TAKEN = 200


async def take(front: Front, times: int = TAKEN, client: str = HOARDER) -> list[str]:
    """Admissions that one address collects from the pages."""
    shown = [await front.ask("GET", "/employer", client=client) for _ in range(times)]
    return [leave for each in shown if (leave := each.cookie("strp_admission"))]


async def passing(front: Front, leaves: list[str]) -> int:
    """How many of these pass the gate."""
    before = len(front.inner.asked)
    for leave in leaves:
        await front.ask("GET", "/employer", cookie=leave, client=OTHER)
    return len(front.inner.asked) - before


async def test_while_nobody_waits_everybody_of_a_block_comes_in(front: Front) -> None:
    leaves = await take(front, 30)
    assert await passing(front, leaves) == len(leaves)


async def test_of_hoarded_admissions_a_blocks_share_passes_the_line(front: Front) -> None:
    leaves = await take(front)
    await front.set_mode("on")
    assert await passing(front, leaves) <= UNQUEUED_PER_BLOCK.burst


async def test_who_came_in_and_works_stays_when_a_line_forms(front: Front) -> None:
    [leave] = await take(front, 1)
    await front.set_mode("on")
    assert await passing(front, [leave]) == 1


async def test_another_block_keeps_its_own_share(front: Front) -> None:
    await take(front, 30)
    [leave] = await take(front, 1, client=OTHER)
    await front.set_mode("on")
    assert await passing(front, [leave]) == 1


async def enter_by_call(front: Front, times: int) -> list[str]:
    """Admissions that one address collects by the calls for programs."""
    leaves = []
    for _ in range(times):
        ticket = await front.ask("POST", "/waiting-room/tickets", body={}, client=HOARDER)
        body = {"ticket": ticket.json["ticket"]}
        entered = await front.ask("POST", "/waiting-room/admissions", body=body, client=HOARDER)
        if leave := entered.cookie("strp_admission"):
            leaves.append(leave)
    return leaves


async def test_admissions_taken_by_call_are_bounded_the_same(front: Front) -> None:
    leaves = await enter_by_call(front, 60)
    await front.set_mode("on")
    assert await passing(front, leaves) <= UNQUEUED_PER_BLOCK.burst


async def test_tickets_kept_until_a_line_forms_pass_it_no_more_often(front: Front) -> None:
    tickets = [
        (await front.ask("POST", "/waiting-room/tickets", body={}, client=HOARDER)).json["ticket"]
        for _ in range(60)
    ]
    await front.tick()
    await front.set_mode("on")
    codes = [
        (
            await front.ask(
                "POST", "/waiting-room/admissions", body={"ticket": ticket}, client=HOARDER
            )
        ).status
        for ticket in tickets
    ]
    assert codes.count(201) <= UNQUEUED_PER_BLOCK.burst


async def test_a_ticket_used_before_the_line_formed_is_not_used_again_for_a_longer_stay(
    front: Front,
) -> None:
    [ticket] = [
        (await front.ask("POST", "/waiting-room/tickets", body={}, client=HOARDER)).json["ticket"]
    ]
    body = {"ticket": ticket}
    await front.ask("POST", "/waiting-room/admissions", body=body, client=HOARDER)
    await front.tick()
    await front.set_mode("on")
    again = await front.ask("POST", "/waiting-room/admissions", body=body, client=HOARDER)
    assert again.status != 201 or again.json["valid_for_s"] == UNQUEUED_IDLE_S


async def test_an_unqueued_admission_that_nobody_uses_ends(front: Front, clock: Clock) -> None:
    [leave] = await take(front, 1)
    await front.set_mode("on")
    clock.now += timedelta(seconds=UNQUEUED_IDLE_S)
    assert await passing(front, [leave]) == 0


async def test_an_admission_that_is_used_is_renewed(front: Front, clock: Clock) -> None:
    [leave] = await take(front, 1)
    await front.set_mode("on")
    for _ in range(3):
        clock.now += timedelta(seconds=UNQUEUED_RENEWED_S)
        leave = (await front.ask("GET", "/employer", cookie=leave)).cookie("strp_admission")
    assert await passing(front, [leave]) == 1


async def test_no_renewal_goes_on_for_ever(front: Front, clock: Clock) -> None:
    [leave] = await take(front, 1)
    await front.set_mode("on")
    for _ in range(ADMISSION_LIFE_S // UNQUEUED_RENEWED_S):
        clock.now += timedelta(seconds=UNQUEUED_RENEWED_S)
        renewed = (await front.ask("GET", "/employer", cookie=leave)).cookie("strp_admission")
        leave = renewed or leave
    assert await passing(front, [leave]) == 0


async def test_tickets_under_keys_of_their_own_take_a_bounded_number_of_rows(front: Front) -> None:
    await front.tick()
    for number in range(REPEATS_PER_BLOCK.burst + 50):
        await front.ask(
            "POST", "/waiting-room/tickets", body={}, client=HOARDER, idempotency_key=str(number)
        )
    async with front.system.database.connection() as conn:
        rows = await (await conn.execute("SELECT count(*) FROM waiting_repeat")).fetchone()
    assert rows is not None and rows[0] <= REPEATS_PER_BLOCK.burst + 1


async def test_tickets_under_keys_from_many_blocks_take_a_bounded_number_of_rows(
    front: Front,
) -> None:
    await front.tick()
    limit = RateLimit(burst=10, interval=timedelta(hours=1))
    front.door.waiting_room._repeats_in_all = Limiter(limit, most=1)
    for number in range(50):
        block, key = f"100.64.{number}.7", str(number)
        await front.ask("POST", "/waiting-room/tickets", body={}, client=block, idempotency_key=key)
    async with front.system.database.connection() as conn:
        rows = await (await conn.execute("SELECT count(*) FROM waiting_repeat")).fetchone()
    assert rows == (limit.burst,)


async def test_tickets_asked_for_under_one_key_at_once_are_one(front: Front) -> None:
    await front.tick()
    others = [front.restarted(), front.restarted()]
    for other in others:
        await exchange(other.system)
    asked = (
        each.ask("POST", "/waiting-room/tickets", body={}, client=OTHER, idempotency_key="k")
        for each in [front, front, *others, *others]
    )
    tickets = {answer.json["ticket"] for answer in await asyncio.gather(*asked)}
    assert len(tickets) == 1


async def test_a_ticket_under_a_key_takes_the_turns_of_work(front: Front) -> None:
    strangers = front.door.strangers
    strangers.crowd = Crowd(10 * WORK, calm=1)
    loop = asyncio.get_running_loop()
    began = loop.time()
    asked = (
        front.ask("POST", "/waiting-room/tickets", body={}, client=OTHER, idempotency_key=str(n))
        for n in range(6)
    )
    await asyncio.gather(*asked)
    assert loop.time() - began > 0.3


async def test_a_ticket_beyond_the_rows_is_the_same_again_all_the_same(front: Front) -> None:
    for number in range(REPEATS_PER_BLOCK.burst + 50):
        last = await front.ask(
            "POST", "/waiting-room/tickets", body={}, client=HOARDER, idempotency_key=str(number)
        )
    again = await front.ask(
        "POST", "/waiting-room/tickets", body={}, client=HOARDER, idempotency_key=str(number)
    )
    assert again.json["ticket"] == last.json["ticket"]


async def ticket_under(front: Front, key: str, body: Any, **headers: str) -> str:
    reply = await front.ask(
        "POST", "/waiting-room/tickets", body=body, client=HOARDER, idempotency_key=key, **headers
    )
    return str(reply.json["ticket"])


@pytest.mark.parametrize(
    "other",
    [{"user_agent": "B"}, {"accept_language": "jv"}, {"cookie": f"strp_session={'s' * 43}"}],
    ids=["program", "language", "sign-in"],
)
async def test_two_people_behind_one_address_share_no_ticket_by_a_common_key(
    front: Front, other: dict[str, str]
) -> None:
    first = await ticket_under(front, "1", {}, user_agent="A")
    assert await ticket_under(front, "1", {}, **({"user_agent": "A"} | other)) != first


async def test_who_asks_again_with_the_first_answers_cookie_has_the_same_ticket(
    front: Front,
) -> None:
    first = await ticket_under(front, "1", {}, user_agent="A")
    again = await ticket_under(front, "1", {}, user_agent="A", cookie=f"strp_ticket={first}")
    assert again == first


async def test_a_key_for_one_line_gives_no_ticket_for_another(front: Front) -> None:
    first = await ticket_under(front, "1", {})
    assert await ticket_under(front, "1", {"lane": "individuals"}) != first

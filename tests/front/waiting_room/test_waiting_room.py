"""The waiting room as visitors and programs meet it, over a real database."""

from typing import Any

import pytest

from strp.domain.waiting_room.lanes import Lane
from strp.domain.waiting_room.opening_draw import keeps_commitment
from strp.domain.waiting_room.ticket import Ticket, read_ticket
from strp.usecases.waiting_room.status import show_room
from strp.usecases.waiting_room.synchronise import exchange, schedule_opening, set_room_mode
from tests.front.asking import Front

pytestmark = pytest.mark.anyio


async def test_the_document_is_the_same_bytes_for_everybody(front: Front) -> None:
    one = await front.ask("GET", "/waiting-room.json")
    assert (await front.ask("GET", "/waiting-room.json", cookie="a=b")).body == one.body


async def test_the_document_is_not_sent_twice(front: Front) -> None:
    etag = (await front.ask("GET", "/waiting-room.json")).header("etag")
    again = await front.ask("GET", "/waiting-room.json", if_none_match=etag)
    assert (again.status, again.body) == (304, b"")


async def test_the_document_has_the_keys_of_the_contract(front: Front) -> None:
    await exchange(front.system)
    document = (await front.ask("GET", "/waiting-room.json")).json
    assert set(document) == {"open", "serving", "rate", "at"}


async def test_while_the_room_is_off_any_ticket_lets_in(front: Front) -> None:
    assert (await front.admission(await front.ticket())).status == 201


async def test_a_room_that_the_operator_switched_on_stands_before_the_first_tick(
    front: Front,
) -> None:
    await exchange(front.system)
    await set_room_mode(front.system, "on")
    await exchange(front.system)  # within a second of the last tick, so without another
    assert front.system.room.stands


async def test_a_number_that_is_not_served_is_told_when_to_ask_again(front: Front) -> None:
    await front.set_mode("on")
    told = await front.admission(await front.ticket())
    assert (told.status, told.json["poll_after_s"] >= 1) == (425, True)


async def test_a_served_number_comes_in(front: Front) -> None:
    await front.set_mode("on")
    ticket = await front.ticket()
    await front.tick()
    assert (await front.admission(ticket)).status == 201


async def test_whoever_lost_the_answer_gets_the_same_admission(front: Front) -> None:
    ticket = await front.ticket()
    first = (await front.admission(ticket)).json["admission"]
    assert (await front.admission(ticket)).json["admission"] == first


async def test_a_ticket_lets_in_once(front: Front) -> None:
    ticket = await front.ticket()
    await front.admission(ticket)
    front.system.clock.pass_(minutes=3)  # type: ignore[attr-defined]
    used = await front.admission(ticket)
    assert (used.status, used.json["code"]) == (409, "ticket-used")


async def test_while_the_database_hangs_whoever_was_called_is_told_to_come_back(
    front: Front,
) -> None:
    ticket = await front.ticket()
    async with front.system.database.transaction() as conn:
        await conn.execute("LOCK TABLE waiting_admission IN EXCLUSIVE MODE")
        told = await front.admission(ticket)
    assert (told.status, told.header("retry-after") != "") == (425, True)
    assert (await front.admission(ticket)).status == 201


@pytest.mark.parametrize("hours", [-24, -1, 1, 24])
async def test_a_ticket_lets_in_once_also_where_the_clock_jumps(front: Front, hours: int) -> None:
    ticket = await front.ticket()
    await front.admission(ticket)
    front.system.clock.pass_(hours=hours)  # type: ignore[attr-defined]
    used = await front.admission(ticket)
    assert (used.status, used.json["code"]) == (409, "ticket-used")


@pytest.mark.parametrize(
    ("ticket", "code"), [("nonsense", "ticket-unreadable"), ("A" * 59, "ticket-unreadable")]
)
async def test_what_is_no_ticket_is_refused(front: Front, ticket: str, code: str) -> None:
    refused = await front.admission(ticket)
    assert (refused.status, refused.json["code"]) == (422, code)


async def test_a_forged_number_is_refused(front: Front) -> None:
    ticket = await front.ticket()
    forged = ticket[:9] + ("B" if ticket[9] != "B" else "C") + ticket[10:]
    assert (await front.admission(forged)).json["code"] == "ticket-forged"


async def test_a_ticket_of_one_lane_lets_nobody_in_by_another(front: Front) -> None:
    ticket = await front.ticket(lane="individuals")
    assert (await front.admission(ticket, lane="employers")).json["code"] == "ticket-other-lane"


async def test_numbers_are_given_out_in_order(front: Front) -> None:
    await front.set_mode("on")
    asked = [await front.ask("POST", "/waiting-room/tickets", body={}) for _ in range(50)]
    numbers = [reply.json["number"] for reply in asked]
    assert numbers == sorted(set(numbers))


async def ask_again(front: Front) -> Any:
    return (await front.ask("POST", "/waiting-room/tickets", body={}, idempotency_key="k")).json


async def test_the_same_key_gives_the_same_ticket_from_any_process(front: Front) -> None:
    await front.tick()
    first, other = await ask_again(front), front.restarted()
    await other.tick()
    assert (await ask_again(other))["ticket"] == first["ticket"]


async def test_one_key_gives_two_clients_two_tickets(front: Front) -> None:
    await front.tick()
    first = await ask_again(front)
    other = await front.ask(
        "POST", "/waiting-room/tickets", body={}, idempotency_key="k", client="198.51.100.4"
    )
    assert other.json["ticket"] != first["ticket"]


async def test_without_a_database_the_same_process_gives_the_same_ticket(front: Front) -> None:
    await front.tick()
    await front.system.database.close()
    assert await ask_again(front) == await ask_again(front)


async def test_the_operator_sees_what_officers_keep_up_with_beside_the_rate(front: Front) -> None:
    async with front.system.database.transaction() as conn:
        await conn.execute(
            "INSERT INTO audit_event (at, actor, action, subject, detail)"
            " SELECT %s, 'officer:1', 'application-decided', 'x', '{}' FROM generate_series(1, 7)",
            (front.system.clock(),),
        )
    await front.tick()
    shown = await show_room(front.system)
    assert shown["officers_decided_last_hour"] == 7


async def test_without_a_database_numbers_go_on(front: Front) -> None:
    await front.set_mode("on")
    before = (await front.ask("POST", "/waiting-room/tickets", body={})).json["number"]
    front.system.room.known = False
    asked = [await front.ask("POST", "/waiting-room/tickets", body={}) for _ in range(40)]
    assert [reply.json["number"] for reply in asked] == list(range(before + 1, before + 41))


async def test_numbers_after_an_outage_are_above_those_given_out_in_it(front: Front) -> None:
    await front.set_mode("on")
    await front.ticket()
    front.system.room.known = False
    last = [await front.ask("POST", "/waiting-room/tickets", body={}) for _ in range(60)][-1]
    await front.tick()
    await front.tick()
    after = (await front.ask("POST", "/waiting-room/tickets", body={})).json["number"]
    assert after > last.json["number"]


async def test_nobody_is_let_in_faster_than_the_rate(front: Front) -> None:
    await front.set_mode("on")
    for _ in range(300):
        await front.ask("POST", "/waiting-room/tickets", body={})
    before = front.system.room.lanes
    await front.tick()
    served = sum(
        state.serving - before[lane].serving for lane, state in front.system.room.lanes.items()
    )
    assert 0 < served <= 2.5 * front.system.room.controller.rate


async def test_one_address_block_cannot_take_every_ticket(front: Front) -> None:
    replies = [
        await front.ask("POST", "/waiting-room/tickets", body={}, client="198.51.100.7")
        for _ in range(2001)
    ]
    assert (replies[-1].status, replies[-1].header("retry-after") != "") == (429, True)


async def test_the_order_log_shows_who_came_in_and_what_was_served(front: Front) -> None:
    await front.admission(await front.ticket())
    entries = (await front.ask("GET", "/waiting-room/order.json?lane=employers")).json["entries"]
    assert [place <= serving for _, place, serving, _ in entries] == [True]


async def test_before_opening_nobody_comes_in(front: Front) -> None:
    opens_at = front.system.clock().replace(hour=3)
    await schedule_opening(front.system, opens_at, b"s" * 32)
    await front.tick()
    assert (await front.admission(await front.ticket())).status == 425


async def test_no_number_called_before_an_opening_was_planned_comes_in_before_it(
    front: Front,
) -> None:
    ticket = await front.ticket()
    await front.tick()
    await schedule_opening(front.system, front.system.clock().replace(hour=3), b"s" * 32)
    await front.tick()
    assert [(await front.admission(each)).status for each in (ticket, await front.ticket())] == [
        425,
        425,
    ]


async def test_whoever_comes_when_a_line_forms_gets_no_number_called_before(front: Front) -> None:
    early = await front.ask("POST", "/waiting-room/tickets", body={})
    await front.tick()
    await front.set_mode("on")
    late = await front.ask("POST", "/waiting-room/tickets", body={})
    served = front.system.room.lanes[Lane.EMPLOYERS].serving
    assert early.json["number"] <= served < late.json["number"]


async def test_an_opening_publishes_the_seed_that_it_promised(front: Front) -> None:
    opens_at = front.system.clock().replace(hour=3)
    await schedule_opening(front.system, opens_at, b"s" * 32)
    await front.tick()
    promised = (await front.ask("GET", "/waiting-room/opening.json")).json
    front.system.clock.pass_(hours=5)  # type: ignore[attr-defined]
    await front.tick()
    told = (await front.ask("GET", "/waiting-room/opening.json")).json
    assert promised["seed"] is None and keeps_commitment(
        bytes.fromhex(told["seed"]), bytes.fromhex(promised["commitment"])
    )


async def test_places_before_opening_are_drawn_and_each_is_taken_once(front: Front) -> None:
    opens_at = front.system.clock().replace(hour=3)
    await schedule_opening(front.system, opens_at, b"s" * 32)
    await front.tick()
    tickets = [await front.ticket() for _ in range(20)]
    front.system.clock.pass_(hours=5)  # type: ignore[attr-defined]
    await front.tick()
    room, key = front.system.room, front.system.keys.room_key
    read = [read_ticket(text, key) for text in tickets]
    places = [room.place(each) for each in read if isinstance(each, Ticket)]
    assert sorted(places) == list(range(1, 21)) and places != sorted(places)


async def test_the_order_never_goes_back_though_processes_learn_at_different_moments(
    front: Front,
) -> None:
    await front.set_mode("on")
    first, second = await front.ticket(), await front.ticket()
    late = front.restarted()
    await front.tick()
    await late.tick()
    async with front.system.database.transaction() as conn:
        await conn.execute("UPDATE waiting_lane SET issued = issued + 900, serving = serving + 900")
    assert (await front.admission(first)).status == 201
    assert (await late.admission(second)).status == 201
    entries = (await front.ask("GET", "/waiting-room/order.json?lane=employers")).json["entries"]
    served = [serving for _, _, serving, _ in entries]
    assert served[0] == served[1] > 900

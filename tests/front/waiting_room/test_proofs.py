"""What a ticket costs where the proof of work is on, solved as a program would solve it."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest
from altcha import Challenge, Payload, Solution, solve_challenge

from strp.domain.waiting_room.ticket import Ticket
from strp.front.pipeline import FrontDoor
from strp.front.rate_limits import UNPROVEN_PER_BLOCK
from strp.outside.proof_of_work import ProofKeys, new_challenge
from strp.usecases.process.system import System
from strp.usecases.waiting_room import enter
from strp.wiring.routes import shipped_routes
from tests.front.asking import Front, Inner, Reply

pytestmark = pytest.mark.anyio
TICKETS = "/waiting-room/tickets"


@pytest.fixture
def costly(system: System) -> Front:
    """A front where the proof of work is on."""
    settings = replace(system.settings, proof_of_work=True)
    return another_process(replace(system, settings=settings))


def another_process(system: System) -> Front:
    inner = Inner()
    return Front(system, inner, FrontDoor(system, inner, shipped_routes()))


def solve(challenge: dict[str, Any]) -> str:
    """The lines that docs/waiting-room.md shows."""
    read = Challenge.from_dict(challenge)
    solution = solve_challenge(read)
    assert solution is not None
    return Payload(read, solution).to_base64()


async def challenge(front: Front) -> dict[str, Any]:
    told: dict[str, Any] = (await front.ask("POST", TICKETS, body={})).json["challenge"]
    return told


async def take(front: Front, proof: str, **more: str) -> Reply:
    return await front.ask("POST", TICKETS, body={"proof": proof}, **more)


async def send_form(front: Front, proof: str = "", onward: str = "", **more: str) -> Reply:
    form = urlencode({"proof": proof, "next": onward}).encode()
    return await front.ask("POST", "/waiting-room/proof", body=form, **more)


def read(front: Front, reply: Reply) -> Ticket:
    ticket = enter.read(front.system, reply.json["ticket"])
    assert isinstance(ticket, Ticket)
    return ticket


async def test_where_it_is_off_a_ticket_costs_nothing(front: Front) -> None:
    assert (await front.ask("POST", TICKETS, body={})).status == 201


async def test_a_ticket_without_proof_is_answered_by_a_challenge(costly: Front) -> None:
    told = await costly.ask("POST", TICKETS, body={})
    assert (told.status, told.json["code"], set(told.json["challenge"])) == (
        422,
        "proof-needed",
        {"parameters", "signature"},
    )


async def test_a_solved_challenge_brings_a_ticket(costly: Front) -> None:
    assert (await take(costly, solve(await challenge(costly)))).status == 201


async def test_every_process_takes_the_proof_of_another(costly: Front) -> None:
    other = another_process(costly.system)
    assert (await take(other, solve(await challenge(costly)))).status == 201


async def test_a_wrong_number_brings_a_new_challenge(costly: Front) -> None:
    old = await challenge(costly)
    wrong = Payload(Challenge.from_dict(old), Solution(1, "00" * 32)).to_base64()
    told = await take(costly, wrong)
    assert (told.status, told.json["code"], told.json["challenge"] != old) == (
        422,
        "proof-invalid",
        True,
    )


async def test_a_challenge_of_somebody_else_is_worth_nothing(costly: Front) -> None:
    forged = new_challenge(ProofKeys(b"x" * 32, b"y" * 32), 300)
    assert (await take(costly, solve(forged))).json["code"] == "proof-invalid"


async def test_a_proof_that_is_too_old_is_worth_nothing(costly: Front) -> None:
    mac = costly.system.keys.mac
    keys = ProofKeys(mac("proof-of-work", b"challenge"), mac("proof-of-work", b"solution"))
    assert (await take(costly, solve(new_challenge(keys, 300)))).status == 201
    told = await take(costly, solve(new_challenge(keys, -1)))
    assert told.json["code"] == "proof-invalid"


async def test_a_proof_brings_one_number(costly: Front) -> None:
    proof = solve(await challenge(costly))
    await take(costly, proof)
    assert (await take(costly, proof)).json["code"] == "proof-invalid"


async def test_a_proof_that_is_replayed_elsewhere_lets_nobody_else_in(costly: Front) -> None:
    proof = solve(await challenge(costly))
    other = another_process(costly.system)
    first, second = await take(costly, proof), await take(other, proof)
    assert read(costly, first).seat == read(other, second).seat


async def test_tickets_of_different_proofs_are_of_different_visitors(costly: Front) -> None:
    first = await take(costly, solve(await challenge(costly)))
    second = await take(costly, solve(await challenge(costly)))
    assert read(costly, first).seat != read(costly, second).seat


async def test_whoever_lost_the_answer_gets_the_same_ticket(costly: Front) -> None:
    proof = solve(await challenge(costly))
    first = await take(costly, proof, idempotency_key="k")
    assert (await take(costly, proof, idempotency_key="k")).body == first.body


async def test_a_block_that_had_its_share_keeps_its_proof(costly: Front) -> None:
    proof = solve(await challenge(costly))
    limiter = costly.door.waiting_room._tickets
    while not limiter.retry_after_s("203.0.113.0/24", costly.system.clock()):
        pass
    assert (await take(costly, proof)).status == 429
    assert (await take(costly, proof, client="198.51.100.1")).status == 201


async def test_the_operator_on_the_machine_itself_needs_no_proof(costly: Front) -> None:
    assert (await costly.ask("POST", TICKETS, body={}, client="127.0.0.1")).status == 201


async def test_a_new_visitor_gets_a_page_that_gives_no_ticket_yet(costly: Front) -> None:
    await costly.set_mode("on")
    shown = await costly.ask("GET", "/employer")
    assert (shown.status, shown.cookie("strp_ticket")) == (200, "")


async def test_while_nobody_waits_nobody_computes(costly: Front) -> None:
    await costly.ask("GET", "/employer")
    assert costly.inner.asked == ["GET /employer 203.0.113.9"]


async def test_the_form_brings_a_ticket_and_leads_on(costly: Front) -> None:
    sent = await send_form(costly, solve(await challenge(costly)), "/employer/roster?lang=en")
    assert (sent.status, sent.header("location"), sent.cookie("strp_ticket") != "") == (
        303,
        "/employer/roster?lang=en",
        True,
    )


async def test_the_ticket_of_the_form_waits_in_line(costly: Front) -> None:
    await costly.set_mode("on")
    ticket = (await send_form(costly, solve(await challenge(costly)))).cookie("strp_ticket")
    await costly.tick()
    let_in = await costly.ask("GET", "/employer", cookie=ticket)
    assert let_in.cookie("strp_admission") != ""


async def test_a_form_with_a_spent_proof_is_shown_again(costly: Front) -> None:
    proof = solve(await challenge(costly))
    await send_form(costly, proof)
    again = await send_form(costly, proof)
    assert (again.status, again.cookie("strp_ticket")) == (422, "")


async def test_whoever_used_a_ticket_gets_another_by_the_form(costly: Front) -> None:
    used = (await send_form(costly, solve(await challenge(costly)))).cookie("strp_ticket")
    anew = await send_form(costly, solve(await challenge(costly)), cookie=used)
    assert anew.cookie("strp_ticket") not in {"", used}


@pytest.mark.parametrize(
    "onward",
    ["//evil.example/", "https://evil.example/", "/employer//\r\nset-cookie: a=b", "/office", "é"],
)
async def test_the_form_leads_nowhere_else(costly: Front, onward: str) -> None:
    assert (await send_form(costly, onward=onward)).header("location") == "/employer"


async def test_without_scripts_a_block_has_a_small_share(costly: Front) -> None:
    replies = [await send_form(costly) for _ in range(UNPROVEN_PER_BLOCK.burst + 1)]
    assert [replies[0].status, replies[-2].status, replies[-1].status] == [303, 303, 429]
    assert int(replies[-1].header("retry-after")) > 0


async def test_loading_the_answer_of_the_form_anew_leads_back(costly: Front) -> None:
    shown = await costly.ask("GET", "/waiting-room/proof")
    assert (shown.status, shown.header("location")) == (303, "/employer")

"""The gate: who comes in, who waits, and what waiting looks like without JavaScript."""

from typing import cast

import pytest

from strp.domain.text import Language
from strp.front.page_cache import PageCache
from strp.front.responses import App
from strp.front.waiting_room.pages import WaitingPages
from strp.usecases.process.system import System
from strp.web.public.waiting_page import WAITING_STATES
from strp.wiring.routes import shipped_routes
from strp.wiring.web import litestar_application
from tests.front.asking import Front

pytestmark = pytest.mark.anyio


async def test_while_nobody_waits_the_gate_is_open(front: Front) -> None:
    await front.ask("GET", "/employer")
    assert front.inner.asked == ["GET /employer 203.0.113.9"]


async def test_whoever_came_in_before_the_line_formed_stays_in(front: Front) -> None:
    leave = (await front.ask("GET", "/employer")).cookie("strp_admission")
    await front.set_mode("on")
    await front.ask("GET", "/employer/claim", cookie=leave)
    assert len(front.inner.asked) == 2


async def test_a_new_visitor_waits_with_a_place_and_a_time(front: Front) -> None:
    await front.set_mode("on")
    shown = await front.ask("GET", "/employer")
    assert (shown.status, shown.cookie("strp_ticket") != "", int(shown.header("refresh")) > 0) == (
        200,
        True,
        True,
    )


async def test_the_waiting_page_reaches_nothing_behind_the_gate(front: Front) -> None:
    await front.set_mode("on")
    await front.ask("GET", "/employer")
    assert front.inner.asked == []


async def test_the_same_page_lets_in_when_the_number_is_served(front: Front) -> None:
    await front.set_mode("on")
    ticket = (await front.ask("GET", "/employer")).cookie("strp_ticket")
    await front.tick()
    let_in = await front.ask("GET", "/employer", cookie=ticket)
    assert (let_in.cookie("strp_admission") != "", len(front.inner.asked)) == (True, 1)


async def test_a_place_survives_a_restart_of_every_process(front: Front) -> None:
    await front.set_mode("on")
    ticket = (await front.ask("GET", "/employer")).cookie("strp_ticket")
    restarted = front.restarted()
    await restarted.tick()
    assert (await restarted.ask("GET", "/employer", cookie=ticket)).cookie("strp_admission")


async def test_a_process_that_starts_in_a_rush_lets_nobody_past_the_line(front: Front) -> None:
    await front.set_mode("on")
    started = front.restarted()
    async with started.living():
        shown = await started.ask("GET", "/employer")
    assert shown.cookie("strp_ticket") != ""


async def test_one_ticket_lets_one_visitor_in(front: Front) -> None:
    await front.set_mode("on")
    ticket = (await front.ask("GET", "/employer")).cookie("strp_ticket")
    await front.tick()
    await front.ask("GET", "/employer", cookie=ticket)
    front.system.clock.pass_(minutes=3)  # type: ignore[attr-defined]
    second = await front.ask("GET", "/employer", cookie=ticket)
    assert second.cookie("strp_ticket") not in {"", ticket}


async def test_officials_never_wait(front: Front) -> None:
    await front.set_mode("on")
    for path in ("/office", "/checkpoint", "/sign-in?next=%2Foffice"):
        await front.ask("GET", path)
    assert len(front.inner.asked) == 3


async def test_whoever_is_signed_in_may_leave_a_roster_at_the_door(front: Front) -> None:
    await front.set_mode("on")
    path = "/employer/8120001110001/applications"
    await front.ask("POST", path, cookie=await front.session(), body=b"roster")
    assert front.inner.asked == [f"POST {path} 203.0.113.9"]


async def test_a_made_up_session_leaves_nothing_at_the_door(front: Front) -> None:
    await front.set_mode("on")
    for token in ("x", "x" * 43):
        path = "/employer/8120001110001/applications"
        await front.ask("POST", path, cookie=f"strp_session={token}", body=b"roster")
        await front.ask("GET", path, cookie=f"strp_session={token}")
    assert front.inner.asked == []


async def test_whoever_is_signed_in_waits_for_everything_else(front: Front) -> None:
    await front.set_mode("on")
    shown = await front.ask("GET", "/employer", cookie=await front.session())
    assert shown.cookie("strp_ticket") != ""


async def test_whoever_stands_in_line_may_sign_in_to_leave_a_roster(front: Front) -> None:
    await front.set_mode("on")
    sent = await front.ask("GET", "/employer/roster")
    await front.ask("GET", sent.header("location"))
    assert front.inner.asked == ["GET /sign-in 203.0.113.9"]


async def test_the_sign_in_is_no_second_door_for_the_crowd(front: Front) -> None:
    await front.set_mode("on")
    asked = [await front.ask("GET", "/sign-in?next=%2Femployer%2Froster") for _ in range(50)]
    assert (asked[-1].status, len(front.inner.asked) < 40) == (503, True)


@pytest.mark.parametrize(("method", "comes_back"), [("GET", True), ("POST", False)])
async def test_a_page_that_was_turned_away_comes_back_by_itself_and_a_form_does_not(
    front: Front, method: str, comes_back: bool
) -> None:
    for _ in range(2000):
        front.door._blocks.retry_after_s("203.0.113.0/24", front.system.clock())
    shown = await front.ask(method, "/verify", body=b"")
    named = shown.header("retry-after") if comes_back else ""
    assert (shown.status, shown.header("refresh")) == (429, named)


async def test_every_state_of_the_waiting_page_is_a_page_of_its_own(system: System) -> None:
    app = cast(App, litestar_application(system))
    pages = WaitingPages(PageCache(app, system.settings.data_path / "front", shipped_routes()))
    await pages.load()
    shown = {pages.fill(state, Language.ID, {}).body for state in WAITING_STATES}
    assert len(shown) == len(WAITING_STATES)


async def test_whoever_has_an_old_ticket_is_told_why_the_number_is_new(front: Front) -> None:
    await front.set_mode("on")
    ticket = (await front.ask("GET", "/employer")).cookie("strp_ticket")
    front.system.clock.pass_(days=8)  # type: ignore[attr-defined]
    front.door._waiting._parts["anew", Language.ID] = [b"a new number"]
    shown = await front.ask("GET", "/employer", cookie=ticket, accept_language="id")
    assert shown.body == b"a new number"


async def test_a_forged_admission_opens_nothing(front: Front) -> None:
    await front.set_mode("on")
    await front.ask("GET", "/employer", cookie="strp_admission=" + "A" * 59)
    assert front.inner.asked == []


async def test_without_a_database_the_page_says_that_the_place_is_kept(front: Front) -> None:
    await front.set_mode("on")
    ticket = (await front.ask("GET", "/employer")).cookie("strp_ticket")
    front.system.room.known = False
    await front.system.database.close()
    shown = await front.ask("GET", "/employer", cookie=ticket)
    assert (shown.status, int(shown.header("refresh")) > 0) == (200, True)


async def test_a_proxy_of_ours_is_seen_through(front: Front) -> None:
    await front.ask("GET", "/verify", client="127.0.0.1", x_forwarded_for="9.9.9.9, 198.51.100.4")
    assert front.inner.asked == ["GET /verify 198.51.100.4"]


async def test_a_stranger_is_not_believed_about_the_address(front: Front) -> None:
    await front.ask("GET", "/verify", client="203.0.113.9", x_forwarded_for="198.51.100.4")
    assert front.inner.asked == ["GET /verify 203.0.113.9"]


async def test_one_address_block_cannot_take_every_slot(front: Front) -> None:
    for _ in range(2000):
        front.door._blocks.retry_after_s("203.0.113.0/24", front.system.clock())
    shown = await front.ask("GET", "/verify")
    assert (shown.status, shown.header("retry-after") != "") == (429, True)


@pytest.mark.parametrize("hours", [1, 24])
async def test_a_clock_that_steps_back_turns_nobody_away(front: Front, hours: int) -> None:
    for _ in range(2000):
        front.door._blocks.retry_after_s("203.0.113.0/24", front.system.clock())
    front.system.clock.pass_(hours=-hours)  # type: ignore[attr-defined]
    assert (await front.ask("GET", "/verify")).status == 200


async def test_front_pages_outlive_what_made_them(front: Front) -> None:
    first = await front.ask("GET", "/")
    front.inner.status = 500
    assert (await front.ask("GET", "/")).body == first.body


async def test_a_front_page_is_made_once(front: Front) -> None:
    for _ in range(3):
        await front.ask("GET", "/", accept_language="id")
    assert len(front.inner.asked) == 1


async def test_the_form_to_sign_in_is_made_once_for_all_who_were_let_in(front: Front) -> None:
    for _ in range(3):
        await front.ask("GET", "/sign-in?next=%2Femployer")
    assert len(front.inner.asked) == 1


async def test_the_kept_form_to_sign_in_gives_leave_to_be_inside(front: Front) -> None:
    await front.ask("GET", "/sign-in")
    assert (await front.ask("GET", "/sign-in")).cookie("strp_admission")


async def test_the_kept_form_to_sign_in_is_nobodys_way_around_the_line(front: Front) -> None:
    await front.ask("GET", "/sign-in")
    await front.set_mode("on")
    assert (await front.ask("GET", "/sign-in")).cookie("strp_admission") == ""


@pytest.mark.parametrize(
    "path", ["//employer", "///employer//claim", "/employer//", "/sign-in/", "//sign-in"]
)
async def test_no_other_spelling_of_an_address_is_a_way_around_the_line(
    front: Front, path: str
) -> None:
    await front.set_mode("on")
    await front.ask("GET", path)
    assert front.inner.asked == []

"""The rehearsal's own parts: arrivals, visitors, counts, the simulation."""

import asyncio
import contextlib
from math import ceil
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strp.rehearsal.surge.arrivals import CURVES, Arrivals, opening_day
from strp.rehearsal.surge.connections import NOTHING, Lines, Reply, body_size
from strp.rehearsal.surge.simulation import Plant, officers_needed
from strp.rehearsal.surge.tally import Delays, Tally
from strp.rehearsal.surge.visitor import Ask, Ending, Kind, Town, Visitor

WAITING = Reply(
    200,
    b"HTTP/1.1 200 OK\r\nset-cookie: strp_ticket=abc; Path=/",
    b'<div id="waiting" data-place="90" data-polls="2500.0" data-refresh="7">',
)
LET_IN = Reply(303, b"HTTP/1.1 303\r\nset-cookie: strp_admission=xyz; Path=/", b"")


def town(**more: float) -> Town:
    return Town(
        host="127.0.0.1:1",
        keys=[(9_500_000_000_000, "key")],
        pace=0.0,
        patience_s=more.get("patience_s", 1e9),
        random=Random(3),
    )


def at_the_gate(**more: float) -> Visitor:
    """A visitor who wants in."""
    shared = town(**more)
    for number in range(100):
        visitor = Visitor(number, shared, 0.0)
        visitor.begin()
        ask = visitor.go_on(Reply(200, b"HTTP/1.1 200", b""), 0.0)
        if ask is not None and b"/employer" in ask.request:
            return visitor
    raise AssertionError("nobody wanted in")


def asked(visitor: Visitor, reply: Reply) -> Ask:
    ask = visitor.go_on(reply, 0.0)
    assert ask is not None
    return ask


@pytest.mark.parametrize("curve", sorted(CURVES))
def test_all_visitors_arrive_in_time_and_in_order(curve: str) -> None:
    times = list(Arrivals(5000, 60.0, CURVES[curve]).times())
    assert len(times) == 5000 and times == sorted(times) and 0 <= times[0] <= times[-1] <= 60


def test_the_morning_is_the_peak() -> None:
    day = Arrivals(1_000_000, 86_400, opening_day)
    assert day.until(9 * 3600) - day.until(8 * 3600) > day.until(4 * 3600)


def test_the_count_and_the_times_agree() -> None:
    arrivals = Arrivals(1000, 100.0, opening_day)
    assert abs(sum(time <= 40.0 for time in arrivals.times()) - arrivals.until(40.0)) <= 1


def test_a_waiting_visitor_asks_for_the_document_when_told() -> None:
    ask = asked(at_the_gate(), WAITING)
    assert (ask.after_s, b"/waiting-room.json" in ask.request or ask.kind is Kind.PAGE) == (7, True)


def test_a_waiting_visitor_keeps_the_ticket() -> None:
    assert b"Cookie: strp_ticket=abc" in asked(at_the_gate(), WAITING).request


def test_a_visitor_whose_number_is_served_comes_in() -> None:
    visitor = at_the_gate()
    asked(visitor, WAITING)
    if visitor._step == "poll":
        asked(visitor, Reply(200, b"HTTP/1.1 200", b'{"serving":{"employers":90}}'))
    asked(visitor, LET_IN)
    assert visitor.admitted_at is not None and not visitor.is_waiting


def test_a_visitor_without_patience_gives_up() -> None:
    visitor = at_the_gate(patience_s=1e-6)
    assert visitor.go_on(WAITING, 0.0) is None and visitor.ending is Ending.GAVE_UP


def test_a_visitor_who_is_turned_away_comes_back_when_told() -> None:
    busy = Reply(503, b"HTTP/1.1 503\r\nretry-after: 12", b"")
    assert asked(at_the_gate(), busy).after_s == 12


def test_nobody_tries_for_ever() -> None:
    visitor, tries = at_the_gate(), 0
    while visitor.go_on(NOTHING, 0.0) is not None:
        tries += 1
    assert tries == 8


def test_one_address_is_not_a_whole_crowd() -> None:
    first, other = (Visitor(number, town(), 0.0).begin().request for number in (1, 70_000))
    assert first != other


def test_late_answers_are_no_goodput() -> None:
    tally = Tally()
    tally.answered(Kind.PAGE, 200, 5.0, 0.0, waits=False)
    assert tally.seconds[0].counts["good"] == 0


def test_a_page_of_the_waiting_room_is_no_goodput() -> None:
    tally = Tally()
    tally.answered(Kind.PAGE, 200, 0.01, 0.0, waits=True)
    assert tally.seconds[0].counts["good"] == 0
    assert tally.waiting_delays.percentile_ms(0.99) == pytest.approx(10, rel=0.01)


def test_even_goodput_is_all_of_its_best() -> None:
    tally = Tally()
    for second in range(60):
        for _ in range(10):
            tally.answered(Kind.FILING, 202, 0.01, second, waits=False)
        tally.at(second).waiting = 5
    assert tally.goodput_ratio(60) == 1.0


def test_a_percentile_of_nothing_is_nothing() -> None:
    assert Delays().percentile_ms(0.99) == 0.0


@given(
    st.lists(st.floats(min_value=1e-4, max_value=100.0), min_size=1, max_size=200),
    st.floats(min_value=0.01, max_value=1.0),
)
def test_a_percentile_is_right_to_one_percent(delays_s: list[float], share: float) -> None:
    delays = Delays()
    for delay_s in delays_s:
        delays.add(delay_s)
    exact_ms = 1000 * sorted(delays_s)[ceil(share * len(delays_s)) - 1]
    assert exact_ms * 0.999 - 0.1 <= delays.percentile_ms(share) <= exact_ms * 1.011 + 0.1


@pytest.mark.parametrize(
    ("head", "size"),
    [
        (b"http/1.1 200 ok\r\ncontent-length: 12", 12),
        (b"http/1.1 304 not modified", 0),
        (b"http/1.1 200 ok\r\ntransfer-encoding: chunked", None),
    ],
)
def test_the_end_of_an_answer_is_found(head: bytes, size: int | None) -> None:
    assert body_size(head) == size


def test_officers_are_as_many_as_the_promise_needs() -> None:
    quiet, busy = officers_needed([1.0] * 1440), officers_needed([600.0] * 1440)
    assert quiet == 1 and busy >= 600 * 60 * 0.02 / 40 * 0.75


def test_machines_finish_together() -> None:
    assert Plant(machines=3, requests_per_s=100.0).capacity == 300.0


def test_a_short_run_is_held_against_the_best_half_of_its_time() -> None:
    tally = Tally()
    for second in range(40):
        for _ in range(10 if second < 20 else 5):
            tally.answered(Kind.FILING, 202, 0.01, second, waits=False)
        tally.at(second).waiting = 5
    assert tally.goodput_ratio(40) == pytest.approx(0.75, abs=0.02)


def test_a_rehearsal_that_ends_counts_no_connection_as_lost() -> None:
    async def rehearse() -> list[Reply]:
        asked, gone, heard = asyncio.Event(), asyncio.Event(), list[Reply]()

        async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            asked.set()
            with contextlib.suppress(ConnectionError):
                await reader.read()
            writer.close()
            gone.set()

        silent = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
        lines = Lines("127.0.0.1", silent.sockets[0].getsockname()[1])
        lines.ask(b"GET / HTTP/1.1\r\n\r\n", heard.append)
        await asked.wait()
        lines.close()
        await gone.wait()
        silent.close()
        return heard

    assert asyncio.run(rehearse()) == []

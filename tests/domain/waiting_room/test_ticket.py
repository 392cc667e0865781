"""Tickets: what can be forged, moved, kept too long (nothing)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strp.domain.waiting_room.lanes import Lane
from strp.domain.waiting_room.ticket import (
    Admission,
    Ticket,
    TokenFault,
    Turn,
    is_inside,
    judge_ticket,
    read_admission,
    read_ticket,
    write_admission,
    write_ticket,
)

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
NOW = datetime(2021, 7, 5, 1, tzinfo=UTC)
tickets = st.builds(
    Ticket,
    lane=st.sampled_from(Lane),
    number=st.integers(0, 2**64 - 1),
    issued_at=st.integers(0, 2**32 - 1),
    opening=st.integers(0, 2**16 - 1),
    seat=st.binary(min_size=12, max_size=12),
)
ticket = Ticket(lane=Lane.EMPLOYERS, number=500, issued_at=int(NOW.timestamp()), seat=b"s" * 12)


def judged(serving: int, lapsed: int = 0, lane: Lane = Lane.EMPLOYERS, **later: float) -> Turn:
    return judge_ticket(
        ticket,
        lane=lane,
        place=ticket.number,
        serving=serving,
        lapsed=lapsed,
        now=NOW + timedelta(**later),
    )


@given(tickets)
def test_a_ticket_is_read_as_it_was_written(given_ticket: Ticket) -> None:
    assert read_ticket(write_ticket(given_ticket, KEY), KEY) == given_ticket


@given(tickets)
def test_a_ticket_of_another_key_is_forged(given_ticket: Ticket) -> None:
    assert read_ticket(write_ticket(given_ticket, OTHER_KEY), KEY) is TokenFault.FORGED


@given(tickets, st.integers(0, 43), st.integers(1, 255))
def test_a_ticket_with_one_changed_byte_is_worth_nothing(
    given_ticket: Ticket, at: int, change: int
) -> None:
    import base64

    raw = bytearray(base64.urlsafe_b64decode(write_ticket(given_ticket, KEY) + "="))
    raw[at] ^= change
    changed = base64.urlsafe_b64encode(bytes(raw)).decode().rstrip("=")
    assert isinstance(read_ticket(changed, KEY), TokenFault)


@given(st.text())
def test_any_text_is_no_ticket(text: str) -> None:
    assert isinstance(read_ticket(text, KEY), TokenFault)


def test_an_admission_is_no_ticket() -> None:
    admission = Admission(lane=Lane.EMPLOYERS, number=1, admitted_at=0, seat=b"s" * 12)
    assert read_ticket(write_admission(admission, KEY), KEY) is TokenFault.UNREADABLE


def test_an_admission_is_read_as_it_was_written() -> None:
    admission = Admission(lane=Lane.INDIVIDUALS, number=9, admitted_at=77, seat=b"s" * 12)
    assert read_admission(write_admission(admission, KEY), KEY) == admission


def test_a_number_that_is_served_may_come() -> None:
    assert judged(serving=500) is Turn.COME


def test_the_next_number_waits() -> None:
    assert judged(serving=499) is Turn.WAIT


def test_a_number_beyond_the_counter_waits() -> None:
    assert judged(serving=3) is Turn.WAIT


def test_a_ticket_of_another_lane_lets_nobody_in() -> None:
    assert judged(serving=900, lane=Lane.INDIVIDUALS) is Turn.OTHER_LANE


def test_a_turn_that_was_missed_for_hours_has_lapsed() -> None:
    assert judged(serving=900, lapsed=500) is Turn.LAPSED


def test_a_page_kept_open_for_two_days_still_holds_its_place() -> None:
    assert judged(serving=3, days=2) is Turn.WAIT


def test_a_ticket_older_than_a_week_has_expired() -> None:
    assert judged(serving=900, days=8) is Turn.EXPIRED


def test_a_clock_that_jumped_back_changes_no_place() -> None:
    assert judged(serving=500, days=-3) is Turn.COME


@pytest.mark.parametrize(("age", "inside"), [(0, True), (-60, True), (4 * 3600, False)])
def test_an_admission_holds_four_hours(age: int, inside: bool) -> None:
    admission = Admission(
        lane=Lane.EMPLOYERS, number=1, admitted_at=int(NOW.timestamp()) - age, seat=b"s" * 12
    )
    assert is_inside(admission, NOW) is inside

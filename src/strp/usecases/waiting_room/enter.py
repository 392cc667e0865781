"""Taking a ticket, asking whether it is one's turn, and coming in."""

import asyncio
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, NamedTuple

from strp.domain.errors import Conflict, StrpError, TooSoon, Unavailable
from strp.domain.figures.hits import TICKETS
from strp.domain.people.account import AccountId
from strp.domain.waiting_room.lanes import (
    ExpectedWait,
    Lane,
    expected_wait,
    lane_polls,
    poll_interval_s,
)
from strp.domain.waiting_room.ticket import (
    SEAT_BYTES,
    Admission,
    Ticket,
    TokenFault,
    Turn,
    is_inside,
    judge_ticket,
    not_your_turn,
    read_admission,
    read_ticket,
    ticket_overtaken,
    ticket_used,
    token_refused,
    write_admission,
    write_ticket,
)
from strp.store.waiting_room import lanes
from strp.store.waiting_room.lanes import Entry
from strp.usecases.process.system import System
from strp.usecases.waiting_room.synchronise import lease

FIRST_LEASE: Final = 20
LEASE_WITHIN_S: Final = 0.5
COME_IN_WITHIN_S: Final = 2.0
RETRY: Final = timedelta(minutes=2)
"""Whoever lost the answer on a bad line asks again and gets the same admission."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a ticket stands.

    Args:
        ticket: whose.
        turn: what it is worth.
        distance: numbers before it that are not served yet.
        expected: seconds until its turn, as an interval.
        poll_after_s: when to ask again.
    """

    ticket: Ticket
    turn: Turn
    distance: int
    expected: ExpectedWait
    poll_after_s: float

    @property
    def people_ahead(self) -> int:
        """Who come in before; the next number to be served has nobody ahead."""
        return max(0, self.distance - 1)


class Waits(NamedTuple):
    """A ticket that lets nobody in at this moment.

    Args:
        error: what a program is told.
        place: where it stands.
    """

    error: StrpError
    place: Place


class Refused(NamedTuple):
    """A ticket that lets nobody in any more; a new one does.

    Args:
        error: what a program is told.
        is_read: whether it was a ticket of ours at all.
    """

    error: StrpError
    is_read: bool = True


async def take_ticket(system: System, lane: Lane, seat: bytes | None = None) -> Ticket:
    """Give out the next number of a lane; with a lease in hand this asks nobody.

    Args:
        system: the installation.
        lane: which line.
        seat: SEAT_BYTES where something decides it; random otherwise.
    """
    room = system.room
    numbers = room.numbers[lane]
    while not numbers.left and room.known and await _lease(system, lane):
        pass
    opening = room.opening if not room.is_open else None
    system.tickets_given[TICKETS] += 1
    return Ticket(
        lane=lane,
        number=numbers.take(room.lanes[lane].issued),
        issued_at=int(system.clock().timestamp()),
        opening=opening.opening_id if opening else 0,
        seat=seat or secrets.token_bytes(SEAT_BYTES),
    )


def write(system: System, ticket: Ticket) -> str:
    """The text that the holder of a ticket keeps."""
    return write_ticket(ticket, system.keys.room_key)


def find_place(system: System, ticket: Ticket, lane: Lane | None = None) -> Place:
    """Where a ticket stands now; asks nobody.

    Args:
        system: the installation.
        ticket: whose signature was checked.
        lane: the line that is asked for; the ticket's own where none is.
    """
    room = system.room
    state = room.lanes[ticket.lane]
    place = room.place(ticket)
    turn = judge_ticket(
        ticket,
        lane=lane or ticket.lane,
        place=place,
        serving=(state.serving if room.is_open else 0) if room.stands else place,
        lapsed=room.lapsed.get(ticket.lane, 0),
        now=system.clock(),
    )
    distance = max(0, place - state.serving)
    rate = room.rate(ticket.lane)
    slowest, fastest = room.pace.get(ticket.lane, (rate, 0.0))
    return Place(
        ticket=ticket,
        turn=turn,
        distance=distance,
        expected=expected_wait(distance, min(slowest, rate), max(fastest, rate)),
        poll_after_s=_poll_after_s(system, ticket.lane, distance, fastest),
    )


def read(system: System, text: str) -> Ticket | TokenFault:
    """Read the text of a ticket."""
    return read_ticket(text, system.keys.room_key)


async def redeem_ticket(
    system: System,
    text: str,
    lane: Lane | None = None,
    *,
    may_overtake: Callable[[Ticket], bool],
) -> Admission | Waits | Refused:
    """Come in with a ticket whose number is served; each ticket lets in once.

    Args:
        system: the installation.
        text: of the ticket; an empty one is none.
        lane: the line that is asked for; the ticket's own where none is.
        may_overtake: whether a called number lets in ahead of a line that formed after its call.
    """
    ticket = read(system, text)
    if isinstance(ticket, TokenFault):
        return Refused(token_refused(ticket), is_read=False)
    place = find_place(system, ticket, lane)
    if place.turn is Turn.WAIT:
        return Waits(not_your_turn(max(1, round(place.poll_after_s))), place)
    if place.turn is not Turn.COME:
        return Refused(token_refused(place.turn))
    if not may_overtake(ticket):
        return Refused(ticket_overtaken())
    try:
        return await _store_redemption(system, ticket)
    except Conflict as error:
        return Refused(error)
    except (Unavailable, TooSoon) as error:
        return Waits(error, place)


async def _store_redemption(system: System, ticket: Ticket) -> Admission:
    """Use up a ticket whose turn has come.

    Raises:
        Conflict: it was used before.
        TooSoon: more than was called for came at this moment; a moment later it will do.
        Unavailable: the database does not answer.
    """
    room, now = system.room, system.clock()
    if room.stands and not room.called.has_room(1.1 * room.controller.rate, time.monotonic()):
        room.measures.at_door(ticket.seat)
        raise not_your_turn(round(_poll_after_s(system, ticket.lane, 0, 0.0)))
    entry = Entry(
        seat=ticket.seat,
        lane=ticket.lane,
        place=system.room.place(ticket),
        at_once=not system.room.stands,
        admitted_at=now,
    )
    try:
        async with asyncio.timeout(COME_IN_WITHIN_S):
            before = await system.room.entries.admit(system.database, entry)
    except TimeoutError:  # stored later after all, it lets the same seat in at the next try
        raise not_your_turn(round(_poll_after_s(system, ticket.lane, 0, 0.0))) from None
    if before is not None and abs(now - before) > RETRY:
        raise ticket_used()
    room.measures.admitted(ticket.seat)
    at = int((before or now).timestamp())
    return Admission(
        lane=ticket.lane,
        number=ticket.number,
        admitted_at=at,
        seat=ticket.seat,
        used_at=at if entry.at_once or called_before_line(system, ticket) else None,
    )


def called_before_line(system: System, ticket: Ticket) -> bool:
    """Whether a number was called while nobody waited, before the line that stands now formed."""
    room = system.room
    return room.stands and room.place(ticket) <= room.called_before.get(ticket.lane, 0)


def admit_directly(system: System, lane: Lane) -> Admission:
    """Leave to be inside for whoever comes while nobody has to wait; asks nobody."""
    seat = secrets.token_bytes(SEAT_BYTES)
    system.room.measures.admitted(seat)
    now = int(system.clock().timestamp())
    return Admission(lane=lane, number=0, admitted_at=now, seat=seat, used_at=now)


def renew(system: System, admission: Admission) -> Admission:
    """An admission taken while nobody waited, as used at this moment; it ends no later for it
    than ADMISSION_LIFE_S after it was taken."""
    return replace(admission, used_at=int(system.clock().timestamp()))


def sign_admission(system: System, admission: Admission) -> str:
    """The text that whoever was let in keeps."""
    return write_admission(admission, system.keys.room_key)


def read_valid_admission(system: System, text: str) -> Admission | None:
    """The admission behind a text, while it holds."""
    admission = read_admission(text, system.keys.room_key)
    if isinstance(admission, TokenFault):
        return None
    stands = system.room.stands
    return admission if is_inside(admission, system.clock(), line_stands=stands) else None


async def save_place(system: System, account_id: AccountId, text: str | None) -> Ticket | None:
    """Keep a ticket for an account, or give back the one it keeps: whichever place is better.

    So a place follows its holder to another device: sign in there, and it is found again. A ticket
    that let somebody in, or whose turn has lapsed, is kept no longer.

    Args:
        system: the installation.
        account_id: of whoever is signed in.
        text: the ticket in hand, if there is one.

    Returns:
        The ticket that counts, or None where there is none.

    Raises:
        Unavailable: the database does not answer.
    """
    in_hand = TokenFault.UNREADABLE if text is None else read(system, text)
    lane = Lane.EMPLOYERS if isinstance(in_hand, TokenFault) else in_hand.lane
    async with system.database.transaction() as conn:
        stored = await lanes.find_seat(conn, account_id, lane)
        kept = TokenFault.UNREADABLE if stored is None else read(system, stored)
        tickets = [ticket for ticket in (kept, in_hand) if isinstance(ticket, Ticket)]
        used = await lanes.find_admissions(conn, [ticket.seat for ticket in tickets])
        sound = [
            ticket
            for ticket in tickets
            if ticket.seat not in used and find_place(system, ticket).turn in {Turn.WAIT, Turn.COME}
        ]
        if not sound:
            await lanes.drop_seat(conn, account_id, lane)
            return None
        best = min(sound, key=system.room.place)
        place, written = system.room.place(best), write(system, best)
        await lanes.save_place(conn, account_id, lane, place, written, system.clock())
    return best


async def _lease(system: System, lane: Lane) -> bool:
    """Lease within half a second; where that fails, numbers go on without."""
    numbers = system.room.numbers[lane]
    try:
        async with asyncio.timeout(LEASE_WITHIN_S), system.room.leasing:
            if not numbers.left:
                await lease(system, lane, max(FIRST_LEASE, numbers.given_out))
    except (StrpError, TimeoutError):
        return False
    return True


def _poll_after_s(system: System, lane: Lane, distance: int, fastest: float) -> float:
    # By the fastest of the last minutes: a rate that dips for a second must not make anyone late.
    share = lane_polls(system.settings.polls_per_s, lane)
    draw = secrets.randbelow(1000) / 1000
    return poll_interval_s(distance, share, rate=fastest, draw=draw)

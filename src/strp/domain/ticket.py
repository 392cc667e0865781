"""Tickets and admissions: signed claims that cost the database nothing to give out.

A claim is base64url of its fields and an HMAC-SHA-256 of them, cut to 128 bits (RFC 2104, section
5). Whoever holds the key can read any claim that any process ever gave out, so a place in line
survives every restart.
"""

import base64
import binascii
import hmac
import struct
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from strp.domain.errors import Conflict, InvalidInput, TooSoon
from strp.domain.text import Text
from strp.domain.waiting_room import Lane

SEAT_BYTES: Final = 12
TICKET_LIFE_S: Final = 7 * 24 * 3600
"""However long the line is, a ticket older than a week is of another event."""
CLAIM_WITHIN_S: Final = 2 * 3600
"""A place lapses this long after its number was served, so that nobody hoards turns."""
ADMISSION_LIFE_S: Final = 4 * 3600
"""Long enough to mend a roster by hand; whoever needs longer waits once more."""
CLOCK_SLACK_S: Final = 300
"""Machines of one room may disagree about the time by this much."""

_TAG_BYTES = 16
_TICKET = struct.Struct(">BBQIH12s")
_ADMISSION = struct.Struct(">BBQI12s")
_TICKET_KIND, _ADMISSION_KIND = 1, 2
_LANES = tuple(Lane)
_LANE_NUMBERS = {lane: number for number, lane in enumerate(_LANES)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A place in a line.

    Args:
        lane: which line.
        number: the place.
        issued_at: Unix seconds; says nothing about the order.
        opening: the opening before which it was drawn, or 0: such places are shuffled.
        seat: 12 random bytes: what is used once, and what an account keeps.
    """

    lane: Lane
    number: int
    issued_at: int
    seat: bytes
    opening: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """Leave to be inside for ADMISSION_LIFE_S.

    Args:
        lane: the line it came from.
        number: the number that was served; 0 where nobody had to wait.
        admitted_at: Unix seconds.
        seat: of the ticket, so that what is done with one admission counts as one visitor.
    """

    lane: Lane
    number: int
    admitted_at: int
    seat: bytes


class ClaimFault(StrEnum):
    """Why the text of a claim is worth nothing."""

    UNREADABLE = "ticket-unreadable"
    FORGED = "ticket-forged"


class Turn(StrEnum):
    """What a sound ticket is worth at this moment."""

    COME = "come"
    WAIT = "wait"
    LAPSED = "ticket-lapsed"
    EXPIRED = "ticket-expired"
    OTHER_LANE = "ticket-other-lane"


def write_ticket(ticket: Ticket, key: bytes) -> str:
    """A ticket as the text that its holder keeps, 59 characters."""
    lane = _LANE_NUMBERS[ticket.lane]
    return _sealed(
        _TICKET.pack(
            _TICKET_KIND, lane, ticket.number, ticket.issued_at, ticket.opening, ticket.seat
        ),
        key,
    )


def read_ticket(text: str, key: bytes) -> Ticket | ClaimFault:
    """Read a ticket; only what was signed with the key is one."""
    fields = _opened(text, key, _TICKET, _TICKET_KIND)
    if isinstance(fields, ClaimFault):
        return fields
    _, lane, number, issued_at, opening, seat = fields
    return Ticket(lane=_LANES[lane], number=number, issued_at=issued_at, opening=opening, seat=seat)


def write_admission(admission: Admission, key: bytes) -> str:
    """An admission as the text that its holder keeps."""
    lane = _LANE_NUMBERS[admission.lane]
    return _sealed(
        _ADMISSION.pack(
            _ADMISSION_KIND, lane, admission.number, admission.admitted_at, admission.seat
        ),
        key,
    )


def read_admission(text: str, key: bytes) -> Admission | ClaimFault:
    """Read an admission; only what was signed with the key is one."""
    fields = _opened(text, key, _ADMISSION, _ADMISSION_KIND)
    if isinstance(fields, ClaimFault):
        return fields
    _, lane, number, admitted_at, seat = fields
    return Admission(lane=_LANES[lane], number=number, admitted_at=admitted_at, seat=seat)


def is_inside(admission: Admission, now: datetime) -> bool:
    """Whether an admission still holds; one from the future is of a clock that jumped."""
    age_s = now.timestamp() - admission.admitted_at
    return -CLOCK_SLACK_S <= age_s < ADMISSION_LIFE_S


def judge_ticket(
    ticket: Ticket, *, lane: Lane, place: int, serving: int, lapsed: int, now: datetime
) -> Turn:
    """What a ticket is worth now; its time of issue decides nothing but its utmost age.

    Args:
        ticket: whose signature was checked.
        lane: the line that is asked for.
        place: the number that counts: the ticket's own, or the one drawn for it at opening.
        serving: every number up to this may come in; a number beyond all that were given out
            waits like any other.
        lapsed: every number up to this was served more than CLAIM_WITHIN_S ago.
        now: aware time.
    """
    if ticket.lane is not lane:
        return Turn.OTHER_LANE
    if now.timestamp() - ticket.issued_at > TICKET_LIFE_S:
        return Turn.EXPIRED
    if place <= lapsed:
        return Turn.LAPSED
    return Turn.COME if place <= serving else Turn.WAIT


def claim_refused(fault: ClaimFault | Turn) -> InvalidInput | Conflict:
    """The error for a ticket that is worth nothing."""
    kind = Conflict if fault in {Turn.LAPSED, Turn.EXPIRED} else InvalidInput
    return kind(fault.value, _REFUSED[fault])


def ticket_used() -> Conflict:
    """The error for a ticket that let somebody in before."""
    return Conflict(
        "ticket-used",
        Text(
            id="Tiket ini sudah dipakai untuk masuk. Ambil tiket baru.",
            en="This ticket has let somebody in already. Take a new one.",
        ),
    )


def not_your_turn(poll_after_s: int) -> TooSoon:
    """The error for a number that is not served yet."""
    return TooSoon(
        "not-your-turn",
        Text(
            id=f"Nomor Anda belum dipanggil. Tempat Anda tersimpan; tanyakan lagi {poll_after_s} "
            "detik lagi.",
            en=f"Your number is not served yet. Your place is kept; ask again in {poll_after_s} s.",
        ),
        retry_after_s=poll_after_s,
    )


def _sealed(payload: bytes, key: bytes) -> str:
    tag = hmac.digest(key, payload, "sha256")[:_TAG_BYTES]
    return base64.urlsafe_b64encode(payload + tag).decode().rstrip("=")


def _opened(text: str, key: bytes, shape: struct.Struct, kind: int) -> tuple[Any, ...] | ClaimFault:
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return ClaimFault.UNREADABLE
    if len(raw) != shape.size + _TAG_BYTES or raw[0] != kind:
        return ClaimFault.UNREADABLE
    payload, tag = raw[: shape.size], raw[shape.size :]
    if not hmac.compare_digest(hmac.digest(key, payload, "sha256")[:_TAG_BYTES], tag):
        return ClaimFault.FORGED
    return shape.unpack(payload)


_REFUSED: dict[ClaimFault | Turn, Text] = {
    ClaimFault.UNREADABLE: Text(
        id="Ini bukan tiket. Ambil tiket baru.", en="This is no ticket. Take a new one."
    ),
    ClaimFault.FORGED: Text(
        id="Tiket ini tidak dikeluarkan oleh kami. Ambil tiket baru.",
        en="This ticket was not given out by us. Take a new one.",
    ),
    Turn.LAPSED: Text(
        id="Giliran Anda sudah lewat lebih dari dua jam. Ambil tiket baru.",
        en="Your turn came more than two hours ago. Take a new ticket.",
    ),
    Turn.EXPIRED: Text(
        id="Tiket ini sudah lebih dari seminggu. Ambil tiket baru.",
        en="This ticket is more than a week old. Take a new one.",
    ),
    Turn.OTHER_LANE: Text(
        id="Tiket ini untuk antrean yang lain. Pakai tiket dari antrean ini.",
        en="This ticket is for another line. Use one of this line.",
    ),
}

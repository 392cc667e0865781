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
from strp.domain.waiting_room.lanes import Lane

SEAT_BYTES: Final = 12
TICKET_LIFE_S: Final = 7 * 24 * 3600
"""However long the line is, a ticket older than a week is of another event."""
CLAIM_WITHIN_S: Final = 2 * 3600
"""A place lapses this long after its number was served, so that nobody hoards turns."""
ADMISSION_LIFE_S: Final = 4 * 3600
"""Long enough to mend a roster by hand; whoever needs longer waits once more."""
UNQUEUED_IDLE_S: Final = 15 * 60
"""An admission taken while nobody waited ends when it is not used for so long."""
UNQUEUED_RENEWED_S: Final = 10 * 60
"""Used when it is older than this, such an admission is written anew."""
CLOCK_SLACK_S: Final = 300
"""Machines of one room may disagree about the time by this much."""

_TAG_BYTES = 16
_TICKET = struct.Struct(">BBQIH12s")
_ADMISSION = struct.Struct(">BBQI12s")
_UNQUEUED = struct.Struct(">BBQIIB12s")
_TICKET_KIND, _ADMISSION_KIND, _UNQUEUED_KIND = 1, 2, 3
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

    Where nobody waited it cost nothing to take, so it is worth less: it ends when it is not used
    for UNQUEUED_IDLE_S, and beyond an address block's share it does not hold once a line stands.

    Args:
        lane: the line it came from.
        number: the number that was served; 0 where nobody had to wait.
        admitted_at: Unix seconds.
        seat: of the ticket, so that what is done with one admission counts as one visitor.
        used_at: Unix seconds of its last use, where nobody waited when it was taken; else None.
        stays: whether it holds when a line stands.
    """

    lane: Lane
    number: int
    admitted_at: int
    seat: bytes
    used_at: int | None = None
    stays: bool = True


class TokenFault(StrEnum):
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
    """A ticket as the text that its holder keeps, 59 characters.

    Args:
        ticket: as it was given.
        key: secret of the installation's tickets.
    """
    lane = _LANE_NUMBERS[ticket.lane]
    return _sealed(
        _TICKET.pack(
            _TICKET_KIND, lane, ticket.number, ticket.issued_at, ticket.opening, ticket.seat
        ),
        key,
    )


def read_ticket(text: str, key: bytes) -> Ticket | TokenFault:
    """Read a ticket; only what was signed with the key is one.

    Args:
        text: as handed in; anything at all.
        key: that it was written with.
    """
    fields = _opened(text, key, _TICKET, _TICKET_KIND)
    if isinstance(fields, TokenFault):
        return fields
    _, lane, number, issued_at, opening, seat = fields
    return Ticket(lane=_LANES[lane], number=number, issued_at=issued_at, opening=opening, seat=seat)


def write_admission(admission: Admission, key: bytes) -> str:
    """An admission as the text that its holder keeps.

    Args:
        admission: as it was given, or used.
        key: secret of the installation's tickets.
    """
    lane = _LANE_NUMBERS[admission.lane]
    if admission.used_at is not None:
        return _sealed(
            _UNQUEUED.pack(
                _UNQUEUED_KIND,
                lane,
                admission.number,
                admission.admitted_at,
                admission.used_at,
                admission.stays,
                admission.seat,
            ),
            key,
        )
    return _sealed(
        _ADMISSION.pack(
            _ADMISSION_KIND, lane, admission.number, admission.admitted_at, admission.seat
        ),
        key,
    )


def read_admission(text: str, key: bytes) -> Admission | TokenFault:
    """Read an admission; only what was signed with the key is one.

    Args:
        text: as handed in; anything at all.
        key: that it was written with.
    """
    fields = _opened(text, key, _UNQUEUED, _UNQUEUED_KIND)
    if not isinstance(fields, TokenFault):
        _, lane, number, admitted_at, used_at, stays, seat = fields
        return Admission(
            lane=_LANES[lane],
            number=number,
            admitted_at=admitted_at,
            seat=seat,
            used_at=used_at,
            stays=bool(stays),
        )
    fields = _opened(text, key, _ADMISSION, _ADMISSION_KIND)
    if isinstance(fields, TokenFault):
        return fields
    _, lane, number, admitted_at, seat = fields
    # Number 0 is of a release before unqueued admissions had a kind of their own.
    used_at = None if number else admitted_at
    return Admission(
        lane=_LANES[lane], number=number, admitted_at=admitted_at, seat=seat, used_at=used_at
    )


def is_inside(admission: Admission, now: datetime, *, line_stands: bool = False) -> bool:
    """Whether an admission still holds; one from the future is of a clock that jumped.

    Args:
        admission: whose signature was checked.
        now: aware time.
        line_stands: whether others wait at this moment.
    """
    if line_stands and not admission.stays:
        return False
    age_s = now.timestamp() - admission.admitted_at
    if not -CLOCK_SLACK_S <= age_s < ADMISSION_LIFE_S:
        return False
    return admission.used_at is None or now.timestamp() - admission.used_at < UNQUEUED_IDLE_S


def is_to_renew(admission: Admission, now: datetime) -> bool:
    """Whether the use of an admission at this moment is worth writing down.

    Args:
        admission: whose signature was checked.
        now: aware.
    """
    used_at = admission.used_at
    return used_at is not None and now.timestamp() - used_at >= UNQUEUED_RENEWED_S


def lasts_s(admission: Admission) -> int:
    """Seconds that an admission just taken holds if it is not used."""
    return ADMISSION_LIFE_S if admission.used_at is None else UNQUEUED_IDLE_S


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


def token_refused(fault: TokenFault | Turn) -> InvalidInput | Conflict:
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


def ticket_overtaken() -> Conflict:
    """The error for a number called while nobody waited, and kept until a line stood."""
    return Conflict(
        "ticket-overtaken",
        Text(
            id="Nomor ini dipanggil saat belum ada antrean dan tidak dipakai saat itu. Kini orang "
            "lain menunggu. Ambil tiket baru.",
            en="This number was called while nobody waited, and not used then. Now others wait. "
            "Take a new ticket.",
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


def _opened(text: str, key: bytes, shape: struct.Struct, kind: int) -> tuple[Any, ...] | TokenFault:
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return TokenFault.UNREADABLE
    if len(raw) != shape.size + _TAG_BYTES or raw[0] != kind:
        return TokenFault.UNREADABLE
    payload, tag = raw[: shape.size], raw[shape.size :]
    if not hmac.compare_digest(hmac.digest(key, payload, "sha256")[:_TAG_BYTES], tag):
        return TokenFault.FORGED
    return shape.unpack(payload)


_REFUSED: dict[TokenFault | Turn, Text] = {
    TokenFault.UNREADABLE: Text(
        id="Ini bukan tiket. Ambil tiket baru.", en="This is no ticket. Take a new one."
    ),
    TokenFault.FORGED: Text(
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

"""The waiting room as one process holds it: what it read last, its numbers, what it measures."""

import asyncio
import hashlib
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, NamedTuple
from uuid import UUID, uuid4

import msgspec

from strp.domain.rate_limit import TokenBucket
from strp.domain.waiting_room.admission_control import Controller
from strp.domain.waiting_room.lanes import Document, Lane, LaneState
from strp.domain.waiting_room.opening_draw import drawn_place
from strp.domain.waiting_room.ticket import Ticket
from strp.store.waiting_room.lanes import Report
from strp.store.waiting_room.openings import Opening
from strp.usecases.process.batched_lookups import BatchedLookups
from strp.usecases.process.ticket_redemption import TicketRedemptions

SEEN_S: Final = 8.0
MOST_SEEN: Final = 200_000


class Numbers:
    """Numbers of one lane that this process leased, given out in order.

    Without a database they go on past the end of the lease: two processes may then give out the
    same number, which only means that their holders are called together. The next lease starts
    above whatever was given out.
    """

    __slots__ = ("_leases", "given_out", "used_up_to")

    def __init__(self) -> None:
        self._leases: deque[tuple[int, int]] = deque()
        self.used_up_to = 0
        self.given_out = 0

    @property
    def left(self) -> int:
        """How many are left of the leases."""
        return sum(last - first + 1 for first, last in self._leases)

    def lease(self, first: int, last: int) -> None:
        """Go on with these when those before are given out.

        Args:
            first: the lowest of the numbers.
            last: the highest, one of them.
        """
        self._leases.append((first, last))

    def drop(self, up_to: int) -> None:
        """Give out no number up to this one any more: its turn is over for whoever gets it now."""
        self._leases = deque(
            (max(first, up_to + 1), last) for first, last in self._leases if last > up_to
        )

    def take(self, known_issued: int = 0) -> int:
        """The next number; above all that were known to be given out where no lease is left."""
        self.given_out += 1
        if self._leases:
            number, last = self._leases[0]
            if number == last:
                self._leases.popleft()
            else:
                self._leases[0] = (number + 1, last)
        else:
            number = max(self.used_up_to, known_issued) + 1
        self.used_up_to = max(self.used_up_to, number)
        return number


class Mean:
    """A mean that is taken and begun anew."""

    __slots__ = ("_count", "_total")

    def __init__(self) -> None:
        self._total, self._count = 0.0, 0

    def add(self, value: float) -> None:
        """Count one more."""
        self._total += value
        self._count += 1

    def take(self) -> float:
        """The mean of what was counted, 0 where nothing was."""
        mean = self._total / self._count if self._count else 0.0
        self._total, self._count = 0.0, 0
        return mean


class Measures:
    """What this process does, counted until somebody takes the counts."""

    __slots__ = (
        "_admitted",
        "_at_door",
        "_finished",
        "_late",
        "_seen",
        "_shed",
        "_waits",
    )

    def __init__(self) -> None:
        self._waits, self._late = Mean(), Mean()
        self._shed = self._finished = self._admitted = 0
        self._seen: dict[bytes, float] = {}
        self._at_door: dict[bytes, float] = {}

    def queued(self, delay_s: float) -> None:
        """A request waited this long for its turn inside."""
        self._waits.add(delay_s)

    def late(self, delay_s: float) -> None:
        """The event loop was this late: every request of this process waits for it."""
        self._late.add(delay_s)

    def shed(self) -> None:
        """A request was turned away."""
        self._shed += 1

    def finished(self) -> None:
        """A request was answered in time."""
        self._finished += 1

    def admitted(self, seat: bytes) -> None:
        """A visitor came in."""
        self._admitted += 1
        self._at_door.pop(seat, None)

    def at_door(self, seat: bytes) -> None:
        """A visitor who was called came, and has to wait a moment longer."""
        if len(self._at_door) < MOST_SEEN:
            self._at_door[seat] = time.monotonic()

    def seen(self, seat: bytes) -> None:
        """A visitor is active."""
        if len(self._seen) < MOST_SEEN:
            self._seen[seat] = time.monotonic()

    def take(self) -> Report:
        """The counts since the last time, and how many visitors were active lately."""
        since = time.monotonic() - SEEN_S
        self._seen = {seat: at for seat, at in self._seen.items() if at > since}
        self._at_door = {seat: at for seat, at in self._at_door.items() if at > since}
        report = Report(
            delay_s=max(self._waits.take(), self._late.take()),
            shed=self._shed,
            finished=self._finished,
            inside=len(self._seen),
            admitted=self._admitted,
            at_door=len(self._at_door),
        )
        self._shed = self._finished = self._admitted = 0
        return report


class Repeat(NamedTuple):
    """A ticket asked for under an Idempotency-Key.

    Args:
        key_hash: keyed hash of the key and of who asks.
        ticket: text of the one to be given out where the key is new.
    """

    key_hash: bytes
    ticket: str


@dataclass(slots=True)
class RoomState:
    """The room of one process.

    Args:
        process_id: names this process among those that share the room.
        active: whether visitors wait at all.
        lanes: how far each lane is.
        lapsed: by lane, the place up to which turns have lapsed.
        called_before: by lane, the place up to which was called before the line formed.
        pace: by lane, slowest and fastest rate of the last minutes.
        opening: the opening scheduled last.
        controller: state of admission control.
        known: whether the database was read within the last seconds.
        read_at: when it was, in seconds of a clock that does not jump.
        written_at: when the document was written.
        document: what the whole crowd reads, as bytes.
        etag: of the document.
        numbers: leased numbers by lane.
        measures: what this process does.
        entries: uses up tickets.
        repeats: keeps tickets under Idempotency-Keys, those of one moment together.
        leasing: held while numbers are leased.
        at_once: bounds those who come in while no line stands.
        called: bounds those who come in when called: many may be called for one who comes.
    """

    process_id: UUID = field(default_factory=uuid4)
    active: bool = False
    lanes: Mapping[Lane, LaneState] = field(
        default_factory=lambda: {lane: LaneState() for lane in Lane}
    )
    lapsed: Mapping[Lane, int] = field(default_factory=dict)
    called_before: dict[Lane, int] = field(default_factory=dict)
    pace: Mapping[Lane, tuple[float, float]] = field(default_factory=dict)
    opening: Opening | None = None
    controller: Controller = field(default_factory=Controller)
    known: bool = False
    read_at: float = 0.0
    written_at: datetime = datetime(2000, 1, 1, tzinfo=UTC)
    document: bytes = b""
    etag: bytes = b""
    numbers: Mapping[Lane, Numbers] = field(
        default_factory=lambda: {lane: Numbers() for lane in Lane}
    )
    measures: Measures = field(default_factory=Measures)
    entries: TicketRedemptions = field(default_factory=TicketRedemptions)
    repeats: BatchedLookups[Repeat, str] = field(default_factory=BatchedLookups)
    leasing: asyncio.Lock = field(default_factory=asyncio.Lock)
    at_once: TokenBucket = field(default_factory=lambda: TokenBucket(100.0, 50.0))
    # The first of a line all come back at the same moment, seconds after they were called.
    called: TokenBucket = field(default_factory=lambda: TokenBucket(50.0, 1.0, saved_s=2.0))

    def __post_init__(self) -> None:
        self.publish(self.written_at)

    @property
    def is_open(self) -> bool:
        """Whether visitors are let in, now or by number."""
        return self.opening is None or self.opening.opened_at is not None

    @property
    def stands(self) -> bool:
        """Whether the room stands before the door."""
        return self.active or not self.is_open

    def place(self, ticket: Ticket) -> int:
        """The number that counts: the ticket's own, or the one drawn for it at its opening."""
        opening = self.opening
        if opening is None or ticket.opening != opening.opening_id:
            return ticket.number
        draw = opening.draw(ticket.lane)
        return ticket.number if draw is None else drawn_place(draw, ticket.number)

    def rate(self, lane: Lane) -> float:
        """Visitors a second of a lane that come in now; none while nobody can."""
        return self.lanes[lane].rate if self.known and self.is_open else 0.0

    def publish(self, now: datetime) -> None:
        """Write the document anew."""
        written = Document(
            open=self.is_open,
            serving={lane: state.serving for lane, state in self.lanes.items()},
            rate={lane: self.rate(lane) for lane in self.lanes},
            at=now,
        )
        self.written_at = now
        self.document = msgspec.json.encode(written.to_json())
        digest = hashlib.blake2b(self.document, digest_size=12).hexdigest()
        self.etag = f'"{digest}"'.encode()

"""Places for bodies that arrive: strangers share by address block, known senders have bounds.

A stranger who holds a place for long loses it to whoever comes later: a whole body comes within a
round trip, so nobody waits for a sender who trickles. What a key or a session sends is counted
elsewhere (`Shares`), so that strangers can neither fill nor end it.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Final, NamedTuple, Self

from strp.domain.overload import shed, too_many_requests, too_slow

COME_BACK_S: Final = 10


class Place:
    """One place of a stranger; made by `Places.take`.

    Args:
        places: that it is of.
        block: address block of the sender.
    """

    __slots__ = ("_block", "_is_lost", "_places", "leaves")

    def __init__(self, places: "Places", block: str) -> None:
        self._places = places
        self._block = block
        self._is_lost = False
        self.leaves: asyncio.Timeout | None = None

    def grow(self, size: int) -> None:  # noqa: ARG002
        """Note how much has arrived; the size that the door states bounds it.

        Raises:
            TooSoon: somebody else has the place now.
        """
        if self._is_lost:
            raise too_slow()

    def arrived(self) -> None:
        """The body is whole: nobody ends it any more; it holds its place where it fills a disk."""
        self.leaves = None
        if not self._places.until_answered:
            self.end()

    def end(self) -> None:
        """Give the place back; a second time does nothing."""
        self._places.drop(self._block, self)

    def evict(self) -> bool:
        """End the arrival; False where the body is whole already."""
        if self.leaves is None:
            return False
        self._is_lost = True
        with contextlib.suppress(RuntimeError):  # its time is over at this moment
            self.leaves.reschedule(asyncio.get_running_loop().time())
        self.end()
        return True


class Places:
    """Places of strangers in one process.

    Args:
        most: in all.
        most_of_block: that one address block holds.
        until_answered: whether a body holds its place until it is answered; it may be in a file.
    """

    def __init__(self, most: int, most_of_block: int, *, until_answered: bool = False) -> None:
        self._most = most
        self._most_of_block = most_of_block
        self._blocks: dict[str, dict[Place, None]] = {}
        self._taken = 0
        self.until_answered = until_answered

    @property
    def taken(self) -> int:
        """Bodies that hold a place."""
        return self._taken

    def take(self, block: str) -> Place:
        """Take a place; the oldest arrival of the fullest block ends where there is none.

        Args:
            block: address block of the sender.

        Raises:
            TooMany: the block's own share is taken, and all of it has arrived already.
            Unavailable: so it is with the places of all.
        """
        held = self._blocks.get(block, {})
        if len(held) >= self._most_of_block:
            if not _end_oldest(held):
                raise too_many_requests(COME_BACK_S)
        elif self._taken >= self._most and not _end_oldest(max(self._blocks.values(), key=len)):
            raise shed(COME_BACK_S)
        place = Place(self, block)
        self._blocks.setdefault(block, {})[place] = None
        self._taken += 1
        return place

    def drop(self, block: str, place: Place) -> None:
        """Forget a place.

        Args:
            block: address block that took it.
            place: may be given back already; then nothing happens.
        """
        held = self._blocks.get(block, {})
        if place in held:
            del held[place]
            self._taken -= 1
            if not held:
                del self._blocks[block]


def _end_oldest(held: dict[Place, None]) -> bool:
    """End the oldest arrival; False where all of them are whole already."""
    return any(place.evict() for place in list(held))


class Bound(NamedTuple):
    """The most that one subject holds at once."""

    bodies: int
    bytes: int


class Share:
    """What one body of a known sender holds; made by `Shares.take`.

    Args:
        shares: that it is of.
        bounds: whose share it counts for, and the bound of each.
        size: bytes that the request declares.
    """

    __slots__ = ("_bounds", "_shares", "_size", "leaves")

    def __init__(self, shares: "Shares", bounds: Sequence[tuple[str, Bound]], size: int) -> None:
        self._shares = shares
        self._bounds = bounds
        self._size = size
        self.leaves: asyncio.Timeout | None = None

    def grow(self, size: int) -> None:
        """Note how much has arrived.

        Raises:
            TooSoon: the sender holds as much as one may.
        """
        if size > self._size:
            self._shares.add(self._bounds, 0, size - self._size)
            self._size = size

    def arrived(self) -> None:
        """The body is whole; it counts until it is answered."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.end()

    def end(self) -> None:
        """Give it back; a second time does nothing."""
        self._shares.remove(self._bounds, self._size)
        self._bounds, self._size = (), 0


class Shares:
    """Bodies and bytes that known senders hold in one process.

    Args:
        most: bodies in all.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken = 0
        self._held: dict[str, tuple[int, int]] = {}

    def take(self, bounds: Sequence[tuple[str, Bound]], size: int) -> Share:
        """Begin a body.

        Args:
            bounds: whose share it counts for, and the bound of each.
            size: bytes that the request declares; 0 where it declares none.

        Raises:
            TooSoon: the sender holds as much as one may.
            Unavailable: too many bodies arrive.
        """
        if self._taken >= self._most:
            raise shed(COME_BACK_S)
        self.add(bounds, 1, size)
        return Share(self, bounds, size)

    def add(self, bounds: Sequence[tuple[str, Bound]], bodies: int, size: int) -> None:
        """Count more, or nothing where any bound would be passed.

        Args:
            bounds: whose share it counts for, and the bound of each.
            bodies: 1 for a new body, 0 where one that is counted already grows.
            size: bytes more.

        Raises:
            TooSoon: the sender holds as much as one may.
        """
        after = [self._after(subject, bodies, size) for subject, _ in bounds]
        for (_, bound), (held, held_bytes) in zip(bounds, after, strict=True):
            if held > bound.bodies or held_bytes > bound.bytes:
                raise too_many_requests(COME_BACK_S)
        self._taken += bodies
        for (subject, _), now in zip(bounds, after, strict=True):
            self._held[subject] = now

    def remove(self, bounds: Sequence[tuple[str, Bound]], size: int) -> None:
        """Count one body less.

        Args:
            bounds: as they were counted; empty where it was given back already.
            size: all bytes that were counted for the body.
        """
        self._taken -= bool(bounds)
        for subject, _ in bounds:
            left = self._after(subject, -1, -size)
            if left[0] > 0:
                self._held[subject] = left
            else:
                self._held.pop(subject, None)

    def _after(self, subject: str, bodies: int, size: int) -> tuple[int, int]:
        held, held_bytes = self._held.get(subject, (0, 0))
        return held + bodies, held_bytes + size

"""The line before opening: places drawn by lot that anyone can check.

Whoever comes before opening time gets a number; at opening the numbers change places among
themselves. Which goes where follows from a secret seed whose SHA-256 was published beforehand, and
from how many came, which nobody knew beforehand. Afterwards the seed is published too, and each
holder of a ticket can compute the own place, and check that all places are taken exactly once.

The shuffle is a permutation that is computed place by place and needs no list of 17 million: a
Feistel network with a keyed hash (Luby and Rackoff, 1988) over the next power of four, walked
until it falls inside the range (Black and Rogaway, 2002, "cycle walking").
"""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Final, NamedTuple

_ROUNDS: Final = 8
SEED_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Draw:
    """The places of one lane at one opening.

    Args:
        first: the number before the first that took part.
        count: how many numbers took part.
        key: `shuffle_key` of the opening; 32 bytes.
    """

    first: int
    count: int
    key: bytes


def commitment(seed: bytes) -> bytes:
    """What is published before: SHA-256 of the seed, 32 bytes."""
    return hashlib.sha256(seed).digest()


def keeps_commitment(seed: bytes, published: bytes) -> bool:
    """Whether a seed is the one that was promised.

    Args:
        seed: as published after the draw, 32 bytes.
        published: what was promised before it, 32 bytes.
    """
    return hmac.compare_digest(commitment(seed), published)


def shuffle_key(seed: bytes, lane: str, count: int) -> bytes:
    """The key of a shuffle: from the seed, and from what was not known when it was promised.

    Args:
        seed: 32 bytes.
        lane: name of the line.
        count: numbers that took part.
    """
    return hashlib.sha256(seed + lane.encode() + count.to_bytes(8, "big")).digest()


def drawn_place(draw: Draw, number: int) -> int:
    """The number that counts after the draw; one that did not take part keeps its own.

    Args:
        draw: of one line and opening.
        number: as given on the ticket.
    """
    offset = number - draw.first - 1
    if not 0 <= offset < draw.count:
        return number
    return draw.first + 1 + _walk(draw, offset, forward=True)


def number_at(draw: Draw, place: int) -> int:
    """The number that was drawn for a place: the way back.

    Args:
        draw: of one line and opening.
        place: number that counts after the draw.
    """
    offset = place - draw.first - 1
    if not 0 <= offset < draw.count:
        return place
    return draw.first + 1 + _walk(draw, offset, forward=False)


def _walk(draw: Draw, offset: int, *, forward: bool) -> int:
    half_bits = max(1, ((draw.count - 1).bit_length() + 1) // 2)
    value = offset
    while True:
        value = _feistel(draw.key, value, half_bits, forward)
        if value < draw.count:
            return value


def _feistel(key: bytes, value: int, half_bits: int, forward: bool) -> int:
    mask = (1 << half_bits) - 1
    left, right = value >> half_bits, value & mask
    if forward:
        for number in range(_ROUNDS):
            left, right = right, left ^ (_round(key, number, right) & mask)
    else:
        for number in reversed(range(_ROUNDS)):
            left, right = right ^ (_round(key, number, left) & mask), left
    return left << half_bits | right


def _round(key: bytes, number: int, half: int) -> int:
    data = number.to_bytes(1, "big") + half.to_bytes(8, "big")
    return int.from_bytes(hashlib.blake2b(data, digest_size=8, key=key).digest(), "big")


class Entered(NamedTuple):
    """A line of the published order: who came in when nothing higher than `serving` could.

    Args:
        place: the number that counted.
        serving: what was served at that moment.
    """

    place: int
    serving: int


def jumped(log: "list[Entered]") -> list[Entered]:
    """Those in the published order who came in before their number was served.

    Also those lines where `serving` went back, because then the order was rewritten.

    Args:
        log: in the order in which they came in.
    """
    highest = 0
    found = []
    for entered in log:
        if entered.place > entered.serving or entered.serving < highest:
            found.append(entered)
        highest = max(highest, entered.serving)
    return found

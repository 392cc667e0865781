"""Epochs: what keeps two copies of one database from giving the same number twice.

Neither of two copies can know that it is one, so what a copy counts on from cannot be read from the
database. A process that gives numbers draws an epoch of 32 bits at its start, from its clock and
from randomness, and counts 16 bits inside it; at their end it draws another. Application ids and
serial numbers are `epoch << 16 | count`; an epoch of serial numbers is a status list as well, whose
number is the epoch.

Numbers below 2^40 are of before the epochs, or of the first status list. They are counted over all
processes, 2^20 to a status list.

Source: Luby and Rackoff, "How to construct pseudorandom permutations from pseudorandom functions".
"""

from hashlib import blake2b
from typing import Final

COUNT_BITS: Final = 16
NUMBERS_OF_EPOCH: Final = 1 << COUNT_BITS
EPOCH_BITS: Final = 32
LOWEST_EPOCH: Final = 1 << 24
FIRST_EPOCH: Final = 0
"""Of the first status list of a new installation; drawn by nobody."""
COUNTED_LIST_BITS: Final = 20
COUNTED_END: Final = LOWEST_EPOCH << COUNT_BITS
"""Numbers below are counted over all processes; 2^40."""
KEY_BYTES: Final = 8 * 256


def epoch_of(drawn: bytes) -> int:
    """The epoch that a process draws.

    Args:
        drawn: at least 16 random bytes, and the time; no two processes have the same.
    """
    number = int.from_bytes(blake2b(drawn, digest_size=16).digest())
    return LOWEST_EPOCH + number % ((1 << EPOCH_BITS) - LOWEST_EPOCH)


def list_of(serial_no: int) -> int:
    """Number of the status list of a serial number."""
    bits = COUNTED_LIST_BITS if serial_no < COUNTED_END else COUNT_BITS
    return serial_no >> bits


def index_of(serial_no: int) -> int:
    """Index of a serial number in its status list."""
    return serial_no - first_serial_of(list_of(serial_no))


def entries_of(list_no: int) -> int:
    """How many certificates a status list covers."""
    return 1 << (COUNTED_LIST_BITS if list_no < LOWEST_EPOCH else COUNT_BITS)


def first_serial_of(list_no: int) -> int:
    """The serial number whose status stands first in a list."""
    return list_no * entries_of(list_no)


class Permutation:
    """An order of the numbers of an epoch that tells nobody how many came before.

    Args:
        key: KEY_BYTES random bytes: the round functions of a Feistel network.
    """

    def __init__(self, key: bytes) -> None:
        self._rounds = [key[start : start + 256] for start in range(0, KEY_BYTES, 256)]

    def __call__(self, count: int) -> int:
        """Where a number of 16 bits goes; no other goes there."""
        left, right = divmod(count, 256)
        for scatter in self._rounds:
            left, right = right, left ^ scatter[right]
        return left << 8 | right

"""Whose turn is next, where more ask than can be answered: by block, then by address inside it.

Each block gets an equal part of what is served, however many requests it has waiting; what it does
not need goes to the others (max-min fairness). So one polite visitor waits for one round of the
blocks that ask, and not behind a flood.

Source: start-time fair queueing (Goyal, Vin and Cheng, SIGCOMM 1996).
"""

import heapq
from collections import OrderedDict, deque
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Final, Generic, NamedTuple, TypeVar

MOST_REMEMBERED: Final = 20_000
Item = TypeVar("Item")


class Waiting(NamedTuple, Generic[Item]):
    """One that waits.

    Args:
        item: what was put in.
        cost: turns that it takes.
    """

    item: Item
    cost: float


@dataclass(slots=True)
class _Block(Generic[Item]):
    finish: float
    count: int = 0
    by_address: OrderedDict[Hashable, deque[Waiting[Item]]] = field(default_factory=OrderedDict)


class FairQueue(Generic[Item]):
    """What waits, and in which order it is served.

    Args:
        most: that may wait in all.
        most_of_block: that may wait of one block.
    """

    def __init__(self, most: int, most_of_block: int) -> None:
        self._most, self._most_of_block = most, most_of_block
        self._blocks: dict[Hashable, _Block[Item]] = {}
        self._next: list[tuple[float, int, Hashable]] = []
        self._now = 0.0
        self._count = self._pushed = 0

    def __len__(self) -> int:
        return self._count

    @property
    def remembered(self) -> int:
        """Blocks that it knows; bounded, and where that is reached those with the most to pay
        are forgiven at most one item's cost."""
        return len(self._blocks)

    def put(self, block: Hashable, address: Hashable, item: Item, cost: float) -> bool:
        """Let one wait.

        Args:
            block: whose share it takes.
            address: which is served in turn with the others of its block.
            item: what `take` gives back.
            cost: turns that it takes.

        Returns:
            False where too many wait already; then it does not.
        """
        found = self._blocks.get(block) or self._new_block(block)
        if self._count >= self._most or found.count >= self._most_of_block:
            return False
        if not found.count:
            self._push(block, max(self._now, found.finish))
        found.by_address.setdefault(address, deque()).append(Waiting(item, cost))
        found.count += 1
        self._count += 1
        return True

    def take(self) -> Waiting[Item]:
        """The next.

        Raises:
            IndexError: nothing waits.
        """
        self._now, _, block = heapq.heappop(self._next)
        found = self._blocks[block]
        address, waiting = next(iter(found.by_address.items()))
        one = waiting.popleft()
        if waiting:
            found.by_address.move_to_end(address)
        else:
            del found.by_address[address]
        found.count -= 1
        self._count -= 1
        found.finish = self._now + one.cost
        if found.count:
            self._push(block, found.finish)
        return one

    def _push(self, block: Hashable, start: float) -> None:
        self._pushed += 1
        heapq.heappush(self._next, (start, self._pushed, block))

    def _new_block(self, block: Hashable) -> _Block[Item]:
        if len(self._blocks) >= MOST_REMEMBERED + self._most:
            self._blocks = {key: each for key, each in self._blocks.items() if each.count}
        found: _Block[Item] = _Block(self._now)
        self._blocks[block] = found
        return found

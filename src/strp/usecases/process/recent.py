"""A bounded map that forgets what was used longest ago, and never all at once."""

from collections import OrderedDict
from collections.abc import Hashable, Iterable, Iterator, MutableMapping
from itertools import islice, repeat
from typing import Generic, TypeVar, overload

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
Other = TypeVar("Other")


class Recent(MutableMapping[Key, Value]):
    """A least-recently-used cache: reading or writing a key makes it the newest.

    A cache that is emptied when it is full has everybody look up everything at that moment, which
    is when most are there.

    Args:
        most: entries that are kept; one more removes the oldest.
    """

    __slots__ = ("_entries", "_most")

    def __init__(self, most: int) -> None:
        assert most > 0
        self._most = most
        self._entries: OrderedDict[Key, Value] = OrderedDict()

    def __getitem__(self, key: Key) -> Value:
        value = self._entries[key]
        self._entries.move_to_end(key)
        return value

    @overload
    def get(self, key: Key, /) -> Value | None: ...
    @overload
    def get(self, key: Key, /, default: Value) -> Value: ...
    @overload
    def get(self, key: Key, /, default: Other) -> Value | Other: ...
    def get(self, key: Key, /, default: object = None) -> object:
        """What belongs to a key, which becomes the newest; or the default.

        Args:
            key: what is looked for.
            default: the answer where it is not kept.
        """
        if key not in self._entries:
            return default
        self._entries.move_to_end(key)
        return self._entries[key]

    def __setitem__(self, key: Key, value: Value) -> None:
        entries = self._entries
        entries[key] = value
        entries.move_to_end(key)
        if len(entries) > self._most:
            entries.popitem(last=False)

    def __delitem__(self, key: Key) -> None:
        del self._entries[key]

    def __iter__(self) -> Iterator[Key]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def clear(self) -> None:
        """Forget all of it, where none of it holds any more."""
        self._entries.clear()


class RecentSet(Generic[Key]):
    """Keys that came lately, many at a time; whichever came longest ago goes first.

    Args:
        most: keys that are kept.
    """

    __slots__ = ("_keys", "_most")

    def __init__(self, most: int) -> None:
        assert most > 0
        self._most = most
        self._keys: dict[Key, None] = {}

    def keep_all(self, keys: Iterable[Key]) -> None:
        """Keep keys; one that is there stays where it was in the line."""
        kept = self._keys
        kept.update(zip(keys, repeat(None)))
        over = len(kept) - self._most
        if over > 0:  # a tenth at once: each look for the oldest goes past all that went before
            for key in list(islice(kept, over + self._most // 10)):
                del kept[key]

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def __len__(self) -> int:
        return len(self._keys)

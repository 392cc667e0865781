"""Reads the CBOR that certificates and status lists are made of, and nothing else (RFC 8949).

A general reader interprets what a stranger wrote: tag 30 over a short text makes it compute a
power of ten with ten million digits. This one knows integers of up to 64 bits, byte strings, texts,
arrays, maps whose keys are integers or texts, and false, true, null. It refuses tags, bignums,
floats, indefinite lengths, keys that repeat, and everything behind the item. The only tag of the
format, COSE_Sign1's, is read by `cose`.
"""

from typing import Final, NoReturn

MAX_DEPTH: Final = 8
"""Claims nest three deep; a later version may add some."""
MAX_ITEMS: Final = 1024
"""A certificate has some 25 items, a status list 13."""
_UINT, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _MAP, _SIMPLE = 0, 1, 2, 3, 4, 5, 7
_SHORT: Final = 24
_LENGTHS: Final = {24: 1, 25: 2, 26: 4, 27: 8}
_SIMPLE_VALUES: Final = {20: False, 21: True, 22: None}


class CborError(ValueError):
    """The bytes are not one item of the format."""


def read_cbor(data: bytes) -> object:
    """Read one item that fills the bytes.

    Args:
        data: of any length; the time taken is bounded by it and by `MAX_ITEMS`.

    Returns:
        int, bytes, str, bool, None, or lists and dicts of these.

    Raises:
        CborError: they are anything else.
    """
    reader = _Reader(data)
    item = reader.item(MAX_DEPTH)
    if reader.at != len(data):
        _refuse("bytes behind the item")
    return item


def read_cbor_sequence(data: bytes) -> list[object]:
    """Read items that stand one behind the other and fill the bytes (RFC 8742).

    Args:
        data: of any length; `MAX_ITEMS` counts over all items.

    Raises:
        CborError: they are anything else.
    """
    reader = _Reader(data)
    items = []
    while reader.at < len(data):
        items.append(reader.item(MAX_DEPTH))
    return items


class _Reader:
    """Reads forward over bytes, and counts items; one function, since calls are what costs."""

    __slots__ = ("_data", "_items", "_size", "at")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._size = len(data)
        self._items = 0
        self.at = 0

    def item(self, depth: int) -> object:
        """The next item, with at most so many levels of arrays and maps in it."""
        self._items += 1
        if self._items > MAX_ITEMS:
            _refuse("too many items")
        at = self.at
        if at >= self._size:
            _refuse("cut short")
        first = self._data[at]
        self.at = at + 1
        if first < _SHORT:  # a small number, the commonest item
            return first
        major, length = first >> 5, first & 31
        if length >= _SHORT and major != _SIMPLE:
            length = self._argument(length)
        if major in (_TEXT, _BYTES):
            return self._string(major, length)
        if major == _UINT:
            return length
        if major == _NEGATIVE:
            return -1 - length
        if major == _SIMPLE and length in _SIMPLE_VALUES:
            return _SIMPLE_VALUES[length]
        if major not in (_ARRAY, _MAP):
            _refuse("a tag, a float, or another simple value")
        if depth == 0:
            _refuse("nested too deeply")
        if length > self._size - self.at:  # each item takes a byte or more
            _refuse("cut short")
        if major == _MAP:
            return self._map(length, depth - 1)
        return [self.item(depth - 1) for _ in range(length)]

    def _argument(self, short: int) -> int:
        """The argument behind the first byte (RFC 8949 §3)."""
        size = _LENGTHS.get(short)
        if size is None:
            _refuse("an indefinite or reserved length")
        end = self.at + size
        if end > self._size:
            _refuse("cut short")
        argument = int.from_bytes(self._data[self.at : end])
        self.at = end
        return argument

    def _string(self, major: int, length: int) -> bytes | str:
        at, end = self.at, self.at + length
        if end > self._size:
            _refuse("cut short")
        taken = self._data[at:end]
        self.at = end
        if major == _BYTES:
            return taken
        try:
            return taken.decode()
        except UnicodeDecodeError:
            raise CborError("a text is not UTF-8") from None

    def _map(self, length: int, depth: int) -> dict[int | str, object]:
        found: dict[int | str, object] = {}
        item = self.item
        for _ in range(length):
            key = item(0)
            if type(key) is not int and type(key) is not str:
                _refuse("a key is neither an integer nor a text")
            if key in found:
                _refuse("a key repeats")
            found[key] = item(depth)
        return found


def _refuse(why: str) -> NoReturn:
    raise CborError(why)

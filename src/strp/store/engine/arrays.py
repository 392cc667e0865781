"""Arrays as parameters in PostgreSQL's binary form, built in one piece.

psycopg writes lists as text, element by element; on the hot path that costs more than the query.

Source: PostgreSQL, src/backend/utils/adt/arrayfuncs.c, `array_send`.
"""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import chain, repeat
from struct import Struct, pack

import psycopg
from psycopg.adapt import Buffer, Dumper, PyFormat
from psycopg.pq import Format

from strp.store.engine.binary_copy import postgres_microseconds

_HEAD = Struct(">iiiii").pack
_EPOCH_DAY = date(2000, 1, 1).toordinal()
_NULL = b"\xff\xff\xff\xff"


class PackedArray:
    """An array that is encoded already.

    Args:
        oid: type of the array.
        content: its binary form.
    """

    __slots__ = ("content", "oid")

    def __init__(self, oid: int, content: bytes) -> None:
        self.oid = oid
        self.content = content


def bigints(numbers: Sequence[int]) -> PackedArray:
    """An array of bigint."""
    return PackedArray(1016, _array(20, numbers, 8, "q"))


def integers(numbers: Sequence[int]) -> PackedArray:
    """An array of integer."""
    return PackedArray(1007, _array(23, numbers, 4, "i"))


def smallints(numbers: Sequence[int]) -> PackedArray:
    """An array of smallint."""
    return PackedArray(1005, _array(21, numbers, 2, "h"))


def times(moments: Sequence[datetime | None]) -> PackedArray:
    """An array of timestamptz; aware times or None."""
    if None not in moments:
        numbers = [postgres_microseconds(at) for at in moments if at is not None]
        return PackedArray(1185, _array(1184, numbers, 8, "q"))
    packed = [None if at is None else pack(">q", postgres_microseconds(at)) for at in moments]
    return PackedArray(1185, _elements(1184, packed))


def days(values: Sequence[date]) -> PackedArray:
    """An array of date."""
    numbers = [day.toordinal() - _EPOCH_DAY for day in values]
    return PackedArray(1182, _array(1082, numbers, 4, "i"))


def booleans(values: Sequence[bool]) -> PackedArray:
    """An array of boolean."""
    return PackedArray(1000, _array(16, values, 1, "?"))


def texts(values: Sequence[str | None]) -> PackedArray:
    """An array of text; a value that comes often is encoded once."""
    encoded = {value: None if value is None else value.encode() for value in set(values)}
    return PackedArray(1009, _elements(25, [encoded[value] for value in values]))


def byteas(values: Sequence[bytes | None]) -> PackedArray:
    """An array of bytea."""
    return PackedArray(1001, _elements(17, values))


def same_size_byteas(values: Sequence[bytes]) -> PackedArray:
    """An array of bytea whose elements all have the length of the first."""
    if not values:
        return PackedArray(1001, _elements(17, ()))
    mark = len(values[0]).to_bytes(4)
    return PackedArray(1001, _head(17, len(values)) + mark + mark.join(values))


def _array(element: int, numbers: Sequence[int], size: int, code: str) -> bytes:
    if not numbers:
        return _elements(element, ())
    lengths_and_values = chain.from_iterable(zip(repeat(size), numbers))
    return _head(element, len(numbers)) + pack(f">{f'i{code}' * len(numbers)}", *lengths_and_values)


def _elements(element: int, values: Sequence[bytes | None]) -> bytes:
    if not values:
        return pack(">iii", 0, 0, element)
    body = [_NULL if v is None else len(v).to_bytes(4) + v for v in values]
    return _head(element, len(values), has_nulls=None in values) + b"".join(body)


def _head(element: int, count: int, *, has_nulls: bool = False) -> bytes:
    return _HEAD(1, has_nulls, element, count, 1)


class _PackedArrayDumper(Dumper):
    format = Format.BINARY

    def get_key(self, obj: PackedArray, format: PyFormat) -> tuple[type, int]:  # type: ignore[override]
        del format
        return (PackedArray, obj.oid)

    def upgrade(self, obj: PackedArray, format: PyFormat) -> "_PackedArrayDumper":
        del format
        dumper = _PackedArrayDumper(PackedArray)
        dumper.oid = obj.oid
        return dumper

    def dump(self, obj: PackedArray) -> Buffer:
        return obj.content


psycopg.adapters.register_dumper(PackedArray, _PackedArrayDumper)

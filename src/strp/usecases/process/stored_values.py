"""Reading what lies in a row as msgpack, also where a later release has written it.

Between two releases both run for a while, and a release may be gone back from. A later one may add
fields at the end, never take any away; whoever does not know them reads past them. `msgspec` does
so by itself for structs and dataclasses, but not for tuples with names or of fixed length.
"""

from collections.abc import Callable
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

T = TypeVar("T")


def stored_reader(kind: type[T]) -> Callable[[bytes], T]:
    """What reads a stored value, as fast as `msgspec` where nothing was added to it.

    Args:
        kind: of the value.

    Returns:
        A function of its bytes; it raises `msgspec.MsgspecError` where they are none of that kind.
    """
    strictly = msgspec.msgpack.Decoder(kind).decode
    if not _has_tuples(kind):
        return strictly

    def read(stored: bytes) -> T:
        try:
            return strictly(stored)
        except msgspec.ValidationError:
            return msgspec.convert(_cut(msgspec.msgpack.decode(stored), kind), kind)

    return read


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _places(kind: Any) -> list[Any] | None:
    """The kinds of the places of an array of fixed length; None where it is no such array."""
    if isinstance(kind, type) and issubclass(kind, tuple) and hasattr(kind, "_fields"):
        hints = get_type_hints(kind)
        return [hints[name] for name in kind._fields]
    if _is_struct(kind) and kind.__struct_config__.array_like:
        return [field.type for field in msgspec.structs.fields(kind)]
    of = get_args(kind)
    return list(of) if get_origin(kind) is tuple and of[-1] is not ... else None


def _has_tuples(kind: Any) -> bool:
    """Whether something in it must have its exact length, so far as `msgspec` sees it."""
    places = _places(kind)
    if _is_struct(kind):
        return any(_has_tuples(field.type) for field in msgspec.structs.fields(kind))
    return places is not None or any(_has_tuples(each) for each in get_args(kind))


def _cut(value: Any, kind: Any) -> Any:
    """A value without what its kind does not know; what is wrong with it stays in it."""
    if not isinstance(value, list):
        return value
    if get_origin(kind) in (Union, UnionType):
        [kind] = [each for each in get_args(kind) if _places(each) or get_args(each)] or [Any]
    if (places := _places(kind)) is not None:
        return [_cut(each, place) for each, place in zip(value, places, strict=False)]
    of = get_args(kind)
    return [_cut(each, of[0]) for each in value] if of else value

"""JSON as every reader of a bundle takes it, in Python and in a browser alike.

A browser cannot tell `1.0` from `1`, sees of a name that is repeated only the last value, and knows
milliseconds. So that no bundle is one thing to a phone and another to `strp verify`, the rule of
both is: a number that is whole is whole however it is written; of a name that is repeated the last
value counts; a moment is cut to milliseconds (`bundle_shape`); nothing nests deeper than
`MOST_DEPTH`. The other half is `frontend/verifier/src/bundle.ts`.
"""

import json
import re
from typing import Any, Final, NoReturn, TypeVar

import msgspec

MOST_DEPTH: Final = 500
"""Bundles nest six deep; a later version may add some. Python's own bound would be near a
thousand, depending on who asks."""
_TOKENS: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}]', re.S)
_STEP: Final = {b"[": 1, b"{": 1, b"]": -1, b"}": -1}
Shape = TypeVar("Shape")


def decode_json(data: bytes, shape: type[Shape]) -> Shape:
    """Read JSON into a shape.

    Args:
        data: UTF-8.
        shape: a msgspec type.

    Raises:
        ValueError, msgspec.MsgspecError, RecursionError: it is anything else.
    """
    if data.count(b"[") + data.count(b"{") > MOST_DEPTH:
        _refuse_deep(data)
    try:
        return msgspec.json.decode(data, type=shape)
    except msgspec.ValidationError:
        # Seldom: a whole number as `1.0`, or a wrong value before the one that counts.
        return msgspec.convert(_plain(json.loads(data, parse_constant=_refuse)), shape)


def _refuse_deep(data: bytes) -> None:
    depth = 0
    for token in _TOKENS.finditer(data):
        depth += _STEP.get(token[0], 0)
        if depth > MOST_DEPTH:
            raise ValueError("nested too deeply")


def _plain(value: Any) -> Any:
    """The same with whole numbers as such; halves of letters are refused, as by the decoder."""
    if isinstance(value, str):
        value.encode()
    elif isinstance(value, dict):
        return {_plain(name): _plain(each) for name, each in value.items()}
    elif isinstance(value, list):
        return [_plain(each) for each in value]
    elif isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")

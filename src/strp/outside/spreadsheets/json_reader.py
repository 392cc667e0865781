"""Reads a roster that came as JSON: `{"nib": "…", "workers": [{…}, …]}` (RFC 8259)."""

import json
from typing import Any

import msgspec

from strp.outside.spreadsheets.form import SMALL_JSON_BYTES, RosterLimits
from strp.outside.spreadsheets.refusals import refusal

MOST_FIELDS = 12  # of a worker, on average: what is decoded must not outgrow memory
MOST_TWINS = 128  # keys of one object behind which one that comes again is not looked at
# What decodes in less than 50 ms whatever its shape; a full small roster has 11,000 workers.
LIGHT_BRACKETS = 16_000
LIGHT_COMMAS = 50_000
LIGHT_UTF_16_BYTES = 1 << 18


class JsonRoster(msgspec.Struct, frozen=True):
    """A roster as JSON: NIB and declared staff as filed, and an object for each worker.

    What stands among the workers and is no object is kept: it costs its own row alone.
    """

    workers: list[Any]
    nib: str | int | None = None
    staff: Any = None

    @property
    def plain_staff(self) -> dict[str, int] | None:
        """Declared staff, as far as it is one: an empty one where it cannot be read."""
        if self.staff is None:
            return None
        if not isinstance(self.staff, dict) or len(self.staff) > MOST_FIELDS:
            return {}
        return {
            name[: MOST_FIELDS * 2]: number
            for name, number in self.staff.items()
            if type(number) is int and abs(number) < 1 << 53
        }


_decode = msgspec.json.Decoder(JsonRoster | list[Any]).decode
_NOT_DOUBLES = {"NaN": None, "Infinity": None, "-Infinity": None}
_BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"),
)  # fmt: skip
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def looks_like_json(head: bytes) -> bool:
    """Whether a body begins as a roster in JSON does, whatever its sender calls it.

    Args:
        head: its first bytes.
    """
    text = without_mark(head).lstrip()
    return text.startswith(b"{") or (
        text.startswith(b"[") and text[1:].lstrip()[:1] in (b"{", b"]", b"n", b"[", b'"')
    )


def is_light(body: bytes) -> bool:
    """Whether a JSON roster may be decoded where others wait: its size alone does not tell.

    A mebibyte of empty lists takes five times as long as one of workers, and is no roster.
    """
    return len(body) <= LIGHT_BRACKETS or (
        len(body) <= SMALL_JSON_BYTES
        and body.count(b"{") + body.count(b"[") <= LIGHT_BRACKETS
        and body.count(b",") <= LIGHT_COMMAS
        and (len(body) <= LIGHT_UTF_16_BYTES or not body.startswith(_UTF_16_MARKS))
    )


def without_mark(body: bytes) -> bytes:
    """A text as UTF-8 without a byte-order mark; UTF-16 is told by its mark."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            body = body[len(mark) :]
            return body if encoding == "utf-8" else _as_utf_8(body, encoding)
    return body


def read_json(body: bytes, limits: RosterLimits | None = None) -> JsonRoster:
    """Read a JSON roster; a bare list of workers will do.

    One cell never stops the others: half an emoji, bytes that are no UTF-8 and numbers that JSON
    does not know spoil the cell that they are in.

    Args:
        body: the whole document; UTF-8, or UTF-16 where its mark says so.
        limits: None for those of every roster.

    Raises:
        InvalidInput: `file-truncated`, `file-unreadable` where it is no JSON, `json-shape`.
        TooLarge: `too-many-rows`, `too-many-columns`.
    """
    limits = limits or RosterLimits()
    most = limits.rows
    if len(body) > most and (
        body.count(b"{") + body.count(b"[") > most + 2 or body.count(b":") > most * MOST_FIELDS
    ):
        raise refusal("too-many-rows")
    body = without_mark(body)
    try:
        found = _decode(body)
    except msgspec.ValidationError:
        raise refusal("json-shape") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        found = _decode_leniently(body, "truncated" in str(error))
    roster = found if isinstance(found, JsonRoster) else JsonRoster(workers=found)
    columns = [len(worker) for worker in roster.workers if isinstance(worker, dict)]
    if body.count(b":") > sum(columns) + _keys_around(found):
        roster = _with_twins(body, roster)
        columns = [len(worker) for worker in roster.workers if isinstance(worker, dict)]
    if roster.workers and not columns:
        raise refusal("json-shape")
    if max(columns, default=0) > limits.columns:
        raise refusal("too-many-columns")
    return roster


def _keys_around(found: JsonRoster | list[Any]) -> int:
    """Keys beside those of workers, each of which has one colon of its own."""
    if isinstance(found, list):
        return 0
    staff = 0 if found.staff is None else 1 + len(found.plain_staff or ())
    return 1 + (found.nib is not None) + staff


def _with_twins(body: bytes, roster: JsonRoster) -> JsonRoster:
    """The roster with every value of a key that one worker has twice.

    The strict decoder keeps the last of them alone. More colons than keys are the sign of it; a
    colon in a text is as well, so that this one looks closer.
    """
    try:
        found = json.loads(body, object_pairs_hook=_all_pairs)
    except (ValueError, RecursionError):
        return roster
    workers = found if isinstance(found, list) else found.get("workers")
    return msgspec.structs.replace(roster, workers=workers) if workers else roster


def _all_pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; a key that comes again gets spaces behind it, and so means the same column."""
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    found = {}
    for key, value in pairs:
        while key in found and len(found) <= MOST_TWINS:
            key += " "
        found[key] = value
    return found


def _decode_leniently(body: bytes, is_short: bool) -> JsonRoster:
    """Read what the strict decoder refuses: half a surrogate pair, other bytes, NaN.

    It calls a text too short that ends soon behind half a pair, so this one is asked as well.
    """
    try:
        found = json.loads(
            body.decode("utf-8", "replace"),
            strict=False,
            parse_constant=_NOT_DOUBLES.get,
            object_pairs_hook=_all_pairs,
        )
    except (ValueError, RecursionError):
        raise refusal("file-truncated" if is_short else "file-unreadable") from None
    try:
        return msgspec.convert(_mended(found), JsonRoster)
    except msgspec.ValidationError:
        raise refusal("json-shape") from None


def _mended(found: Any) -> Any:
    """The same, with a mark that no reader takes for text where half a surrogate pair stood."""
    if not isinstance(found, dict | list):
        return found
    roster = {"workers": found} if isinstance(found, list) else found
    return {
        **{key: value for key, value in roster.items() if key in ("nib", "workers", "staff")},
        "workers": [
            {_whole(key): _whole(cell) for key, cell in worker.items()}
            if isinstance(worker, dict)
            else None
            for worker in roster.get("workers", ())
        ]
        if isinstance(roster.get("workers"), list)
        else None,
    }


def _whole(cell: Any) -> Any:
    if isinstance(cell, str):
        if cell.isascii():
            return cell
        # Each byte of a half becomes a mark.
        marked = cell.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
        return marked.replace("\ufffd\ufffd\ufffd", "\ufffd")
    return json.dumps(cell) if isinstance(cell, dict | list) else cell


def _as_utf_8(body: bytes, encoding: str) -> bytes:
    return body.decode(encoding, "replace").encode()

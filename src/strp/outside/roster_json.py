"""Reads a roster that came as JSON: `{"nib": "…", "workers": [{…}, …]}` (RFC 8259)."""

from typing import Any

import msgspec

from strp.outside.roster_form import RosterLimits
from strp.outside.roster_refusals import refusal

MOST_FIELDS = 12  # of a worker, on average: what is decoded must not outgrow memory


class JsonRoster(msgspec.Struct, frozen=True):
    """A roster as JSON: NIB as filed, and an object for each worker."""

    workers: list[dict[str, Any]]
    nib: str | int | None = None


_decode = msgspec.json.Decoder(JsonRoster | list[dict[str, Any]]).decode


def read_json(body: bytes, limits: RosterLimits | None = None) -> JsonRoster:
    """Read a JSON roster; a bare list of workers will do.

    Raises:
        InvalidInput: `file-truncated`, `file-unreadable` where it is no JSON, `json-shape`.
        TooLarge: `too-many-rows`.
    """
    most = (limits or RosterLimits()).rows
    if body.count(b"{") + body.count(b"[") > most + 2 or body.count(b":") > most * MOST_FIELDS:
        raise refusal("too-many-rows")
    try:
        found = _decode(body.removeprefix(b"\xef\xbb\xbf"))
    except msgspec.ValidationError:
        raise refusal("json-shape") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        cut = "truncated" in str(error)
        raise refusal("file-truncated" if cut else "file-unreadable") from None
    return found if isinstance(found, JsonRoster) else JsonRoster(workers=found)

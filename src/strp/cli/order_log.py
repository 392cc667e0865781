"""Reads the published order of a waiting room."""

import json
import urllib.request
from typing import Any, cast

from strp.domain.waiting_room.opening_draw import Entered


def read_opening(url: str) -> dict[str, Any]:
    """What the last opening promised."""
    return _get(f"{url}/waiting-room/opening.json")


def read_log(url: str, lane: str) -> list[Entered]:
    """Everybody who came in by a lane, in order.

    Args:
        url: of any STRP, without a slash at its end.
        lane: its name.
    """
    log: list[Entered] = []
    after: int | None = 0
    while after is not None:
        page = _get(f"{url}/waiting-room/order.json?lane={lane}&after={after}")
        log += [Entered(place, serving) for _, place, serving, _ in page["entries"]]
        after = page["next"]
    return log


def _get(address: str) -> dict[str, Any]:
    with urllib.request.urlopen(address, timeout=30) as answer:
        return cast(dict[str, Any], json.load(answer))

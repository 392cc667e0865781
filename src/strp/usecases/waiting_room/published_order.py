"""Showing the order in which visitors came in, and what an opening promised, to anyone."""

from urllib.parse import parse_qs

from strp.domain.errors import InvalidInput
from strp.domain.text import Text
from strp.domain.waiting_room.lanes import Lane
from strp.store.waiting_room import lanes
from strp.usecases.process.system import System

LINES_A_PAGE = 10_000
LAST_ENTRY = 1 << 62


async def show_order(system: System, query: str) -> dict[str, object]:
    """One page of the order of a lane.

    Args:
        system: the installation.
        query: `lane`, and `after` from the page before.

    Returns:
        Lines of entry number, place, what was served then, and when; `next` for the next page.

    Raises:
        InvalidInput: no such lane, or no number.
    """
    asked = parse_qs(query)
    try:
        lane = Lane(asked.get("lane", [Lane.EMPLOYERS.value])[0])
        after = int(asked.get("after", ["0"])[0])
        if not 0 <= after <= LAST_ENTRY:
            raise ValueError("no such entry")
    except ValueError:
        raise InvalidInput("order-unreadable", _UNREADABLE) from None
    async with system.database.connection() as conn:
        lines = await lanes.read_order(conn, lane, after, LINES_A_PAGE)
    return {
        "lane": lane.value,
        "entries": [
            [line.entry_no, line.place, line.serving, line.admitted_at.isoformat()]
            for line in lines
        ],
        "next": lines[-1].entry_no if len(lines) == LINES_A_PAGE else None,
    }


def show_opening(system: System) -> dict[str, object]:
    """What the last opening promised, and once it was, what anyone needs to check it."""
    opening = system.room.opening
    if opening is None:
        return {"opening": None}
    return {
        "opening": opening.opening_id,
        "opens_at": opening.opens_at.isoformat(),
        "commitment": opening.commitment.hex(),
        "seed": opening.seed.hex() if opening.seed else None,
        "opened_at": opening.opened_at.isoformat() if opening.opened_at else None,
        "draws": {
            lane.value: {"first": first, "count": count}
            for lane, (first, count) in opening.draws.items()
        },
    }


_UNREADABLE = Text(
    id="Sebutkan lane yang ada dan after berupa bilangan.",
    en="Name a lane that exists, and after as a number.",
)

"""Asking for a ticket again: the same key gives the same ticket, whichever process answers."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from strp.domain.errors import StrpError
from strp.domain.waiting_room.ticket import Ticket
from strp.store.waiting_room import lanes
from strp.usecases.process.room_state import Repeat
from strp.usecases.process.system import System
from strp.usecases.waiting_room.enter import read, write

STORED_WITHIN_S: Final = 0.5
BETWEEN_S: Final = 0.05
"""Those that come meanwhile share the next statement: a process sends 20 a second at most."""


async def repeat_ticket(system: System, key: str, ticket: Ticket) -> Ticket:
    """Keep a ticket under a key for a day, or find the one that is kept under it.

    Args:
        system: the installation.
        key: what the client chose, and who it is; only a keyed hash is stored.
        ticket: to be given out where the key is new.

    Returns:
        The ticket that counts; the given one where the database does not answer in time.
    """
    key_hash = system.keys.mac("waiting-room:repeat", key.encode())
    asked = Repeat(key_hash, write(system, ticket))
    if not system.room.known:
        return ticket
    try:
        async with asyncio.timeout(STORED_WITHIN_S):
            text = await system.room.repeats.find(asked, partial(_keep_first, system))
    except (StrpError, TimeoutError):
        return ticket
    kept = read(system, text or asked.ticket)
    return kept if isinstance(kept, Ticket) else ticket


async def _keep_first(system: System, asked: Sequence[Repeat]) -> Mapping[Repeat, str]:
    """The tickets that count; of those that ask under one key at once the first."""
    first = {each.key_hash: each.ticket for each in reversed(asked)}
    async with system.database.connection() as conn:
        kept = await lanes.repeat_tickets(conn, first, system.clock())
    await asyncio.sleep(BETWEEN_S)
    return {each: kept[each.key_hash] for each in asked}

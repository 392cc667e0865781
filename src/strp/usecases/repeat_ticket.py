"""Asking for a ticket again: the same key gives the same ticket, whichever process answers."""

import asyncio
from typing import Final

from strp.domain.errors import StrpError
from strp.domain.ticket import Ticket
from strp.store import waiting_room
from strp.usecases.enter import read, write
from strp.usecases.system import System

STORED_WITHIN_S: Final = 0.5


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
    text = write(system, ticket)
    if not system.room.known:
        return ticket
    try:
        async with asyncio.timeout(STORED_WITHIN_S), system.database.connection() as conn:
            text = await waiting_room.repeat_ticket(conn, key_hash, text, system.clock())
    except (StrpError, TimeoutError):
        return ticket
    kept = read(system, text)
    return kept if isinstance(kept, Ticket) else ticket

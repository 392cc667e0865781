"""Entries: tickets of the same moment are used up in one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from strp.store.engine.database import Database
from strp.store.waiting_room import lanes
from strp.store.waiting_room.lanes import Entry
from strp.usecases.process.batched_lookups import BatchedLookups


class TicketRedemptions:
    """Uses up tickets, many a transaction: those that come while one is stored share the next."""

    def __init__(self) -> None:
        self._batches: BatchedLookups[Entry, datetime] = BatchedLookups()

    async def admit(self, database: Database, entry: Entry) -> datetime | None:
        """Let one in; returns when the seat came in before, or None where it is new.

        Args:
            database: where admissions are stored.
            entry: ticket and place of who comes.

        Raises:
            Unavailable: the database does not answer.
        """

        async def store(entries: Sequence[Entry]) -> Mapping[Entry, datetime]:
            async with database.transaction() as conn:
                before = await lanes.admit(conn, entries)
            return {each: before[each.seat] for each in entries if each.seat in before}

        return await self._batches.find(entry, store)

"""Entries: tickets of the same moment are used up in one transaction."""

import asyncio
from datetime import datetime

from strp.store.engine.database import Database
from strp.store.waiting_room import lanes
from strp.store.waiting_room.lanes import Entry


class TicketRedemptions:
    """Uses up tickets, many a transaction: those that come while one is stored share the next."""

    MOST = 500

    def __init__(self) -> None:
        self._waiting: list[tuple[Entry, asyncio.Future[datetime | None]]] = []
        self._storing: asyncio.Task[None] | None = None

    async def admit(self, database: Database, entry: Entry) -> datetime | None:
        """Let one in; returns when the seat came in before, or None where it is new.

        Args:
            database: where admissions are stored.
            entry: ticket and place of who comes.

        Raises:
            Unavailable: the database does not answer.
        """
        answer: asyncio.Future[datetime | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((entry, answer))
        if self._storing is None or self._storing.done():
            self._storing = asyncio.create_task(self._store_all(database))
        return await asyncio.shield(answer)

    async def _store_all(self, database: Database) -> None:
        while self._waiting:
            taken, self._waiting = self._waiting[: self.MOST], self._waiting[self.MOST :]
            try:
                async with database.transaction() as conn:
                    before = await lanes.admit(conn, [entry for entry, _ in taken])
            except Exception as error:  # nobody who waits for an answer may be forgotten
                for _, answer in taken:
                    if not answer.done():
                        answer.set_exception(error)
                continue
            for entry, answer in taken:
                if not answer.done():
                    answer.set_result(before.get(entry.seat))

"""The bell that wakes the processes that issue certificates.

PostgreSQL holds one lock of the whole server from a NOTIFY until its transaction is durable, so a
bell inside of every transaction that approves would make their commits wait for each other. It
rings after the commit; a ring that is lost with its process costs a moment, for issuers look by
themselves every few seconds.

Source: PostgreSQL, src/backend/commands/async.c, PreCommit_Notify.
"""

import asyncio

import structlog

from strp.store.certificates import issued as store
from strp.store.engine.database import Database
from strp.store.engine.reach import is_database_away

log = structlog.get_logger()

# Issuers gather for a tenth of a second anyway: one ring for all that is approved meanwhile.
PAUSE_S = 0.05


class IssuerWakeup:
    """Wakes issuers; who rings does not wait.

    Args:
        database: where they listen.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._asked = False
        self._ringing: asyncio.Task[None] | None = None

    def notify(self) -> None:
        """Say that something was approved; call after the commit."""
        self._asked = True
        if self._ringing is None or self._ringing.done():
            self._ringing = asyncio.create_task(self._ring())

    async def drain(self) -> None:
        """Wait until what was asked for is done, before the process ends."""
        if self._ringing is not None:
            await self._ringing

    async def _ring(self) -> None:
        while self._asked:
            self._asked = False
            try:
                async with self._database.connection() as conn:
                    await store.wake_issuers(conn)
            except Exception as error:  # the next ring comes, and issuers look by themselves
                if not is_database_away(error):
                    log.warning("issuers_not_woken", error=type(error).__name__)
            await asyncio.sleep(PAUSE_S)

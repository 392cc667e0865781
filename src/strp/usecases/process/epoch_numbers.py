"""Numbers that one process gives out: those of the epoch that it drew."""

import asyncio
import os
import time
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from strp.credential.bundle_shape import MOST_LISTS
from strp.domain.epochs import (
    FIRST_EPOCH,
    KEY_BYTES,
    NUMBERS_OF_EPOCH,
    Permutation,
    epoch_of,
    first_serial_of,
)
from strp.domain.errors import Unavailable
from strp.domain.identifiers import ApplicationId
from strp.domain.text import Text
from strp.outside.machine.begun_lists import MEMORY, BegunList, BegunLists
from strp.store.certificates.status_lists import lists_used
from strp.store.engine import epochs
from strp.store.engine.database import Database
from strp.store.engine.epochs import Purpose
from strp.store.operation.process_loops import is_older_web_alive

TIME_BYTES = 8
KNOWS_EPOCHS = 30
"""The migration from which web processes know status lists of epochs."""
OLDER_RELEASE = "older-release-alive"
LISTS_USED_UP = "status-lists-used-up"


class ApplicationIds:
    """Counts application ids inside the epochs of this process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._left: Iterator[int] = iter(())
        self._drawing = asyncio.Lock()

    def next_at_once(self) -> ApplicationId | None:
        """The next id of the epoch at hand, or None at its end."""
        number = next(self._left, None)
        return None if number is None else ApplicationId(number)

    async def next(self) -> ApplicationId:
        """The next id that no process of any copy of this database has used."""
        async with self._drawing:
            number = self.next_at_once()
            if number is None:
                first = first_serial_of(await draw(self._database, Purpose.APPLICATION))
                number = ApplicationId(first)
                self._left = iter(range(first + 1, first + NUMBERS_OF_EPOCH))
            return number


class SerialNumbers:
    """Scatters serial numbers over the status lists of this process."""

    def __init__(self) -> None:
        self._data_path: Path | None = None
        self._memory = MEMORY
        self._begun: BegunLists | None = None
        self._at_hand: tuple[BegunList, Permutation] | None = None

    def go_on_where_left(self, data_path: Path, memory: Path = MEMORY) -> None:
        """Go on in lists that processes before this one began on this machine and left.

        Args:
            data_path: folder of the installation's data.
            memory: folder of a file system in memory.
        """
        self._data_path, self._memory = data_path, memory

    async def take(self, database: Database, count: int, ended: Collection[int] = ()) -> list[int]:
        """So many numbers that no process of any copy of this database has used.

        Args:
            database: where lists are drawn, when those before are used up.
            count: how many.
            ended: periods whose lists have left the bundle, and make room for others.

        Raises:
            Unavailable: `older-release-alive`, `status-lists-used-up`.
        """
        taken: list[int] = []
        while len(taken) < count:
            if self._at_hand is None:
                begun = await self._next_list(database, ended)
                self._at_hand = begun, Permutation(begun.key)
            begun, scatter = self._at_hand
            numbers = begun.take(count - len(taken))
            first = first_serial_of(begun.epoch)
            taken += [first + scatter(number) for number in numbers]
            if not numbers:
                self._at_hand = None
        return taken

    async def _next_list(self, database: Database, ended: Collection[int]) -> BegunList:
        """A list that was left here, or else a new one.

        Raises:
            Unavailable: `older-release-alive`: a web process would call its certificates untrusted;
                `status-lists-used-up`: a bundle holds no more of them.
        """
        async with database.connection() as conn:
            if self._data_path is not None and self._begun is None:
                known_as = await epochs.database_identity(conn)
                self._begun = BegunLists(self._data_path, known_as, self._memory)
            for begun in self._begun.left() if self._begun else ():
                if await epochs.is_list(conn, begun.epoch):
                    return begun
        epoch, key = await _draw_list(database, ended), os.urandom(KEY_BYTES)
        return self._begun.keep(epoch, key) if self._begun else BegunList(epoch, key)


async def _draw_list(database: Database, ended: Collection[int]) -> int:
    """A status list of this process's own.

    Raises:
        Unavailable: `older-release-alive`, `status-lists-used-up`.
    """
    async with database.connection() as conn:
        is_first = await epochs.take_first_list(conn)
        if not is_first and await is_older_web_alive(conn, KNOWS_EPOCHS):
            raise Unavailable(OLDER_RELEASE, _OLDER_RELEASE, retry_after_s=10)
        # One more, and every device would refuse the bundle, and so every certificate.
        if not is_first and await lists_used(conn, ended) >= MOST_LISTS:
            raise Unavailable(LISTS_USED_UP, _LISTS_USED_UP, retry_after_s=600)
    return FIRST_EPOCH if is_first else await draw(database, Purpose.SERIAL)


async def draw(
    database: Database, purpose: Purpose, random: Callable[[int], bytes] = os.urandom
) -> int:
    """Draw an epoch that this database does not know, and keep that it is drawn.

    Args:
        random: so many random bytes.

    Raises:
        Unavailable: the database does not answer.
    """
    async with database.connection() as conn:
        while True:
            # The time too: machines that were copied while they ran may draw the same at random.
            epoch = epoch_of(random(16) + time.time_ns().to_bytes(TIME_BYTES))
            if await epochs.keep_drawn(conn, epoch, purpose):
                return epoch


_OLDER_RELEASE = Text(
    id="Sebuah proses web dari rilis lama masih berjalan; surat dibuat setelah proses itu berhenti "
    "atau dimulai ulang.",
    en="A web process of an older release still runs; certificates are made once it has ended or "
    "was started anew.",
)

_LISTS_USED_UP = Text(
    id="Daftar status sudah habis: satu bundel tidak memuat lebih banyak. Surat yang sudah terbit "
    "tetap berlaku, pengajuan tetap diterima; surat baru tidak dibuat. Baca docs/operations.md, "
    "“Status lists”.",
    en="Status lists are used up: a bundle holds no more. What is out stays valid and filings go "
    "on; no new certificate is made. Read docs/operations.md, “Status lists”.",
)

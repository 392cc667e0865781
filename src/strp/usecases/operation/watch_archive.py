"""Whether the archive of the log goes on, and whether a backup leads into it."""

from typing import Final, NamedTuple

from strp.outside.backups.wal_archive import Reach, reach_of, series_of
from strp.store.operation import archive_slot
from strp.store.operation.archive_slot import ArchiveSlot
from strp.usecases.process.system import System

BEHIND_BYTES: Final = 128 << 20
"""Eight parts of the log. One is always behind, since the archive settles whole parts."""


class ArchiveState(NamedTuple):
    """How an archive stands.

    Args:
        slot: what the server knows of it; None: it was never begun.
        reach: from when to when it reaches; None: it was never begun.
    """

    slot: ArchiveSlot | None
    reach: Reach | None


def is_stalled(slot: ArchiveSlot) -> bool:
    """Whether the archive does not go on, or too slowly."""
    return slot.is_lost or not slot.is_active or slot.behind_bytes > BEHIND_BYTES


async def archive_state(system: System) -> ArchiveState | None:
    """How the archive stands; None where none is wanted."""
    settings = system.settings
    if not settings.archive_dir:
        return None
    series = series_of(settings.archive_path, settings.data_path)
    async with system.database.connection() as conn:
        slot = await archive_slot.read(conn)
    return ArchiveState(slot, reach_of(series) if series else None)

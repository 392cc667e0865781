"""How far the archive of the log is behind, as the server knows it."""

from typing import NamedTuple

from psycopg import AsyncConnection
from psycopg.rows import args_row

READ = """
SELECT active, wal_status = 'lost',
       coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn), 0)::bigint
FROM pg_replication_slots WHERE slot_name = 'strp_archive'
"""


class ArchiveSlot(NamedTuple):
    """The place that a server keeps for the archive.

    Args:
        is_active: whether the archive is connected.
        is_lost: whether the server no longer has what the archive lacks.
        behind_bytes: of the log that the archive has not yet on its disk.
    """

    is_active: bool
    is_lost: bool
    behind_bytes: int


async def read(conn: AsyncConnection) -> ArchiveSlot | None:
    """The place of the archive; None where there is none."""
    async with conn.cursor(row_factory=args_row(ArchiveSlot)) as cursor:
        await cursor.execute(READ)
        return await cursor.fetchone()

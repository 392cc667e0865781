"""Whether certificates are signed at all: stopped and resumed by an operator."""

from datetime import datetime
from typing import NamedTuple

from psycopg import AsyncConnection
from psycopg.rows import class_row

GOES_ON = "EXISTS (SELECT FROM installation WHERE issuing_stopped_at IS NULL)"
READ = """
SELECT issuing_stopped_at AS at, issuing_stopped_because AS because
FROM installation WHERE issuing_stopped_at IS NOT NULL
"""
STOP = """
UPDATE installation SET issuing_stopped_at = %s, issuing_stopped_because = %s
WHERE issuing_stopped_at IS NULL
"""
RESUME = """
UPDATE installation SET issuing_stopped_at = NULL, issuing_stopped_because = NULL
WHERE issuing_stopped_at IS NOT NULL
"""


class IssuingStop(NamedTuple):
    """Since when nothing is signed, and why."""

    at: datetime
    because: str


async def read_stop(conn: AsyncConnection) -> IssuingStop | None:
    """The stop in force, if there is one."""
    async with conn.cursor(row_factory=class_row(IssuingStop)) as cursor:
        await cursor.execute(READ)
        return await cursor.fetchone()


async def stop(conn: AsyncConnection, at: datetime, because: str) -> bool:
    """Stop; False where it was stopped before.

    Args:
        at: aware.
        because: why, as officers read it.
    """
    return (await conn.execute(STOP, (at, because))).rowcount == 1


async def resume(conn: AsyncConnection) -> bool:
    """Go on; False where nothing was stopped."""
    return (await conn.execute(RESUME)).rowcount == 1

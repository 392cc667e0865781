"""Epochs that processes drew, and what was kept of the numbers counted before there were any."""

from enum import StrEnum

from psycopg import AsyncConnection

from strp.domain.epochs import FIRST_EPOCH


class Purpose(StrEnum):
    """What is counted inside an epoch."""

    APPLICATION = "application"
    SERIAL = "serial"


DRAW = "INSERT INTO epoch (epoch, purpose) VALUES (%s, %s) ON CONFLICT DO NOTHING"

# The sequence goes on behind the first list, for processes of the release before this one.
TAKE_FIRST_LIST = f"""
WITH taken AS (
    UPDATE installation SET first_list_given = true
    WHERE NOT first_list_given AND NOT (SELECT is_called FROM serial_block)
      AND made_on = (SELECT system_identifier::text FROM pg_control_system())
    RETURNING setval('serial_block', 1047)
)
INSERT INTO epoch (epoch, purpose) SELECT {FIRST_EPOCH}, 'serial' FROM taken
"""

# A copy on another server, or under another name, is another database.
IDENTITY = "SELECT system_identifier || ' ' || current_database() FROM pg_control_system()"

IS_LIST = "SELECT EXISTS (SELECT FROM epoch WHERE epoch = %s AND purpose = 'serial')"

SERIAL_EPOCHS = "SELECT epoch FROM epoch WHERE purpose = 'serial' AND epoch > 0"


async def keep_drawn(conn: AsyncConnection, epoch: int, purpose: Purpose) -> bool:
    """Keep that an epoch was drawn; False where this database knows it already.

    Args:
        epoch: number of it.
        purpose: what its numbers are for.
    """
    return (await conn.execute(DRAW, (epoch, purpose))).rowcount == 1


async def take_first_list(conn: AsyncConnection) -> bool:
    """Take the first status list of a new installation; whether it was still to be had."""
    return (await conn.execute(TAKE_FIRST_LIST)).rowcount == 1


async def serial_epochs(conn: AsyncConnection) -> list[int]:
    """Epochs of serial numbers; each is a status list."""
    return [epoch for (epoch,) in await (await conn.execute(SERIAL_EPOCHS)).fetchall()]


async def is_list(conn: AsyncConnection, epoch: int) -> bool:
    """Whether this database knows an epoch as a status list.

    Args:
        epoch: number of it.
    """
    row = await (await conn.execute(IS_LIST, (epoch,))).fetchone()
    return bool(row and row[0])


async def database_identity(conn: AsyncConnection) -> str:
    """What tells this database from every other."""
    row = await (await conn.execute(IDENTITY)).fetchone()
    return str(row[0]) if row else ""

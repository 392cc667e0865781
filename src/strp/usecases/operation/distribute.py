"""Spreads the tables of an installation over the nodes of a Citus cluster."""

from strp.store.engine.database import single_connection
from strp.store.engine.distribution import (
    Split,
    compare,
    place_tables,
    placed_tables,
    require_coordinator,
)
from strp.usecases.operation.database import require_migrated


async def plan_distribution(url: str) -> Split:
    """What `distribute_database` would do.

    Args:
        url: address of the database.

    Raises:
        Unavailable: `citus-missing`, `citus-not-coordinator` or `database-not-migrated`; or the
            database does not answer.
        Conflict: `distributed-otherwise`.
    """
    async with single_connection(url) as conn:
        await require_coordinator(conn)
    await require_migrated(url)
    async with single_connection(url) as conn:
        return compare(await placed_tables(conn))


async def distribute_database(url: str) -> list[str]:
    """Place every table that is not placed yet, in one transaction.

    Args:
        url: address of the database.

    Returns:
        Names of the tables placed now.

    Raises:
        Unavailable: as `plan_distribution`.
        Conflict: as `plan_distribution`.
    """
    async with single_connection(url) as conn, conn.transaction():
        waiting = compare(await placed_tables(conn)).waiting
        await place_tables(conn, waiting)
    return list(waiting)

"""A crowd that was simulated, entered into the counts of an hour."""

from collections.abc import Mapping
from datetime import datetime

from strp.store.desk.figures import add_hits
from strp.store.rehearsal.crowd import add_visitors
from strp.usecases.process.system import System


async def enter_crowd(
    system: System, hour: datetime, hits: Mapping[str, int], *, let_in: int, accounts: int
) -> None:
    """Enter what nginx's log, the waiting room and the sign-in would have counted in an hour.

    Args:
        system: of the rehearsal's own.
        hour: aware, its beginning.
        hits: by kind, and tickets.
        let_in: visitors.
        accounts: that were made.
    """
    async with system.database.transaction() as conn:
        await add_hits(conn, {(hour, kind): number for kind, number in hits.items()})
        await add_visitors(conn, hour, let_in, accounts)

"""Ending the certificates of leavers whose last day is over; done each minute by the worker."""

from strp.store.certificates import leavers as store
from strp.store.employers.lock import lock_employers
from strp.usecases.filing.leavers import end_workers
from strp.usecases.process.system import System

MOST_AT_ONCE = 1_000
SYSTEM = "system"


async def end_leavers(system: System) -> int:
    """End the certificates of those whose last day is over; run again and again.

    Returns:
        Number of leavers who were settled.
    """
    now, settled = system.clock(), 0
    while True:
        async with system.database.transaction() as conn:
            found = await store.due(conn, now, MOST_AT_ONCE)
            if not found:
                return settled
            nib = found[0].nib
            await lock_employers(conn, [nib])
            # Again under the lock: another process may have ended them meanwhile.
            mine = [one for one in await store.due(conn, now, MOST_AT_ONCE) if one.nib == nib]
            ended = [one for one in mine if one.serial_no >= 0]
            await end_workers(conn, ended, actor=SYSTEM, at=now)
            await store.forget(conn, mine)
        settled += len(mine)

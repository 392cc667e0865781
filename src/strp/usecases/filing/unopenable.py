"""Applications that cannot be opened: their seal is broken, or its key is not here.

Whoever took one got an error, and the next officer the same one. So the desk passes it over, and
`strp doctor`, the log and a metric name it until its rows or keys are mended.
"""

from collections.abc import Sequence

import structlog

from strp.domain.errors import StrpError, Unavailable
from strp.domain.identifiers import ApplicationId
from strp.store.desk import unopenable as store
from strp.usecases.filing.show import open_person
from strp.usecases.process.system import System

log = structlog.get_logger()
SEAL_FAULTS = frozenset({"seal-broken", "seal-key-missing"})
AT_ONCE = 200
MOST_TRIED = 100


async def can_be_opened(
    system: System, application_id: ApplicationId, *, all_rows: bool = False
) -> bool:
    """Open the workers of an application who wait, and set it aside where one cannot be opened.

    Args:
        all_rows: all of them; else those that an officer sees first.

    Raises:
        Unavailable: the database does not answer.
    """
    after = 0
    while True:
        async with system.database.connection() as conn:
            found = await store.pending_workers(conn, application_id, after=after, limit=AT_ONCE)
        for nib, row_no, sealed in found:
            try:
                open_person(system, nib, application_id, row_no, sealed)
            except Unavailable as error:
                await set_aside_if_sealed(system, application_id, error)
                return False
        if len(found) < AT_ONCE or not all_rows:
            return True
        after = found[-1][1]


async def set_aside_if_sealed(
    system: System, application_id: ApplicationId, error: StrpError
) -> None:
    """Have the desk pass over an application that cannot be opened; any other error is none.

    Args:
        application_id: of the filing.
        error: what reading it ended with.
    """
    if error.code not in SEAL_FAULTS:
        return
    async with system.database.transaction() as conn:
        if await store.set_aside(conn, application_id, error.code):
            log.error("application_cannot_be_opened", application=application_id, error=error.code)


async def look_again(system: System) -> None:
    """Put back on the desk what can be opened by now.

    Raises:
        Unavailable: the database does not answer.
    """
    for application_id, _ in await applications_set_aside(system, MOST_TRIED):
        if await can_be_opened(system, application_id, all_rows=True):
            async with system.database.transaction() as conn:
                await store.put_back(conn, application_id)
            log.info("application_can_be_opened", application=application_id)


async def applications_set_aside(
    system: System, limit: int = 10
) -> Sequence[tuple[ApplicationId, str]]:
    """Applications that the desk passes over, each with the code that says why.

    Raises:
        Unavailable: the database does not answer.
    """
    async with system.database.connection() as conn:
        return await store.list_set_aside(conn, limit)

"""Who looked at a worker's data: what the worker may ask (UU 27/2022, articles 5 to 8)."""

from strp.domain.identifiers import ApplicationId
from strp.store import audit
from strp.store.audit import Look
from strp.usecases.process.system import System


async def looks_at_worker(system: System, application_id: ApplicationId, row_no: int) -> list[Look]:
    """Which officials saw one worker's data, the earliest look first.

    The door lets in whoever holds the worker's private certificate link; a NIK, or a part of
    one, is no credential.

    Args:
        system: the installation.
        application_id: application that names the worker.
        row_no: row of the worker.
    """
    async with system.database.connection() as conn:
        return await audit.looks_at_row(conn, application_id, row_no)

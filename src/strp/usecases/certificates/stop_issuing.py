"""Stopping: filings and decisions go on, no certificate is signed until somebody resumes."""

import structlog

from strp.domain.errors import Conflict
from strp.domain.people.account import OPERATOR
from strp.domain.text import Text
from strp.store import audit
from strp.store.certificates import issued
from strp.store.certificates import issuing_stop as store
from strp.store.certificates.issuing_stop import IssuingStop
from strp.store.engine.database import Connection
from strp.usecases.process.system import System

log = structlog.get_logger()


async def stop_issuing(system: System, because: str) -> None:
    """Sign no certificate from the next set on; status lists and bundles are signed as before.

    Args:
        because: why, for whoever reads `doctor` and the desk; no personal data.

    Raises:
        Conflict: `issuing-stopped`: it was before.
    """
    async with system.database.transaction() as conn:
        if not await store.stop(conn, system.clock(), because):
            raise Conflict("issuing-stopped", _STOPPED)
        await _record(conn, system, "issuing-stopped", because)
    log.warning("issuing_stopped")


async def resume_issuing(system: System) -> None:
    """Sign again, what waits first.

    Raises:
        Conflict: `issuing-not-stopped`.
    """
    async with system.database.transaction() as conn:
        if not await store.resume(conn):
            raise Conflict("issuing-not-stopped", _NOT_STOPPED)
        await issued.wake_issuers(conn)
        await _record(conn, system, "issuing-resumed", None)
    log.info("issuing_resumed")


async def issuing_stopped(system: System) -> IssuingStop | None:
    """Since when nothing is signed and why, or None.

    Raises:
        Unavailable: the database does not answer.
    """
    async with system.database.connection() as conn:
        return await store.read_stop(conn)


async def count_waiting(system: System) -> int:
    """Applications that wait for certificates."""
    async with system.database.connection() as conn:
        return (await issued.count_issue_tasks(conn))[0]


async def _record(conn: Connection, system: System, action: str, because: str | None) -> None:
    await audit.record(
        conn,
        at=system.clock(),
        actor=OPERATOR.label,
        action=action,
        subject="issuing",
        detail={"reason": because} if because else {},
    )


_STOPPED = Text(
    id="Penerbitan sudah dihentikan. Lanjutkan dengan `strp resume-issuing`.",
    en="Issuing is stopped already. Go on with `strp resume-issuing`.",
)
_NOT_STOPPED = Text(
    id="Penerbitan tidak sedang dihentikan.",
    en="Issuing is not stopped.",
)

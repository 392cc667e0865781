"""Who looked at a worker's data: what the worker may ask (UU 27/2022, articles 5 to 8)."""

from dataclasses import dataclass
from datetime import datetime

from strp.domain.identifiers import ApplicationId
from strp.store import audit
from strp.store.audit import AuditEvent
from strp.usecases.system import System

SEEN = "workers-seen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look of an official at a worker's data, by the number of the official's account."""

    at: datetime
    official: str


async def looks_at_worker(system: System, application_id: ApplicationId, row_no: int) -> list[Look]:
    """Which officials saw one worker's data, the earliest look first.

    The door lets in whoever holds the worker's private certificate link; a NIK, or a part of
    one, is no credential.

    Args:
        system: the installation.
        application_id: application that names the worker.
        row_no: row of the worker.
    """
    subject = f"application:{application_id}"
    async with system.database.connection() as conn:
        events = await audit.events_of(conn, [subject])
    return [Look(at=each.at, official=each.actor) for each in events if _shows(each, row_no)]


def _shows(event: AuditEvent, row_no: int) -> bool:
    first, last = event.detail.get("from_row"), event.detail.get("to_row")
    if event.action != SEEN or not isinstance(first, int) or not isinstance(last, int):
        return False
    return first <= row_no <= last

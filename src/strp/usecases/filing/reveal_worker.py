"""Revealing: an officer sees one worker's identity in full, and the look is recorded."""

from strp.domain.errors import NotFound
from strp.domain.identifiers import ApplicationId
from strp.domain.people.account import Actor, may_review, not_your_task
from strp.domain.text import Text
from strp.store import audit
from strp.store.filing import workers
from strp.usecases.filing.show import open_person, visible
from strp.usecases.process.personal_data import StoredPersonalData
from strp.usecases.process.system import System


async def reveal_worker(
    system: System, actor: Actor, application_id: ApplicationId, row_no: int
) -> StoredPersonalData:
    """The personal data of one worker in full (UU 27/2022, article 31: each look is recorded).

    Args:
        system: the installation.
        actor: an officer.
        application_id: of the filing.
        row_no: line of the roster.

    Raises:
        Forbidden: the actor does not review.
        NotFound: no such worker in this application.
    """
    if not may_review(actor):
        raise not_your_task()
    async with system.database.transaction() as conn:
        application = await visible(conn, actor, application_id)
        found = await workers.find_worker(conn, application.nib, application_id, row_no)
        if found is None:
            raise NotFound("worker-unknown", _UNKNOWN)
        await audit.record(
            conn,
            at=system.clock(),
            actor=actor.label,
            action="workers-seen",
            subject=f"application:{application_id}",
            detail={"from_row": row_no, "to_row": row_no},
        )
    return open_person(system, application.nib, application_id, row_no, found.sealed)


_UNKNOWN = Text(
    id="Tidak ada pekerja di baris ini. Kembali ke daftar pekerja.",
    en="There is no worker on this line. Go back to the list of workers.",
)

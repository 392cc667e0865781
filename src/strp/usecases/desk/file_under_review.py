"""What an officer sees of an application: read once, in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass

from strp.domain.filing.application import Application, WorkerState
from strp.domain.identifiers import ApplicationId
from strp.domain.people.account import Actor, may_review, not_your_task
from strp.store.desk import leases, proposals
from strp.store.desk.file_facts import FileFacts, file_facts
from strp.store.desk.proposals import ProposedApproval
from strp.usecases.filing.read_workers import read_workers
from strp.usecases.filing.show import WorkersPage, open_workers, visible
from strp.usecases.process.system import System


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedFile:
    """An application on an officer's page.

    Args:
        application: as it stands.
        lease: who holds it until when; None where it is not on the desk.
        workers: a page of them.
        proposals: who proposed to approve pending workers of that page, by row.
        facts: the groups of its workers, and what is known of its employer's other filings.
    """

    application: Application
    lease: leases.Lease | None
    workers: WorkersPage
    proposals: Mapping[int, ProposedApproval]
    facts: FileFacts


async def file_under_review(
    system: System,
    actor: Actor,
    application_id: ApplicationId,
    *,
    state: WorkerState | None,
    after: int,
    limit: int,
    group: str | None = None,
) -> ReviewedFile:
    """An application to an officer; the look at its workers is recorded.

    Args:
        system: the installation.
        actor: who looks.
        application_id: which.
        state: only workers in it; None: all.
        after: only rows after this one.
        limit: most workers, up to 1,000.
        group: only those of a group, by its `key`.

    Raises:
        Forbidden: the actor does not review.
        NotFound: it is not there.
    """
    if not may_review(actor):
        raise not_your_task()
    async with system.database.transaction() as conn:
        application = await visible(conn, actor, application_id)
        lease = await leases.find_lease(conn, application_id)
        read = await read_workers(
            system, conn, actor, application, state=state, after=after, limit=limit, group=group
        )
        rows = [each.row_no for each in read.found]
        nib = application.nib
        proposed = await proposals.proposed_rows(conn, nib, application_id, rows)
        facts = await file_facts(conn, nib, application_id, application.period_id)
    return ReviewedFile(
        application=application,
        lease=lease,
        workers=await open_workers(system, actor, application, read),
        proposals=proposed,
        facts=facts,
    )

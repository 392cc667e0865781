"""One decision on all workers of an application whom screening says the same of."""

from strp.domain.desk.review import Decision, WorkerDecision, group_empty
from strp.domain.filing.application import WorkerCounts
from strp.domain.identifiers import ApplicationId
from strp.domain.people.account import Actor, may_review, not_your_task
from strp.store.desk.file_facts import rows_of_group
from strp.store.desk.proposals import reviewed_application
from strp.usecases.desk.review import decide
from strp.usecases.process.system import System


async def decide_group(
    system: System,
    actor: Actor,
    application_id: ApplicationId,
    group: str,
    decision: Decision,
    reason: str | None = None,
    remark: str | None = None,
) -> WorkerCounts:
    """Decide the pending workers of a held application whom screening says the same of.

    Args:
        system: the installation.
        actor: an officer.
        application_id: of the filing.
        group: `key` of the group.
        decision: the same for all of them.
        reason: code from the list, but for an approval.
        remark: a sentence to the employer.

    Raises:
        Conflict: as `decide`; `group-empty`, where nobody of the group waits any more.
    """
    if not may_review(actor):
        raise not_your_task()
    screening, _, reasons = group.partition(":")
    async with system.database.connection() as conn:
        found = await reviewed_application(conn, application_id)
        rows = (
            await rows_of_group(conn, found.nib, application_id, screening, reasons)
            if found
            else []
        )
    if not rows:
        raise group_empty()
    chosen = [WorkerDecision(row, decision, reason, remark) for row in rows]
    return await decide(system, actor, application_id, chosen)

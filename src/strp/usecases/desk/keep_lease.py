"""The heartbeat of a lease: while the page is open the officer keeps the work, and no longer."""

from strp.domain.desk.review import LEASE_AFTER, PageSign
from strp.domain.identifiers import ApplicationId
from strp.domain.people.account import Actor, may_review, not_your_task
from strp.store.desk import leases
from strp.usecases.desk.agreement import held_by_another
from strp.usecases.process.system import System


async def keep_lease(
    system: System, actor: Actor, application_id: ApplicationId, sign: PageSign
) -> None:
    """Move the end of a lease by what the officer's page says of itself.

    Without scripts nothing is heard, and the lease lasts as it was lent. Nothing is recorded:
    taking, giving back and deciding are.

    Args:
        system: the installation.
        actor: the officer.
        application_id: of the filing.
        sign: what the page says.

    Raises:
        Conflict: `lease-lost`: the officer holds it no more.
        Forbidden: the actor does not review.
    """
    if not may_review(actor):
        raise not_your_task()
    now = system.clock()
    async with system.database.connection() as conn:
        kept = await leases.keep(
            conn,
            application_id,
            actor.id,
            now=now,
            until=now + LEASE_AFTER[sign],
            shorten=sign is PageSign.CLOSED,
        )
    if not kept:
        raise held_by_another()

"""Withdrawing: an employer takes an application back before it is decided."""

from strp.domain.account import Actor, may_file, not_your_employer
from strp.domain.application import Application, ApplicationState, WorkerState
from strp.domain.errors import Conflict
from strp.domain.identifiers import ApplicationId
from strp.domain.text import Text
from strp.store import applications, audit, desk, workers
from strp.usecases.show_application import visible
from strp.usecases.system import System


async def withdraw(system: System, actor: Actor, application_id: ApplicationId) -> Application:
    """Take back the workers of an application that are not decided yet.

    Approved workers keep their certificates; revoking is another thing.

    Raises:
        Conflict: it is decided or withdrawn already.
    """
    async with system.database.transaction() as conn:
        seen = await visible(conn, actor, application_id)
        if not may_file(actor, seen.nib):
            raise not_your_employer(seen.nib)
        # The desk's row first, as every decision does: two orders would wait for each other.
        await desk.lock_lease(conn, application_id)
        application = await applications.lock_application(conn, application_id, seen.nib)
        if application is None or application.state not in (
            ApplicationState.RECEIVED,
            ApplicationState.IN_REVIEW,
        ):
            raise Conflict("already-decided", _DECIDED)
        back = await workers.decide_pending(
            conn,
            application.nib,
            application_id,
            state=WorkerState.RETURNED,
            reason="withdrawn",
        )
        await workers.release_workers(conn, application.nib, application.period_id, back)
        await desk.remove(conn, application.nib, application_id)
        now = system.clock()
        await applications.move_application(
            conn,
            application,
            state=ApplicationState.WITHDRAWN,
            decided_at=now,
            counts=await workers.count_workers(conn, application.nib, application_id),
        )
        await audit.record(
            conn,
            at=now,
            actor=actor.label,
            action="application-withdrawn",
            subject=f"application:{application_id}",
        )
        return await visible(conn, actor, application_id)


_DECIDED = Text(
    id="Permohonan ini sudah diputuskan atau sudah ditarik; tidak ada yang dapat ditarik lagi.",
    en="This application is decided or withdrawn already; nothing is left to withdraw.",
)

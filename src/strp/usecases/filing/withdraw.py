"""Withdrawing: an employer takes an application back before it is decided."""

from strp.domain.errors import Conflict
from strp.domain.filing.application import Application
from strp.domain.identifiers import ApplicationId
from strp.domain.people.account import Actor, may_file, not_your_employer
from strp.domain.text import Text
from strp.store.desk import decisions
from strp.usecases.filing.show import visible
from strp.usecases.process.system import System


async def withdraw(system: System, actor: Actor, application_id: ApplicationId) -> Application:
    """Take back the workers of an application that are not decided yet.

    Approved workers keep their certificates; revoking is another thing.

    Args:
        actor: who acts for the employer.
        application_id: of the filing.

    Raises:
        Conflict: it is decided or withdrawn already.
    """
    async with system.database.connection() as conn:
        seen = await visible(conn, actor, application_id)
        if not may_file(actor, seen.nib):
            raise not_your_employer(seen.nib)
        now = system.clock()
        if await decisions.withdraw(conn, seen.nib, application_id, actor.label, now=now) is None:
            raise Conflict("already-decided", _DECIDED)
        return await visible(conn, actor, application_id)


_DECIDED = Text(
    id="Pengajuan ini sudah diputuskan atau sudah ditarik; tidak ada yang dapat ditarik lagi.",
    en="This application is decided or withdrawn already; nothing is left to withdraw.",
)

"""Objections to a closure that is over: nothing is left to decide, so they leave the desk.

Who lifts a closure settles them in the same transaction; where one ends by itself, or a closure to
come is lifted, a worker process does it within a minute.
"""

from datetime import datetime

from strp.domain.desk.objection import Outcome
from strp.domain.identifiers import Nib, format_nib
from strp.domain.notices.notice import NoticeKind
from strp.domain.screening.evidence import EvidenceState, kind_of_objection
from strp.store import audit
from strp.store.desk import objections
from strp.store.desk.evidence import settle_of_objection
from strp.store.engine.database import Connection
from strp.usecases.notices.tell_employer import tell_employer
from strp.usecases.process.system import System

SYSTEM = "system"
WHY = (
    "Penutupan sudah berakhir; tidak ada lagi yang perlu diputus. / The closure is over; nothing "
    "is left to decide."
)


async def settle_objections_over(system: System) -> int:
    """Settle all of them; run again and again.

    Returns:
        Number of objections.
    """
    async with system.database.transaction() as conn:
        return await settle_over(conn, system.clock())


async def settle_over(conn: Connection, at: datetime, nib: Nib | None = None) -> int:
    """Settle open objections to closures that are over, and tell who objected.

    Args:
        conn: open transaction.
        at: aware.
        nib: of one employer, or None for all.

    Returns:
        Number of objections.
    """
    over = await objections.settle_of_closures_over(
        conn, nib=nib, outcome=Outcome.OVER, reason=WHY, actor=SYSTEM, at=at
    )
    for each in over:
        await settle_of_objection(
            conn,
            each.nib,
            kind_of_objection(each.objection_id),
            state=EvidenceState.EXPIRED,
            actor=SYSTEM,
            now=at,
            reason=WHY,
        )
        await audit.record(
            conn,
            at=at,
            actor=SYSTEM,
            action="objection-over",
            subject=f"objection:{each.objection_id}",
            detail={"about": each.about, "nib": format_nib(each.nib)},
        )
        await tell_employer(conn, NoticeKind.OBJECTION, each.nib, at=at, outcome=str(Outcome.OVER))
    return len(over)

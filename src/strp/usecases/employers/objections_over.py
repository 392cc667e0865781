"""Objections whose matter is over by itself: nothing is left to decide, so they leave the desk.

One to a closure is over with the closure. One to a sector, a cap, a worker or a claim is over once
that is refused no more: another objection let the workers in, a host gave its word, an officer
restored a certificate, the filing was withdrawn. Whoever lifts a closure or upholds an objection
settles the others in the same transaction; a worker process settles the rest within a minute.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from strp.domain.desk.objection import Objection, Outcome
from strp.domain.identifiers import Nib, format_nib
from strp.domain.notices.notice import NoticeKind
from strp.domain.screening.evidence import EvidenceState, kind_of_objection
from strp.store import audit
from strp.store.desk import objections, objections_over
from strp.store.desk.evidence import settle_of_objection
from strp.store.engine.database import Connection
from strp.usecases.notices.tell_employer import tell_employer
from strp.usecases.process.system import System

SYSTEM = "system"
NO_LONGER = "no-longer"
"""Outcome of a notice about objections to what is refused no more."""
WHY = (
    "Penutupan sudah berakhir; tidak ada lagi yang perlu diputus. / The closure is over; nothing "
    "is left to decide."
)
WHY_NO_LONGER = (
    "Hal ini tidak ditolak lagi, atau sudah ditarik; tidak ada lagi yang perlu diputus. / This is "
    "refused no more, or was withdrawn; nothing is left to decide."
)
_AT_ONCE = 500


async def settle_objections_over(system: System) -> int:
    """Settle all of them; run again and again.

    Returns:
        Number of objections.
    """
    async with system.database.transaction() as conn:
        settled = await settle_over(conn, system.clock())
    after: int | None = 0
    while after is not None:
        async with system.database.transaction() as conn:
            some, after = await _settle_some(conn, system.clock(), None, after)
            settled += some
    return settled


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
        await _follow(conn, each, WHY, at)
        await tell_employer(conn, NoticeKind.OBJECTION, each.nib, at=at, outcome=str(Outcome.OVER))
    return len(over)


async def settle_no_longer_refused(conn: Connection, at: datetime, nib: Nib) -> int:
    """Settle an employer's open objections to what is refused no more, and tell it once.

    Args:
        conn: open transaction.
        at: aware.
        nib: of the employer.

    Returns:
        Number of objections.
    """
    settled = 0
    after: int | None = 0
    while after is not None:
        some, after = await _settle_some(conn, at, nib, after)
        settled += some
    return settled


async def _settle_some(
    conn: Connection, at: datetime, nib: Nib | None, after: int
) -> tuple[int, int | None]:
    """Settle some of them: how many, and after which to go on; None: there are no more."""
    taken = await objections_over.take_open(conn, nib=nib, after=after, limit=_AT_ONCE)
    refused = await objections_over.still_refused(conn, taken)
    over = [each for each in taken if each.objection_id not in refused]
    for each in over:
        await objections.settle(
            conn, each, outcome=Outcome.OVER, reason=WHY_NO_LONGER, actor=SYSTEM, at=at
        )
        await _follow(conn, each, WHY_NO_LONGER, at)
    await _tell(conn, over, at)
    more = taken[-1].objection_id if len(taken) == _AT_ONCE else None
    return len(over), more


async def _follow(conn: Connection, objection: Objection, why: str, at: datetime) -> None:
    """What is attached is over with its objection; that nobody decided is recorded."""
    await settle_of_objection(
        conn,
        objection.nib,
        kind_of_objection(objection.objection_id),
        state=EvidenceState.EXPIRED,
        actor=SYSTEM,
        now=at,
        reason=why,
    )
    await audit.record(
        conn,
        at=at,
        actor=SYSTEM,
        action="objection-over",
        subject=f"objection:{objection.objection_id}",
        detail={"about": objection.about, "nib": format_nib(objection.nib)},
    )


async def _tell(conn: Connection, over: Sequence[Objection], at: datetime) -> None:
    """One letter an employer; who claims one had letters of what became of the claim."""
    of_employer: dict[Nib, int] = defaultdict(int)
    for each in over:
        of_employer[each.nib] += not each.is_claimants
    for nib, count in of_employer.items():
        if count:
            await tell_employer(
                conn, NoticeKind.OBJECTION, nib, at=at, count=count, outcome=NO_LONGER
            )

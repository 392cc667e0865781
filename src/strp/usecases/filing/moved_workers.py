"""Workers who wait and are filed again for another site: the later word counts.

Only a row that names a NIB says where its worker works: without one, or with a name, a worker who
waits stays `unchanged`. Before the rows of a filing are placed, in the same transaction, those of
before go back to the employer as if it had withdrawn them, and the new ones are filed as anybody's.
Whose certificate stands keeps it, and the row says so.
"""

from collections.abc import Sequence

from strp.domain.desk.review import FILED_AGAIN
from strp.domain.filing.application import WorkerState
from strp.domain.identifiers import ApplicationId
from strp.domain.roster.columns import Column
from strp.domain.roster.row import Problem, SiteType, WorkerRow
from strp.store.certificates.leavers import engaged_here
from strp.store.desk.decisions import withdraw_chosen
from strp.store.engine.database import Connection
from strp.store.filing import intake
from strp.store.filing.engagements import WorkerAtSite, sites_of
from strp.usecases.filing.placement import FilingDraft, host_at

SITE_DIFFERS = "site-differs"


async def settle_moved(
    conn: Connection,
    work: FilingDraft,
    sited: Sequence[tuple[WorkerRow, bytes]],
    before: intake.KnownBefore,
) -> tuple[int, int]:
    """Take back who waits for another site than a row names now.

    Args:
        conn: the filing's transaction, the employer locked.
        work: the filing; learns whose certificate is for another site.
        sited: rows that name a NIB, and keyed indexes.
        before: what the database held; brought up to date.

    Returns:
        Places under the employer's caps that are free again: of service, of administration.
    """
    nib, engaged = work.nib, before.engaged
    known = {
        index: worker
        for worker, index in sited
        if worker.row not in work.left_rows and engaged.by(index, nib)
    }
    moved: dict[ApplicationId, list[tuple[WorkerAtSite, bytes]]] = {}
    for there, index in await _where(conn, work, list(known)):
        worker = known[index]
        if there.host_nib == host_at(work, worker):
            continue
        if there.state == WorkerState.PENDING:
            moved.setdefault(there.application_id, []).append((there, index))
        else:
            work.warn(Problem(worker.row, Column.WORK_SITE, SITE_DIFFERS))
    freed: list[str] = []
    for number, rows in moved.items():
        freed += await _take_back(conn, work, number, rows, before)
    service, administration = freed.count(SiteType.SERVICE), freed.count(SiteType.ADMINISTRATION)
    if nib in before.quota:
        before.quota[nib] = before.quota[nib].plus(-service, -administration)
    return service, administration


async def _where(
    conn: Connection, work: FilingDraft, indexes: Sequence[bytes]
) -> list[tuple[WorkerAtSite, bytes]]:
    """Where the employer has filed these workers to work."""
    if not indexes:
        return []
    period = work.policy.period.number
    found = await engaged_here(conn, work.nib, period, indexes)
    index_of = {(one.application_id, one.row_no): one.nik_index for one in found}
    at = await sites_of(conn, work.nib, list(index_of))
    return [(one, index_of[one.application_id, one.row_no]) for one in at]


async def _take_back(
    conn: Connection,
    work: FilingDraft,
    number: ApplicationId,
    rows: Sequence[tuple[WorkerAtSite, bytes]],
    before: intake.KnownBefore,
) -> list[str]:
    """Take workers of one earlier filing back; returns the site types of those at own sites.

    Whom an officer decided meanwhile stays with that filing.
    """
    index_of = {one.row_no: index for one, index in rows}
    chosen = list(index_of)
    await withdraw_chosen(
        conn, work.nib, number, work.actor, now=work.submitted_at, rows=chosen, reason=FILED_AGAIN
    )
    now = await sites_of(conn, work.nib, [(number, row) for row in chosen])
    back = [one for one in now if one.state == WorkerState.RETURNED]
    work.moved += len(back)
    for one in back:
        before.engaged.remove(index_of[one.row_no], work.nib)
    return [one.site_type for one in back if one.host_nib is None]

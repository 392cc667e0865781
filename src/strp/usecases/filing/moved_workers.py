"""Workers who wait and are filed again for another site: they move there, and wait on.

The employer has them already, so their rows are `unchanged`; the later word on the site counts.
Only a row that names a NIB says where its worker works: without one, or with a name, nothing
moves. In the filing's transaction, before its rows are placed, the waiting rows get the new site,
keep their receipt and due time, and are screened by what holds there. Whose certificate stands
keeps it, and the row says so.
"""

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import NamedTuple, Protocol

import msgspec

from strp.domain.employers.caps import QuotaUse
from strp.domain.employers.employer import NO_TERMS
from strp.domain.errors import Unavailable
from strp.domain.filing.application import WorkerState, state_after_screening
from strp.domain.filing.rescreening import StoredRow
from strp.domain.filing.sampling import lots_of
from strp.domain.identifiers import Nib
from strp.domain.notices.notice import NoticeKind
from strp.domain.roster.columns import Column
from strp.domain.roster.row import Problem, SiteType, WorkerRow
from strp.domain.screening.at_hosts import WITHOUT_PLACE, screen_by_site
from strp.domain.screening.screen import Screening
from strp.outside.keys import KeyRing
from strp.store import audit
from strp.store.certificates.leavers import engaged_here
from strp.store.engine.database import Connection
from strp.store.filing import engagements, intake
from strp.store.filing import moving as store
from strp.usecases.filing.draw_samples import Approved, draw_samples
from strp.usecases.filing.hosts import read_hosts_of
from strp.usecases.filing.placement import FilingDraft, host_at, note_waiting
from strp.usecases.notices.tell_employer import tell_employer
from strp.usecases.process.personal_data import (
    encode_personal_data,
    personal_data,
    read_personal_data,
    worker_aad,
)

SITE_DIFFERS = "site-differs"
SITE_MOVED = "site-moved"
MOST_ROWS_RECORDED = 1_000


class Aside(Protocol):
    """Does what takes time by its rows, in a thread where they are many."""

    async def __call__(self, work: Callable[[], list[bytes]], *, rows: int) -> list[bytes]:
        """Do it, and return what came of it."""


class _Move(NamedTuple):
    """A row of the filing, and its worker as they wait under an earlier receipt."""

    worker: WorkerRow
    waits: store.WaitingWorker
    host: Nib | None


async def settle_moved(
    conn: Connection,
    keys: KeyRing,
    aside: Aside,
    work: FilingDraft,
    sited: Sequence[tuple[WorkerRow, bytes]],
    before: intake.KnownBefore,
) -> tuple[int, int]:
    """Bring who waits for another site than a row names now to that one.

    Args:
        conn: the filing's transaction, the employer locked.
        keys: open and seal what is stored of a worker.
        aside: seals those of many workers in a thread.
        work: the filing; learns what holds at the hosts, and what to say of its rows.
        sited: rows that name a NIB, and keyed indexes.
        before: what the database held; its use of the caps is brought up to date.

    Returns:
        Places under the employer's caps that are free again: of service, of administration; below
        zero where some were taken.
    """
    moves = await _moves(conn, work, sited, before)
    if not moves:
        return 0, 0
    nib, period = work.nib, work.policy.period.number
    await read_hosts_of(conn, work, {each.host for each in moves if each.host is not None})
    work.take_terms(before.terms.get(nib, NO_TERMS))
    used = before.quota.get(nib, QuotaUse())
    screened, after = _screen(work, moves, used)
    sealed = await aside(lambda: [_sealed(keys, nib, each) for each in moves], rows=len(moves))
    moved = _results(work, moves, screened, sealed)
    decided = await store.save_moved(conn, nib, period, moved, now=work.submitted_at)
    await engagements.draw(conn, _drawn(work, moved))
    taken = after.service - used.service, after.administration - used.administration
    await store.add_to_quota(conn, nib, period, *taken)
    before.quota[nib] = after
    for number, count in decided.items():
        await tell_employer(
            conn,
            NoticeKind.DECIDED,
            nib,
            at=work.submitted_at,
            application_id=number,
            count=count,
        )
    await _record(conn, work, moves)
    return -taken[0], -taken[1]


async def _moves(
    conn: Connection,
    work: FilingDraft,
    sited: Sequence[tuple[WorkerRow, bytes]],
    before: intake.KnownBefore,
) -> list[_Move]:
    """Who waits for another site than their row names; warns of those and of who is approved."""
    nib, engaged = work.nib, before.engaged
    known = {
        index: worker
        for worker, index in sited
        if worker.row not in work.left_rows and engaged.by(index, nib)
    }
    if not known:
        return []
    found = await engaged_here(conn, nib, work.policy.period.number, list(known))
    worker_at = {(one.application_id, one.row_no): known[one.nik_index] for one in found}
    others = [
        one
        for one in await engagements.sites_of(conn, nib, list(worker_at))
        if one.host_nib != host_at(work, worker_at[one.application_id, one.row_no])
    ]
    if not others:
        return []
    waiting = await store.hold_waiting(
        conn, nib, [(one.application_id, one.row_no) for one in others]
    )
    still = {(one.application_id, one.row_no): one for one in waiting}
    moves = []
    for place in ((one.application_id, one.row_no) for one in others):
        worker = worker_at[place]
        code = SITE_MOVED if place in still else SITE_DIFFERS
        work.warn(Problem(worker.row, Column.WORK_SITE, code))
        if place in still:
            moves.append(_Move(worker, still[place], host_at(work, worker)))
    return sorted(moves, key=lambda each: each.worker.row)


def _screen(
    work: FilingDraft, moves: Sequence[_Move], used: QuotaUse
) -> tuple[list[Screening], QuotaUse]:
    """Screen movers where they go, the places free that they leave."""
    for each in moves:
        waits = each.waits
        service = int(waits.site_type == SiteType.SERVICE)
        left = QuotaUse(service, 1 - service)
        if waits.host_nib is None:
            used = used.plus(-left.service, -left.administration)
        elif waits.host_nib in work.at_hosts and WITHOUT_PLACE.isdisjoint(_stored(each).reasons):
            at = work.at_hosts[waits.host_nib]
            room = (at.room[0] + left.service, at.room[1] + left.administration)
            work.at_hosts[waits.host_nib] = at._replace(room=room)
    people = [each.worker for each in moves]
    hosts = [each.host for each in moves]
    terms, staff = work.employer.terms, work.employer.counted_staff
    known = {each.worker.row: codes for each in moves if (codes := _stored(each).known)}
    grounds = (work.classification, used, staff, known)
    screened, after = screen_by_site(people, hosts, work.at_hosts, *grounds, terms.lent)
    note_waiting(work, people, hosts, screened)
    return screened, after


def _stored(move: _Move) -> StoredRow:
    waits = move.waits
    reasons = tuple((waits.reasons or "").split())
    return StoredRow(waits.row_no, SiteType(waits.site_type), reasons, waits.host_nib)


def _sealed(keys: KeyRing, nib: Nib, move: _Move) -> bytes:
    """What is stored of a worker, with the new site; of whom it cannot be opened, the new row."""
    waits = move.waits
    aad = worker_aad(nib, waits.application_id, waits.row_no)
    try:
        person = read_personal_data(keys.open(waits.sealed, aad))
    except Unavailable:
        return keys.seal(personal_data(move.worker), aad)
    there = msgspec.structs.replace(person, work_site=move.worker.work_site)
    return keys.seal(encode_personal_data(there), aad)


def _results(
    work: FilingDraft,
    moves: Sequence[_Move],
    screened: Sequence[Screening],
    sealed: Sequence[bytes],
) -> list[store.Moved]:
    at_once = work.policy.straight_through
    work.moved += len(moves)
    work.brought += [
        f"{waits.application_id} {waits.row_no} at {host}".encode() for _, waits, host in moves
    ]
    return [
        store.Moved(
            waits,
            worker.site_type,
            state_after_screening(outcome, straight_through=at_once),
            outcome,
            " ".join(reasons) or None,
            host,
            None if host is None else work.at_hosts[host].sector,
            envelope,
        )
        for (worker, waits, host), (outcome, reasons), envelope in zip(
            moves, screened, sealed, strict=True
        )
    ]


def _drawn(work: FilingDraft, moved: Sequence[store.Moved]) -> list[engagements.Drawn]:
    """Those approved now whom an officer looks at afterwards, under their own receipts."""
    lots, drawn = lots_of(work.policy), list[engagements.Drawn]()
    for one in moved:
        if one.state is WorkerState.APPROVED:
            before = one.before
            reasons = tuple((one.reasons or "").split())
            approved = Approved(before.row_no, before.nik_index, reasons, one.host_nib is not None)
            drawn += draw_samples(
                lots,
                work.employer.terms,
                (work.nib, before.application_id),
                work.submitted_at,
                [approved],
            )
    return drawn


async def _record(conn: Connection, work: FilingDraft, moves: Sequence[_Move]) -> None:
    """Record which rows moved, of which filing and for the sake of which."""
    for number, group in groupby(
        sorted(moves, key=lambda each: each.waits.application_id),
        key=lambda each: each.waits.application_id,
    ):
        rows = [each.waits.row_no for each in group]
        await audit.record(
            conn,
            at=work.submitted_at,
            actor=work.actor.label,
            action="workers-moved",
            subject=f"application:{number}",
            detail={
                "rows": rows[:MOST_ROWS_RECORDED],
                "count": len(rows),
                "filed_again": work.application_id,
            },
        )

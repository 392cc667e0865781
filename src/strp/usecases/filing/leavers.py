"""Leavers: a roster says who goes when, and their certificates end then.

Before the rows of a filing are placed, so that who comes finds the places of who goes; in the same
transaction. Whose day is still to come, or whose certificate is not made yet, `end_leavers` ends.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from strp.domain.filing.leaving import LEFT, NO_CERTIFICATE, Leaving, end_of, leaving
from strp.domain.roster.columns import Column
from strp.domain.roster.row import Problem, SiteType, WorkerRow
from strp.store import audit
from strp.store.certificates import leavers as store
from strp.store.certificates import life
from strp.store.engine.database import Connection
from strp.store.filing import intake
from strp.usecases.filing.placement import FilingDraft

MOST_ROWS_RECORDED = 1_000

Leaver = tuple[WorkerRow, bytes]


async def settle_leavers(
    conn: Connection, work: FilingDraft, leavers: Sequence[Leaver], before: intake.KnownBefore
) -> tuple[int, int]:
    """End the certificates of those who are gone, and keep in mind who goes later.

    Args:
        conn: the filing's transaction, the employer locked.
        work: the filing; learns which rows say only that somebody leaves.
        leavers: rows with a last day, and keyed indexes.
        before: what the database held; brought up to date.

    Returns:
        Places that are free again: of service, of administration.
    """
    now, nib = work.submitted_at, work.nib
    asked = [nik_index for _, nik_index in leavers]
    found = await store.engaged_here(conn, nib, work.policy.period.number, asked)
    where = {one.nik_index: one for one in found}
    gone: list[store.EngagedHere] = []
    later = []
    for worker, nik_index in leavers:
        assert worker.left_on is not None
        here = where.get(nik_index)
        match leaving(worker.left_on, is_engaged=here is not None, now=now):
            case Leaving.END_NOW if here is not None:
                gone.append(here)
            case Leaving.END_LATER if here is not None:
                later.append((here.application_id, here.row_no, end_of(worker.left_on, now)))
            case Leaving.FILE:
                later.append((work.application_id, worker.row, end_of(worker.left_on, now)))
                continue
            case _:
                work.warn(Problem(worker.row, Column.LEFT, NO_CERTIFICATE))
        if here is not None:
            work.brought.append(f"{here.application_id} {here.row_no} {worker.left_on}".encode())
        work.left_rows.add(worker.row)
    ended = await store.certified(conn, nib, gone)
    certified = {(one.application_id, one.row_no) for one in ended}
    not_made = [one for one in gone if (one.application_id, one.row_no) not in certified]
    later += [(one.application_id, one.row_no, now) for one in not_made]
    await store.remember(conn, nib, later)
    freed = await end_workers(conn, ended, actor=work.actor.label, at=now)
    for one in gone:
        if (one.application_id, one.row_no) in certified:
            before.engaged.remove(one.nik_index, nib)
    service = freed.get(SiteType.SERVICE, 0)
    administration = freed.get(SiteType.ADMINISTRATION, 0)
    if nib in before.quota:
        before.quota[nib] = before.quota[nib].plus(-service, -administration)
    return service, administration


async def note_leavers(conn: Connection, works: Sequence[FilingDraft]) -> None:
    """Note with each stored filing how many of its rows say only that somebody leaves."""
    for work in works:
        if work.left_rows:
            await store.count_leavers(conn, work.nib, work.application_id, len(work.left_rows))


async def end_workers(
    conn: Connection, workers: Sequence[life.Touched], *, actor: str, at: datetime
) -> dict[str, int]:
    """End the certificates of leavers of one employer, whose lock is held, and record it.

    Args:
        workers: of one employer, with their certificates.
        actor: label for the record.
        at: aware.

    Returns:
        Places under the caps that are free again, by site type.
    """
    if not workers:
        return {}
    serials = [one.serial_no for one in workers]
    ended, freed = await life.end(conn, serials, reason=LEFT, actor=actor, at=at)
    for number, group in groupby(sorted(ended), key=lambda one: one.application_id):
        await audit.record(
            conn,
            at=at,
            actor=actor,
            action="certificates-ended",
            subject=f"application:{number}",
            detail={"rows": [one.row_no for one in group][:MOST_ROWS_RECORDED]},
        )
    return freed

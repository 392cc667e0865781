"""Screening refused workers again, under their old receipt, after an objection."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from strp.domain.civil_time import civil_day
from strp.domain.employers.caps import QuotaUse
from strp.domain.employers.employer import EmployerFacts
from strp.domain.filing.application import WorkerState, state_after_screening
from strp.domain.filing.rescreening import OF_EMPLOYER, StoredRow, screen_again
from strp.domain.filing.sampling import lots_of
from strp.domain.identifiers import ApplicationId, Nib
from strp.domain.roster.nik import birth_dates, nik_notes
from strp.domain.roster.row import SiteType
from strp.domain.rules.policy import Policy
from strp.domain.screening.at_hosts import OF_HOST, AtHost
from strp.domain.screening.screen import classify_sector
from strp.domain.screening.sector_of import SectorClassification
from strp.store.desk import reopening as store
from strp.store.engine.database import Connection
from strp.store.filing import engagements
from strp.store.filing.rescreening import Change, save_sectors
from strp.usecases.filing.draw_samples import Approved, draw_samples
from strp.usecases.filing.hosts import read_hosts
from strp.usecases.filing.known_workers import known_reasons
from strp.usecases.filing.show import open_person
from strp.usecases.process.system import System
from strp.usecases.rules.current import region_codes

ROWS_AT_ONCE = 2_000


class Reopened(NamedTuple):
    """What came of screening refused workers again; who was filed again meanwhile is in neither.

    Args:
        let_in: workers who are approved, or wait for an officer.
        refused: workers whom the rules refuse still.
    """

    let_in: int = 0
    refused: int = 0


class Reopening(NamedTuple):
    """What refused workers are screened by.

    Args:
        row: of one worker, or None for all.
        reasons: that they were refused for, or None for any.
        due_at: aware; when who waits again is due.
    """

    employer: EmployerFacts
    policy: Policy
    row: int | None
    reasons: Sequence[str] | None
    due_at: datetime


async def reopen_refused(
    system: System, conn: Connection, by: Reopening, application_id: ApplicationId
) -> Reopened:
    """Screen refused workers of an application by what holds now.

    Args:
        system: the installation.
        conn: transaction that holds the employer's lock.
        by: what they are screened by.
        application_id: of the filing.
    """
    nib, period = by.employer.nib, by.policy.period.number
    found = classify_sector(by.policy, by.employer)
    used = await store.quota_used(conn, nib, period)
    after, states, at_hosts, refused = 0, list[WorkerState](), dict[Nib, AtHost](), 0
    while rows := await store.refused_rows(
        conn,
        nib,
        application_id,
        after=after,
        row=by.row,
        reasons=by.reasons,
        limit=ROWS_AT_ONCE,
    ):
        after = rows[-1].row
        new = sorted({each.host for each in rows if each.host is not None} - at_hosts.keys())
        if new:
            at_hosts |= await read_hosts(conn, nib, by.policy, new, system.clock())
        changes, out, used = await _screen(
            system, conn, by, application_id, rows, found, used, at_hosts
        )
        # Who is refused still is told for what by now: the sector was ruled on, the cap stays.
        await store.save_still_refused(conn, nib, application_id, out)
        refused += len(out)
        if changes:
            await store.save_reopened(conn, nib, application_id, period, changes, used)
            at_sites = {each.row for each in rows if each.host is not None}
            drawn = _drawn(system, by, application_id, changes, at_sites)
            await engagements.draw(conn, drawn)
        states += [each.state for each in changes]
    if states:
        sectors = {host: at.sector for host, at in at_hosts.items()}
        await save_sectors(conn, nib, application_id, sectors)
        await store.settle_reopened(
            conn,
            nib,
            application_id,
            sector=found.sector_code,
            approved=states.count(WorkerState.APPROVED),
            pending=states.count(WorkerState.PENDING),
            due_at=by.due_at,
        )
    return Reopened(len(states), refused)


async def _screen(
    system: System,
    conn: Connection,
    by: Reopening,
    application_id: ApplicationId,
    rows: Sequence[store.RefusedRow],
    found: SectorClassification,
    used: QuotaUse,
    at_hosts: dict[Nib, AtHost],
) -> tuple[list[Change], list[Change], QuotaUse]:
    """The workers who are not refused any more, and those who still are; who was filed again
    meanwhile is left out."""
    nib = by.employer.nib
    holders = await store.holders_of(
        conn, [each.nik_index for each in rows], by.policy.period.number
    )
    free = [each for each in rows if nib not in holders.get(each.nik_index, ())]
    notes = await _notes(system, by, application_id, free)
    stored = [
        StoredRow(
            each.row,
            SiteType(each.site_type),
            (*notes[each.row], *known_reasons(nib, holders.get(each.nik_index, ()))),
            each.host,
        )
        for each in free
    ]
    screened, used = screen_again(stored, found, used, by.employer, at_hosts)
    states = [
        state_after_screening(each.outcome, straight_through=by.policy.straight_through)
        for each in screened
    ]
    changes = [
        Change(each.row, state, outcome, " ".join(reasons) or None, each.nik_index)
        for each, (outcome, reasons), state in zip(free, screened, states, strict=True)
    ]
    let_in = [each for each in changes if each.state is not WorkerState.REFUSED]
    return let_in, [each for each in changes if each.state is WorkerState.REFUSED], used


async def _notes(
    system: System,
    by: Reopening,
    application_id: ApplicationId,
    rows: Sequence[store.RefusedRow],
) -> dict[int, tuple[str, ...]]:
    """Notes on the NIK: who was refused by sector was never looked at so far."""
    regions, births = await region_codes(system), birth_dates(civil_day(system.clock()))
    notes: dict[int, tuple[str, ...]] = {}
    anew = _ASKED_ANEW | system.reasons.by_code.keys()
    for each in rows:
        person = open_person(system, by.employer.nib, application_id, each.row, each.sealed)
        found = nik_notes(person.nik, regions, births) if person.nik else ()
        kept = [code for code in each.reasons if code not in anew]
        notes[each.row] = tuple(dict.fromkeys((*kept, *(found or ()))))
    return notes


def _drawn(
    system: System,
    by: Reopening,
    application_id: ApplicationId,
    changes: Sequence[Change],
    at_other_sites: Collection[int],
) -> list[engagements.Drawn]:
    """Those approved now whom an officer looks at afterwards."""
    return draw_samples(
        lots_of(by.policy),
        by.employer.terms,
        (by.employer.nib, application_id),
        system.clock(),
        (
            Approved(
                each.row,
                each.nik_index,
                tuple((each.reasons or "").split()),
                each.row in at_other_sites,
            )
            for each in changes
            if each.state is WorkerState.APPROVED
        ),
    )


_ASKED_ANEW = (
    OF_EMPLOYER
    | OF_HOST
    | {"claimed-elsewhere", "claims-many", "revoked-before", "revoked-elsewhere"}
)

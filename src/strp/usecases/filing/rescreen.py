"""Screening an employer's waiting workers again, under their old receipts.

It runs in the transaction of what made it due, such as a ruling: both happen, or neither does.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from strp.domain.employers.caps import QuotaUse
from strp.domain.employers.employer import EmployerFacts
from strp.domain.filing.application import WorkerState, state_after_screening
from strp.domain.filing.rescreening import screen_again
from strp.domain.filing.sampling import lots_of
from strp.domain.identifiers import Nib
from strp.domain.notices.notice import NoticeKind
from strp.domain.rules.policy import Policy
from strp.domain.screening.at_hosts import AtHost
from strp.domain.screening.screen import Screening, classify_sector
from strp.domain.screening.sector_of import SectorClassification
from strp.store.employers import rescreen_queue
from strp.store.engine.database import Connection
from strp.store.filing import engagements
from strp.store.filing import rescreening as store
from strp.store.filing.intake import allow_long
from strp.usecases.filing.draw_samples import Approved, draw_samples
from strp.usecases.filing.hosts import read_hosts
from strp.usecases.filing.standing import restore_who_fits
from strp.usecases.notices.tell_employer import tell_employer
from strp.usecases.process.system import System
from strp.usecases.rules.current import policy_by_id, policy_if_any, policy_today

ROWS_AT_ONCE = 5_000


class Rescreened(NamedTuple):
    """What became of workers who waited."""

    applications: int = 0
    approved: int = 0
    refused: int = 0
    waiting: int = 0

    def plus(self, other: "Rescreened") -> "Rescreened":
        """Both together."""
        return Rescreened(*(a + b for a, b in zip(self, other, strict=True)))


class _Grounds(NamedTuple):
    """What the workers of one application are screened by."""

    employer: EmployerFacts
    policy: Policy
    classification: SectorClassification
    now: datetime
    straight_through: bool
    at_hosts: dict[Nib, AtHost]


async def rescreen_waiting(
    system: System, conn: Connection, employer: EmployerFacts, *, may_approve: bool = True
) -> Rescreened:
    """Screen all workers of an employer who wait, by what counts for it now; and soon those whom
    other employers have at its sites.

    Args:
        system: the installation.
        conn: open transaction, in which the new terms are stored already.
        employer: the facts of the registry with the new terms.
        may_approve: whether who passes now is approved where the policy lets it straight through.

    Raises:
        Unavailable: `employer-busy`, where a large roster of this employer is being stored.
    """
    done = await rescreen_one(system, conn, employer, may_approve=may_approve)
    policy = await policy_today(system)
    await rescreen_queue.ask_guests(conn, employer.nib, policy.period.number, system.clock())
    return done


async def rescreen_one(
    system: System, conn: Connection, employer: EmployerFacts, *, may_approve: bool = True
) -> Rescreened:
    """The same, and not those whom other employers have at its sites. Certificates that a change
    of the rules or of the registry suspended stand again where their workers fit.

    Args:
        employer: with the terms that this transaction sees.
        may_approve: whether whom screening lets pass is approved, where the policy says so.

    Raises:
        Unavailable: `employer-busy`.
    """
    await allow_long(conn)
    files = await store.lock_waiting(conn, employer.nib)
    total = Rescreened()
    by_period = sorted(files, key=lambda each: each.period_id)
    for period_id, group in groupby(by_period, key=lambda each: each.period_id):
        of_period = list(group)
        numbers = [each.application_id for each in of_period]
        used = await store.quota_without(conn, employer.nib, period_id, numbers)
        hosts = await store.hosts_waiting(conn, employer.nib, numbers)
        at_hosts: dict[Nib, AtHost] = {}
        for file in of_period:
            policy = await policy_by_id(system, file.policy_id)
            now = system.clock()
            if hosts and not at_hosts:
                at_hosts = await read_hosts(conn, employer.nib, policy, hosts, now, pending=False)
            found = classify_sector(policy, employer)
            at_once = may_approve and policy.straight_through
            grounds = _Grounds(employer, policy, found, now, at_once, at_hosts)
            done, used = await _rescreen_file(conn, grounds, file, used)
            total = total.plus(done)
        await store.save_quota(conn, employer.nib, period_id, used)
    in_force = await policy_if_any(system)
    if in_force is not None:
        await restore_who_fits(conn, in_force, employer.nib, system.clock())
    return total


def forget_employer(system: System, nib: Nib) -> None:
    """Have this process read anew what counts for an employer."""
    system.reference.employers.pop(nib, None)
    system.reference.classifications.pop(nib, None)


async def _rescreen_file(
    conn: Connection, grounds: _Grounds, file: store.WaitingFile, used: QuotaUse
) -> tuple[Rescreened, QuotaUse]:
    nib, after = grounds.employer.nib, 0
    approved = refused = waiting = 0
    while rows := await store.pending_rows(conn, nib, file.application_id, after, ROWS_AT_ONCE):
        screened, used = screen_again(
            [each.stored for each in rows],
            grounds.classification,
            used,
            grounds.employer,
            grounds.at_hosts,
        )
        states = [
            state_after_screening(each.outcome, straight_through=grounds.straight_through)
            for each in screened
        ]
        await store.save_changes(conn, nib, file, _changes(rows, screened, states))
        await engagements.draw(conn, _drawn(grounds, file, rows, screened, states))
        approved += states.count(WorkerState.APPROVED)
        refused += states.count(WorkerState.REFUSED)
        waiting += states.count(WorkerState.PENDING)
        after = rows[-1].stored.row
    sectors = {host: at.sector for host, at in grounds.at_hosts.items()}
    await store.save_sectors(conn, nib, file.application_id, sectors)
    is_decided = await store.settle_file(
        conn,
        nib,
        file,
        sector=grounds.classification.sector_code,
        approved=approved,
        refused=refused,
        now=grounds.now,
    )
    if is_decided:
        await tell_employer(
            conn,
            NoticeKind.DECIDED,
            nib,
            at=grounds.now,
            application_id=file.application_id,
            count=approved + refused,
        )
    return Rescreened(1, approved, refused, waiting), used


def _changes(
    rows: Sequence[store.PendingRow],
    screened: Sequence[Screening],
    states: Sequence[WorkerState],
) -> list[store.Change]:
    """The rows that are not what they were."""
    changes = []
    for row, (outcome, reasons), state in zip(rows, screened, states, strict=True):
        same = state is WorkerState.PENDING and outcome == row.screening
        if not same or reasons != row.stored.reasons:
            text = " ".join(reasons) or None
            changes.append(store.Change(row.stored.row, state, outcome, text, row.nik_index))
    return changes


def _drawn(
    grounds: _Grounds,
    file: store.WaitingFile,
    rows: Sequence[store.PendingRow],
    screened: Sequence[Screening],
    states: Sequence[WorkerState],
) -> list[engagements.Drawn]:
    """Those approved now whom an officer looks at afterwards."""
    return draw_samples(
        lots_of(grounds.policy),
        grounds.employer.terms,
        (grounds.employer.nib, file.application_id),
        grounds.now,
        (
            Approved(row.stored.row, row.nik_index, reasons, row.stored.host is not None)
            for row, (_, reasons), state in zip(rows, screened, states, strict=True)
            if state is WorkerState.APPROVED
        ),
    )

"""Where the rows of a roster go: the decision between reading the database and writing it.

Nothing here touches the database: a filing and what was there before go in, rows to write and
the counts of the ledger come out.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

import msgspec

from strp.domain.employers.caps import QuotaUse
from strp.domain.employers.employer import NO_TERMS, EmployerFacts, EmployerTerms
from strp.domain.filing.application import (
    ApplicationState,
    Ledger,
    WorkerCounts,
    WorkerState,
    state_after_screening,
)
from strp.domain.filing.leaving import LEFT
from strp.domain.filing.sampling import lots_of
from strp.domain.identifiers import ApplicationId, Nib
from strp.domain.people.account import Actor
from strp.domain.roster.columns import Column
from strp.domain.roster.row import CheckedRow, Outcome, Problem, Remarks, SheetNote, WorkerRow
from strp.domain.roster.work_site import host_of
from strp.domain.rules.policy import Policy
from strp.domain.screening.at_hosts import WAITS_FOR_HOST, AtHost, screen_by_site
from strp.domain.screening.filing_figures import FilingFigures
from strp.domain.screening.refusal_counts import (
    RefusalCounts,
    count_named_by_two,
    count_refusals,
)
from strp.domain.screening.screen import Screening, classify_sector, screen
from strp.domain.screening.screening_claims import tell_no_more, without_claims
from strp.domain.screening.sector_of import SectorClassification
from strp.domain.service_hours import due_at
from strp.store.filing import intake
from strp.store.filing.engaged import revoked_mark
from strp.store.filing.engagements import Drawn
from strp.usecases.filing.draw_samples import Approved, draw_claimed, draw_samples
from strp.usecases.filing.known_workers import known_reasons
from strp.usecases.process.personal_data import personal_data, worker_aad

MOST_PROBLEMS_KEPT = 10_000  # the ledger is exact at any size

_encode = msgspec.msgpack.Encoder().encode
_NOTHING_USED = QuotaUse()
_NO_ROWS = dict.fromkeys(Outcome, 0)
_NO_STATES = dict.fromkeys(WorkerState, 0)

SealAll = Callable[[Sequence[bytes], Sequence[bytes]], list[bytes]]


@dataclass(slots=True, kw_only=True)
class FilingDraft:
    """One filing on its way into the database.

    Args:
        body_digest: of what was sent, 16 bytes; tells a retry from another filing.
        source_format: kind of file, as `corrections` needs it.
        objection_contact: whom an employer writes to who is closed.
        not_rows: first and last line of each stretch that was not read as workers.
        headings: header cells of each sheet, for the receipt.
        file: name of the file, as a receipt shows it.
        left_rows: rows that say only that a worker leaves.
        moved: workers who waited for another site and were brought to the one named now.
        brought: what it brings: keyed indexes of fresh workers, who leaves when, who moves where.
        at_hosts: what holds at the other employers' sites that it names.
        waits_for: workers by host whom nobody has confirmed yet.
        refusals: workers by what the compliance report counts them as.
        figures: what the figures of the hour count of its workers.
    """

    actor: Actor
    nib: Nib
    application_id: ApplicationId
    submitted_at: datetime
    body_digest: bytes
    source_format: str
    policy: Policy
    employer: EmployerFacts
    classification: SectorClassification
    idempotency_key: str | None = None
    objection_contact: str = ""
    rows: dict[Outcome, int] = field(default_factory=_NO_ROWS.copy)
    unchanged: int = 0
    states: dict[WorkerState, int] = field(default_factory=_NO_STATES.copy)
    problems: list[Problem] = field(default_factory=list)
    problems_total: int = 0
    not_rows: Sequence[tuple[int, int]] = ()
    sheets: tuple[str, ...] = ()
    notes: tuple[SheetNote, ...] = ()
    headings: tuple[tuple[str, ...], ...] = ()
    file: str = ""
    left_rows: set[int] = field(default_factory=set)
    moved: int = 0
    brought: list[bytes] = field(default_factory=list)
    at_hosts: dict[Nib, AtHost] = field(default_factory=dict)
    waits_for: dict[Nib, int] = field(default_factory=dict)
    refusals: RefusalCounts = field(default_factory=dict)
    figures: FilingFigures = field(default_factory=FilingFigures)
    _warnings: list[Problem] = field(default_factory=list)
    _row: intake.ApplicationRow | None = None

    @property
    def ledger(self) -> Ledger:
        """Where the rows went so far."""
        return Ledger(
            rows=sum(self.rows.values()),
            accepted=self.rows[Outcome.SOUND] - self.unchanged,
            unchanged=self.unchanged,
            duplicate=self.rows[Outcome.DUPLICATE],
            exempt=self.rows[Outcome.EXEMPT],
            rejected=self.rows[Outcome.REJECTED],
        )

    def reset(self) -> None:
        """Forget where workers were placed: the transaction that placed them was rolled back."""
        self.unchanged, self.states = 0, _NO_STATES.copy()
        self.left_rows, self.moved, self.brought = set(), 0, []
        self.at_hosts, self.waits_for, self.refusals = {}, {}, {}
        self.figures = FilingFigures()
        self._warnings, self._row = [], None

    def warn(self, problem: Problem) -> None:
        """Add what only the database could tell of a row that is accepted all the same."""
        self._warnings.append(problem)

    def remarks(self) -> Remarks:
        """What was wrong with the roster; its problems by row."""
        problems = self.problems
        if self._warnings:
            both = sorted([*problems, *self._warnings], key=lambda each: each.row)
            problems = both[:MOST_PROBLEMS_KEPT]
        about = (list(self.not_rows), self.sheets, self.notes, self.headings, self.file)
        return Remarks(self.problems_total + len(self._warnings), problems, *about)

    def take_terms(self, terms: EmployerTerms) -> None:
        """Screen by what counts for the employer at this moment, under its lock."""
        if terms != self.employer.terms:
            self.employer = replace(self.employer, terms=terms)
            self.classification = classify_sector(self.policy, self.employer)

    def count(self, checked: Sequence[CheckedRow]) -> None:
        """Enter checked rows into the ledger; a government body's rows are all exempt."""
        if self.classification.exempt:
            self.rows[Outcome.EXEMPT] += len(checked)
            return
        for row in checked:
            self.rows[row.outcome] += 1
            if row.problems:
                self.problems_total += len(row.problems)
                if len(self.problems) < MOST_PROBLEMS_KEPT:
                    self.problems.extend(row.problems)

    def to_row(self) -> intake.ApplicationRow:
        """The application as it is first stored; made once its workers are placed."""
        if self._row is None:
            self._row = self._make_row()
        return self._row

    def _make_row(self) -> intake.ApplicationRow:
        counts = WorkerCounts(*self.states.values())
        state = counts.state_at_filing
        policy = self.policy
        return intake.ApplicationRow(
            nib=self.nib,
            application_id=self.application_id,
            period_id=policy.period.number,
            policy_id=policy.policy_id,
            sector=self.classification.sector_code,
            state=state,
            submitted_at=self.submitted_at,
            due_at=due_at(self.submitted_at, policy.sla_hours, policy.company_hours),
            decided_at=self.submitted_at if state is ApplicationState.DECIDED else None,
            submitted_by=self.actor.label,
            idempotency_key=self.idempotency_key,
            body_digest=self.body_digest,
            source_format=self.source_format,
            ledger=self.ledger,
            counts=counts,
            problems=self._remarks(),
        )

    def _remarks(self) -> bytes | None:
        """What was wrong with the roster, and which of its lines were not workers."""
        return _encode(found) if any(found := self.remarks()) else None


class ClaimedElsewhere(NamedTuple):
    """A worker filed now whom another employer has, and the name in this filing."""

    nik_index: bytes
    name: str


@dataclass(slots=True)
class PlacedRows:
    """Rows to write for one or more filings, in the format of binary COPY."""

    workers: list[bytes] = field(default_factory=list)
    samples: list[Drawn] = field(default_factory=list)
    quota: dict[tuple[int, int], QuotaUse] = field(default_factory=dict)
    claimed: list[ClaimedElsewhere] = field(default_factory=list)


def place(
    work: FilingDraft,
    checked: Sequence[tuple[WorkerRow, bytes]],
    before: intake.KnownBefore,
    placed: PlacedRows,
    seal_all: SealAll,
) -> None:
    """Screen the sound workers of a filing and write down where each goes.

    Args:
        work: the filing; its counts are brought up to date.
        checked: sound workers with their keyed indexes.
        before: what the database held; kept up to date for the next filing of the same set.
        placed: rows to write; added to.
        seal_all: seals the data of several workers.
    """
    if work.left_rows:
        checked = _write_left(work, checked, placed, seal_all)
    nib, had = work.nib, before.engaged.employers
    fresh = [pair for pair in checked if nib not in had.get(pair[1], ())]
    work.unchanged += len(checked) - len(fresh)
    if not fresh:
        return
    # Who has a fresh worker is another employer, or took a certificate back from it.
    holders = {worker.row: had[index] for worker, index in fresh if index in had}
    known: Mapping[int, tuple[str, ...]] = {
        row: known_reasons(nib, by) for row, by in holders.items()
    }
    elsewhere = [row for row, by in holders.items() if by != (revoked_mark(nib),)]
    period = work.policy.period.number
    work.take_terms(before.terms.get(nib, NO_TERMS))
    used = before.quota.get(nib, _NOTHING_USED)
    quiet: frozenset[int] = frozenset()
    if elsewhere:
        used, quiet = tell_no_more(used, elsewhere, len(fresh))
        known = without_claims(known, quiet)
        placed.claimed += [
            ClaimedElsewhere(nik_index, worker.name)
            for worker, nik_index in fresh
            if worker.row in elsewhere
        ]
    grounds = (work.classification, used, work.employer.counted_staff, known)
    lent = work.employer.terms.lent
    people = [worker for worker, _ in fresh]
    if work.at_hosts:
        hosts = [host_at(work, worker) for worker in people]
        screened, used = screen_by_site(people, hosts, work.at_hosts, *grounds, lent)
        note_waiting(work, people, hosts, screened)
    else:
        screened, used = screen(people, *grounds, lent)
    before.quota[nib] = placed.quota[nib, period] = used
    count_refusals(work.refusals, screened)
    work.figures.add(people, screened, holders)
    if elsewhere:
        count_named_by_two(work.refusals, nib, holders)
    _write(work, fresh, screened, before, placed, seal_all, quiet)


def host_at(work: FilingDraft, worker: WorkerRow) -> Nib | None:
    """The other employer whose site a worker is at, or None at the employer's own.

    Args:
        work: the filing; a worker of its roster beside it.
    """
    host = host_of(worker.work_site)
    return None if host == work.nib else host


def note_waiting(
    work: FilingDraft,
    people: Sequence[WorkerRow],
    hosts: Sequence[Nib | None],
    screened: Sequence[Screening],
) -> None:
    """Count who waits for which host, and warn of hosts that the registry does not hold.

    Args:
        work: the filing.
        people: workers of its roster.
        hosts: whose site each is at; None: the employer's own.
        screened: what screening said of each.
    """
    for worker, host, (_, reasons) in zip(people, hosts, screened, strict=True):
        if host is None or WAITS_FOR_HOST.isdisjoint(reasons):
            continue
        work.waits_for[host] = work.waits_for.get(host, 0) + 1
        if "host-unknown" in reasons:
            work.warn(Problem(worker.row, Column.WORK_SITE, "unknown-host"))


def _write(
    work: FilingDraft,
    fresh: Sequence[tuple[WorkerRow, bytes]],
    screened: Sequence[Screening],
    before: intake.KnownBefore,
    placed: PlacedRows,
    seal_all: SealAll,
    quiet: frozenset[int],
) -> None:
    """Turn screened workers into rows: the innermost loops of intake, a step of all at a time."""
    nib, number, at_once = work.nib, work.application_id, work.policy.straight_through
    people = [worker for worker, _ in fresh]
    places = [
        _place(worker.site_type, outcome, reasons, at_once)
        if worker.work_site is None
        else _place_at(work, worker, outcome, reasons)
        for worker, (outcome, reasons) in zip(people, screened, strict=True)
    ]
    sealed = seal_all(
        [personal_data(worker) for worker in people],
        [worker_aad(nib, number, worker.row) for worker in people],
    )
    placed.workers += [
        intake.worker_row(nib, number, worker.row, nik_index, tail, envelope)
        for (worker, nik_index), (_, tail), envelope in zip(fresh, places, sealed, strict=True)
    ]
    states = [state for state, _ in places]
    for state in set(states):
        work.states[state] += states.count(state)
    kept = fresh
    if WorkerState.REFUSED in states:
        pairs = zip(fresh, states, strict=True)
        kept = [pair for pair, state in pairs if state is not WorkerState.REFUSED]
    before.engaged.add([nik_index for _, nik_index in kept], nib)
    lots, filing, at = lots_of(work.policy), (nib, number), work.submitted_at
    approved = (
        Approved(worker.row, nik_index, reasons, host_at(work, worker) is not None)
        for (worker, nik_index), (_, reasons), state in zip(fresh, screened, states, strict=True)
        if nik_index[-4:] < lots.highest and state is WorkerState.APPROVED
    )
    placed.samples += draw_samples(lots, work.employer.terms, filing, at, approved)
    if quiet:
        rows = quiet.intersection(worker.row for worker, _ in kept)
        placed.samples += draw_claimed(filing, at, rows)


def _write_left(
    work: FilingDraft,
    checked: Sequence[tuple[WorkerRow, bytes]],
    placed: PlacedRows,
    seal_all: SealAll,
) -> list[tuple[WorkerRow, bytes]]:
    """Write down rows that say only that a worker leaves; returns the others."""
    left = [pair for pair in checked if pair[0].row in work.left_rows]
    nib, number = work.nib, work.application_id
    sealed = seal_all(
        [personal_data(worker) for worker, _ in left],
        [worker_aad(nib, number, worker.row) for worker, _ in left],
    )
    for (worker, nik_index), envelope in zip(left, sealed, strict=True):
        tail = intake.worker_tail(worker.site_type, WorkerState.APPROVED, "PASS", (LEFT,))
        placed.workers.append(intake.worker_row(nib, number, worker.row, nik_index, tail, envelope))
    work.states[WorkerState.APPROVED] += len(left)
    return [pair for pair in checked if pair[0].row not in work.left_rows]


def _place_at(
    work: FilingDraft, worker: WorkerRow, outcome: str, reasons: tuple[str, ...]
) -> tuple[WorkerState, bytes]:
    """The same for a worker whose row names a site; no two need be alike."""
    host, at_once = host_at(work, worker), work.policy.straight_through
    if host is None:
        return _place(worker.site_type, outcome, reasons, at_once)
    state = state_after_screening(outcome, straight_through=at_once)
    at = (host, work.at_hosts[host].sector)
    return state, intake.worker_tail(worker.site_type, state, outcome, reasons, at)


_places: dict[tuple[str, str, tuple[str, ...], bool], tuple[WorkerState, bytes]] = {}


def _place(
    site_type: str, outcome: str, reasons: tuple[str, ...], straight_through: bool
) -> tuple[WorkerState, bytes]:
    """State and encoded columns that few combinations share; made once each."""
    key = (site_type, outcome, reasons, straight_through)
    known = _places.get(key)
    if known is None:
        state = state_after_screening(outcome, straight_through=straight_through)
        known = _places[key] = (state, intake.worker_tail(site_type, state, outcome, reasons))
    return known

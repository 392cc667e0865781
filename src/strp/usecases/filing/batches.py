"""Intake: filings of the same moment share one transaction.

While one transaction is being made durable, the filings that arrive pile up and become the next
one, so that the cost of a commit is shared by as many as there are. An answer leaves only after
the commit. A set that fails is halved aside until the bad filing fails alone, while the next sets
are stored. A filing whose employer is locked joins a later set, and holds no connection meanwhile.
"""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Sequence, Set
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog

from strp.domain.errors import StrpError, Unavailable
from strp.domain.filing.application import WorkerState
from strp.domain.identifiers import ApplicationId, Nib
from strp.domain.overload import too_busy
from strp.domain.roster.row import WorkerRow
from strp.domain.screening.at_hosts import AtHost
from strp.domain.text import Text
from strp.outside.keys import KeyRing
from strp.store.employers.lock import employer_busy
from strp.store.engine.database import Connection, Database
from strp.store.engine.reach import is_database_away
from strp.store.filing import intake as store
from strp.usecases.filing.earlier_filings import bring_earlier_before_officer
from strp.usecases.filing.figures import figure_rows
from strp.usecases.filing.filed_before import answered_before
from strp.usecases.filing.hosts import ask_hosts, read_hosts_of
from strp.usecases.filing.idle_filings import IdleFilings
from strp.usecases.filing.leavers import note_leavers, settle_leavers
from strp.usecases.filing.moved_workers import settle_moved
from strp.usecases.filing.placement import FilingDraft, PlacedRows, place
from strp.usecases.filing.refusal_rows import refusal_rows
from strp.usecases.process.epoch_numbers import ApplicationIds
from strp.usecases.process.issuer_wakeup import IssuerWakeup
from strp.usecases.process.own_threads import OwnThreads

log = structlog.get_logger()

# Enough rows to share the commit, few enough that the first of a set is not kept waiting.
MOST_ROWS = 5_000
MOST_WAITING_ROWS = 100_000
# When filings come in company, a moment's wait lets the next ones share the transaction
# (as PostgreSQL's commit_delay with commit_siblings); one that comes alone never waits.
MIN_SIBLINGS = 4
COMMIT_DELAY_S = 0.008
SIBLINGS_DECAY = 0.97
# Rows that are checked or placed on the event loop at once, some 10 µs each; more go to a thread.
MOST_ROWS_AT_ONCE = 500
# Failed sets that are halved at a time, beside the one that is being stored.
MOST_ASIDE = 2
# A filing waits so long for an employer whose large roster is being filed, looking again after a
# pause that doubles.
EMPLOYER_WAIT_S = 10.0
SHORTEST_LOOK_S = 0.02
LONGEST_LOOK_S = 0.5

# Id of the filing, why it is refused, or None: its employer is locked by another transaction.
Outcome = ApplicationId | StrpError | None


@dataclass(slots=True, kw_only=True)
class PreparedFiling:
    """A filing that is ready to be placed.

    Args:
        work: the filing, its rows already counted.
        sound: its sound workers with their keyed indexes.
        leavers: those of them who have a last day.
        sited: those of them whose row names a site by its NIB.
        to_mend: sealed chunks of the rows to mend.
        hosts: other employers at whose sites workers are.
        waits: for its employer, once it had to.
    """

    work: FilingDraft
    sound: Sequence[tuple[WorkerRow, bytes]]
    leavers: Sequence[tuple[WorkerRow, bytes]] = ()
    sited: Sequence[tuple[WorkerRow, bytes]] = ()
    to_mend: Sequence[bytes] = ()
    hosts: Set[Nib] = frozenset()
    waits: "EmployerWait | None" = None


@dataclass(slots=True)
class EmployerWait:
    """How long a filing waits for its employer, by the clock of the event loop."""

    until: float
    look_after_s: float = SHORTEST_LOOK_S


Result = TypeVar("Result")
Waiting = tuple[PreparedFiling, asyncio.Future[ApplicationId]]


class Intake:
    """Puts filings of one process into the database, many a transaction.

    Args:
        database: PostgreSQL.
        keys: seals what is personal.
        bell: is rung when a filing was approved at once.
    """

    def __init__(self, database: Database, keys: KeyRing, bell: IssuerWakeup) -> None:
        self._database = database
        self._keys = keys
        self._bell = bell
        self._waiting: list[Waiting] = []
        self._storing: Sequence[Waiting] = ()
        self._waiting_rows = 0
        self._inside = 0
        self._company = 0.0
        self._complete = asyncio.Event()
        self._committing: asyncio.Task[None] | None = None
        self._aside: set[asyncio.Task[None]] = set()
        self._halving = asyncio.Semaphore(MOST_ASIDE)
        self.ids = ApplicationIds(database)
        self.threads = OwnThreads("rosters", 8)
        self.idle = IdleFilings()

    @property
    def waiting_rows(self) -> int:
        """Rows of filings that wait for their transaction."""
        return self._waiting_rows

    async def file(self, sent: PreparedFiling) -> ApplicationId:
        """Store a filing; returns when it is durable.

        Returns:
            Its id, or that of the filing that came before under the same idempotency key.

        Raises:
            Unavailable: too much is waiting, or the database does not answer.
            Conflict: the idempotency key was used for another filing.
        """
        if self._waiting_rows > MOST_WAITING_ROWS:
            raise too_busy()
        answer: asyncio.Future[ApplicationId] = asyncio.get_running_loop().create_future()
        self._inside += 1
        self._company = max(self._company, self._inside)
        self._queue((sent, answer))
        try:
            return await answer
        finally:
            self._inside -= 1

    async def aside(self, work: Callable[[], Result], *, rows: int) -> Result:
        """Do what takes time by its rows: few at once, many in a thread of their own.

        Args:
            work: plain function, safe in another thread.
            rows: that it goes through.
        """
        return work() if rows <= MOST_ROWS_AT_ONCE else await self.threads.run(work)

    def _queue(self, one: Waiting) -> None:
        """Have a filing stored with the next set."""
        self._waiting.append(one)
        self._waiting_rows += len(one[0].sound)
        if len(self._waiting) >= int(self._company):
            self._complete.set()
        if self._committing is None or self._committing.done():
            self._committing = asyncio.create_task(self._commit_all())
            self._committing.add_done_callback(self._refuse_left)

    async def _commit_all(self) -> None:
        while self._waiting:
            await self._gather()
            self._storing = self._take()
            await self._commit_set(self._storing)

    def _refuse_left(self, committing: "asyncio.Task[None]") -> None:
        if _is_broken(committing):
            _refuse_all([*self._storing, *self._waiting])
            self._waiting, self._waiting_rows = [], 0

    async def _gather(self) -> None:
        """Wait a moment for as many filings as were here together lately, if there is company."""
        self._company *= SIBLINGS_DECAY
        if self._company < MIN_SIBLINGS or len(self._waiting) >= int(self._company):
            return
        self._complete.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(COMMIT_DELAY_S):
                await self._complete.wait()

    def _take(self) -> list[Waiting]:
        """The next set: of one period, up to MOST_ROWS rows, at least one filing.

        What a filing says of workers whom its employer has already, the database is asked for: it
        waits until the filings before it are there.
        """
        period = self._waiting[0][0].work.policy.period.number
        rows = count = 0
        employers: set[Nib] = set()
        for sent, _ in self._waiting:
            rows += len(sent.sound)
            follows = bool(sent.sited or sent.leavers) and sent.work.nib in employers
            is_other = sent.work.policy.period.number != period
            if count and (rows > MOST_ROWS or is_other or follows):
                break
            employers.add(sent.work.nib)
            count += 1
        taken, self._waiting = self._waiting[:count], self._waiting[count:]
        self._waiting_rows -= sum(len(sent.sound) for sent, _ in taken)
        return taken

    async def _commit_set(self, taken: Sequence[Waiting]) -> None:
        """Store a set, and answer each of its filings; what cannot share it goes on aside."""
        try:
            outcomes = await self._store([sent for sent, _ in taken])
        except Unavailable as error:
            if not is_database_away(error):
                log.warning("intake_set_turned_away", filings=len(taken), code=error.code)
            for _, answer in taken:
                _refuse(answer, error)
            return
        except Exception as error:
            if len(taken) == 1:
                _refuse(taken[0][1], _explained(error))
                return
            log.warning("intake_set_failed", filings=len(taken), error=type(error).__name__)
            self._keep(self._halve(taken), taken)
            return
        if any(sent.work.states[WorkerState.APPROVED] or sent.work.moved for sent, _ in taken):
            self._bell.notify()
        for one, outcome in zip(taken, outcomes, strict=True):
            self._tell(one, outcome)

    def _tell(self, one: Waiting, outcome: Outcome) -> None:
        _, answer = one
        match outcome:
            case None:
                self._keep(self._look_again(one), [one])
            case StrpError():
                _refuse(answer, outcome)
            case _:
                if not answer.done():  # whoever asked may be gone
                    answer.set_result(outcome)

    async def _halve(self, failed: Sequence[Waiting]) -> None:
        """Store the halves of a set that failed, each by itself: one bad filing among a thousand
        is found in twenty transactions, and nobody who comes later waits for them."""
        async with self._halving:
            for sent, _ in failed:
                sent.work.reset()
            middle = len(failed) // 2
            for half in (failed[:middle], failed[middle:]):
                await self._commit_set(half)

    async def _look_again(self, one: Waiting) -> None:
        """Queue a filing again after a pause, as long as it may wait for its employer."""
        sent, answer = one
        now = asyncio.get_running_loop().time()
        waits = sent.waits = sent.waits or EmployerWait(now + EMPLOYER_WAIT_S)
        if now >= waits.until:
            _refuse(answer, employer_busy())
            return
        await asyncio.sleep(waits.look_after_s)
        waits.look_after_s = min(2 * waits.look_after_s, LONGEST_LOOK_S)
        self._queue(one)

    def _keep(self, work: Coroutine[Any, Any, None], waiting: Sequence[Waiting]) -> None:
        """Hold what goes on aside until it ends: the loop itself holds tasks weakly."""

        def end(task: "asyncio.Task[None]") -> None:
            self._aside.discard(task)
            if _is_broken(task):
                _refuse_all(waiting)

        task = asyncio.create_task(work)
        self._aside.add(task)
        task.add_done_callback(end)

    async def _store(self, sents: Sequence[PreparedFiling]) -> list[Outcome]:
        """Store a set in one transaction, begun and committed in the round trips of its reads
        and writes; it is durable when this returns."""
        works = [sent.work for sent in sents]
        async with self._database.connection() as conn:
            try:
                before = await store.lock_and_read(
                    conn,
                    nibs=sorted({work.nib for work in works}),
                    period_id=works[0].policy.period.number,
                    nik_indexes=[nik_index for sent in sents for _, nik_index in sent.sound],
                    now=max(work.submitted_at for work in works),
                    idempotency_keys=[
                        (work.nib, work.idempotency_key) for work in works if work.idempotency_key
                    ],
                    wait=False,
                    begin=True,
                )
                return await self._place(conn, sents, before)
            except BaseException:
                await conn.rollback()
                raise

    async def _place(
        self, conn: Connection, sents: Sequence[PreparedFiling], before: store.KnownBefore
    ) -> list[Outcome]:
        placed = PlacedRows()
        with_leavers = [sent for sent in sents if sent.leavers and sent.work.nib in before.locked]
        for sent in with_leavers:
            if answered_before(sent.work, before) is None:
                await settle_leavers(conn, sent.work, sent.leavers, before)

        with_sites = [sent for sent in sents if sent.sited and sent.work.nib in before.locked]
        shared: dict[Nib, dict[Nib, AtHost]] = {}
        for sent in with_sites:  # filings of one employer take places from the same number
            sent.work.at_hosts = shared.setdefault(sent.work.nib, {})
            if answered_before(sent.work, before) is None:
                await settle_moved(conn, self._keys, self.aside, sent.work, sent.sited, before)
                await read_hosts_of(conn, sent.work, sent.hosts)

        def decide() -> tuple[list[Outcome], list[PreparedFiling]]:
            outcomes: list[Outcome] = []
            new: list[PreparedFiling] = []
            for sent in sents:
                if sent.work.nib not in before.locked:
                    outcomes.append(None)
                    continue
                known = answered_before(sent.work, before) or self.idle.refusal(
                    sent.work, sent.sound, before
                )
                if known is None:
                    place(sent.work, sent.sound, before, placed, self._keys.seal_all)
                    new.append(sent)
                outcomes.append(sent.work.application_id if known is None else known)
            return outcomes, new

        outcomes, new = await self.aside(decide, rows=sum(len(sent.sound) for sent in sents))
        await store.save_workers(conn, placed.workers)
        await bring_earlier_before_officer(conn, self._keys, placed.claimed, sents[0].work)
        to_mend = [
            (sent.work.nib, sent.work.application_id, chunk_no, sealed)
            for sent in new
            for chunk_no, sealed in enumerate(sent.to_mend)
        ]
        more = bool(with_leavers or with_sites)
        await store.save_applications(
            conn,
            [sent.work.to_row() for sent in new],
            placed.quota,
            placed.samples,
            to_mend,
            refusals=[row for sent in new for row in refusal_rows(sent.work)],
            figures=[row for sent in new for row in figure_rows(sent.work)],
            commit=not more,
        )
        if more:
            await note_leavers(conn, [sent.work for sent in new])
            for sent in new:
                await ask_hosts(conn, sent.work)
            await conn.commit()
        return outcomes


def _is_broken(task: "asyncio.Task[None]") -> bool:
    return task.cancelled() or task.exception() is not None


def _refuse_all(waiting: Sequence[Waiting]) -> None:
    """Tell whoever waits for a task that was ended from inside: no other would."""
    for _, answer in waiting:
        _refuse(answer, too_busy())


def _refuse(answer: asyncio.Future[ApplicationId], error: Exception) -> None:
    if not answer.done():  # whoever asked may be gone
        answer.set_exception(error)


def _explained(error: Exception) -> Exception:
    if isinstance(error, StrpError):
        return error
    log.error(
        "filing_failed", error=type(error).__name__, sqlstate=getattr(error, "sqlstate", None)
    )
    return Unavailable(
        "filing-failed",
        Text(
            id="Pengajuan ini tidak dapat disimpan; tidak ada yang tercatat. Kirim ulang dengan "
            "Idempotency-Key yang sama; bila gagal lagi, hubungi operator.",
            en="This filing could not be stored; nothing was filed. Send it again with the same "
            "Idempotency-Key; if it fails again, tell the operator.",
        ),
        retry_after_s=30,
    )

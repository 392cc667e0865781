"""Issuing: approved workers get their certificates, in deadline order, in sets.

Why nobody gets two and nobody is forgotten, whatever dies when:
  1. The task is written in the transaction that approves.
  2. A process takes tasks by locking their rows; others skip locked rows.
  3. It reads the approved workers of these tasks that have no certificate: of as many tasks as
     make a set, and of one large one so many as the set still holds.
  4. It signs.
  5. It stores the certificates and removes the tasks in the transaction that holds the locks.
  6. A process that dies before the commit leaves tasks and workers as they were.
  7. The primary key of a certificate is the worker: a second one cannot be stored.
  8. Serial numbers are those of an epoch that the process drew (`epoch_numbers.py`): a gap harms
     nobody, a number is never used twice, not by a copy of the database either.
"""

import asyncio
import contextlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from itertools import compress, product
from operator import not_
from typing import NamedTuple

import psycopg
import structlog

from strp.credential.certificate import Profile, issue
from strp.domain.certificates.certificate import Claims, Grounds, compose, grounds
from strp.domain.epochs import list_of
from strp.domain.errors import StrpError
from strp.domain.identifiers import PeriodId
from strp.domain.overload import STORAGE_FULL
from strp.domain.roster.row import SiteType, WorkerRow
from strp.domain.rules.policy import Period, Policy
from strp.domain.screening.ruling import ruling_needed
from strp.outside.keys import KeyRing
from strp.store.certificates import issued as store
from strp.store.certificates.issued import IssueTask
from strp.store.certificates.status_lists import note_periods
from strp.store.engine.database import AWAY, BEING_CHANGED, TOO_SLOW, Connection
from strp.store.engine.reach import is_database_away
from strp.store.filing.workers import WorkerToIssue
from strp.usecases.certificates.issue_sets import settle, that_fit, workers_of
from strp.usecases.filing.placement import FilingDraft
from strp.usecases.process.epoch_numbers import LISTS_USED_UP, OLDER_RELEASE
from strp.usecases.process.personal_data import (
    certificate_aad,
    personal_data,
    read_personal_data,
    worker_aad,
)
from strp.usecases.process.supervise import Beat
from strp.usecases.process.system import System
from strp.usecases.rules.current import current_periods, periods_long_over, policy_by_id

log = structlog.get_logger()

MOST_TASKS = 250
MOST_WORKERS = 2_000
# A small set costs as many round trips as a full one, so what is approved meanwhile joins in.
WAKEUP_DELAY_S = 0.1
IDLE_S = 5.0
LISTEN_S = 10.0
# Ages of the last success from which issuing and listening count as late. A set may wait for
# locks and statements as long as the database's own timeouts allow.
ISSUE_BOUND_S = 120.0
LISTEN_BOUND_S = 60.0
RETRY_S = 1.0
# Later than any deadline of today, so that everybody else goes first.
PUT_OFF_FOR = timedelta(days=1)
# Errors that speak of the database or the rules, and of no filing.
_NOT_OF_A_FILING = frozenset(
    {
        AWAY,
        BEING_CHANGED,
        TOO_SLOW,
        STORAGE_FULL,
        OLDER_RELEASE,
        LISTS_USED_UP,
        "no-policy-in-force",
    }
)
_SITES: Mapping[str, SiteType] = {site.value: site for site in SiteType}


class ToSign(NamedTuple):
    """One worker of a set: which certificate of which filing, and what it says."""

    task: IssueTask
    worker: WorkerToIssue
    serial: int
    shared: Grounds

    def claims(self, keys: KeyRing) -> Claims:
        """The claims of the certificate, from the worker's sealed data."""
        task, worker, serial, shared = self
        row_no = worker.row_no
        aad = worker_aad(task.nib, task.application_id, row_no)
        person = read_personal_data(keys.open(worker.sealed, aad))
        return compose(
            shared,
            serial_no=serial,
            serial=keys.serials.value(serial),
            holder=person.name,
            identity=person.nik or person.document or "",
            site_type=_SITES[worker.site_type],
        )


class Issuer:
    """Issues certificates for one process.

    `is_behind` says whether the last set was full, so that more waits.
    """

    def __init__(self, system: System) -> None:
        self._system = system
        self._profile = Profile(system.authority.issuer)
        self.is_behind = False
        self._at_hand: Sequence[IssueTask] = ()
        self._noted: set[tuple[int, int]] = set()

    async def issue_some(self, most_tasks: int = MOST_TASKS) -> int:
        """Issue for the tasks with the nearest deadlines.

        Args:
            most_tasks: filings to work on at once.

        Returns:
            Number of tasks worked on; 0 where nothing waits.
        """
        self._at_hand, noted = (), set[tuple[int, int]]()
        periods = {period.number: period for period in await current_periods(self._system)}
        async with self._system.database.transaction() as conn:
            taken = await store.take_issue_tasks(
                conn, most_tasks, self._system.clock(), room=MOST_WORKERS
            )
            whole, large = that_fit(taken, MOST_WORKERS, alone=most_tasks == 1)
            self._at_hand = tasks = [*whole, *large]
            if not tasks:
                return 0
            found, parts = await workers_of(conn, whole, large, MOST_WORKERS)
            database, ended = self._system.database, await periods_long_over(self._system)
            serials = await self._system.serials.take(database, len(found), ended)
            now = self._system.clock()
            if found:
                signed = self.sign(await self._set(tasks, found, serials, periods, now))
                await store.save_certificates(conn, store.certificate_rows(now, signed))
                noted = await self._note_periods(conn, tasks, serials)
            await settle(conn, tasks, parts)
        self._noted |= noted  # once it is stored
        self.is_behind = bool(parts) or len(taken) > len(tasks) or len(taken) >= MOST_TASKS
        return len(tasks)

    async def _note_periods(
        self, conn: Connection, tasks: Sequence[IssueTask], serials: Sequence[int]
    ) -> set[tuple[int, int]]:
        """Keep which periods the lists of these numbers hold certificates of, and return it."""
        lists, periods = set(map(list_of, serials)), {task.period_id for task in tasks}
        noted = set(product(lists, periods))
        if noted - self._noted:
            await note_periods(conn, lists, periods)
        return noted

    async def issue_apart(self) -> None:
        """Issue one filing at a time after a set has failed; what fails alone is put off.

        So one damaged row keeps nobody waiting but the workers of its own filing. A filing is put
        off only where it was at hand alone and failed twice in a row, and not for what ails the
        database or the rules: that would put off whoever comes by.
        """
        put_off: set[int] = set()
        failed = 0
        while True:
            try:
                if not await self.issue_some(most_tasks=1):
                    return
            except Exception as error:
                if _is_away(error) or not self._at_hand:
                    raise
                [task] = self._at_hand
                if task.application_id in put_off:
                    raise
                if task.application_id != failed:
                    failed = task.application_id
                    continue
                put_off.add(task.application_id)
                log.error(
                    "certificates_put_off",
                    application=task.application_id,
                    error=_code(error),
                )
                async with self._system.database.transaction() as conn:
                    until = self._system.clock() + PUT_OFF_FOR
                    await store.put_off(conn, task, until, _code(error))

    async def _set(
        self,
        tasks: Sequence[IssueTask],
        found: Sequence[WorkerToIssue],
        serials: Sequence[int],
        periods: Mapping[PeriodId, Period],
        now: datetime,
    ) -> list[ToSign]:
        """Give each worker a serial number, and what the certificates of the filing share.

        A certificate names the sector and region of the site: the host's, where it is not the
        employer's own.
        """
        ids = {task.policy_id for task in tasks}
        policies = {policy_id: await policy_by_id(self._system, policy_id) for policy_id in ids}
        issuer = self._system.authority.issuer

        @cache
        def shared(position: int, sector: str | None, region: str | None) -> Grounds:
            task = tasks[position - 1]
            if sector is not None and region is not None:  # at another employer's site
                task = task._replace(sector=sector, region=region)
            period = periods[PeriodId(task.period_id)]
            return _grounds(issuer, task, policies[task.policy_id], period, now)

        return [
            ToSign(
                tasks[worker.position - 1],
                worker,
                serial,
                shared(worker.position, worker.host_sector, worker.host_region),
            )
            for worker, serial in zip(found, serials, strict=True)
        ]

    def sign(self, to_sign: Sequence[ToSign]) -> Iterator[tuple[int, int, int, int, bytes]]:
        """Employer, application, row, serial number and sealed token of each."""
        keys = self._system.keys
        tokens = self._signed(to_sign)
        places = [
            certificate_aad(task.nib, task.application_id, worker.row_no)
            for task, worker, _, _ in to_sign
        ]
        sealed = keys.seal_all(tokens, places)
        for (task, worker, serial, _), envelope in zip(to_sign, sealed, strict=True):
            yield task.nib, task.application_id, worker.row_no, serial, envelope

    def _signed(self, to_sign: Sequence[ToSign]) -> Sequence[bytes]:
        """Certificates in the order given; those of an exercise have a key of their own."""
        keys, prepare = self._system.keys, self._profile.prepare
        prepared = [prepare(one.claims(keys)) for one in to_sign]
        marks = [one.shared.exercise for one in to_sign]
        if not any(marks):
            return issue(prepared, keys.signing[0])
        true = issue(compress(prepared, map(not_, marks)), keys.signing[0])
        exercise = issue(compress(prepared, marks), keys.exercise[0])
        true_ones, exercise_ones = iter(true), iter(exercise)
        return [next(exercise_ones if mark else true_ones) for mark in marks]


def to_sign_of(system: System, work: FilingDraft, people: Sequence[WorkerRow]) -> list[ToSign]:
    """What there is to sign for workers of a filing, as if it came from the database.

    Args:
        work: the filing, with its policy and sector.
        people: its workers that are approved; row number and serial are the same here.
    """
    policy, now = work.policy, system.clock()
    task = IssueTask(
        nib=work.nib,
        application_id=work.application_id,
        after_row=0,
        employer_name=work.employer.name,
        region=work.employer.region,
        period_id=policy.period.number,
        policy_id=policy.policy_id,
        sector=work.classification.sector_code,
        accepted=len(people),
        approved=len(people),
    )
    shared = _grounds(system.authority.issuer, task, policy, policy.period, now)
    places = [worker_aad(work.nib, work.application_id, person.row) for person in people]
    envelopes = system.keys.seal_all([personal_data(person) for person in people], places)
    return [
        ToSign(task, WorkerToIssue(1, person.row, person.site_type, sealed), person.row, shared)
        for person, sealed in zip(people, envelopes, strict=True)
    ]


def _grounds(
    issuer: str, task: IssueTask, policy: Policy, period: Period, now: datetime
) -> Grounds:
    sector = policy.sector(task.sector)
    if sector is None:  # nobody is approved before; what was approved long ago waits for a ruling
        raise ruling_needed()
    return grounds(
        issuer=issuer,
        issued_at=now,
        period=period,
        employer=task.employer_name,
        sector=sector.code,
        sector_class=sector.class_,
        region=int(task.region),
    )


async def issue_forever(system: System, stop: asyncio.Event) -> None:
    """Issue certificates as workers are approved, until told to stop.

    Woken by the transaction that approves; looks by itself every few seconds, for what a
    process that died has left.
    """
    issuer = Issuer(system)
    wake = asyncio.Event()

    async def issue_all(beat: Beat) -> None:
        while not stop.is_set():
            await _issue_all(issuer, stop, beat)
            await _either(stop, wake)
            wake.clear()

    async def listen(beat: Beat) -> None:
        await _listen(system, wake, beat)

    keep = system.loops.keep
    listening = asyncio.create_task(keep("issue-wake", listen, bound_s=LISTEN_BOUND_S, stop=stop))
    try:
        await keep("issue", issue_all, bound_s=ISSUE_BOUND_S, stop=stop)
    finally:
        listening.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await listening


async def _issue_all(issuer: Issuer, stop: asyncio.Event, beat: Beat) -> None:
    """Work until nothing waits, or until a fault calls for a pause."""
    try:
        while not stop.is_set() and await issuer.issue_some():
            beat()
            if not issuer.is_behind:
                await asyncio.sleep(WAKEUP_DELAY_S)
        beat()
    except Exception as error:
        if not is_database_away(error):
            sqlstate = getattr(error, "sqlstate", None)
            log.error("issuing_failed", error=_code(error), sqlstate=sqlstate)
        if not _is_away(error):
            with contextlib.suppress(Exception):
                await issuer.issue_apart()
        await asyncio.sleep(RETRY_S)


async def put_off_tasks(system: System, limit: int = 10) -> Sequence[tuple[int, str]]:
    """Applications whose certificates could not be made, each with the code that says why.

    Raises:
        Unavailable: the database does not answer.
    """
    async with system.database.connection() as conn:
        return await store.list_put_off(conn, limit)


def _code(error: Exception) -> str:
    """What names an error without its message, which may quote what was filed."""
    return error.code if isinstance(error, StrpError) else type(error).__name__


def _is_away(error: Exception) -> bool:
    """Whether an error speaks of the database, and not of what was worked on."""
    return isinstance(error, StrpError) and error.code in _NOT_OF_A_FILING


async def _either(stop: asyncio.Event, wake: asyncio.Event) -> None:
    waits = [asyncio.create_task(stop.wait()), asyncio.create_task(wake.wait())]
    await asyncio.wait(waits, timeout=IDLE_S, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()


async def _listen(system: System, wake: asyncio.Event, beat: Beat) -> None:
    """Pass on each call of the bell; asks the server now and then whether it is still there."""
    async with await psycopg.AsyncConnection.connect(system.database.url, autocommit=True) as conn:
        await conn.execute("LISTEN strp_issue")
        while True:
            async for _ in conn.notifies(timeout=LISTEN_S, stop_after=1):
                wake.set()
            await conn.execute("SELECT 1")
            beat()
            await asyncio.sleep(WAKEUP_DELAY_S)  # one wake for all that comes meanwhile

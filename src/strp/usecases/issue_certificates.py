"""Issuing: approved workers get their certificates, in deadline order, in sets.

Why nobody gets two and nobody is forgotten, whatever dies when:
  1. The task is written in the transaction that approves.
  2. A process takes tasks by locking their rows; others skip locked rows.
  3. It reads the approved workers of these tasks that have no certificate.
  4. It signs.
  5. It stores the certificates and removes the tasks in the transaction that holds the locks.
  6. A process that dies before the commit leaves tasks and workers as they were.
  7. The primary key of a certificate is the worker: a second one cannot be stored.
  8. Serial numbers are leased in blocks outside of that transaction: a gap harms nobody,
     a number is never used twice.
"""

import asyncio
import contextlib
from collections.abc import Iterator, Sequence
from datetime import datetime

import psycopg
import structlog

from strp.credential.certificate import Profile, issue
from strp.domain import certificate as rules
from strp.domain.errors import StrpError
from strp.domain.identifiers import PeriodId
from strp.domain.policy import Period, Policy, SectorClass
from strp.domain.roster import SiteType
from strp.store import certificates as store
from strp.store import workers
from strp.store.certificates import IssueTask
from strp.store.workers import WorkerToIssue
from strp.usecases.placing import read_personal_data, worker_aad
from strp.usecases.rules import current_periods, policy_by_id
from strp.usecases.system import System

log = structlog.get_logger()

MOST_TASKS = 250
MOST_WORKERS = 2_000
IDLE_S = 5.0
RETRY_S = 1.0


class Issuer:
    """Issues certificates for one process."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._profile = Profile(system.settings.issuer)
        self._serials: Iterator[int] = iter(())

    async def issue_some(self) -> int:
        """Issue for the tasks with the nearest deadlines.

        Returns:
            Number of tasks worked on; 0 where nothing waits.
        """
        serials = await self._serials_for(MOST_WORKERS)
        periods = {period.number: period for period in await current_periods(self._system)}
        async with self._system.database.transaction() as conn:
            tasks = await store.take_issue_tasks(conn, MOST_TASKS)
            if not tasks:
                self._give_back(serials)
                return 0
            found = await workers.workers_to_issue(
                conn,
                [(task.nib, task.application_id, task.after_row) for task in tasks],
                MOST_WORKERS,
            )
            rows = await self._sign(tasks, found, serials, periods)
            if rows:
                await store.save_certificates(conn, rows)
            await self._settle(conn, tasks, found)
        self._give_back(serials[len(found) :])
        return len(tasks)

    async def _sign(
        self,
        tasks: Sequence[IssueTask],
        found: Sequence[WorkerToIssue],
        serials: Sequence[int],
        periods: dict[PeriodId, Period],
    ) -> list[bytes]:
        now = self._system.clock()
        policies = {
            task.policy_id: await policy_by_id(self._system, task.policy_id) for task in tasks
        }
        prepared = [
            self._profile.prepare(
                self._claims(
                    task,
                    worker,
                    serial,
                    now,
                    policies[task.policy_id],
                    periods[PeriodId(task.period_id)],
                )
            )
            for worker, serial in zip(found, serials, strict=False)
            for task in (tasks[worker.position - 1],)
        ]
        tokens = issue(prepared, self._system.keys.signing[0])
        return [
            store.certificate_row(task.nib, task.application_id, worker.row_no, serial, now, token)
            for worker, serial, token in zip(found, serials, tokens, strict=False)
            for task in (tasks[worker.position - 1],)
        ]

    def _claims(
        self,
        task: IssueTask,
        worker: WorkerToIssue,
        serial: int,
        now: datetime,
        policy: Policy,
        period: Period,
    ) -> rules.Claims:
        system = self._system
        person = read_personal_data(
            system.keys.open(
                worker.sealed, worker_aad(task.nib, task.application_id, worker.row_no)
            )
        )
        sector = policy.sector(task.sector)
        return rules.compose(
            issuer=system.settings.issuer,
            serial_no=serial,
            serial=system.keys.serials.value(serial),
            issued_at=now,
            period=period,
            holder=person.name,
            identity=person.nik or person.document or "",
            employer=task.employer_name,
            sector_class=sector.class_ if sector else SectorClass.ESSENTIAL,
            sector=sector.code if sector else "",
            site_type=SiteType(worker.site_type),
            region=int(task.region),
        )

    async def _settle(
        self,
        conn: psycopg.AsyncConnection,
        tasks: Sequence[IssueTask],
        found: Sequence[WorkerToIssue],
    ) -> None:
        """Remove tasks that are done; the last one of a full set may have more workers."""
        if len(found) < MOST_WORKERS:
            await store.finish_issue_tasks(conn, tasks)
            return
        last = found[-1]
        await store.finish_issue_tasks(conn, tasks[: last.position - 1])
        await store.continue_issue_task(conn, tasks[last.position - 1], last.row_no)

    async def _serials_for(self, count: int) -> list[int]:
        ready = [serial for serial, _ in zip(self._serials, range(count), strict=False)]
        missing = count - len(ready)
        if missing > 0:
            async with self._system.database.connection() as conn:
                blocks = await store.lease_serials(conn, -(-missing // store.SERIAL_BLOCK))
            fresh = [serial for block in blocks for serial in block]
            ready += fresh[:missing]
            self._serials = iter(fresh[missing:])
        return ready

    def _give_back(self, serials: Sequence[int]) -> None:
        """Keep numbers that were not used for the next set."""
        self._serials = iter([*serials, *self._serials])


async def issue_forever(system: System, stop: asyncio.Event) -> None:
    """Issue certificates as workers are approved, until told to stop.

    Woken by the transaction that approves; looks by itself every few seconds, for what a
    process that died has left.
    """
    issuer = Issuer(system)
    wake = asyncio.Event()
    listening = asyncio.create_task(_listen(system, wake))
    try:
        while not stop.is_set():
            if not await _issue_all(issuer, stop):
                await _either(stop, wake)
            wake.clear()
    finally:
        listening.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await listening


async def _issue_all(issuer: Issuer, stop: asyncio.Event) -> bool:
    """Work until nothing waits; False where a fault calls for a pause."""
    try:
        while not stop.is_set() and await issuer.issue_some():
            pass
    except StrpError as error:
        log.warning("issuing_paused", code=error.code)
        await asyncio.sleep(RETRY_S)
    except Exception as error:
        log.error(
            "issuing_failed", error=type(error).__name__, sqlstate=getattr(error, "sqlstate", None)
        )
        await asyncio.sleep(RETRY_S)
    return False


async def _either(stop: asyncio.Event, wake: asyncio.Event) -> None:
    waits = [asyncio.create_task(stop.wait()), asyncio.create_task(wake.wait())]
    await asyncio.wait(waits, timeout=IDLE_S, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()


async def _listen(system: System, wake: asyncio.Event) -> None:
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(
                system.database.url, autocommit=True
            ) as conn:
                await conn.execute("LISTEN strp_issue")
                async for _ in conn.notifies():
                    wake.set()
        except psycopg.Error:
            await asyncio.sleep(RETRY_S)

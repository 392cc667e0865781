"""The worker process: sends letters, tidies up, and issues certificates.

Jobs are rows of the same database, written in the transactions that need them (procrastinate). A
job whose worker died is taken up again; so each task is written to be run twice without harm.
"""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import procrastinate
import structlog
from procrastinate.exceptions import ConnectorException

from strp.domain.errors import StrpError, Unavailable
from strp.usecases import send_mail as letters
from strp.usecases.issue_certificates import issue_forever
from strp.usecases.send_mail import send_mail
from strp.usecases.sign_out import forget_expired
from strp.usecases.system import System

log = structlog.get_logger()

CONCURRENT_JOBS = 8
STOP_WITHIN_S = 20
RETRY_S = 2.0
KEEP_FAILED_H = 30 * 24
# Ten seconds after the first failure, then a minute longer each time: some eight hours in all.
_MAIL_RETRY = procrastinate.RetryStrategy(
    max_attempts=30, wait=10, linear_wait=60, retry_exceptions={Unavailable}
)


async def run_worker(system: System, stop: asyncio.Event) -> None:
    """Work until told to stop; then finish the jobs at hand and return.

    Args:
        system: the installation.
        stop: set when the worker should end.
    """
    async with asyncio.TaskGroup() as group:
        group.create_task(_run_jobs(system, stop))
        group.create_task(issue_forever(system, stop))


async def _run_jobs(system: System, stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            await _until(stop, lambda: _work(system))
        except (ConnectorException, StrpError) as error:
            log.warning("jobs_paused", error=type(error).__name__)
            await asyncio.sleep(RETRY_S)


async def _work(system: System) -> None:
    app = job_app(system)
    async with app.open_async():
        await app.run_worker_async(
            concurrency=CONCURRENT_JOBS,
            delete_jobs="successful",
            install_signal_handlers=False,
            shutdown_graceful_timeout=STOP_WITHIN_S,
        )


def job_app(system: System) -> procrastinate.App:
    """The tasks that this process knows, bound to one installation."""
    connector = procrastinate.PsycopgConnector(
        conninfo=system.database.url, min_size=1, max_size=CONCURRENT_JOBS
    )
    app = procrastinate.App(connector=connector)

    @app.task(name=letters.TASK, retry=_MAIL_RETRY)
    async def _send_mail(mail_id: str) -> None:
        await send_mail(system, UUID(mail_id))

    @app.periodic(cron="* * * * *")
    @app.task(name="retry_stalled", queueing_lock="retry_stalled", pass_context=True)
    async def _retry_stalled(context: procrastinate.JobContext, timestamp: int) -> None:  # noqa: ARG001
        jobs = context.app.job_manager
        for job in await jobs.get_stalled_jobs():
            await jobs.retry_job(job)

    @app.periodic(cron="*/15 * * * *")
    @app.task(name="tidy", queueing_lock="tidy", pass_context=True)
    async def _tidy(context: procrastinate.JobContext, timestamp: int) -> None:  # noqa: ARG001
        await forget_expired(system)
        await context.app.job_manager.delete_old_jobs(
            nb_hours=KEEP_FAILED_H, include_failed=True, include_cancelled=True
        )

    return app


async def _until(stop: asyncio.Event, work: Callable[[], Awaitable[None]]) -> None:
    """Run until done, or until told to stop; a stop lets it finish what it holds."""
    working = asyncio.ensure_future(work())
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
        working.cancel()
        await asyncio.wait({working})
    if not working.cancelled():
        working.result()

"""The worker process: sends letters, tidies up, and issues certificates.

What is to be issued and sent are queues in tables of their own. Other jobs are rows of the same
database (procrastinate); each is written to be run twice without harm.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, LiteralString

import procrastinate

from strp.usecases.certificates.end_leavers import end_leavers
from strp.usecases.certificates.issue import issue_forever
from strp.usecases.certificates.make_documents import make_documents_forever
from strp.usecases.certificates.rescreen_standing import rescreen_forever
from strp.usecases.desk.decide_bulk import carry_out_forever
from strp.usecases.desk.figures import add_up_forever
from strp.usecases.desk.forecast import forecast_forever
from strp.usecases.desk.rescreen_guests import rescreen_guests
from strp.usecases.desk.send_briefs import send_briefs_forever
from strp.usecases.employers.objections_over import settle_objections_over
from strp.usecases.filing.unopenable import look_again
from strp.usecases.notices.send import send_forever
from strp.usecases.notices.watch_letters import watch_letters
from strp.usecases.notices.write import write_forever
from strp.usecases.operation.count_hits import count_hits_forever
from strp.usecases.operation.forget_expired import forget_forever
from strp.usecases.process.report_loops import ProcessKind, report_loops
from strp.usecases.process.supervise import Beat, end_when_stuck, side_by_side
from strp.usecases.process.system import System
from strp.usecases.rules.end_exercise import ExerciseEnd

CONCURRENT_JOBS = 8
STOP_WITHIN_S = 20
# Age of the last look for jobs from which it counts as late; all eight may be at work meanwhile.
JOBS_BOUND_S = 180.0
KEEP_FAILED_H = 30 * 24


async def run_worker(system: System, stop: asyncio.Event) -> None:
    """Work until told to stop; then finish the jobs at hand and return.

    Args:
        system: the installation.
        stop: set when the worker should end.
    """
    helping = [
        report_loops(system, ProcessKind.WORKER),
        forget_forever(system),
        write_forever(system),
        watch_letters(system),
        forecast_forever(system),
        add_up_forever(system),
        carry_out_forever(system),
        count_hits_forever(system),
        send_briefs_forever(system),
        rescreen_forever(system),
        end_when_stuck(system.loops),
    ]
    async with side_by_side(helping), asyncio.TaskGroup() as group:
        group.create_task(_run_jobs(system, stop))
        group.create_task(issue_forever(system, stop))
        group.create_task(send_forever(system, stop))
        group.create_task(make_documents_forever(system, stop))


async def _run_jobs(system: System, stop: asyncio.Event) -> None:
    async def run_jobs(beat: Beat) -> None:
        await _until(stop, lambda: _work(system, beat))

    await system.loops.keep("jobs", run_jobs, bound_s=JOBS_BOUND_S, stop=stop)


class WatchedConnector(procrastinate.PsycopgConnector):
    """Tells each time that the worker asked for a job and got an answer.

    Args:
        beat: is called then.
    """

    def __init__(self, *, beat: Beat, **options: Any) -> None:
        super().__init__(**options)
        self._beat = beat

    async def execute_query_one_async(self, query: LiteralString, **arguments: Any) -> Any:
        """One row of an answer."""
        row = await super().execute_query_one_async(query, **arguments)
        self._beat()
        return row


async def _work(system: System, beat: Beat) -> None:
    app = job_app(system, beat)
    async with app.open_async():
        await app.run_worker_async(
            concurrency=CONCURRENT_JOBS,
            delete_jobs="successful",
            install_signal_handlers=False,
            shutdown_graceful_timeout=STOP_WITHIN_S,
        )


def job_app(system: System, beat: Beat = lambda: None) -> procrastinate.App:
    """The tasks that this process knows, bound to one installation.

    Args:
        system: the installation.
        beat: is called at each sign of life of the queue.
    """
    connector = WatchedConnector(
        beat=beat, conninfo=system.database.url, min_size=1, max_size=CONCURRENT_JOBS
    )
    app = procrastinate.App(connector=connector)

    @app.task(name="send_mail")
    async def _send_mail(mail_id: str) -> None:
        """Jobs of the release before this one; the letters themselves are the queue now."""

    @app.periodic(cron="* * * * *")
    @app.task(name="retry_stalled", queueing_lock="retry_stalled", pass_context=True)
    async def _retry_stalled(context: procrastinate.JobContext, timestamp: int) -> None:  # noqa: ARG001
        jobs = context.app.job_manager
        for job in await jobs.get_stalled_jobs():
            await jobs.retry_job(job)

    @app.periodic(cron="* * * * *")
    @app.task(name="end_leavers", queueing_lock="end_leavers")
    async def _end_leavers(timestamp: int) -> None:  # noqa: ARG001
        await end_leavers(system)

    @app.periodic(cron="* * * * *")
    @app.task(name="rescreen_guests", queueing_lock="rescreen_guests")
    async def _rescreen_guests(timestamp: int) -> None:  # noqa: ARG001
        await rescreen_guests(system)

    exercise_end = ExerciseEnd(system)

    @app.periodic(cron="* * * * *")
    @app.task(name="end_exercise", queueing_lock="end_exercise")
    async def _end_exercise(timestamp: int) -> None:  # noqa: ARG001
        await exercise_end.look()

    @app.periodic(cron="* * * * *")
    @app.task(name="objections_over", queueing_lock="objections_over")
    async def _objections_over(timestamp: int) -> None:  # noqa: ARG001
        await settle_objections_over(system)

    @app.periodic(cron="* * * * *")
    @app.task(name="look_again", queueing_lock="look_again")
    async def _look_again(timestamp: int) -> None:  # noqa: ARG001
        await look_again(system)

    @app.periodic(cron="*/15 * * * *")
    @app.task(name="tidy", queueing_lock="tidy", pass_context=True)
    async def _tidy(context: procrastinate.JobContext, timestamp: int) -> None:  # noqa: ARG001
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

"""The desk as an official sees it: in numbers, and a page of what waits."""

from strp.domain.desk.waiting_filter import MOST_COUNTED, DeskPlace, WaitingFilter
from strp.domain.people.account import Actor, may_review, not_your_task
from strp.store.desk import escalations
from strp.store.desk.summary import DeskSummary, summarise
from strp.store.desk.waiting_list import WaitingPage, list_waiting
from strp.store.desk.waiting_work import WaitingWork, count_waiting_work
from strp.usecases.process.system import System

ALL_WAITING = WaitingFilter()


async def show_desk(
    system: System,
    actor: Actor,
    limit: int = 50,
    *,
    wanted: WaitingFilter = ALL_WAITING,
    after: DeskPlace | None = None,
) -> tuple[DeskSummary, WaitingPage]:
    """The desk in numbers up to a bound, and a page of what waits, the nearest due times first.

    Args:
        system: the installation.
        actor: who looks.
        limit: most lines.
        wanted: what the list is narrowed to.
        after: only what is behind this place.

    Raises:
        Forbidden: the actor does not review.
    """
    if not may_review(actor):
        raise not_your_task()
    now = system.clock()
    async with system.database.connection() as conn:
        summary = await summarise(conn, now, MOST_COUNTED)
        return summary, await list_waiting(conn, wanted, now=now, after=after, limit=limit)


async def count_escalated(system: System, actor: Actor) -> int:
    """Applications that wait for a supervisor or a third official, up to one more than counted.

    Raises:
        Forbidden: the actor does not review.
    """
    if not may_review(actor):
        raise not_your_task()
    async with system.database.connection() as conn:
        return await escalations.count_escalated(conn, MOST_COUNTED + 1)


async def count_other_work(system: System, actor: Actor) -> WaitingWork:
    """Claims and objections that wait beside the desk.

    Raises:
        Forbidden: the actor does not review.
    """
    if not may_review(actor):
        raise not_your_task()
    async with system.database.connection() as conn:
        return await count_waiting_work(conn, system.clock())

"""Finding workers of one application, for its employer: by page, or by what is known of them."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from strp.domain.filing.application import Application, WorkerState
from strp.domain.people.account import Actor, require_filer
from strp.domain.roster.row import line_of
from strp.store.filing import workers as store
from strp.usecases.filing.read_workers import read_workers
from strp.usecases.filing.show import ShownWorker, WorkersPage, open_workers
from strp.usecases.process.system import System

MOST_NUMBERED: Final = 20_000
"""Workers of an application whose pages are numbered: with more, counting them costs too much."""
MOST_OPENED: Final = 5_000
"""Workers that one search opens: names are sealed, so nothing else can look for them."""
OPENED_AT_ONCE: Final = 250
_LAST_DIGITS: Final = 4


class FoundWorkers(NamedTuple):
    """What a search found.

    Args:
        page: the workers, and the row to search on after, where some were not looked at.
        looked_at: how many were.
    """

    page: WorkersPage
    looked_at: int


async def page_starts(
    system: System, application: Application, state: WorkerState | None, *, size: int
) -> Sequence[int]:
    """The row that each page begins after, the first with 0; none where pages are not numbered.

    Args:
        system: the installation.
        application: whose workers.
        state: only workers in it; None: all.
        size: workers a page.
    """
    if not size < application.accepted <= MOST_NUMBERED:
        return ()
    nib, number = application.nib, application.application_id
    async with system.database.connection() as conn:
        lasts = await store.last_rows_of_pages(conn, nib, number, state=state, size=size)
    return (0, *lasts) if lasts else ()


async def find_workers(
    system: System,
    actor: Actor,
    application: Application,
    wanted: str,
    *,
    state: WorkerState | None = None,
    after: int = 0,
    limit: int = 50,
) -> FoundWorkers:
    """Workers whose name or position holds these words, or whose number or line this is.

    Args:
        system: the installation.
        actor: files for the employer.
        application: whose workers, as the actor may see it.
        wanted: words, the last four digits of a NIK or document, or a line of the roster.
        state: only workers in it; None: all.
        after: only rows after this one.
        limit: most workers.

    Raises:
        Forbidden: the actor is an official: their looks are recorded page by page.
    """
    require_filer(actor)
    words = wanted.casefold().split()
    found: list[ShownWorker] = []
    looked_at, place = 0, after
    while True:
        async with system.database.transaction() as conn:
            read = await read_workers(
                system, conn, actor, application, state=state, after=place, limit=OPENED_AT_ONCE
            )
        page = await open_workers(system, actor, application, read)
        looked_at += len(page.workers)
        for worker in page.workers:
            if _matches(worker, words):
                found.append(worker)
            if len(found) == limit:
                return FoundWorkers(replace(page, workers=found, next_after=worker.row), looked_at)
        if page.next_after is None or looked_at >= MOST_OPENED:
            return FoundWorkers(replace(page, workers=found), looked_at)
        place = page.next_after
        await asyncio.sleep(0)


def _matches(worker: ShownWorker, words: Sequence[str]) -> bool:
    text = f"{worker.person.name} {worker.person.position}".casefold()
    ends = {f"{line_of(worker.row)}", worker.identity_masked[-_LAST_DIGITS:].casefold()}
    return all(word in ends or word in text for word in words)

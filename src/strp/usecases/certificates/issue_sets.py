"""Which tasks and workers make one set of certificates, and what is left of them afterwards."""

from collections.abc import Mapping, Sequence
from itertools import accumulate, takewhile

import psycopg

from strp.store.certificates import issued as store
from strp.store.certificates.issued import IssueTask
from strp.store.filing import workers
from strp.store.filing.workers import WorkerToIssue

# Of each set this part is kept for a large application, where one waits: others go between its
# sets, and never instead of them.
PART_OF_LARGE = 0.25


async def workers_of(
    conn: psycopg.AsyncConnection,
    whole: Sequence[IssueTask],
    large: Sequence[IssueTask],
    most_workers: int,
) -> tuple[Sequence[WorkerToIssue], Mapping[int, int]]:
    """Who is to get a certificate in a set.

    Args:
        whole: tasks that fit into it.
        large: one that is gone on with, or none.
        most_workers: of a set.

    Returns:
        Workers with the positions of their tasks, and by position the row to go on after of tasks
        that are not done with this.
    """
    found: list[WorkerToIssue] = []
    parts: dict[int, int] = {}
    if whole:
        found += await workers.workers_to_issue(conn, [_place(t) for t in whole], most_workers)
        if len(found) == most_workers:
            parts = dict.fromkeys(range(found[-1].position + 1, len(whole) + 1), 0)
            parts[found[-1].position] = found[-1].row_no
    for task in large:
        position, room = len(whole) + 1, max(1, most_workers - len(found))
        of_large, after = await workers.large_to_issue(conn, _place(task), room, position=position)
        found += of_large
        if after is not None:
            parts[position] = after
    return found, parts


async def settle(
    conn: psycopg.AsyncConnection, tasks: Sequence[IssueTask], parts: Mapping[int, int]
) -> None:
    """Remove tasks that are done, and leave the others where they are gone on with.

    Args:
        tasks: those that were taken, in their order.
        parts: by position from 1, the row after which the next turn goes on; absent: done.
    """
    numbered = list(enumerate(tasks, 1))
    if done := [task for position, task in numbered if position not in parts]:
        await store.finish_issue_tasks(conn, done)
    for position, task in numbered:
        if parts.get(position):
            await store.continue_issue_task(conn, task, parts[position])


def _place(task: IssueTask) -> tuple[int, int, int]:
    return task.nib, task.application_id, task.after_row


def that_fit(
    taken: Sequence[IssueTask], most_workers: int, *, alone: bool
) -> tuple[Sequence[IssueTask], Sequence[IssueTask]]:
    """The first tasks, as many as a set of workers holds, and one large one to go on with.

    Those that were put off wait until no other does. What is not chosen is free again with the
    commit.

    Args:
        taken: small ones by deadline, then a large one.
        most_workers: of a set.
        alone: whether one of them is to be worked on, and no other.
    """
    fresh = [task for task in taken if not task.is_put_off] or taken
    chosen = fresh[:1] if alone else fresh
    large = [task for task in chosen if task.is_large]
    small = [task for task in chosen if not task.is_large]
    room = most_workers * (1 - PART_OF_LARGE) if large else most_workers
    held = accumulate(task.approved for task in small)
    whole = small[: sum(1 for _ in takewhile(lambda count: count <= room, held))]
    if small and not whole:  # nobody had looked at its size
        return [], small[:1]
    return whole, large

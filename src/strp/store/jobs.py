"""Jobs for the worker process, written in the transaction that needs them.

procrastinate's own SQL functions are called on our connection: a job exists if and only if
what it belongs to was stored.
"""

from collections.abc import Mapping

from psycopg.types.json import Jsonb

from strp.store.database import Connection

QUEUE = "default"

DEFER = """
SELECT procrastinate_defer_jobs_v1(
    ARRAY[ROW(%s, %s, %s, NULL, NULL, %s, NULL)::procrastinate_job_to_defer_v1])
"""


async def defer(
    conn: Connection,
    task: str,
    args: Mapping[str, object],
    *,
    queue: str = QUEUE,
    priority: int = 0,
) -> None:
    """Write a job; a worker takes it up as soon as the transaction commits.

    Args:
        conn: open transaction.
        task: name of the task, as the worker knows it.
        args: arguments by name; ids only, since jobs are kept and logged.
        queue: name of the queue.
        priority: higher goes first.
    """
    await conn.execute(DEFER, (queue, task, priority, Jsonb(dict(args))))

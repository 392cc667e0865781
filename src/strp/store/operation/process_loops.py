"""Heartbeats of the background loops of every process, as each process reports its own."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from psycopg import AsyncConnection

REPORT = """
INSERT INTO process_loop (process_id, kind, loop, succeeded_at, bound_s, restarts, reported_at,
    release)
SELECT %s, %s, b.loop, clock_timestamp() - make_interval(secs => b.age_s), b.bound_s, b.restarts,
       clock_timestamp(), %s
FROM unnest(%s::text[], %s::float8[], %s::float8[], %s::int[]) AS b (loop, age_s, bound_s, restarts)
ON CONFLICT (process_id, loop) DO UPDATE SET
    succeeded_at = excluded.succeeded_at, restarts = excluded.restarts,
    reported_at = excluded.reported_at
"""

LATEST = """
SELECT kind, loop, extract(epoch FROM clock_timestamp() - max(succeeded_at))::float8,
       max(bound_s), sum(restarts)::int,
       count(*) FILTER (WHERE reported_at > clock_timestamp() - interval '1 min'
                          AND succeeded_at < reported_at - make_interval(secs => bound_s))::int
FROM process_loop WHERE reported_at > clock_timestamp() - interval '1 day'
GROUP BY kind, loop ORDER BY kind, loop
"""


SIGNS = """
SELECT process_id, extract(epoch FROM clock_timestamp() - max(reported_at))::float8
FROM process_loop WHERE kind = %s AND reported_at > clock_timestamp() - interval '1 hour'
GROUP BY process_id ORDER BY 2 LIMIT 100
"""


# A process that ended said nothing of it; three heartbeats that stay away say it.
OLDER_WEB = """
SELECT EXISTS (SELECT FROM process_loop WHERE kind = 'web' AND coalesce(release, 0) < %s
               AND reported_at > clock_timestamp() - interval '30 s')
"""


class ProcessSign(NamedTuple):
    """A process, and seconds since it gave a sign last."""

    process_id: UUID
    age_s: float


class LoopBeat(NamedTuple):
    """One loop of one process: its name, seconds since its last success, and the bound of them."""

    loop: str
    age_s: float
    bound_s: float
    restarts: int


class LatestBeat(NamedTuple):
    """The last success of a loop by any process of a kind.

    Args:
        late: processes that live and whose own last success is past the bound.
    """

    kind: str
    loop: str
    age_s: float
    bound_s: float
    restarts: int
    late: int


async def report(
    conn: AsyncConnection, process_id: UUID, kind: str, beats: Sequence[LoopBeat], release: int
) -> None:
    """Store the heartbeats of a process.

    Args:
        release: number of the newest migration that it knows.
    """
    # A list that mixes int and float is none of PostgreSQL's arrays; mypy takes an int for a float.
    rows = [(beat.loop, float(beat.age_s), float(beat.bound_s), beat.restarts) for beat in beats]
    columns = [list(column) for column in zip(*rows, strict=True)]
    process, loops, ages, bounds, restarts = process_id, *columns
    await conn.execute(REPORT, (process, kind, release, loops, ages, bounds, restarts))


async def is_older_web_alive(conn: AsyncConnection, release: int) -> bool:
    """Whether a web process lives whose release does not know a migration."""
    row = await (await conn.execute(OLDER_WEB, (release,))).fetchone()
    return row is not None and bool(row[0])


async def signs(conn: AsyncConnection, kind: str) -> list[ProcessSign]:
    """Processes of a kind that gave a sign within an hour, the freshest first."""
    return [ProcessSign(*row) for row in await (await conn.execute(SIGNS, (kind,))).fetchall()]


async def latest(conn: AsyncConnection) -> list[LatestBeat]:
    """The last success of each loop, of processes that lived within a day."""
    return [LatestBeat(*row) for row in await (await conn.execute(LATEST)).fetchall()]

"""Counts of the desk by steps of ten minutes, officers present, and the newest forecast."""

from datetime import datetime
from typing import Any, Final, NamedTuple

from psycopg import AsyncConnection
from psycopg.types.json import Jsonb

MOST_WEIGHED: Final = 20_000
"""Waiting applications up to which the workers of each are looked up."""

# Within the service hours, which begin and end at a step.
STEP = "date_bin('10 minutes', {}, timestamptz '2000-01-01 00:00+00')"

PRESENT = f"""
INSERT INTO desk_presence (step_at, officer_id, came_at)
SELECT DISTINCT {STEP.format("%(now)s::timestamptz")}, %(officer)s::bigint, %(now)s::timestamptz
FROM {{}}
ON CONFLICT DO NOTHING
"""
"""Part of a statement by which an officer does something; what it is done to is put in."""

ADD_UP = f"""
WITH gone AS (DELETE FROM desk_event RETURNING *)
INSERT INTO desk_step (step_at, applications, workers, decided_applications, decided_workers,
                       late_workers)
SELECT {STEP.format("at")}, sum(applications), sum(workers), sum(decided_applications),
       sum(decided_workers), sum(late_workers)
FROM gone GROUP BY 1
ON CONFLICT (step_at) DO UPDATE
SET applications = desk_step.applications + EXCLUDED.applications,
    workers = desk_step.workers + EXCLUDED.workers,
    decided_applications = desk_step.decided_applications + EXCLUDED.decided_applications,
    decided_workers = desk_step.decided_workers + EXCLUDED.decided_workers,
    late_workers = desk_step.late_workers + EXCLUDED.late_workers
"""

NOTE_WAITING = f"""
INSERT INTO desk_step (step_at, waiting)
SELECT {STEP.format("%(now)s::timestamptz")}, count(*) FROM desk
WHERE cannot_open IS NULL AND (officer_id IS NULL OR lease_until < %(now)s)
ON CONFLICT (step_at) DO UPDATE SET waiting = EXCLUDED.waiting
"""

# Who was seen in a step and in the one before was there for all of it, who came in it from then on,
# and who was seen before and after it read a long file meanwhile. Of the step that runs, and of who
# was seen last in the one before it, only what is over counts.
OFFICERS_IN = """
SELECT coalesce(sum(CASE
    WHEN here AND (earlier OR came_at IS NULL) THEN length
    WHEN here THEN greatest(0, extract(epoch FROM least(s.ends_at, %(now)s) - came_at) / 600)
    WHEN earlier AND (later OR s.ends_at > %(now)s) THEN length
    ELSE 0 END), 0)
FROM (SELECT bool_or(step_at = s.step_at) AS here, bool_or(step_at < s.step_at) AS earlier,
             bool_or(step_at > s.step_at) AS later,
             min(came_at) FILTER (WHERE step_at = s.step_at) AS came_at,
             greatest(0, least(1, extract(epoch FROM %(now)s - s.step_at) / 600)) AS length
      FROM desk_presence
      WHERE step_at BETWEEN s.step_at - interval '10 minutes' AND s.step_at + interval '10 minutes'
      GROUP BY officer_id) seen
"""

# Steps are looked at until the one after them is over too.
NOTE_OFFICERS = f"""
UPDATE desk_step d SET officers = ({OFFICERS_IN})
FROM (SELECT step_at, step_at + interval '10 minutes' AS ends_at FROM desk_step
      WHERE step_at > %(now)s::timestamptz - interval '40 minutes'
         OR officers IS NULL AND step_at > %(now)s::timestamptz - interval '8 days') s
WHERE d.step_at = s.step_at
"""

STEPS = """
SELECT step_at, applications, workers, decided_applications, decided_workers, late_workers,
       waiting, coalesce(officers, 0)
FROM desk_step WHERE step_at >= %s ORDER BY step_at
"""

PRESENT_NOW = "SELECT count(DISTINCT officer_id) FROM desk_presence WHERE step_at > %s"

DUE = f"""
SELECT {STEP.format("due_at")} + interval '10 minutes', count(*) FROM desk
WHERE cannot_open IS NULL GROUP BY 1 ORDER BY 1
"""

DUE_WEIGHED = f"""
SELECT {STEP.format("d.due_at")} + interval '10 minutes', count(*), sum(a.pending)
FROM desk d CROSS JOIN LATERAL (SELECT pending, generate_series(1, 1) FROM application
    WHERE nib = d.nib AND application_id = d.application_id) a
WHERE d.cannot_open IS NULL GROUP BY 1 ORDER BY 1
"""

FORGET = (
    "DELETE FROM desk_step WHERE step_at < %s",
    "DELETE FROM desk_presence WHERE step_at < %s",
)

CLAIM_TURN = """
INSERT INTO desk_forecast (at, told) VALUES (%(now)s, '{}')
ON CONFLICT (is_newest) DO UPDATE SET at = EXCLUDED.at
WHERE desk_forecast.at <= %(before)s
RETURNING alarmed_at, missing_told_at
"""

SAVE = """
UPDATE desk_forecast SET told = %s, alarmed_at = coalesce(%s, alarmed_at),
    missing_told_at = coalesce(%s, missing_told_at)
"""

NEWEST = "SELECT at, told FROM desk_forecast WHERE told <> '{}'"


class StepCounts(NamedTuple):
    """What happened at the desk in one step of ten minutes.

    Args:
        step_at: aware, its beginning.
        late_workers: of those decided, after their due time.
        waiting: applications that nobody held at its end; None: nobody looked.
        officers: present, at the mean of the whole step; of one that runs, until now.
    """

    step_at: datetime
    applications: int
    workers: int
    decided_applications: int
    decided_workers: int
    late_workers: int
    waiting: int | None
    officers: float


class DueCounts(NamedTuple):
    """Applications on the desk whose due time lies in one step; `due_at` is its end.

    Args:
        workers: who wait in them; None: too many to look up.
    """

    due_at: datetime
    applications: int
    workers: int | None = None


async def add_up(conn: AsyncConnection, now: datetime) -> None:
    """Add what happened to the steps, and note how many wait and how many officers work."""
    await conn.execute(ADD_UP)
    await conn.execute(NOTE_WAITING, {"now": now})
    await conn.execute(NOTE_OFFICERS, {"now": now})


async def steps_since(conn: AsyncConnection, since: datetime) -> list[StepCounts]:
    """Steps of which anything is known, in their order."""
    rows = await (await conn.execute(STEPS, (since,))).fetchall()
    return [StepCounts(*row) for row in rows]


async def officers_since(conn: AsyncConnection, since: datetime) -> int:
    """Officers who took or decided something in a step that began after a moment."""
    [(count,)] = await (await conn.execute(PRESENT_NOW, (since,))).fetchall()
    return int(count)


async def due_counts(conn: AsyncConnection) -> list[DueCounts]:
    """What waits at the desk, by due time."""
    found = [DueCounts(*row) for row in await (await conn.execute(DUE)).fetchall()]
    if sum(each.applications for each in found) > MOST_WEIGHED:
        return found
    return [DueCounts(*row) for row in await (await conn.execute(DUE_WEIGHED)).fetchall()]


async def forget_steps(conn: AsyncConnection, before: datetime) -> None:
    """Delete the counts of days long gone."""
    for statement in FORGET:
        await conn.execute(statement, (before,))


class Turn(NamedTuple):
    """The making of the forecast.

    Args:
        alarmed_at: when supervisors were last written to of deadlines.
        missing_told_at: when administrators were of officials who are missing.
    """

    alarmed_at: datetime | None
    missing_told_at: datetime | None


async def take_turn(conn: AsyncConnection, now: datetime, before: datetime) -> Turn | None:
    """Take the making of the forecast, unless another process took it after a moment.

    Args:
        conn: open transaction.
        now: aware.
        before: the last forecast must be as old as this.
    """
    row = await (await conn.execute(CLAIM_TURN, {"now": now, "before": before})).fetchone()
    return None if row is None else Turn(*row)


async def save_forecast(
    conn: AsyncConnection,
    told: dict[str, Any],
    *,
    alarmed_at: datetime | None,
    missing_told_at: datetime | None,
) -> None:
    """Keep the forecast that this process made.

    Args:
        conn: open transaction.
        told: the forecast as the JSON door gives it.
        alarmed_at: when supervisors were written to; None: they were not.
        missing_told_at: when administrators were.
    """
    await conn.execute(SAVE, (Jsonb(told), alarmed_at, missing_told_at))


async def newest_forecast(conn: AsyncConnection) -> tuple[datetime, dict[str, Any]] | None:
    """When the newest forecast was made, and what it says."""
    row = await (await conn.execute(NEWEST)).fetchone()
    return None if row is None else (row[0], row[1])

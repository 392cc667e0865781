"""The figures of a day, for every door: the live view, the brief, the doctor, the open figures."""

from datetime import date, timedelta
from typing import Final

from strp.domain.desk.day_figures import DayFigures, bounds_of, figures_of
from strp.store.desk import figures as store
from strp.store.engine.database import Connection
from strp.usecases.desk.compliance import is_exercise
from strp.usecases.process.system import System

ONE_MOMENT: Final = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
ADD_UP_EVERY_S: Final = 10.0
KEEP_DAYS: Final = 400
"""Counts hold no personal data; a brief compares with the year before."""


async def add_up_forever(system: System) -> None:
    """Turn events into counts of hours; until cancelled."""
    await system.loops.every(
        "figures", lambda: add_up(system), lambda: ADD_UP_EVERY_S, within_s=60, bound_s=300
    )


async def add_up(system: System) -> None:
    """Turn what happened into counts of its hours, and forget days long gone."""
    async with system.database.transaction() as conn:
        if await store.add_up(conn):
            await store.forget_hours(conn, system.clock() - timedelta(days=KEEP_DAYS))


async def figures_of_day(system: System, day: date) -> DayFigures:
    """The figures of a day; whoever shows them asks before whether the reader may see them.

    Args:
        system: the installation.
        day: in Jakarta.
    """
    exercise = await is_exercise(system)
    async with system.database.transaction() as conn:
        await conn.execute(ONE_MOMENT)
        return await read_day(conn, day, exercise=exercise)


async def read_day(conn: Connection, day: date, *, exercise: bool) -> DayFigures:
    """The figures of a day.

    Args:
        conn: a transaction that sees one moment.
        day: in Jakarta.
        exercise: whether filings of an exercise are counted, or those of no exercise.
    """
    since, until = bounds_of(day)
    groups = await store.read_groups(conn, since, until, exercise=exercise)
    return figures_of(day, groups, await store.read_hits(conn, since, until), exercise=exercise)

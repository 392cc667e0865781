"""The day as it runs: one computation for all who watch, made anew every few seconds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from strp.domain.civil_time import civil_day
from strp.domain.desk.day_figures import DayFigures
from strp.domain.people.account import Actor, may_watch, not_your_task
from strp.domain.text import Language, Text
from strp.store.desk import figures as store
from strp.store.desk.counts import newest_forecast
from strp.usecases.desk.brief import reason_names
from strp.usecases.desk.compliance import is_exercise, sector_names
from strp.usecases.desk.figures import ONE_MOMENT, read_day
from strp.usecases.process.system import System


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveView:
    """What the operations room sees.

    Args:
        at: aware; of which moment the figures are.
        figures: of today.
        waiting: visitors who wait for their number, as this process knows.
        backlog: applications by whole hours until they are due; -1: overdue; 5: five or more.
        forecast: the newest forecast of the desk, as the JSON door gives it; None: there is none.
        sectors: names by code.
        regions: names by code.
        reasons: names by code.
        kept: pages made of it, by language, so that each is made once.
    """

    at: datetime
    figures: DayFigures
    waiting: int
    backlog: Mapping[int, int]
    forecast: tuple[datetime, Mapping[str, Any]] | None
    sectors: Mapping[str, Text]
    regions: Mapping[str, str]
    reasons: Mapping[str, Text]
    kept: dict[Language, str] = field(default_factory=dict)

    @property
    def version(self) -> str:
        """Tells one view from the next."""
        return f"{self.at.timestamp():.3f}"


async def live_view(system: System, actor: Actor) -> LiveView:
    """The figures of today, not older than a few seconds.

    Raises:
        Forbidden: the actor does not watch.
    """
    if not may_watch(actor):
        raise not_your_task()
    found: LiveView = await system.live.get(lambda: _look(system))
    return found


async def _look(system: System) -> LiveView:
    now = system.clock()
    exercise = await is_exercise(system)
    async with system.database.transaction() as conn:
        await conn.execute(ONE_MOMENT)
        figures = await read_day(conn, civil_day(now), exercise=exercise)
        backlog = await store.read_backlog(conn, now)
        forecast = await newest_forecast(conn)
    regions = system.reference.regions
    return LiveView(
        at=now,
        figures=figures,
        waiting=_in_line(system),
        backlog=backlog,
        forecast=forecast,
        sectors=await sector_names(system),
        regions={} if regions is None else regions.names,
        reasons=await reason_names(system, figures),
    )


def _in_line(system: System) -> int:
    """Numbers given and not yet served; processes lease them in blocks, so a few more."""
    room = system.room
    if not room.stands:
        return 0
    return sum(max(0, lane.issued - lane.serving) for lane in room.lanes.values())

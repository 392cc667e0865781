"""The desk at the JSON door: what the rest of the day will bring."""

from typing import Any

import msgspec
from litestar import Request, Router, get

from strp.api.actors import WHO, permitted
from strp.api.field_types import Moment
from strp.api.times import rfc3339
from strp.domain.desk.lateness import LateBecause
from strp.domain.people.account import may_review
from strp.http.route_class import API_CALL, ROUTE
from strp.usecases.desk.forecast import newest_forecast
from strp.usecases.process.system import System


class MissedOut(msgspec.Struct):
    """Applications decided after their due time, of those that wait and those that come today;
    nine days in ten lie between `low` and `high`."""

    expected: int
    low: int
    high: int


class MissedInHourOut(msgspec.Struct):
    """The same, whose due time passes in one hour."""

    hour: Moment
    expected: int


class OfficersNeededOut(msgspec.Struct):
    """Officers who, from this hour on, would keep every promise."""

    hour: Moment
    officers: int
    low: int
    high: int


class DecidedLateOut(msgspec.Struct):
    """Applications that were decided after their due time today, for one reason; by how many
    seconds half of them, and the latest."""

    because: LateBecause
    applications: int
    median_s: int
    most_s: int


class ForecastOut(msgspec.Struct):
    """The desk, and what the rest of the day will bring. `decisions_per_h` counts applications of
    usual size, by all who are present. `clear_at` is null where the desk is not clear before the
    end of the next day of service."""

    at: Moment
    waiting_applications: int
    waiting_workers: int
    officers_present: int
    decisions_per_h: float
    clear_at: Moment | None
    clear_between: list[Moment | None]
    missed: MissedOut
    missed_by_hour: list[MissedInHourOut]
    officers_needed: list[OfficersNeededOut]
    decided_late: list[DecidedLateOut] = []


@get("/api/v1/desk/forecast", opt={WHO: may_review, ROUTE: API_CALL})
async def get_forecast(request: Request[Any, Any, Any], system: System) -> ForecastOut:
    """The forecast of the desk; a worker process makes it anew every minute."""
    newest = await newest_forecast(system, permitted(request))
    return msgspec.convert({"at": rfc3339(newest.at), **newest.told}, ForecastOut)


ROUTES = Router(path="/", route_handlers=[get_forecast], tags=["desk"])

"""What the rest of the day will bring to the desk, as officials see it."""

from datetime import datetime
from typing import Any

from litestar import Response, get

from strp.domain.desk.lateness import LATE_BECAUSE, LateBecause
from strp.domain.errors import Unavailable
from strp.domain.people.account import (
    Actor,
    may_decide_claims,
    may_review,
    may_revoke,
    not_your_task,
)
from strp.http.route_class import OFFICE_PAGE, ROUTE
from strp.usecases.desk.forecast import ToldForecast, newest_forecast
from strp.usecases.process.system import System
from strp.web.framework.page import Page


@get("/office/forecast", opt={ROUTE: OFFICE_PAGE})
async def show_forecast(page: Page, system: System, actor: Actor) -> Response[bytes]:
    """The forecast with its hours.

    Raises:
        Forbidden: `not-your-task`.
    """
    if not may_review(actor):
        raise not_your_task()
    return page.show(
        "office/forecast.html",
        actor=actor,
        forecast=await forecast_of(system, actor),
        may_decide_claims=may_decide_claims(actor),
        may_revoke=may_revoke(actor),
    )


async def forecast_of(system: System, actor: Actor) -> dict[str, Any] | None:
    """The newest forecast with its times read; None where none was made yet."""
    try:
        newest = await newest_forecast(system, actor)
    except Unavailable as error:
        if error.code != "no-forecast-yet":
            raise
        return None
    return _with_times(newest)


def _with_times(newest: ToldForecast) -> dict[str, Any]:
    told = newest.told
    return {
        **told,
        "at": newest.at,
        "is_stale": newest.is_stale,
        "nobody_may_decide": told.get("nobody_may_decide", 0),
        "clear_at": _moment(told["clear_at"]),
        "clear_between": [_moment(each) for each in told["clear_between"]],
        **{
            name: [{**each, "hour": _moment(each["hour"])} for each in told[name]]
            for name in ("missed_by_hour", "officers_needed")
        },
        "decided_late": [
            {**each, "why": LATE_BECAUSE[LateBecause(each["because"])]}
            for each in told.get("decided_late", ())
        ],
    }


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


FORECAST_PAGES = (show_forecast,)

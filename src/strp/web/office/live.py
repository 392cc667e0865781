"""The day as it runs, for supervisors and the operations room; and the brief of a day.

The page updates itself by server-sent events. Each answer holds one event and ends; the browser
asks again after the time that it is told, as the standard says. So a view that stays open holds no
place that a filing or an officer needs, and every answer looks again at who asks.

Source: HTML Living Standard, "Server-sent events" (`retry`, reconnection).
"""

from datetime import datetime
from typing import Annotated, Any

from litestar import Response, get
from litestar.params import QueryParameter

from strp.domain.civil_time import civil_day
from strp.domain.desk.brief import FIGURES
from strp.domain.errors import InvalidInput, StrpError
from strp.domain.overload import Priority
from strp.domain.people.account import (
    Actor,
    may_decide_claims,
    may_read_reports,
    may_revoke,
    not_your_task,
)
from strp.domain.text import Language
from strp.domain.waiting_room.lanes import Lane
from strp.http.route_class import OFFICE_PAGE, ROUTE, Effort, RouteClass
from strp.outside.paper.brief import COLOUR, brief_body
from strp.outside.paper.plot import bars
from strp.usecases.desk.brief import (
    MEDIA_TYPES,
    BriefForm,
    brief_file,
    brief_name,
    make_brief,
    sheet_of,
)
from strp.usecases.desk.live import LiveView, live_view
from strp.usecases.process.system import System
from strp.web.framework.page import PRIVATE, Page

EVERY_MS = 10_000
BRIEF_PAGE = RouteClass(lane=Lane.OFFICIALS, effort=Effort.SEARCH)
BRIEF_FILE = RouteClass(priority=Priority.EXPORT, lane=Lane.OFFICIALS, effort=Effort.SEARCH)


@get("/office/live", opt={ROUTE: OFFICE_PAGE})
async def show_live(
    page: Page, system: System, actor: Actor, still: bool = False
) -> Response[bytes]:
    """The figures of today; with `still` they stay as they are."""
    view = await live_view(system, actor)
    return page.show(
        "office/live.html",
        actor=actor,
        figures=_figures(page, view),
        still=still,
        may_decide_claims=may_decide_claims(actor),
        may_revoke=may_revoke(actor),
    )


@get("/office/live/events", opt={ROUTE: OFFICE_PAGE})
async def live_events(page: Page, system: System, actor: Actor) -> Response[bytes]:
    """One event with the figures, where they are newer than what the browser has."""
    view = await live_view(system, actor)
    event = f"retry: {EVERY_MS}\nid: {view.version}\n"
    if page.request.headers.get("last-event-id") != view.version:
        lines = _figures(page, view).splitlines()
        event += "".join(f"data: {line}\n" for line in lines)
    return page.answer(f"{event}\n".encode(), "text/event-stream", cache=PRIVATE)


def _figures(page: Page, view: LiveView) -> str:
    """What the page shows of the figures; made once a language for all who watch."""
    known = view.kept.get(page.language)
    if known is None:
        known = view.kept[page.language] = page.render(
            "office/live-figures.html", view=view, bars=bars, colour=COLOUR, forecast=_told(view)
        )
    return known


def _told(view: LiveView) -> dict[str, Any] | None:
    if view.forecast is None:
        return None
    at, told = view.forecast
    clear_at = told["clear_at"]
    return {
        **told,
        "at": at,
        "clear_at": None if clear_at is None else datetime.fromisoformat(clear_at),
    }


@get("/office/brief", opt={ROUTE: BRIEF_PAGE})
async def show_brief(
    page: Page,
    system: System,
    actor: Actor,
    day: Annotated[str, QueryParameter(name="date")] = "",
) -> Response[bytes]:
    """The brief of a day; of today where none is named.

    Args:
        day: in Jakarta (2021-07-05); empty for today.

    Raises:
        Forbidden: `not-your-task`.
    """
    if not may_read_reports(actor):
        raise not_your_task()
    today = civil_day(page.now).isoformat()
    error: StrpError | None = None
    try:
        brief = await make_brief(system, actor, day or today)
    except InvalidInput as found:
        error, brief = found, await make_brief(system, actor, today)
    sheet = sheet_of(brief, page.language, system.authority.name)
    return page.show(
        "office/brief.html",
        status=200 if error is None else 422,
        actor=actor,
        error=error,
        day=day or today,
        shown=brief.figures.day,
        body=brief_body(sheet),
        figures=FIGURES,
        may_decide_claims=may_decide_claims(actor),
        may_revoke=may_revoke(actor),
    )


@get("/office/brief/{form:str}", opt={ROUTE: BRIEF_FILE})
async def get_brief(
    page: Page,
    system: System,
    actor: Actor,
    form: str,
    day: Annotated[str, QueryParameter(name="date")] = "",
) -> Response[bytes]:
    """The brief of a day as a file, in the language of the page.

    Args:
        form: of the file; one that is unknown leads back to the page.
        day: in Jakarta (2021-07-05); empty for today.
    """
    if form not in set(BriefForm):
        return page.go("/office/brief")
    brief = await make_brief(system, actor, day or civil_day(page.now).isoformat())
    wanted = BriefForm(form)
    body = await brief_file(system, brief, Language(page.language), wanted)
    return page.send(body, MEDIA_TYPES[wanted], brief_name(brief, wanted), cache=PRIVATE)


LIVE_PAGES = (show_live, live_events, show_brief, get_brief)

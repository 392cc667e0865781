"""Open figures: what anybody may know, as a page with its dictionary, as CSV and as JSON."""

from typing import Final

import msgspec
from litestar import Response, get

from strp.domain.desk.open_figures import COLUMNS, DAYS, SMALLEST
from strp.domain.overload import Priority
from strp.http.caching import READ_ANYWHERE
from strp.http.route_class import KEPT_PAGE, ROUTE, RouteClass, SharedAnswer
from strp.outside.spreadsheets.report_tables import write_csv
from strp.usecases.desk.open_figures import open_document, open_table, read_open_figures
from strp.usecases.process.system import System
from strp.web.framework.page import FOR_A_MINUTE, Page

FRESH_S: Final = 300.0
OPEN_FILE: Final = RouteClass(
    priority=Priority.LOOK_UP, cache=SharedAnswer(fresh_s=FRESH_S), read_anywhere=True
)
FOR_MINUTES: Final = f"public, max-age={FRESH_S:.0f}, stale-if-error=86400"


@get("/open-data", opt={ROUTE: KEPT_PAGE})
async def show_open_data(page: Page) -> Response[bytes]:
    """What is published, what each column means, and where the files are."""
    return page.show(
        "open-data.html", cache=FOR_A_MINUTE, columns=COLUMNS, days=DAYS, smallest=SMALLEST
    )


@get("/open-data/days.json", opt={ROUTE: OPEN_FILE})
async def get_open_json(page: Page, system: System) -> Response[bytes]:
    """The last days as JSON."""
    body = msgspec.json.encode(open_document(await read_open_figures(system)))
    return page.answer(body, "application/json", cache=FOR_MINUTES, extra=READ_ANYWHERE)


@get("/open-data/days.csv", opt={ROUTE: OPEN_FILE})
async def get_open_csv(page: Page, system: System) -> Response[bytes]:
    """The last days as CSV."""
    body = write_csv(*open_table(await read_open_figures(system)))
    return page.answer(body, "text/csv; charset=utf-8", cache=FOR_MINUTES, extra=READ_ANYWHERE)


OPEN_DATA_PAGES = (show_open_data, get_open_json, get_open_csv)

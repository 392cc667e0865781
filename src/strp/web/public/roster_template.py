"""The roster to download, in the reader's language."""

from litestar import Response, get

from strp.http.route_class import PAGE, ROUTE
from strp.outside.spreadsheets.form import RosterKind
from strp.outside.spreadsheets.templates import roster_template, template_name
from strp.web.framework.page import Page

MEDIA_TYPES = {
    RosterKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    RosterKind.CSV: "text/csv; charset=utf-8",
}


@get("/templates/roster.xlsx", opt={ROUTE: PAGE})
async def roster_xlsx(page: Page) -> Response[bytes]:
    """As a workbook."""
    return _template(page, RosterKind.XLSX)


@get("/templates/roster.csv", opt={ROUTE: PAGE})
async def roster_csv(page: Page) -> Response[bytes]:
    """As CSV."""
    return _template(page, RosterKind.CSV)


def _template(page: Page, kind: RosterKind) -> Response[bytes]:
    name = template_name(kind, page.language)
    return page.send(roster_template(kind, page.language), MEDIA_TYPES[kind], name)


ROSTER_TEMPLATES = (roster_xlsx, roster_csv)

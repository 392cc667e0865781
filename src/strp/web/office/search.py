"""One search box for officials; what was typed stays out of addresses, and so out of logs."""

from typing import Annotated, Final

import msgspec
from litestar import Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body

from strp.domain.errors import InvalidInput, StrpError
from strp.domain.people.account import (
    Actor,
    may_decide_claims,
    may_review,
    may_revoke,
    not_your_task,
)
from strp.domain.waiting_room.lanes import Lane
from strp.http.route_class import OFFICE_PAGE, ROUTE, Effort, RouteClass
from strp.usecases.desk.search import Found, search
from strp.usecases.filing.show import receipt_of
from strp.usecases.process.system import System
from strp.web.framework.page import Page

SEARCH: Final = RouteClass(lane=Lane.OFFICIALS, effort=Effort.SEARCH)


class SearchForm(msgspec.Struct, kw_only=True):
    """What is looked for."""

    q: str = ""


@get("/office/search", opt={ROUTE: OFFICE_PAGE})
async def ask_search(page: Page, system: System, actor: Actor) -> Response[bytes]:
    """What can be searched for; where the language switch leads after a search.

    Raises:
        Forbidden: `not-your-task`.
    """
    if not may_review(actor):
        raise not_your_task()
    return _show(page, system, actor, "", None)


@post("/office/search", status_code=200, opt={ROUTE: SEARCH})
async def carry_out_search(
    page: Page,
    system: System,
    actor: Actor,
    data: Annotated[SearchForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[bytes]:
    """Lead to the one thing that fits, or list what does.

    Args:
        data: what was typed.
    """
    try:
        found = await search(system, actor, data.q)
    except InvalidInput as error:
        return _show(page, system, actor, data.q, None, error=error)
    if found.application is not None:
        behind = f"?after={found.row - 1}" if found.row else ""
        return page.go(f"/office/applications/{found.application}{behind}")
    return _show(page, system, actor, data.q, found)


def _show(
    page: Page,
    system: System,
    actor: Actor,
    typed: str,
    found: Found | None,
    *,
    error: StrpError | None = None,
) -> Response[bytes]:
    return page.show(
        "office/search.html",
        status=200 if error is None else 422,
        typed=typed,
        found=found,
        error=error,
        receipt=lambda number: receipt_of(system, number),
        may_decide_claims=may_decide_claims(actor),
        may_revoke=may_revoke(actor),
    )


OFFICE_SEARCH_PAGES = (ask_search, carry_out_search)

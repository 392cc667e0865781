"""Which letters a representative gets, and when."""

from typing import Annotated, Final

from litestar import Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body

from strp.domain.notices.notice import Delivery, NoticeKind
from strp.domain.notices.notice_letters import title_of
from strp.domain.people.account import Actor, may_claim_employers
from strp.http.route_class import NEWCOMER_PAGE, ROUTE
from strp.usecases.notices.preferences import choose_letters, chosen_letters
from strp.usecases.process.system import System
from strp.web.framework.page import Page

PATH: Final = "/employer/letters"
_DELIVERIES: Final = {delivery.value: delivery for delivery in Delivery}


@get(PATH, opt={ROUTE: NEWCOMER_PAGE})
async def show_letters(page: Page, system: System, actor: Actor) -> Response[bytes]:
    """Each kind of letter, and when the reader gets it."""
    if actor.role is not None and not may_claim_employers(actor):
        return page.go("/office")
    return await _show(page, system, actor, is_saved=False)


@post(PATH, status_code=200, opt={ROUTE: NEWCOMER_PAGE})
async def save_letters(
    page: Page,
    system: System,
    actor: Actor,
    data: Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[bytes]:
    """Remember the choices; what is no kind or no choice of ours is left out."""
    wanted = {kind: _DELIVERIES[data[kind]] for kind in NoticeKind if data.get(kind) in _DELIVERIES}
    await choose_letters(system, actor, wanted)
    return await _show(page, system, actor, is_saved=True)


async def _show(page: Page, system: System, actor: Actor, *, is_saved: bool) -> Response[bytes]:
    return page.show(
        "employer/letters.html",
        kinds=[
            (kind.value, title_of(kind), delivery.value)
            for kind, delivery in (await chosen_letters(system, actor)).items()
        ],
        is_saved=is_saved,
    )


LETTER_PAGES = (show_letters, save_letters)

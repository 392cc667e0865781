"""Pages of the waiting room, with gaps that the front fills in for each visitor."""

from litestar import Response, get

from strp.domain.errors import NotFound
from strp.domain.text import Text
from strp.http.route_class import PAGE, ROUTE
from strp.web.framework.page import FOR_A_MINUTE, Page

WAITING_STATES = (
    *("waiting", "signed-in", "kept", "anew", "called"),
    *("early", "paused", "busy", "proof"),
    *("refused", "refused-later"),
)

_TEMPLATES = {"proof": "proof.html", "refused": "refused.html"}


@get("/waiting-room/page/{room:str}", include_in_schema=False, opt={ROUTE: PAGE})
async def waiting_page(page: Page, room: str) -> Response[bytes]:
    """A page of the waiting room as the front keeps it; `@@name@@` marks a gap.

    Args:
        room: one of WAITING_STATES.

    Raises:
        NotFound: `no-such-page`.
    """
    if room not in WAITING_STATES:
        raise NotFound("no-such-page", _NO_SUCH_PAGE)
    template = _TEMPLATES.get(room.partition("-")[0], "waiting.html")
    return page.show(template, cache=FOR_A_MINUTE, room=room)


_NO_SUCH_PAGE = Text(id="Halaman ini tidak ada.", en="There is no such page.")
WAITING_PAGES = (waiting_page,)

"""Private links on paper: a page of slips to print and cut, one for each worker."""

from collections.abc import Sequence

from litestar import Response, get
from markupsafe import Markup

from strp.domain.employers.employer import require_nib
from strp.domain.identifiers import ApplicationId
from strp.domain.people.account import Actor, may_file, not_your_employer
from strp.http.route_class import FILED_PAGE, ROUTE
from strp.outside.paper.qr_writer import draw_symbol, write_svg
from strp.usecases.certificates.hand_out import PrivateLink, show_slips
from strp.usecases.filing.show import receipt_of, show_application
from strp.usecases.process.system import System
from strp.web.employer.receipt import not_of_employer
from strp.web.framework.page import SECRET_ADDRESS, Page


@get("/employer/{nib:str}/applications/{number:int}/links", opt={ROUTE: FILED_PAGE})
async def show_links(
    page: Page, system: System, actor: Actor, nib: str, number: int, after: int = 0
) -> Response[bytes]:
    """Slips with the private link of each worker, as a QR for the worker's camera too.

    Args:
        nib: of the employer, 13 digits.
        number: of the application.
        after: last row of the page before; 0 for the first page.

    Raises:
        Forbidden: `not-your-employer`.
        NotFound: the application is another employer's.
    """
    owner, application_id = require_nib(nib), ApplicationId(number)
    if not may_file(actor, owner):
        raise not_your_employer(owner)
    application = await show_application(system, actor, application_id)
    if application.nib != owner:
        raise not_of_employer()
    slips = await show_slips(system, actor, application_id, after=max(0, after))
    response = page.show(
        "employer/links.html",
        application=application,
        receipt=receipt_of(system, application_id),
        slips=list(zip(slips.links, await system.symbols.run(_draw, slips.links), strict=True)),
        next_after=slips.next_after,
    )
    response.headers.update(SECRET_ADDRESS)
    return response


def _draw(links: Sequence[PrivateLink]) -> list[Markup]:
    """The QR of each address; drawn by us from modules, so it is markup and no text."""
    return [Markup(write_svg(draw_symbol(link.address))) for link in links]


LINK_PAGES = (show_links,)

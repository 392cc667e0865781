"""The demo's inbox: letters that the mail catcher kept instead of sending them on."""

from litestar import Response, get
from litestar.exceptions import NotFoundException

from strp.http.route_class import PAGE, ROUTE
from strp.outside.mail.catcher import list_mail
from strp.usecases.process.system import System
from strp.web.framework.page import Page

MOST_SHOWN = 20


@get("/demo/inbox", sync_to_thread=True, opt={ROUTE: PAGE})
def show_inbox(page: Page, system: System) -> Response[bytes]:
    """The latest letters; only where this installation is a demo.

    Raises:
        NotFoundException: this installation is no demo.
    """
    if not system.settings.demo:
        raise NotFoundException()
    letters = list_mail(system.settings.data_path / "inbox")[:MOST_SHOWN]
    return page.show("demo/inbox.html", letters=letters)


DEMO_PAGES = (show_inbox,)

"""Where a filing stands, for anybody who holds its receipt; no names are shown."""

from litestar import Response, get

from strp.domain.errors import NotFound
from strp.domain.filing.outcome import outcome_of
from strp.http.route_class import LOOK_UP, ROUTE
from strp.usecases.filing.certificate_fates import count_certificates_of, fates_of
from strp.usecases.filing.show import find_by_receipt, receipt_of
from strp.usecases.process.system import System
from strp.web.framework.page import Page


@get("/receipts", opt={ROUTE: LOOK_UP})
async def look_up_receipt(page: Page, system: System, number: str = "") -> Response[bytes]:
    """Ask for a receipt, or show where its filing stands."""
    if not number.strip():
        return page.show("receipts.html", error=None, number="", application=None)
    try:
        found = await find_by_receipt(system, number)
    except NotFound as error:
        return page.show("receipts.html", status=404, error=error, number=number, application=None)
    receipt = receipt_of(system, found.application_id)
    certificates = (await count_certificates_of(system, found.nib, [found]))[found.application_id]
    return page.show(
        "receipts.html",
        error=None,
        number=receipt,
        application=found,
        outcome=outcome_of(found, fates_of(certificates)),
    )


RECEIPT_PAGES = (look_up_receipt,)

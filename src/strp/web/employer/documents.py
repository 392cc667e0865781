"""The page on which a representative waits for the file of a large application's certificates."""

from typing import Final

from litestar import Response, get

from strp.domain.certificates.documents import ASK_AGAIN_S, AT_ONCE, DocumentForm, expected_bytes
from strp.domain.employers.employer import require_nib
from strp.domain.filing.application import Application
from strp.domain.identifiers import ApplicationId, format_nib
from strp.domain.people.account import Actor, may_file, not_your_employer
from strp.http.route_class import FILED_PAGE, ROUTE
from strp.usecases.certificates.keep_documents import ask_for_document
from strp.usecases.filing.show import receipt_of, show_application
from strp.usecases.process.system import System
from strp.web.framework.page import Page

_MIB: Final = 1 << 20


def document_links(application: Application) -> dict[str, str]:
    """Where all certificates of an application are had: at once, or by way of a page that waits."""
    if application.approved <= AT_ONCE:
        api = f"/api/v1/applications/{application.application_id}/certificates"
        return {form: f"{api}.{form}" for form in DocumentForm}
    pages = f"/employer/{format_nib(application.nib)}/applications/{application.application_id}"
    return {form: f"{pages}/documents/{form}" for form in DocumentForm}


def document_sizes(certificates: int) -> dict[str, float]:
    """About how many megabytes the file of each form has."""
    return {
        form: max(0.1, round(expected_bytes(form, certificates) / 1_000_000, 1))
        for form in DocumentForm
    }


@get("/employer/{nib:str}/applications/{number:int}/documents/{form:str}", opt={ROUTE: FILED_PAGE})
async def show_document(
    page: Page, system: System, actor: Actor, nib: str, number: int, form: DocumentForm
) -> Response[bytes]:
    """How far a file is; the page comes back by itself until it can be downloaded.

    Args:
        nib: of the employer, 13 digits.
        number: of the application.
        form: of the file; it is begun where nobody asked for it yet.

    Raises:
        Forbidden: `not-your-employer`.
    """
    employer = require_nib(nib)
    if not may_file(actor, employer):
        raise not_your_employer(employer)
    application = await show_application(system, actor, ApplicationId(number))
    document = await ask_for_document(system, actor, application.application_id, form)
    size = document.size_bytes
    answer = page.show(
        "employer/document.html",
        application=application,
        receipt=receipt_of(system, application.application_id),
        form=form,
        document=document,
        size_mib=None if size is None else max(1, round(size / _MIB)),
    )
    if size is None:
        answer.headers["Refresh"] = str(ASK_AGAIN_S)
    return answer


EMPLOYER_DOCUMENT_PAGES = (show_document,)

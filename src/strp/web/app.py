"""The pages of STRP, as route handlers for the application that the wiring makes."""

from functools import partial
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, Router
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.types import ExceptionHandlersMap

from strp.domain.errors import StrpError, Unauthenticated
from strp.http.cross_site import refuse_cross_site
from strp.http.language import language_of
from strp.http.local_path import sign_in_after_form
from strp.http.route_class import route_of
from strp.usecases.process.system import System
from strp.web.account.letters import LETTER_PAGES
from strp.web.account.passkeys import PASSKEY_PAGES
from strp.web.account.second_step import SECOND_STEP_PAGES
from strp.web.account.security import SECURITY_PAGES
from strp.web.account.sign_in import SIGN_IN_PAGES
from strp.web.checkpoint.app import CHECKPOINT_PAGES
from strp.web.employer.certificate import EMPLOYER_CERTIFICATE_PAGES
from strp.web.employer.documents import EMPLOYER_DOCUMENT_PAGES
from strp.web.employer.employers import EMPLOYER_PAGES
from strp.web.employer.evidence import EVIDENCE_PAGES
from strp.web.employer.filing import FILING_PAGES
from strp.web.employer.links import LINK_PAGES
from strp.web.employer.objections import OBJECTION_PAGES
from strp.web.employer.sites import SITE_PAGES
from strp.web.employer.staff import EMPLOYER_STAFF_PAGES
from strp.web.framework.assets import load_assets, static_file
from strp.web.framework.errors import http_error_page, strp_error_page, unexpected_error_page
from strp.web.framework.forms import read_form
from strp.web.framework.page import Page
from strp.web.framework.session import permit_form, signed_in_actor
from strp.web.framework.templating import load_templates
from strp.web.framework.uploads import ReadingProgress
from strp.web.office.account_list import OFFICE_ACCOUNT_LIST_PAGES
from strp.web.office.accounts import OFFICE_ACCOUNT_PAGES
from strp.web.office.bulk import BULK_PAGES
from strp.web.office.certificates import OFFICE_CERTIFICATE_PAGES
from strp.web.office.claims import OFFICE_CLAIM_PAGES
from strp.web.office.closures import OFFICE_CLOSURE_PAGES
from strp.web.office.compliance import OFFICE_COMPLIANCE_PAGES
from strp.web.office.desk import OFFICE_PAGES
from strp.web.office.employers import OFFICE_EMPLOYER_PAGES
from strp.web.office.evidence import OFFICE_EVIDENCE_PAGES
from strp.web.office.forecast import FORECAST_PAGES
from strp.web.office.lease import LEASE_PAGES
from strp.web.office.live import LIVE_PAGES
from strp.web.office.many import OFFICE_MANY_PAGES
from strp.web.office.record import OFFICE_RECORD_PAGES
from strp.web.office.revoke import OFFICE_REVOKE_PAGES
from strp.web.office.samples import OFFICE_SAMPLE_PAGES
from strp.web.office.search import OFFICE_SEARCH_PAGES
from strp.web.public.api_page import API_PAGES
from strp.web.public.certificate import CERTIFICATE_PAGES
from strp.web.public.demo_inbox import DEMO_PAGES
from strp.web.public.eligibility import ELIGIBILITY_PAGES
from strp.web.public.home import FRONT_PAGES
from strp.web.public.open_data import OPEN_DATA_PAGES
from strp.web.public.receipts import RECEIPT_PAGES
from strp.web.public.roster_template import ROSTER_TEMPLATES
from strp.web.public.verify import VERIFY_PAGES
from strp.web.public.waiting_page import WAITING_PAGES

AnyRequest = Request[Any, Any, Any]
HANDLERS = (
    static_file,
    *FRONT_PAGES,
    *API_PAGES,
    *ELIGIBILITY_PAGES,
    *OPEN_DATA_PAGES,
    *VERIFY_PAGES,
    *CHECKPOINT_PAGES,
    *WAITING_PAGES,
    *RECEIPT_PAGES,
    *ROSTER_TEMPLATES,
    *CERTIFICATE_PAGES,
    *SIGN_IN_PAGES,
    *SECOND_STEP_PAGES,
    *SECURITY_PAGES,
    *PASSKEY_PAGES,
    *EMPLOYER_PAGES,
    *LETTER_PAGES,
    *LINK_PAGES,
    *EMPLOYER_STAFF_PAGES,
    *SITE_PAGES,
    *EVIDENCE_PAGES,
    *EMPLOYER_CERTIFICATE_PAGES,
    *EMPLOYER_DOCUMENT_PAGES,
    *OFFICE_PAGES,
    *FORECAST_PAGES,
    *LIVE_PAGES,
    *OFFICE_SAMPLE_PAGES,
    *LEASE_PAGES,
    *BULK_PAGES,
    *OFFICE_CLAIM_PAGES,
    *OFFICE_CLOSURE_PAGES,
    *OFFICE_COMPLIANCE_PAGES,
    *OFFICE_EMPLOYER_PAGES,
    *OBJECTION_PAGES,
    *FILING_PAGES,
    *OFFICE_EVIDENCE_PAGES,
    *OFFICE_CERTIFICATE_PAGES,
    *OFFICE_MANY_PAGES,
    *OFFICE_REVOKE_PAGES,
    *OFFICE_SEARCH_PAGES,
    *OFFICE_RECORD_PAGES,
    *OFFICE_ACCOUNT_PAGES,
    *OFFICE_ACCOUNT_LIST_PAGES,
    *DEMO_PAGES,
)


class Pages:
    """The pages of one installation: templates and built files, loaded once.

    Args:
        system: the parts of this installation.

    Raises:
        RuntimeError: the frontend was not built; says how to.
    """

    def __init__(self, system: System) -> None:
        self._system = system
        self._assets = load_assets()
        self._templates = load_templates(self._assets)
        self._progress = ReadingProgress()

    def __deepcopy__(self, memo: dict[int, object]) -> "Pages":
        """Itself: Litestar copies the routers that it registers, and the pages are one."""
        return self

    def page(self, request: AnyRequest) -> Page:
        """The page that answers a request."""
        return Page(
            request=request,
            system=self._system,
            templates=self._templates,
            language=language_of(request),
        )

    def routes(self) -> Router:
        """Every page."""
        return Router(
            path="/",
            route_handlers=HANDLERS,
            dependencies={
                "page": Provide(self.page, sync_to_thread=False),
                "system": Provide(lambda: self._system, sync_to_thread=False),
                "assets": Provide(lambda: self._assets, sync_to_thread=False),
                "progress": Provide(lambda: self._progress, sync_to_thread=False),
                "actor": Provide(signed_in_actor),
            },
            guards=[partial(permit_form, system=self._system)],
            before_request=self._prepare,
            exception_handlers=self.exception_handlers(),
            include_in_schema=False,
        )

    async def _prepare(self, request: AnyRequest) -> None:
        """Refuse what another site sends; else read the form."""
        refuse_cross_site(
            str(request.method),
            route_of(request.scope),
            request.headers,
            address=self._system.settings.address,
        )
        await read_form(request, self._system.uploads)

    def exception_handlers(self) -> ExceptionHandlersMap:
        """Errors as pages; for every address that is not of another door."""
        return {
            Unauthenticated: self._sign_in_first,
            StrpError: lambda request, error: strp_error_page(self.page(request), error),
            HTTPException: lambda request, error: http_error_page(self.page(request), error),
            Exception: lambda request, error: unexpected_error_page(self.page(request), error),
        }

    def _sign_in_first(self, request: AnyRequest, error: Unauthenticated) -> Response[bytes]:
        path = str(request.scope["path"])
        if error.code == "passkey-removed":
            onward = path if request.method == "GET" else ""
            return self.page(request).go(f"/sign-in?{urlencode({'next': onward, 'ended': '1'})}")
        if request.method == "GET":
            return self.page(request).go(f"/sign-in?{urlencode({'next': path})}")
        headers = request.headers
        location = sign_in_after_form(headers.get("referer"), headers.get("host"))
        return self.page(request).go(location)

"""The pages of STRP, as route handlers for the application that the wiring makes."""

from typing import Any

from litestar import Request, Response, Router
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.types import ExceptionHandlersMap

from strp.domain.errors import StrpError, Unauthenticated
from strp.usecases.system import System
from strp.web.assets import load_assets, static_file
from strp.web.cross_site import refuse_cross_site
from strp.web.errors import http_error_page, strp_error_page, unexpected_error_page
from strp.web.front import FRONT_PAGES
from strp.web.page import Page, language_of
from strp.web.templating import load_templates

AnyRequest = Request[Any, Any, Any]


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
            route_handlers=[static_file, *FRONT_PAGES],
            dependencies={
                "page": Provide(self.page, sync_to_thread=False),
                "system": Provide(lambda: self._system, sync_to_thread=False),
                "assets": Provide(lambda: self._assets, sync_to_thread=False),
            },
            before_request=refuse_cross_site,
            exception_handlers=self.exception_handlers(),
            include_in_schema=False,
        )

    def exception_handlers(self) -> ExceptionHandlersMap:
        """Errors as pages; for every address that is not of another door."""
        return {
            Unauthenticated: self._sign_in_first,
            StrpError: lambda request, error: strp_error_page(self.page(request), error),
            HTTPException: lambda request, error: http_error_page(self.page(request), error),
            Exception: lambda request, error: unexpected_error_page(self.page(request), error),
        }

    def _sign_in_first(self, request: AnyRequest, _error: Unauthenticated) -> Response[bytes]:
        return self.page(request).go("/sign-in")

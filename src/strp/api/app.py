"""The JSON door as one router, its errors as problem documents."""

from litestar import Router
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.types import ExceptionHandlersMap

from strp.api import (
    application_documents,
    applications,
    certificate_changes,
    certificates,
    desk,
    employers,
    evidence,
    links,
    objections,
    operations,
    public,
    sites,
    workers,
)
from strp.api.actors import permitting
from strp.domain.errors import StrpError
from strp.http.problems import http_problem, problem, unexpected_problem, unreadable_problem
from strp.usecases.process.system import System

ROUTES = (
    applications.ROUTES,
    workers.ROUTES,
    certificates.ROUTES,
    application_documents.ROUTES,
    certificate_changes.ROUTES,
    employers.ROUTES,
    sites.ROUTES,
    objections.ROUTES,
    desk.ROUTES,
    evidence.ROUTES,
    links.ROUTES,
    public.ROUTES,
    operations.ROUTES,
)


def api_router(system: System) -> Router:
    """Every route of the JSON door."""
    return Router(
        path="/",
        route_handlers=ROUTES,
        guards=[permitting(system)],
        dependencies={"system": Provide(lambda: system, sync_to_thread=False)},
        exception_handlers=problem_handlers(),
    )


def problem_handlers() -> ExceptionHandlersMap:
    """Errors as problem documents."""
    return {
        StrpError: problem,
        HTTPException: http_problem,
        RecursionError: unreadable_problem,
        UnicodeDecodeError: unreadable_problem,
        Exception: unexpected_problem,
    }

"""Both doors over one installation, as one web application."""

import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from functools import cache
from typing import Any, cast

import structlog
from litestar import Litestar, Request, Response
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.types import ASGIApp, ExceptionHandlersMap

from strp import __version__
from strp.api.app import api_router, problem_handlers
from strp.api.description import completed
from strp.domain.errors import StrpError
from strp.domain.people.sign_in import SESSION_COOKIE
from strp.front.ending import Ending
from strp.front.fast_path import ExpressWay
from strp.front.pipeline import FrontDoor
from strp.front.responses import App
from strp.front.server import RsgiServer
from strp.http.cookies import is_https, sent_name
from strp.http.description import DESCRIBE
from strp.http.media_types import tell_encoding_once
from strp.http.programs import is_api
from strp.outside.machine.garbage_collection import freeze_garbage_collector
from strp.outside.machine.logs import configure_logs
from strp.outside.machine.processes import end_with_parent
from strp.outside.machine.temporary_files import use_own_temporary_folder
from strp.settings import Settings
from strp.usecases.process.system import System
from strp.web.app import Pages
from strp.wiring.head import answering_head, naming_methods
from strp.wiring.parts import build_system, running
from strp.wiring.routes import limit_bodies, route_table

log = structlog.get_logger()

# A thread that reads a large roster gives way to the loop after so long (setswitchinterval); with
# the usual 5 ms, each of its round trips to the database waited as long as the database worked.
LOOP_WAITS_S = 0.001
Handler = Callable[[Request[Any, Any, Any], Any], Response[Any]]


def web_application() -> ASGIApp:
    """The web application of one process; `STRP_DATABASE_URL` names its database."""
    return cast(ASGIApp, front_application(_system()))


def web_server() -> RsgiServer:
    """The same for Granian's own interface, which answers the hottest address fastest."""
    system = _system()
    front = front_application(system)
    ending = Ending(system.settings.port)
    return RsgiServer(front, ExpressWay(system, front), ending, system.requests)


def _system() -> System:
    # Granian starts this in a process of its own, which would outlive it and keep the port.
    end_with_parent()
    settings = Settings.from_environment()
    configure_logs(settings.log_format, "web")
    try:
        use_own_temporary_folder(settings.data_path)
        return build_system(settings, settings.database_url)
    except (StrpError, OSError) as error:
        said = error.text.en if isinstance(error, StrpError) else str(error)
        log.critical("start_failed", said=said)
        # Granian would start it again for ever; `serve` counts how often, and says why.
        os.kill(os.getppid(), signal.SIGTERM)
        raise SystemExit(3) from None


def front_application(system: System) -> FrontDoor:
    """Both doors over one system, with the front before them."""
    application = litestar_application(system)
    routes = route_table(application.routes)
    named = naming_methods(cast(ASGIApp, application), routes.methods)
    return FrontDoor(system, cast(App, answering_head(named)), routes)


def litestar_application(system: System) -> Litestar:
    """Both doors over one system."""
    pages = Pages(system)

    @contextlib.asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        async with running(system):
            freeze_garbage_collector()
            sys.setswitchinterval(LOOP_WAITS_S)
            yield

    application = Litestar(
        route_handlers=[api_router(system), pages.routes()],
        lifespan=[lifespan],
        before_send=[tell_encoding_once],
        exception_handlers=_by_door(pages),
        openapi_config=None,
        request_max_body_size=None,
        logging_config=None,
    )
    limit_bodies(application.routes, system.settings.upload_max_bytes)
    application.state[DESCRIBE] = cache(lambda: _describe(system))
    return application


def _describe(system: System) -> dict[str, Any]:
    """The description of the JSON door.

    An application that describes itself serves its own document too, at an address of its choice.
    So one that serves nobody is asked.
    """
    asked = Litestar(
        route_handlers=[api_router(system)],
        openapi_config=OpenAPIConfig(
            title="STRP",
            version=__version__,
            operation_id_creator=lambda handler, _method, _path: handler.handler_name,
        ),
        logging_config=None,
    )
    return completed(
        asked.openapi_schema.to_schema(),
        cookie=sent_name(SESSION_COOKIE, secure=is_https(system.settings.address)),
    )


def _by_door(pages: Pages) -> ExceptionHandlersMap:
    """Errors outside of any route: documents for programs, pages for people."""
    documents, shown = problem_handlers(), pages.exception_handlers()

    def choose(kind: type[Exception]) -> Handler:
        def handle(request: Request[Any, Any, Any], error: Any) -> Response[bytes]:
            # Not of `request.url`: that raises where the Host header is none.
            chosen = documents if is_api(request.scope["path"]) else shown
            return chosen[kind](request, error)

        return handle

    return {kind: choose(kind) for kind in (StrpError, HTTPException, Exception)}

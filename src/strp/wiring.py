"""Wiring: puts the parts of an installation together for the doors and the worker."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import structlog
from litestar import Litestar, Request, Response
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.types import ExceptionHandlersMap

from strp import __version__
from strp.api.app import api_router, is_api, problem_handlers
from strp.domain.errors import StrpError
from strp.outside.keys import load_keys
from strp.outside.logs import configure_logs
from strp.settings import Settings
from strp.store.database import Database
from strp.usecases.intake import Intake
from strp.usecases.rules import refresh_rules
from strp.usecases.system import System
from strp.web.app import Pages

log = structlog.get_logger()
REFRESH_S = 5
Handler = Callable[[Request[Any, Any, Any], Any], Response[Any]]


def build_system(settings: Settings, database_url: str) -> System:
    """The parts of one installation, not yet open.

    Args:
        database_url: address of the database that runs.
    """
    database = Database(database_url, connections=settings.database_connections)
    keys = load_keys(settings.data_path / "keys")
    return System(
        settings=settings,
        database=database,
        keys=keys,
        clock=now_utc,
        intake=Intake(database, keys),
    )


@contextlib.asynccontextmanager
async def running(system: System) -> AsyncIterator[System]:
    """An installation that is open: connected, its rules read and kept up to date."""
    async with system.database:
        with contextlib.suppress(StrpError):
            await refresh_rules(system)
        refreshing = asyncio.create_task(_refresh_forever(system))
        try:
            yield system
        finally:
            refreshing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await refreshing


def web_application() -> Litestar:
    """The web application of one process; `STRP_DATABASE_URL` names its database."""
    settings = Settings.from_environment()
    configure_logs(settings.log_format)
    return litestar_application(build_system(settings, settings.database_url))


def litestar_application(system: System) -> Litestar:
    """Both doors over one system."""
    pages = Pages(system)

    @contextlib.asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        async with running(system):
            yield

    return Litestar(
        route_handlers=[api_router(system), pages.routes()],
        lifespan=[lifespan],
        exception_handlers=_by_door(pages),
        openapi_config=OpenAPIConfig(
            title="STRP",
            version=__version__,
            path="/api/v1",
            render_plugins=[JsonRenderPlugin()],
        ),
        request_max_body_size=None,
        logging_config=None,
    )


def _by_door(pages: Pages) -> ExceptionHandlersMap:
    """Errors outside of any route: documents for programs, pages for people."""
    documents, shown = problem_handlers(), pages.exception_handlers()

    def choose(kind: type[Exception]) -> Handler:
        def handle(request: Request[Any, Any, Any], error: Any) -> Response[bytes]:
            chosen = documents if is_api(request.url.path) else shown
            return chosen[kind](request, error)  

        return handle

    return {kind: choose(kind) for kind in (StrpError, HTTPException, Exception)}


def now_utc() -> datetime:
    """The time now."""
    return datetime.now(UTC)


async def _refresh_forever(system: System) -> None:
    while True:
        await asyncio.sleep(REFRESH_S)
        try:
            await refresh_rules(system)
        except StrpError as error:
            log.warning("rules_not_refreshed", code=error.code)

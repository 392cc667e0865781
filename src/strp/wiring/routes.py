"""The routes of both doors and of the front, as one table."""

from collections.abc import Iterable

from litestar import Router
from litestar.routes import BaseRoute, HTTPRoute

from strp.api.app import ROUTES
from strp.front.waiting_room.endpoints import WAITING_ROOM_ROUTES
from strp.http.route_class import ROUTE, RouteClass
from strp.http.route_table import Declared, RouteTable
from strp.web.app import HANDLERS


def route_table(routes: Iterable[BaseRoute]) -> RouteTable:
    """The table of an application's routes, and of those that the front answers itself.

    Args:
        routes: of the application. One that declares nothing is taken for the safest
            (`RouteClass`); a test refuses it.
    """
    return RouteTable([*_declared(routes), *WAITING_ROOM_ROUTES])


def shipped_routes() -> RouteTable:
    """The same table without an installation: for what is written from it, and for tests."""
    return route_table(Router(path="/", route_handlers=[*ROUTES, *HANDLERS]).routes)


def limit_bodies(routes: Iterable[BaseRoute], roster_bytes: int) -> None:
    """Have the web framework hold the limits that routes declare, also where no front is before it.

    Args:
        routes: of the application.
        roster_bytes: of the largest roster.
    """
    for route in routes:
        for handler in route.route_handlers if isinstance(route, HTTPRoute) else ():
            declared: RouteClass = handler.opt.get(ROUTE, RouteClass())
            handler.request_max_body_size = declared.body.bytes_with(roster_bytes)


def _declared(routes: Iterable[BaseRoute]) -> list[Declared]:
    return [
        Declared(str(method), route.path, handler.opt.get(ROUTE, RouteClass()))
        for route in routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        for method in handler.http_methods
        if method != "OPTIONS"
    ]

"""Every route says what it is, and nothing else knows addresses."""

import pytest
from litestar.routes import HTTPRoute

from strp.domain.overload import Priority
from strp.domain.waiting_room.lanes import Lane
from strp.http.route_class import FORM_BYTES, JSON_BYTES, ROUTE, RouteClass
from strp.usecases.process.system import System
from strp.wiring.routes import shipped_routes
from strp.wiring.web import litestar_application

pytestmark = pytest.mark.anyio
TABLE = shipped_routes()
BRINGS_BODY = {"POST", "PUT", "PATCH"}
FOR_ANYONE = {
    "POST /api/v1/verifications",
    "POST /sign-in",
    "POST /sign-in/code",
    "POST /sign-in/link",
    "POST /sign-in/passkey",
    "POST /sign-in/passkey/challenge",
    "POST /sign-in/second",
    "POST /sign-in/second/app",
    "POST /sign-in/second/passkey",
    "POST /sign-out",
    "POST /verify",
    "POST /waiting-room/admissions",
    "POST /waiting-room/proof",
    "POST /waiting-room/seat",
    "POST /waiting-room/tickets",
}
LARGE = {
    "POST /api/v1/applications",
    "POST /api/v1/employers/{nib:str}/evidence",
    "POST /employer/{nib:str}/applications",
    "POST /employer/{nib:str}/evidence",
    "POST /verify",
}


async def test_every_route_says_what_it_is(system: System) -> None:
    handlers = [
        (route.path, handler)
        for route in litestar_application(system).routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if handler.http_methods != {"OPTIONS"}
    ]
    undeclared = [path for path, handler in handlers if ROUTE not in handler.opt]
    assert handlers and undeclared == []


async def test_the_table_without_an_installation_has_every_route_of_one(system: System) -> None:
    routes = litestar_application(system).routes
    of_application = {route.path for route in routes}
    assert of_application <= {declared.path for declared in TABLE}


async def test_the_web_framework_holds_the_limits_that_routes_declare(system: System) -> None:
    wrong = [
        route.path
        for route in litestar_application(system).routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if handler.resolve_request_max_body_size()
        != handler.opt.get(ROUTE, RouteClass()).body.bytes_with(system.settings.upload_max_bytes)
    ]
    assert wrong == []


def test_only_these_take_a_body_from_strangers_or_a_large_one() -> None:
    bringing = [declared for declared in TABLE if declared.method in BRINGS_BODY]
    for_anyone = {f"{d.method} {d.path}" for d in bringing if d.route.body.for_anyone}
    large = {f"{d.method} {d.path}" for d in bringing if d.route.body.bytes_with(1) > FORM_BYTES}
    assert (for_anyone, large) == (FOR_ANYONE, LARGE)


def test_a_program_sends_64_kib_of_json_at_most() -> None:
    sent = {
        declared.route.body.most_bytes
        for declared in TABLE
        if declared.method in BRINGS_BODY
        and declared.path.startswith("/api/")
        and f"{declared.method} {declared.path}" not in LARGE
    }
    assert sent == {JSON_BYTES}


def test_any_site_may_only_have_a_certificate_verified() -> None:
    found = {f"{d.method} {d.path}" for d in TABLE if d.route.from_any_site}
    assert found == {"POST /verify", "POST /api/v1/verifications"}


def test_what_opens_something_by_its_address_says_so() -> None:
    found = {declared.path for declared in TABLE if declared.route.has_secret}
    assert found == {
        "/c/{link:str}",
        "/c/{link:str}/looks",
        "/c/{link:str}/strp.pdf",
        "/c/{link:str}/strp.png",
        "/sign-in/link/{secret:str}",
    }


def test_nobody_waits_in_line_before_what_the_office_reads() -> None:
    lanes = {d.route.lane for d in TABLE if f"{d.path}/".startswith("/office/")}
    assert lanes == {Lane.OFFICIALS}


@pytest.mark.parametrize(
    ("method", "path", "priority"),
    [
        ("GET", "/healthz", Priority.ACKNOWLEDGED),
        ("GET", "/employer/8120001110001/applications/7", Priority.ACKNOWLEDGED),
        ("POST", "/employer/8120001110001/applications", Priority.FILING),
        ("POST", "/api/v1/applications", Priority.FILING),
        ("GET", "/employer", Priority.PEOPLE),
        ("GET", "/verify", Priority.LOOK_UP),
        ("POST", "/verify", Priority.PEOPLE),
        ("POST", "/api/v1/verifications", Priority.CHECK),
        ("GET", "/api/v1/applications/7/certificates.zip", Priority.EXPORT),
    ],
)
def test_every_request_has_its_priority(method: str, path: str, priority: Priority) -> None:
    assert TABLE.find(method, path).priority is priority

"""What operations ask: alive, ready, and the numbers."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

import msgspec
from litestar import Request, Response, Router, get
from litestar.exceptions import NotFoundException

from strp.api.actors import WHO
from strp.api.times import rfc3339
from strp.domain.errors import StrpError
from strp.http.caching import cacheable
from strp.http.description import DESCRIBE
from strp.http.route_class import API_FILED, API_LOOK_UP, ROUTE, SharedAnswer
from strp.usecases.operation.measure import is_ready, measure
from strp.usecases.process.system import System

DESCRIPTION_S = 3600
_WRITTEN = "description"
SECURITY_S: Final = 86_400
# It says that this holds for at most so long (RFC 9116, 2.5.5: less than a year).
_HOLDS: Final = timedelta(days=180)


DESCRIBED: Final = replace(API_LOOK_UP, cache=SharedAnswer(fresh_s=60.0))
OPERATORS_TURNS: Final = 8.0
"""An operator's programs ask every few seconds, and nobody else has to; this machine takes none."""
READY: Final = replace(API_FILED, cache=SharedAnswer(fresh_s=1.0, turns=OPERATORS_TURNS))
METRICS: Final = replace(
    API_FILED, cache=SharedAnswer(fresh_s=5.0, turns=OPERATORS_TURNS), for_operators=True
)


@get("/api/v1/openapi.json", opt={WHO: None, ROUTE: DESCRIBED})
async def describe(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The description of this door (OpenAPI 3.1)."""
    state = request.app.state
    if _WRITTEN not in state:  # it is always the same, and takes long to put together
        state[_WRITTEN] = msgspec.json.encode(state[DESCRIBE]())
    return cacheable(
        request,
        state[_WRITTEN],
        media_type="application/vnd.oai.openapi+json",
        max_age_s=DESCRIPTION_S,
    )


@get("/healthz", opt={WHO: None, ROUTE: API_FILED})
async def alive() -> Response[bytes]:
    """Whether this process answers."""
    return Response(b"ok\n", media_type="text/plain", headers={"Cache-Control": "no-store"})


@get("/readyz", opt={WHO: None, ROUTE: READY})
async def ready(system: System) -> Response[bytes]:
    """Whether this process can do its work: the database answers, and its loops go on."""
    try:
        await is_ready(system)
    except StrpError as error:
        return _not_ready(error.code)
    if late := system.loops.late():
        return _not_ready(f"loop-late: {', '.join(sorted(late))}")
    return Response(b"ready\n", media_type="text/plain", headers={"Cache-Control": "no-store"})


def _not_ready(why: str) -> Response[bytes]:
    headers = {"Cache-Control": "no-store"}
    return Response(f"{why}\n".encode(), status_code=503, media_type="text/plain", headers=headers)


@get("/metrics", opt={WHO: None, ROUTE: METRICS})
async def metrics(system: System) -> Response[str]:
    """Numbers in Prometheus' text format; no personal data."""
    return Response(
        await measure(system),
        media_type="text/plain; version=0.0.4; charset=utf-8",
        headers={"Cache-Control": "no-store"},
    )


@get("/.well-known/security.txt", opt={WHO: None, ROUTE: DESCRIBED})
async def get_security(request: Request[Any, Any, Any], system: System) -> Response[bytes]:
    """Whom to tell of a fault in security (RFC 9116); 404 where nobody is named.

    Raises:
        NotFoundException: no contact is set.
    """
    contact = system.settings.security_contact
    if not contact:
        raise NotFoundException
    # By the day, so that whoever has it already is told so all day.
    expires_at = datetime.combine(system.clock().date(), time(tzinfo=UTC)) + _HOLDS
    lines = (
        f"Contact: {contact if contact.startswith('https://') else f'mailto:{contact}'}",
        f"Expires: {rfc3339(expires_at)}",
        "Preferred-Languages: id, en",
        f"Canonical: {system.settings.address}/.well-known/security.txt",
    )
    body = "".join(f"{line}\n" for line in lines).encode()
    return cacheable(request, body, media_type="text/plain", max_age_s=SECURITY_S)


ROUTES = Router(
    path="/",
    route_handlers=[describe, alive, ready, metrics, get_security],
    tags=["operations"],
)

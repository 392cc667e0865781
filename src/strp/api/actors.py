"""Who sends a request to the JSON door: an employer's key, or a signed-in session."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.types import Guard

from strp.domain.employers.employer import require_nib
from strp.domain.errors import Unauthenticated
from strp.domain.people.account import Actor, not_your_task, refuse_foreign
from strp.domain.people.sign_in import SESSION_COOKIE, SessionToken
from strp.domain.text import Text
from strp.http.cross_site import refuse_cross_site
from strp.http.route_class import route_of
from strp.usecases.certificates.change import require_changeable
from strp.usecases.people.authenticate import (
    authenticate_key,
    authenticate_session,
    found_already,
    refuse_ended,
)
from strp.usecases.process.system import System

AnyRequest = Request[Any, Any, Any]
AnyConnection = ASGIConnection[Any, Any, Any, Any]
Permits = Callable[[Actor], bool]
Owned = Callable[[System, Actor, Mapping[str, Any]], Awaitable[None]]
WHO = "who"
"""Option of a route: the rule of `domain.account` that says who may call it; None: anyone."""
WHOSE = "whose"
"""Option of a route that takes a body: refuses whom the thing in its address does not belong to.

Without it the body would be judged first, and its mistakes told to who has no right to it.
"""


def permitting(system: System) -> Guard:
    """A guard that asks the rule of each route before anything that was sent is judged.

    Raises:
        Forbidden: from the guard: the rule of the route does not let the sender call it.
    """

    async def permit(
        connection: ASGIConnection[Any, Any, Any, Any], route: BaseRouteHandler
    ) -> None:
        may: Permits | None = route.opt.get(WHO)
        if may is None:
            return
        actor = await actor_of(Request(connection.scope), system)
        if not may(actor):
            raise not_your_task()
        whose: Owned | None = route.opt.get(WHOSE)
        if whose is not None:
            await whose(system, actor, connection.path_params)
        connection.state.actor = actor

    return permit


async def own_employer(system: System, actor: Actor, address: Mapping[str, Any]) -> None:
    """For `WHOSE`: the `nib` of the address is an employer that the actor files for.

    Args:
        actor: who sends.
        address: values of the path, by name.

    Raises:
        Forbidden: `not-your-employer`.
    """
    del system
    refuse_foreign(actor, require_nib(address["nib"]))


async def own_certificate(system: System, actor: Actor, address: Mapping[str, Any]) -> None:
    """For `WHOSE`: the `serial` of the address is a certificate that the actor may change.

    Args:
        actor: who sends.
        address: values of the path, by name.

    Raises:
        NotFound: `certificate-unknown`.
    """
    await require_changeable(system, actor, address["serial"])


def permitted(request: AnyRequest) -> Actor:
    """The actor whom the guard of the route let in."""
    actor: Actor = request.state.actor
    return actor


async def actor_of(request: AnyRequest, system: System) -> Actor:
    """The actor behind a request.

    Raises:
        Unauthenticated: no key and no session, or one that is not (or no longer) known.
        Forbidden: another site's page sent it in a signed-in reader's name.
    """
    header = request.headers.get("authorization", "")
    if header:
        actor = await _employer_behind(request, system, bearer_key(header))
        if actor is None:
            raise key_unknown()
        return actor
    actor = await _account_behind(request, system, request.cookies.get(SESSION_COOKIE))
    if actor is None:
        await refuse_ended(system, request.cookies.get(SESSION_COOKIE, ""))
        raise not_signed_in()
    refuse_cross_site(
        str(request.method),
        route_of(request.scope),
        request.headers,
        address=system.settings.address,
    )
    return actor


def bearer_key(authorization: str) -> str:
    """The key in an Authorization header, or nothing (RFC 6750)."""
    scheme, _, key = authorization.partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def key_unknown() -> Unauthenticated:
    """The error for a key that opens nothing."""
    return Unauthenticated("key-unknown", _KEY_UNKNOWN)


def not_signed_in() -> Unauthenticated:
    """The error for a request without key and session."""
    return Unauthenticated("not-signed-in", _NOT_SIGNED_IN)


async def _employer_behind(request: AnyRequest, system: System, key: str) -> Actor | None:
    found = found_already(request.scope.get("state", {}), key, system.clock())
    return await authenticate_key(system, key) if found is None else found.actor


async def _account_behind(request: AnyRequest, system: System, token: str | None) -> Actor | None:
    if not token:
        return None
    found = found_already(request.scope.get("state", {}), token, system.clock())
    return await authenticate_session(system, SessionToken(token)) if found is None else found.actor


_KEY_UNKNOWN = Text(
    id="Kunci API tidak dikenal atau sudah ditarik. Buat kunci baru di halaman perusahaan, lalu "
    "kirim sebagai `Authorization: Bearer …`.",
    en="The API key is not known or was withdrawn. Make a new one on the employer's page and "
    "send it as `Authorization: Bearer …`.",
)
_NOT_SIGNED_IN = Text(
    id="Anda belum masuk atau sesi sudah berakhir. Masuk kembali, atau kirim kunci API.",
    en="You are not signed in, or the session has ended. Sign in again, or send an API key.",
)

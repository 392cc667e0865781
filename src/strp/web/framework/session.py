"""Who is signed in: the session's cookie, read and written."""

from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.handlers import BaseRouteHandler

from strp.domain.employers.employer import require_nib
from strp.domain.errors import Unauthenticated
from strp.domain.people.account import (
    Actor,
    Role,
    may_claim_employers,
    may_file,
    may_manage_accounts,
    may_review,
    not_your_employer,
    not_your_task,
)
from strp.domain.people.record_search import may_read_record
from strp.domain.people.second_factor import may_have_second_factor
from strp.domain.people.sign_in import SESSION_COOKIE, SessionToken
from strp.domain.text import Text
from strp.http.cookies import own_cookie
from strp.usecases.desk.show_objections import objections_of
from strp.usecases.people.authenticate import authenticate_session, found_already, refuse_ended
from strp.usecases.process.system import System

FIRST_PAGE = {
    Role.REPRESENTATIVE: "/employer",
    Role.OFFICER: "/office",
    Role.SUPERVISOR: "/office",
    Role.ADMINISTRATOR: "/office/accounts",
    Role.INSPECTOR: "/checkpoint",
    Role.AUDITOR: "/office/record",
}
READER = "reader"
"""Who is signed in, in the state of a request, for what every page of theirs shows."""


def _is_official(actor: Actor) -> bool:
    return may_have_second_factor(actor.role)


# Whose task the forms below an address are; the first that fits.
_TASKS = (
    ("/office/accounts", may_manage_accounts),
    ("/office/record", may_read_record),
    ("/office", may_review),
    ("/account", _is_official),
    ("/employer", may_claim_employers),
)
_OF_CLAIMANTS = frozenset({"claim", "officer"})
_OF_REFUSED = frozenset({"objections", "evidence"})


async def permit_form(
    connection: ASGIConnection[Any, Any, Any, Any], _route: BaseRouteHandler, system: System
) -> None:
    """Refuse a form that is not its sender's task, before anybody reads what is in it.

    Args:
        connection: its path chooses the rule; anything but a POST is let through.
        _route: not used.

    Raises:
        Unauthenticated: nobody is signed in, or not any more.
        Forbidden: `not-your-task`, `not-your-employer`.
    """
    path = connection.scope["path"]
    rule = next((may for prefix, may in _TASKS if f"{path}/".startswith(f"{prefix}/")), None)
    if rule is None or connection.scope.get("method") != "POST":
        return
    actor = await signed_in_actor(Request(connection.scope), system)
    if not rule(actor):
        raise not_your_task()
    if rule is may_claim_employers and "nib" in connection.path_params:
        await _require_own(system, actor, connection.path_params["nib"], path)


async def _require_own(system: System, actor: Actor, text: str, path: str) -> None:
    """Refuse a form at the address of an employer that its sender does not file for.

    Anybody may claim an employer. Who was refused may object, and attach evidence to that.
    """
    nib = require_nib(text)
    form = path.rstrip("/").rpartition("/")[2]
    if may_file(actor, nib) or form in _OF_CLAIMANTS:
        return
    if form in _OF_REFUSED:
        await objections_of(system, actor, nib)
    else:
        raise not_your_employer(nib)


async def signed_in_actor(request: Request[Any, Any, Any], system: System) -> Actor:
    """The account that sent a request.

    Raises:
        Unauthenticated: nobody is signed in, or not any more; `passkey-removed` says why.
    """
    token = session_token(request)
    actor = None if token is None else await _account_behind(request, system, token)
    if actor is None:
        if token is not None:
            await refuse_ended(system, token)
        raise Unauthenticated("sign-in-first", _SIGN_IN_FIRST)
    request.scope.setdefault("state", {})[READER] = actor
    return actor


async def _account_behind(
    request: Request[Any, Any, Any], system: System, token: SessionToken
) -> Actor | None:
    found = found_already(request.scope.get("state", {}), token, system.clock())
    return await authenticate_session(system, token) if found is None else found.actor


def session_token(request: Request[Any, Any, Any]) -> SessionToken | None:
    """The token in the request's cookie."""
    value = request.cookies.get(SESSION_COOKIE)
    return None if value is None else SessionToken(value)


def session_cookie(token: SessionToken, *, lasts_s: int, secure: bool) -> Cookie:
    """The cookie of a new session: no script reads it, no other site sends it.

    Args:
        token: of the session.
        lasts_s: as long as the session.
        secure: whether people reach this installation by HTTPS.
    """
    return own_cookie(SESSION_COOKIE, token, max_age_s=lasts_s, secure=secure)


def ended_session_cookie(*, secure: bool) -> Cookie:
    """The cookie that takes an ended session out of the browser."""
    return own_cookie(SESSION_COOKIE, "", max_age_s=0, secure=secure)


_SIGN_IN_FIRST = Text(
    id="Anda belum masuk, atau waktu masuk sudah habis. Masuk lagi untuk melanjutkan.",
    en="You are not signed in, or your session has ended. Sign in again to go on.",
)

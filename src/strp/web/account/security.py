"""How an official signs in: authenticator app, passkeys, recovery codes."""

from typing import Annotated, Any, Final

import msgspec
from litestar import Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body

from strp.domain.errors import Conflict, Forbidden, InvalidInput, StrpError
from strp.domain.people.account import Actor
from strp.domain.people.second_factor import wrong_factor
from strp.domain.people.sign_in import SessionToken
from strp.http.route_class import OFFICE_PAGE, ROUTE
from strp.outside.passkeys import write_id
from strp.usecases.people.own_security import (
    add_app,
    remove_app,
    renew_recovery_codes,
    set_up_app,
    show_security,
)
from strp.usecases.process.system import System
from strp.web.account.second_step import read_sealed, sealed_text, symbol_of
from strp.web.framework.page import Page
from strp.web.framework.session import FIRST_PAGE, session_token

AnyRequest = Request[Any, Any, Any]
SECURITY: Final = "/account/security"
APP: Final = f"{SECURITY}/app"


class SecurityForm(msgspec.Struct, kw_only=True):
    """What is to be done: `remove-app` or `renew-codes`."""

    word: str = ""


class OwnAppForm(msgspec.Struct, kw_only=True):
    """A code of an app that is being set up, and its secret in an envelope."""

    code: str = ""
    sealed: str = ""


@get(SECURITY, opt={ROUTE: OFFICE_PAGE})
async def show_own_security(
    request: AnyRequest, page: Page, system: System, actor: Actor
) -> Response[bytes]:
    """What the reader has set up."""
    return await _show(request, page, system, actor)


@post(SECURITY, status_code=200, opt={ROUTE: OFFICE_PAGE})
async def change_own_security(
    request: AnyRequest,
    page: Page,
    system: System,
    actor: Actor,
    data: Annotated[SecurityForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[bytes]:
    """Remove the app, or make new recovery codes."""
    token = _token(request)
    try:
        if data.word == "renew-codes":
            return show_codes(page, await renew_recovery_codes(system, actor, token))
        if data.word == "remove-app":
            await remove_app(system, actor, token)
    except (Conflict, Forbidden) as error:
        return await _show(request, page, system, actor, error)
    return page.go(SECURITY)


@get(APP, opt={ROUTE: OFFICE_PAGE})
async def ask_app(request: AnyRequest, page: Page, system: System, actor: Actor) -> Response[bytes]:
    """What sets an app up."""
    return await _show_app(request, page, system, actor, None)


@post(APP, status_code=200, opt={ROUTE: OFFICE_PAGE})
async def add_own_app(
    request: AnyRequest,
    page: Page,
    system: System,
    actor: Actor,
    data: Annotated[OwnAppForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[bytes]:
    """Store the app."""
    sealed = read_sealed(data.sealed)
    if sealed is None:
        return await _show_app(request, page, system, actor, None, wrong_factor())
    try:
        codes = await add_app(system, actor, _token(request), sealed, data.code)
    except InvalidInput as error:
        return await _show_app(request, page, system, actor, sealed, error)
    return show_codes(page, codes) if codes else page.go(SECURITY)


def show_codes(page: Page, codes: list[str]) -> Response[bytes]:
    """Recovery codes, once."""
    return page.show("account/recovery-codes.html", codes=codes, onward=SECURITY)


def _token(request: AnyRequest) -> SessionToken:
    return session_token(request) or SessionToken("")


async def _show_app(
    request: AnyRequest,
    page: Page,
    system: System,
    actor: Actor,
    sealed: bytes | None,
    error: StrpError | None = None,
) -> Response[bytes]:
    setup = await set_up_app(system, actor, _token(request), sealed)
    return page.show(
        "account/app.html",
        status=200 if error is None else 422,
        error=error,
        setup=setup,
        symbol=symbol_of(setup),
        sealed=sealed_text(setup),
    )


async def _show(
    request: AnyRequest,
    page: Page,
    system: System,
    actor: Actor,
    error: StrpError | None = None,
) -> Response[bytes]:
    own = await show_security(system, actor, _token(request))
    assert actor.role is not None
    return page.show(
        "account/security.html",
        status=200 if error is None else 422,
        error=error,
        own=own,
        ids=[write_id(each.credential_id) for each in own.passkeys],
        required=system.settings.is_second_factor_required,
        back=FIRST_PAGE[actor.role],
    )


SECURITY_PAGES = (show_own_security, change_own_security, ask_app, add_own_app)

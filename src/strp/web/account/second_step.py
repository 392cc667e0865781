"""The second factor of an official's sign-in: asked for, or set up the first time."""

import base64
import binascii
from typing import Annotated, Any, Final
from urllib.parse import quote

import msgspec
from litestar import Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body

from strp.domain.errors import Conflict, InvalidInput, StrpError
from strp.domain.people.second_factor import step_over
from strp.http.local_path import local_path
from strp.http.route_class import ROUTE, SIGN_IN_STEP
from strp.outside.paper.qr_writer import draw_symbol, write_svg
from strp.usecases.people.second_factor import (
    AppSetup,
    SecondStep,
    begin_app,
    enrol_app_at_sign_in,
    find_second_step,
    pass_second_factor,
    repeat_app,
)
from strp.usecases.process.system import System
from strp.web.account.entering import SECOND_STEP, entered_cookies, go_in, step_token
from strp.web.framework.page import Page
from strp.web.framework.session import FIRST_PAGE, session_token

AnyRequest = Request[Any, Any, Any]
SET_UP: Final = f"{SECOND_STEP}/app"


class FactorForm(msgspec.Struct, kw_only=True):
    """A code of the app, or a recovery code.

    Args:
        code: as typed.
        next: where to go on to.
    """

    code: str = ""
    next: str = ""


class AppForm(msgspec.Struct, kw_only=True):
    """A code of an app that is being set up.

    Args:
        code: as typed.
        sealed: the secret of the app in its envelope, in base64url.
        next: where to go on to.
    """

    code: str = ""
    sealed: str = ""
    next: str = ""


@get(SECOND_STEP, opt={ROUTE: SIGN_IN_STEP})
async def ask_factor(
    request: AnyRequest, page: Page, system: System, next: str = ""
) -> Response[bytes]:
    """Ask for the second factor, or lead through setting one up."""
    try:
        found = await _waiting(request, system)
    except InvalidInput as error:
        return _begin_again(page, error)
    return _show(page, system, found, local_path(next))


@post(SECOND_STEP, status_code=200, opt={ROUTE: SIGN_IN_STEP})
async def use_factor(
    request: AnyRequest,
    page: Page,
    system: System,
    data: Annotated[FactorForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[bytes]:
    """Begin the session."""
    step = step_token(request)
    if step is None:
        return _begin_again(page, step_over())
    try:
        entered = await pass_second_factor(system, step, data.code, replaces=session_token(request))
    except InvalidInput as error:
        return await _show_again(request, page, system, error, local_path(data.next))
    return go_in(page, entered, data.next)


@post(SET_UP, status_code=200, opt={ROUTE: SIGN_IN_STEP})
async def set_up_app(
    request: AnyRequest,
    page: Page,
    system: System,
    data: Annotated[AppForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[bytes]:
    """Set up an authenticator app, begin the session, and show the recovery codes."""
    step, sealed = step_token(request), read_sealed(data.sealed)
    if step is None or sealed is None:
        return _begin_again(page, step_over())
    try:
        done = await enrol_app_at_sign_in(
            system, step, sealed, data.code, replaces=session_token(request)
        )
    except (InvalidInput, Conflict) as error:
        return await _show_again(request, page, system, error, local_path(data.next), sealed)
    onward = local_path(data.next) or FIRST_PAGE[done.signed_in.role]
    shown = page.show("account/recovery-codes.html", codes=done.recovery_codes, onward=onward)
    for cookie in entered_cookies(page, done.signed_in):
        shown.set_cookie(cookie)
    return shown


def symbol_of(setup: AppSetup) -> str:
    """The address of a picture of the QR symbol that sets an app up, in the page itself."""
    return "data:image/svg+xml," + quote(write_svg(draw_symbol(setup.address)))


def sealed_text(setup: AppSetup) -> str:
    """The envelope of the secret, for a field of the form."""
    return base64.urlsafe_b64encode(setup.sealed).decode()


def read_sealed(text: str) -> bytes | None:
    """The envelope in a field of the form, or None."""
    try:
        return base64.urlsafe_b64decode(text.encode("ascii")) or None
    except (binascii.Error, ValueError):
        return None


async def _waiting(request: AnyRequest, system: System) -> SecondStep:
    step = step_token(request)
    if step is None:
        raise step_over()
    return await find_second_step(system, step)


async def _show_again(
    request: AnyRequest,
    page: Page,
    system: System,
    error: StrpError,
    onward: str,
    sealed: bytes | None = None,
) -> Response[bytes]:
    """The page with what was wrong; from the beginning where the step is over."""
    try:
        found = await _waiting(request, system)
    except InvalidInput:
        return _begin_again(page, step_over())
    return _show(page, system, found, onward, error, sealed)


def _show(
    page: Page,
    system: System,
    found: SecondStep,
    onward: str,
    error: StrpError | None = None,
    sealed: bytes | None = None,
) -> Response[bytes]:
    status = 200 if error is None else 422
    if found.enrolled.has_any:
        return page.show(
            "sign-in/second.html",
            status=status,
            error=error,
            enrolled=found.enrolled,
            next=onward,
        )
    account = found.account
    setup = repeat_app(system, account, sealed) if sealed else begin_app(system, account)
    return page.show(
        "sign-in/enrol.html",
        status=status,
        error=error,
        setup=setup,
        symbol=symbol_of(setup),
        sealed=sealed_text(setup),
        next=onward,
    )


def _begin_again(page: Page, error: StrpError) -> Response[bytes]:
    return page.show("sign-in/email.html", status=422, error=error, email="", next="")


SECOND_STEP_PAGES = (ask_factor, use_factor, set_up_app)

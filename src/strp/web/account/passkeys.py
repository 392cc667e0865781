"""Passkeys: signed in with, set up the first time, added and removed. They need a script."""

import base64
import binascii
from typing import Annotated, Any, Final

import msgspec
from litestar import Request, Response, get, post
from litestar.enums import MediaType, RequestEncodingType
from litestar.params import Body

from strp.domain.errors import Conflict, InvalidInput, StrpError
from strp.domain.people.account import Actor
from strp.domain.people.second_factor import CHALLENGE_LIFE, passkey_refused, step_over
from strp.domain.people.sign_in import SessionToken
from strp.http.cookies import own_cookie
from strp.http.local_path import local_path
from strp.http.route_class import (
    OFFICE_PAGE,
    ROUTE,
    SIGN_IN_STEP,
)
from strp.outside.passkeys import read_id
from strp.usecases.people.passkeys import (
    PasskeyRequest,
    add_passkey,
    add_passkey_at_sign_in,
    ask_new,
    ask_new_at_sign_in,
    ask_passkey,
    remove_passkey,
    sign_in_with_passkey,
)
from strp.usecases.process.system import System
from strp.web.account.entering import SECOND_STEP, entered_cookies, go_in, step_token
from strp.web.account.security import SECURITY, show_codes
from strp.web.framework.page import PRIVATE, Page
from strp.web.framework.session import FIRST_PAGE, session_token

AnyRequest = Request[Any, Any, Any]
SIGN_IN: Final = "/sign-in/passkey"
ADD: Final = f"{SECURITY}/passkey"
REMOVE: Final = f"{ADD}/removal"
FIRST: Final = f"{SECOND_STEP}/passkey"
CHALLENGE_COOKIE: Final = "strp_passkey"


class AnswerForm(msgspec.Struct, kw_only=True):
    """What the browser's passkey answered, as JSON, and where to go on to."""

    answer: str = ""
    next: str = ""


class NewPasskeyForm(msgspec.Struct, kw_only=True):
    """What the browser made.

    Args:
        answer: JSON of the credential.
        sealed: the challenge in its envelope, in base64url.
        name: what its owner calls it.
        next: where to go on to.
    """

    answer: str = ""
    sealed: str = ""
    name: str = ""
    next: str = ""


class RemovedForm(msgspec.Struct, kw_only=True):
    """The passkey that goes, by its id."""

    passkey: str = ""


@post(f"{SIGN_IN}/challenge", status_code=200, opt={ROUTE: SIGN_IN_STEP})
async def give_challenge(page: Page, system: System) -> Response[bytes]:
    """What the browser asks a passkey for; its cookie binds the answer to this browser."""
    asked = ask_passkey(system)
    cookie = own_cookie(
        CHALLENGE_COOKIE,
        _text(asked.sealed),
        max_age_s=int(CHALLENGE_LIFE.total_seconds()),
        secure=page.is_secure,
        path="/sign-in",
    )
    answer = page.answer(asked.options.encode(), MediaType.JSON, cache=PRIVATE)
    answer.set_cookie(cookie)
    return answer


@post(SIGN_IN, status_code=200, opt={ROUTE: SIGN_IN_STEP})
async def use_passkey(
    request: AnyRequest,
    page: Page,
    system: System,
    data: Annotated[AnswerForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[bytes]:
    """Begin a session with a passkey.

    Args:
        request: its cookies hold the challenge in its envelope, and a session that ends with this.
        data: JSON of the browser, and where to go on to.

    Raises:
        InvalidInput: caught here: what is refused is shown above the form.
    """
    sealed = _bytes(request.cookies.get(CHALLENGE_COOKIE, ""))
    forget = own_cookie(CHALLENGE_COOKIE, "", max_age_s=0, secure=page.is_secure, path="/sign-in")
    try:
        if sealed is None:
            raise passkey_refused()
        entered = await sign_in_with_passkey(
            system, data.answer, sealed, replaces=session_token(request)
        )
    except InvalidInput as error:
        onward = local_path(data.next)
        return page.show("sign-in/email.html", status=422, error=error, email="", next=onward)
    return go_in(page, entered, data.next, cookies=[forget])


@get(FIRST, opt={ROUTE: SIGN_IN_STEP})
async def ask_first(
    request: AnyRequest, page: Page, system: System, next: str = ""
) -> Response[bytes]:
    """A first passkey, where an official signs in for the first time."""
    step = step_token(request)
    if step is None:
        return _begin_again(page)
    return await _show_first(page, system, step, local_path(next))


@post(FIRST, status_code=200, opt={ROUTE: SIGN_IN_STEP})
async def add_first(
    request: AnyRequest,
    page: Page,
    system: System,
    data: Annotated[NewPasskeyForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[bytes]:
    """Keep it, begin the session, and show the recovery codes."""
    step = step_token(request)
    if step is None:
        return _begin_again(page)
    try:
        done = await add_passkey_at_sign_in(
            system,
            step,
            data.answer,
            _bytes(data.sealed) or b"",
            data.name,
            replaces=session_token(request),
        )
    except (InvalidInput, Conflict) as error:
        return await _show_first(page, system, step, local_path(data.next), error)
    onward = local_path(data.next) or FIRST_PAGE[done.signed_in.role]
    shown = page.show("account/recovery-codes.html", codes=done.recovery_codes, onward=onward)
    for cookie in entered_cookies(page, done.signed_in):
        shown.set_cookie(cookie)
    return shown


@get(ADD, opt={ROUTE: OFFICE_PAGE})
async def ask_another(
    request: AnyRequest, page: Page, system: System, actor: Actor
) -> Response[bytes]:
    """One more passkey."""
    return await _show_add(request, page, system, actor)


@post(ADD, status_code=200, opt={ROUTE: OFFICE_PAGE})
async def add_another(
    request: AnyRequest,
    page: Page,
    system: System,
    actor: Actor,
    data: Annotated[NewPasskeyForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[bytes]:
    """Keep it."""
    try:
        codes = await add_passkey(
            system, actor, _token(request), data.answer, _bytes(data.sealed) or b"", data.name
        )
    except InvalidInput as error:
        return await _show_add(request, page, system, actor, error)
    return show_codes(page, codes) if codes else page.go(SECURITY)


@post(REMOVE, status_code=200, opt={ROUTE: OFFICE_PAGE})
async def remove_one(
    request: AnyRequest,
    page: Page,
    system: System,
    actor: Actor,
    data: Annotated[RemovedForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[bytes]:
    """Remove one."""
    await remove_passkey(system, actor, _token(request), read_id(data.passkey))
    return page.go(SECURITY)


async def _show_first(
    page: Page, system: System, step: Any, onward: str, error: StrpError | None = None
) -> Response[bytes]:
    try:
        asked = await ask_new_at_sign_in(system, step)
    except InvalidInput:
        return _begin_again(page)
    return _show_form(page, asked, FIRST, onward, error)


async def _show_add(
    request: AnyRequest, page: Page, system: System, actor: Actor, error: StrpError | None = None
) -> Response[bytes]:
    asked = await ask_new(system, actor, _token(request))
    return _show_form(page, asked, ADD, "", error)


def _show_form(
    page: Page, asked: PasskeyRequest, action: str, onward: str, error: StrpError | None
) -> Response[bytes]:
    return page.show(
        "account/passkey.html",
        status=200 if error is None else 422,
        error=error,
        options=asked.options,
        sealed=_text(asked.sealed),
        action=action,
        next=onward,
    )


def _begin_again(page: Page) -> Response[bytes]:
    return page.show("sign-in/email.html", status=422, error=step_over(), email="", next="")


def _token(request: AnyRequest) -> SessionToken:
    return session_token(request) or SessionToken("")


def _text(sealed: bytes) -> str:
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def _bytes(text: str) -> bytes | None:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)) or None
    except (binascii.Error, ValueError):
        return None


PASSKEY_PAGES = (
    give_challenge,
    use_passkey,
    ask_first,
    add_first,
    ask_another,
    add_another,
    remove_one,
)

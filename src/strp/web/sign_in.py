"""Sign-in: an e-mail address, then the code that was sent to it."""

import base64
import binascii
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.enums import RequestEncodingType
from litestar.params import Body

from strp.domain.errors import InvalidInput, TooSoon, Unavailable
from strp.domain.sign_in import CODE_LIFE, client_block
from strp.http.local_path import local_path
from strp.usecases.sign_in import request_sign_in_code, sign_in
from strp.usecases.sign_out import sign_out
from strp.usecases.system import System
from strp.web.page import Page
from strp.web.session import FIRST_PAGE, ended_session_cookie, session_cookie, session_token

AnyRequest = Request[Any, Any, Any]
WAITING_COOKIE = "strp_sign_in"
_AAD = b"cookie:sign-in"


class EmailForm(msgspec.Struct, kw_only=True):
    """First step: the address."""

    email: str = ""
    next: str = ""


class CodeForm(msgspec.Struct, kw_only=True):
    """Second step: the code."""

    code: str = ""


class Waiting(msgspec.Struct, array_like=True):
    """What the browser remembers, sealed, between the two steps."""

    email: str
    next: str


@get("/sign-in")
async def ask_email(page: Page, next: str = "") -> Response[bytes]:
    """First step: the address."""
    return page.show("sign-in/email.html", error=None, email="", next=local_path(next))


@post("/sign-in", status_code=200)
async def send_code(
    request: AnyRequest,
    page: Page,
    system: System,
    data: Annotated[EmailForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[bytes]:
    """Send a code to the address."""
    block = client_block(request.client.host if request.client else "")
    try:
        await request_sign_in_code(system, data.email, client_block=block, language=page.language)
    except (InvalidInput, TooSoon) as error:
        return page.show(
            "sign-in/email.html",
            status=422,
            error=error,
            email=data.email,
            next=local_path(data.next),
        )
    cookie = _waiting_cookie(page, system, Waiting(data.email, local_path(data.next)))
    return page.go("/sign-in/code", cookies=[cookie])


@get("/sign-in/code")
async def ask_code(request: AnyRequest, page: Page, system: System) -> Response[bytes]:
    """Second step: the code."""
    waiting = _read_waiting(request, system)
    if waiting is None:
        return page.go("/sign-in")
    return page.show("sign-in/code.html", error=None, email=waiting.email)


@post("/sign-in/code", status_code=200)
async def use_code(
    request: AnyRequest,
    page: Page,
    system: System,
    data: Annotated[CodeForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[bytes]:
    """Begin a session with the code."""
    waiting = _read_waiting(request, system)
    if waiting is None:
        return page.go("/sign-in")
    try:
        signed_in = await sign_in(
            system,
            waiting.email,
            data.code,
            language=page.language,
            replaces=session_token(request),
        )
    except InvalidInput as error:
        return page.show("sign-in/code.html", status=422, error=error, email=waiting.email)
    cookie = session_cookie(signed_in.token, lasts_s=signed_in.lasts_s, secure=page.is_secure)
    forget = Cookie(key=WAITING_COOKIE, value="", max_age=0, path="/sign-in")
    return page.go(local_path(waiting.next) or FIRST_PAGE[signed_in.role], cookies=[cookie, forget])


@get("/sign-out")
async def ask_sign_out(page: Page) -> Response[bytes]:
    """A page with the button, for those who typed the address."""
    return page.show("sign-in/out.html")


@post("/sign-out", status_code=200)
async def end_session(request: AnyRequest, page: Page, system: System) -> Response[bytes]:
    """End the session."""
    token = session_token(request)
    if token is not None:
        await sign_out(system, token)
    return page.go("/", cookies=[ended_session_cookie(secure=page.is_secure)])


def _waiting_cookie(page: Page, system: System, waiting: Waiting) -> Cookie:
    sealed = system.keys.seal(msgspec.msgpack.encode(waiting), _AAD)
    return Cookie(
        key=WAITING_COOKIE,
        value=base64.urlsafe_b64encode(sealed).decode().rstrip("="),
        max_age=int(CODE_LIFE.total_seconds()),
        path="/sign-in",
        httponly=True,
        samesite="lax",
        secure=page.is_secure,
    )


def _read_waiting(request: AnyRequest, system: System) -> Waiting | None:
    value = request.cookies.get(WAITING_COOKIE)
    if not value:
        return None
    try:
        sealed = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
        return msgspec.msgpack.decode(system.keys.open(sealed, _AAD), type=Waiting)
    except (binascii.Error, ValueError, Unavailable, msgspec.MsgspecError):
        return None


SIGN_IN_PAGES = (ask_email, send_code, ask_code, use_code, ask_sign_out, end_session)

"""Sign-in: an e-mail address, then the code or the link that was sent to it."""

import base64
import binascii
from dataclasses import replace
from typing import Annotated, Any, Final

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.enums import RequestEncodingType
from litestar.params import Body

from strp.domain.errors import InvalidInput, TooSoon, Unavailable
from strp.domain.people.guessing import LetterKind
from strp.domain.people.sign_in import CODE_LIFE, client_block, cookies_needed
from strp.domain.waiting_room.lanes import Lane
from strp.http.cookies import own_cookie
from strp.http.local_path import local_path
from strp.http.route_class import (
    PAGE,
    ROUTE,
    SIGN_IN_BYTES,
    SIGN_IN_STEP,
    BodyLimit,
    GateRule,
    KeptPage,
    RouteClass,
)
from strp.usecases.notices.watch_letters import codes_are_late
from strp.usecases.people.authenticate import authenticate_session
from strp.usecases.people.begin_session import Entry, FirstFactor
from strp.usecases.people.sign_in import (
    find_link,
    new_attempt,
    request_sign_in_code,
    sign_in,
    sign_in_by_link,
)
from strp.usecases.people.sign_in_guard import proof_challenge
from strp.usecases.people.sign_out import sign_out
from strp.usecases.process.system import System
from strp.web.account.entering import SECOND_STEP, go_in, go_to_second_step, step_token
from strp.web.framework.page import Page
from strp.web.framework.session import FIRST_PAGE, ended_session_cookie, session_token

AnyRequest = Request[Any, Any, Any]
WAITING_COOKIE = "strp_sign_in"
_AAD = b"cookie:sign-in"


class EmailForm(msgspec.Struct, kw_only=True):
    """First step: the address, and where a network had many letters sent, a proof of work."""

    email: str = ""
    next: str = ""
    proof: str = ""


class CodeForm(msgspec.Struct, kw_only=True):
    """Second step: the code."""

    code: str = ""


class LinkForm(msgspec.Struct, kw_only=True):
    """The same with a link: its secret."""

    secret: str = ""


class Waiting(msgspec.Struct, array_like=True):
    """What the browser remembers, sealed, between the two steps.

    Args:
        email: as typed.
        next: where to go on to.
        attempt: tells this browser's codes from those that others ask for the same address.
        kind: what the letter holds.
    """

    email: str
    next: str
    attempt: bytes = b""
    kind: LetterKind = LetterKind.CODE


SIGN_IN_PAGE: Final = RouteClass(
    lane=Lane.EMPLOYERS,
    gate=GateRule.TARGET,
    # What everybody who was let in sees first: kept, it costs a tenth.
    cache=KeptPage(queries=("next=%2Femployer",), behind_gate=True),
)
SIGN_IN_LINK: Final = replace(SIGN_IN_STEP, has_secret=True)
SIGN_IN_FORM: Final = RouteClass(body=BodyLimit(most_bytes=SIGN_IN_BYTES, for_anyone=True))


@get("/sign-in", opt={ROUTE: SIGN_IN_PAGE})
async def ask_email(
    page: Page, next: str = "", unsent: str = "", ended: str = ""
) -> Response[bytes]:
    """First step: the address.

    Args:
        next: where to go on to after signing in.
        unsent: not empty: a form came from somebody who is not signed in.
        ended: not empty: the passkey of the session was removed.
    """
    return page.show(
        "sign-in/email.html",
        error=None,
        email="",
        next=local_path(next),
        unsent=bool(unsent),
        ended=bool(ended),
    )


@get("/sign-in/done", opt={ROUTE: SIGN_IN_STEP})
async def check_cookie(request: AnyRequest, page: Page, next: str = "") -> Response[bytes]:
    """Lead on, where the browser kept the session's cookie; else say that it keeps none."""
    if session_token(request) is None:
        return _without_cookie(page)
    return page.go(local_path(next) or "/")


@post("/sign-in", status_code=200, opt={ROUTE: SIGN_IN_FORM})
async def send_code(
    request: AnyRequest,
    page: Page,
    system: System,
    data: Annotated[EmailForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[bytes]:
    """Send a letter to the address."""
    before = _read_waiting(request, system)
    is_same = before is not None and before.email == data.email
    attempt = before.attempt if before is not None and is_same else b""
    waiting = Waiting(data.email, local_path(data.next), attempt or new_attempt())
    return await _send_letter(request, page, system, waiting, data.proof)


@get("/sign-in/code", opt={ROUTE: SIGN_IN_STEP})
async def ask_code(
    request: AnyRequest, page: Page, system: System, sent: str = ""
) -> Response[bytes]:
    """Second step: the code, or where to find the link."""
    waiting = _read_waiting(request, system)
    if waiting is not None:
        return _show_second_step(page, waiting)
    return _without_cookie(page) if sent else page.go("/sign-in")


@post("/sign-in/code", status_code=200, opt={ROUTE: SIGN_IN_STEP})
async def use_code(
    request: AnyRequest,
    page: Page,
    system: System,
    data: Annotated[CodeForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[bytes]:
    """Begin a session with the code."""
    waiting, token = _read_waiting(request, system), session_token(request)
    if waiting is None:
        actor = await authenticate_session(system, token) if token else None
        if actor is None or actor.role is None:
            waits = step_token(request) is not None
            return page.go(SECOND_STEP) if waits else _without_cookie(page)
        return page.go(FIRST_PAGE[actor.role])
    try:
        entry = await sign_in(
            system,
            waiting.email,
            data.code,
            attempt=waiting.attempt,
            client_block=_block(request),
            language=page.language,
            replaces=token,
        )
    except InvalidInput as error:
        if error.code == "codes-replaced":
            return await _send_letter(request, page, system, waiting, "")
        return _show_second_step(page, waiting, error)
    return _go_on(page, entry, waiting.next)


@get("/sign-in/link/{secret:str}", opt={ROUTE: SIGN_IN_LINK})
async def show_link(page: Page, system: System, secret: str) -> Response[bytes]:
    """A page with a button: programs that look at letters open links, and press nothing."""
    shown = page.show("sign-in/link.html", email=await find_link(system, secret), secret=secret)
    # The address of this page signs in, so no other request may tell it.
    shown.headers["Referrer-Policy"] = "strict-origin"
    shown.headers["X-Robots-Tag"] = "noindex"
    return shown


@post("/sign-in/link", status_code=200, opt={ROUTE: SIGN_IN_STEP})
async def use_link(
    request: AnyRequest,
    page: Page,
    system: System,
    data: Annotated[LinkForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[bytes]:
    """Begin a session with the link."""
    entry = await sign_in_by_link(
        system, data.secret, language=page.language, replaces=session_token(request)
    )
    waiting = _read_waiting(request, system)
    return _go_on(page, entry, "" if waiting is None else waiting.next)


@get("/sign-out", opt={ROUTE: PAGE})
async def ask_sign_out(page: Page) -> Response[bytes]:
    """A page with the button, for those who typed the address."""
    return page.show("sign-in/out.html")


@post("/sign-out", status_code=200, opt={ROUTE: SIGN_IN_FORM})
async def end_session(request: AnyRequest, page: Page, system: System) -> Response[bytes]:
    """End the session."""
    token = session_token(request)
    if token is not None:
        await sign_out(system, token)
    return page.go("/", cookies=[ended_session_cookie(secure=page.is_secure)])


async def _send_letter(
    request: AnyRequest, page: Page, system: System, waiting: Waiting, proof: str
) -> Response[bytes]:
    """Have a letter sent, and lead on to the second step."""
    try:
        kind = await request_sign_in_code(
            system,
            waiting.email,
            attempt=waiting.attempt,
            client_block=_block(request),
            language=page.language,
            proof=proof,
        )
    except InvalidInput as error:
        return page.show(
            "sign-in/email.html", status=422, error=error, email=waiting.email, next=waiting.next
        )
    except TooSoon as error:
        return _ask_for_proof(page, system, waiting, error)
    waiting.kind = kind
    return page.go("/sign-in/code?sent=1", cookies=[_waiting_cookie(page, system, waiting)])


def _ask_for_proof(page: Page, system: System, waiting: Waiting, error: TooSoon) -> Response[bytes]:
    challenge = msgspec.json.encode(proof_challenge(system)).decode()
    return page.show(
        "sign-in/proof.html",
        status=429,
        error=error,
        email=waiting.email,
        next=waiting.next,
        challenge=challenge,
    )


def _show_second_step(
    page: Page, waiting: Waiting, error: InvalidInput | None = None
) -> Response[bytes]:
    is_link = waiting.kind is LetterKind.LINK and error is None
    return page.show(
        "sign-in/letter.html" if is_link else "sign-in/code.html",
        status=200 if error is None else 422,
        error=error,
        email=waiting.email,
        next=waiting.next,
        late=codes_are_late(page.system),
    )


def _without_cookie(page: Page) -> Response[bytes]:
    """Say that the browser keeps no cookie, where a form would come back empty without a word."""
    return page.show("sign-in/email.html", status=422, error=cookies_needed(), email="", next="")


def _go_on(page: Page, entry: Entry, onward: str) -> Response[bytes]:
    """Go in, or on to the second factor."""
    forget = _waiting(page, "", 0)
    if isinstance(entry, FirstFactor):
        return go_to_second_step(page, entry, onward, cookies=[forget])
    return go_in(page, entry, onward, cookies=[forget])


def _block(request: AnyRequest) -> str:
    return client_block(request.client.host if request.client else "")


def _waiting_cookie(page: Page, system: System, waiting: Waiting) -> Cookie:
    sealed = system.keys.seal(msgspec.msgpack.encode(waiting), _AAD)
    value = base64.urlsafe_b64encode(sealed).decode().rstrip("=")
    return _waiting(page, value, int(CODE_LIFE.total_seconds()))


def _waiting(page: Page, value: str, max_age_s: int) -> Cookie:
    secure, path = page.is_secure, "/sign-in"
    return own_cookie(WAITING_COOKIE, value, max_age_s=max_age_s, secure=secure, path=path)


def _read_waiting(request: AnyRequest, system: System) -> Waiting | None:
    value = request.cookies.get(WAITING_COOKIE)
    if not value:
        return None
    try:
        sealed = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
        return msgspec.msgpack.decode(system.keys.open(sealed, _AAD), type=Waiting)
    except (binascii.Error, ValueError, Unavailable, msgspec.MsgspecError):
        return None


SIGN_IN_PAGES = (
    ask_email,
    check_cookie,
    send_code,
    ask_code,
    use_code,
    show_link,
    use_link,
    ask_sign_out,
    end_session,
)

"""How a browser goes on from the pages of sign-in: in, or to the second factor."""

from typing import Any, Final
from urllib.parse import urlencode

from litestar import Request, Response
from litestar.datastructures import Cookie

from strp.domain.people.second_factor import STEP_LIFE, StepToken
from strp.http.cookies import own_cookie
from strp.http.local_path import local_path
from strp.usecases.people.begin_session import FirstFactor, SignedIn
from strp.web.framework.page import Page
from strp.web.framework.session import FIRST_PAGE, session_cookie

SECOND_STEP: Final = "/sign-in/second"
STEP_COOKIE: Final = "strp_second_step"


def go_in(
    page: Page, signed_in: SignedIn, onward: str, *, cookies: list[Cookie] | None = None
) -> Response[bytes]:
    """Give the browser its session, and lead on to where it wanted to go.

    Args:
        signed_in: the session that has begun.
        onward: address where the browser wanted to go; one of another site is not followed.
        cookies: more to set, beside those of the session.
    """
    after = local_path(onward) or FIRST_PAGE[signed_in.role]
    kept = [*entered_cookies(page, signed_in), *(cookies or [])]
    return page.go(f"/sign-in/done?{urlencode({'next': after})}", cookies=kept)


def entered_cookies(page: Page, signed_in: SignedIn) -> list[Cookie]:
    """The cookie of a new session; that of the step before it goes."""
    cookie = session_cookie(signed_in.token, lasts_s=signed_in.lasts_s, secure=page.is_secure)
    return [cookie, _step_cookie(page, "", 0)]


def go_to_second_step(
    page: Page, first: FirstFactor, onward: str, *, cookies: list[Cookie]
) -> Response[bytes]:
    """Lead on to the second factor.

    Args:
        first: what the first factor brought.
        onward: address where the browser wanted to go; one of another site is not followed.
        cookies: more to set, beside the one of the step.
    """
    kept = _step_cookie(page, first.token, int(STEP_LIFE.total_seconds()))
    query = f"?{urlencode({'next': local_path(onward)})}" if local_path(onward) else ""
    return page.go(SECOND_STEP + query, cookies=[kept, *cookies])


def step_token(request: Request[Any, Any, Any]) -> StepToken | None:
    """The token of the sign-in that waits for its second factor, in the request's cookie."""
    value = request.cookies.get(STEP_COOKIE)
    return StepToken(value) if value else None


def _step_cookie(page: Page, value: str, max_age_s: int) -> Cookie:
    secure, path = page.is_secure, "/sign-in"
    return own_cookie(STEP_COOKIE, value, max_age_s=max_age_s, secure=secure, path=path)

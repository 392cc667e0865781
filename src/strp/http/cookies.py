"""Cookies as we set and read them: no script reads one, and no other site's request brings one."""

from collections.abc import Mapping

from litestar.datastructures import Cookie


def own_cookie(name: str, value: str, *, max_age_s: int, secure: bool, path: str = "/") -> Cookie:
    """A cookie of ours, for a page; 0 seconds take it out of the browser.

    Args:
        name: of the cookie.
        value: letters, digits and `-_.~`.
        max_age_s: how long it is kept.
        secure: whether people reach this installation by HTTPS.
        path: below which it is sent.
    """
    return Cookie(
        key=name,
        value=value,
        max_age=max_age_s,
        path=path,
        httponly=True,
        samesite="lax",
        secure=secure,
    )


def cookie_header(name: str, value: str, *, max_age_s: int, secure: bool) -> tuple[bytes, bytes]:
    """The same as a header, for the front: a crowd gets one each, and this is ten times as fast.

    Args:
        name: of the cookie.
        value: letters, digits and `-_.~`; it is not quoted.
        max_age_s: how long it is kept; 0 takes it out of the browser.
        secure: whether people reach this installation by HTTPS.

    Returns:
        Name and value of the header.
    """
    text = f"{name}={value}; Path=/; Max-Age={max_age_s}; HttpOnly; SameSite=Lax"
    return b"set-cookie", (text + ("; Secure" if secure else "")).encode()


def read_cookies(header: str) -> Mapping[str, str]:
    """Cookies by name, as a `Cookie` header brings them."""
    pairs = (pair.partition("=") for pair in header.split(";"))
    return {name.strip(): value.strip() for name, _, value in pairs}

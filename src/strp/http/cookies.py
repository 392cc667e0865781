"""Cookies as we set and read them: no script reads one, and no other site's request brings one.

Where people reach this installation by HTTPS, what our cookies are called begins with `__Host-` on
its way: browsers let no site below the same domain set, replace or stand in for one. The rest of
the program knows them by their plain names; what comes under a plain name there is not ours.

Source: RFC 6265bis, 4.1.3.2 ("The __Host- Prefix").
"""

from collections.abc import Iterable, Mapping
from typing import Final

from litestar.datastructures import Cookie

OWN: Final = "strp_"
"""How the names of all cookies begin that say who somebody is, or which place they have."""
_ONE_HOST: Final = "__Host-"
Header = tuple[bytes, bytes]


def is_https(address: str) -> bool:
    """Whether people reach an installation by HTTPS.

    Args:
        address: that they reach it under (`Settings.address`).
    """
    return address.startswith("https://")


def sent_name(name: str, *, secure: bool) -> str:
    """What a cookie is called between browser and server.

    Args:
        name: as the rest of the program knows it.
        secure: whether people reach this installation by HTTPS.
    """
    return _ONE_HOST + name if secure and name.startswith(OWN) else name


def own_cookie(name: str, value: str, *, max_age_s: int, secure: bool, path: str = "/") -> Cookie:
    """A cookie of ours, for a page; 0 seconds take it out of the browser.

    Args:
        name: of the cookie.
        value: letters, digits and `-_.~`.
        max_age_s: how long it is kept.
        secure: whether people reach this installation by HTTPS; one that is bound to this host is
            sent to all its paths.
        path: below which it is sent.
    """
    sent = sent_name(name, secure=secure)
    return Cookie(
        key=sent,
        value=value,
        max_age=max_age_s,
        path="/" if sent.startswith(_ONE_HOST) else path,
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
    sent = sent_name(name, secure=secure)
    text = f"{sent}={value}; Path=/; Max-Age={max_age_s}; HttpOnly; SameSite=Lax"
    return b"set-cookie", (text + ("; Secure" if secure else "")).encode()


def read_cookies(header: str, *, secure: bool = False) -> Mapping[str, str]:
    """Cookies by the names that the program knows them by, as a `Cookie` header brings them.

    Args:
        header: as sent.
        secure: whether people reach this installation by HTTPS.
    """
    pairs = (pair.partition("=") for pair in header.split(";"))
    sent = {name.strip(): value.strip() for name, _, value in pairs}
    if not secure:
        return sent
    return {
        name.removeprefix(_ONE_HOST): value
        for name, value in sent.items()
        if not name.startswith(OWN)
    }


def cookies_by_name(headers: Iterable[Header], *, secure: bool) -> list[Header]:
    """Headers as the doors behind the front read them: each cookie once, by its plain name.

    Args:
        headers: names in lower case, and values, as sent.
        secure: whether people reach this installation by HTTPS.
    """
    return [
        (name, _plain(value, secure=secure)) if name == b"cookie" else (name, value)
        for name, value in headers
    ]


def _plain(header: bytes, *, secure: bool) -> bytes:
    found = read_cookies(header.decode("latin-1"), secure=secure)
    return "; ".join(f"{name}={value}" for name, value in found.items()).encode("latin-1")

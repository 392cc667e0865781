"""The one rule on requests that a page of another site sends in a reader's name.

Browsers say where a request comes from (`Sec-Fetch-Site` and `Origin`), and pages cannot change
that; so forms need no token, and pages that hold them can be cached. Where an old browser says
neither and sends a cookie, `Referer` tells. A request that says nothing comes from a program, which
holds no reader's cookies.

It holds for forms, for the waiting room's addresses, and for calls that are signed in by a cookie.
A key goes along with nothing that another site sends, so calls with a key are not asked.

Sources: Fetch Metadata Request Headers, W3C; OWASP CSRF Prevention Cheat Sheet, "Fetch Metadata",
"Verifying Origin With Standard Headers".
"""

from typing import Final, Protocol
from urllib.parse import urlsplit

from strp.domain.errors import Forbidden
from strp.domain.text import Text
from strp.http.route_class import RouteClass

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class Headers(Protocol):
    """Headers by lower-case name."""

    def get(self, name: str, /) -> str | None:
        """The value of a header, or None."""
        ...


def refuse_cross_site(method: str, route: RouteClass, headers: Headers, *, address: str) -> None:
    """Let a request through unless another site's page sent it.

    Args:
        method: upper case.
        route: what the route at its address is.
        headers: of the request.
        address: that people reach this installation under (`Settings.address`).

    Raises:
        Forbidden: it may change something and comes from another site.
    """
    if method in SAFE_METHODS or route.from_any_site:
        return
    if is_cross_site(headers, address=address):
        raise Forbidden(
            "cross-site-request",
            Text(
                id="Permintaan ini dikirim dari situs lain, jadi tidak diproses. "
                "Buka halamannya langsung di STRP, lalu kirim lagi.",
                en="This request was sent from another site, so nothing was done. "
                "Open the page in STRP itself and send it again.",
            ),
        )


def is_cross_site(headers: Headers, *, address: str) -> bool:
    """Whether a page of another site sent a request.

    Args:
        headers: of the request.
        address: that people reach this installation under.
    """
    host = headers.get("host")
    origin, fetched_from = headers.get("origin"), headers.get("sec-fetch-site")
    if fetched_from is not None:
        if fetched_from not in {"same-origin", "none"}:
            return True
        # Our own pages send `null` where they keep back who sent them.
        return origin not in {None, "null"} and not _is_ours(origin or "", host, address)
    if origin is not None:
        return not _is_ours(origin, host, address)
    referer = headers.get("referer")
    return bool(referer and headers.get("cookie")) and not _is_ours(referer or "", host, address)


def _is_ours(sender: str, host: str | None, address: str) -> bool:
    """Whether an origin or a page is of the host that was asked, or of our address.

    Where people come by https, a page of the same name without it is another site: anybody on the
    way can write it.
    """
    try:
        sent, ours = urlsplit(sender), urlsplit(address)
    except ValueError:
        return False
    if not sent.netloc or sent.scheme not in {"http", "https"}:
        return False
    if sent.netloc == ours.netloc:
        return sent.scheme == ours.scheme
    return sent.netloc == host and not (ours.scheme == "https" and sent.scheme != "https")

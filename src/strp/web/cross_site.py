"""Refuses forms that another site sends in a signed-in reader's name.

Browsers say where a request comes from (`Sec-Fetch-Site`, else `Origin`), and pages cannot
change that; so forms need no token, and pages that hold them can be cached.

Sources: Fetch Metadata Request Headers, W3C; OWASP CSRF Prevention Cheat Sheet, "Fetch Metadata".
"""

from typing import Any
from urllib.parse import urlsplit

from litestar import Request

from strp.domain.errors import Forbidden
from strp.domain.text import Text

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


def refuse_cross_site(request: Request[Any, Any, Any]) -> None:
    """Let a request through unless another site's page sent it.

    Raises:
        Forbidden: it changes something and comes from another site.
    """
    if request.method in SAFE_METHODS:
        return
    fetched_from = request.headers.get("sec-fetch-site")
    if fetched_from in {"same-origin", "none"}:
        return
    origin = request.headers.get("origin")
    if fetched_from is None and (origin is None or _is_ours(request, origin)):
        return
    raise Forbidden(
        "cross-site-request",
        Text(
            id="Formulir ini dikirim dari situs lain, jadi tidak diproses. "
            "Buka halamannya langsung di STRP, lalu kirim lagi.",
            en="This form was sent from another site, so nothing was done. "
            "Open the page in STRP itself and send it again.",
        ),
    )


def _is_ours(request: Request[Any, Any, Any], origin: str) -> bool:
    return urlsplit(origin).netloc == request.headers.get("host")

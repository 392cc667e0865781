"""Where a reader may be sent on to: addresses of these pages, and nothing else."""

import re
from typing import Final
from urllib.parse import quote, urlsplit

MOST_CHARACTERS: Final = 500
_SEGMENT: Final = r"[A-Za-z0-9_~-][A-Za-z0-9._~-]*"
_LOCAL: Final = re.compile(rf"/(?:{_SEGMENT}(?:/{_SEGMENT})*/?)?(?:\?[A-Za-z0-9._~=&%+:,/-]*)?")


def local_path(text: str) -> str:
    """The path to go on to, or nothing where it may lead to another site.

    Browsers drop tabs and line breaks from an address, read a backslash as a slash, and take two
    slashes for the start of a host name. So it is not searched for what is wrong: only what our
    own pages are made of passes.

    Args:
        text: as it was sent, decoded.

    Returns:
        The text, ASCII without spaces or control characters; empty where it does not pass.

    Source: URL Standard (WHATWG), "basic URL parser".
    """
    if len(text) > MOST_CHARACTERS or not _LOCAL.fullmatch(text):
        return ""
    return text


def sign_in_after_form(referer: str | None, host: str | None) -> str:
    """Where somebody goes who sent a form without being signed in.

    The page there says that what was typed did not go out; after the sign-in it leads back to the
    page of the form.

    Args:
        referer: header of the request, where the browser sent one.
        host: header of the request.
    """
    try:
        page = urlsplit(referer or "")
    except ValueError:
        page = urlsplit("")
    onward = local_path(page.path) if page.netloc and page.netloc == host else ""
    return f"/sign-in?unsent=1&next={quote(onward, safe='')}"

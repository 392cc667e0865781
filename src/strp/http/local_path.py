"""Where a reader may be sent on to: addresses of these pages, and nothing else."""

import re
from typing import Final

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

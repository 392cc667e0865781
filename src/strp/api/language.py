"""The reader's language at the JSON door."""

from typing import Any

from litestar import Request

from strp.domain.text import Language


def language_of(request: Request[Any, Any, Any]) -> Language:
    """English where the request prefers it (`lang=en`, then Accept-Language), else Indonesian."""
    wanted = request.query_params.get("lang") or request.headers.get("accept-language") or ""
    return preferred(wanted)


def preferred(header: str) -> Language:
    """The language that an Accept-Language header prefers; Indonesian where it says nothing."""
    return Language.EN if _first(header) == "en" else Language.ID


def _first(header: str) -> str:
    """The first of the two languages that a header names (RFC 9110, 12.5.4, without weights)."""
    for part in header.lower().split(","):
        tag = part.split(";")[0].strip()[:2]
        if tag in {"id", "en"}:
            return tag
    return ""

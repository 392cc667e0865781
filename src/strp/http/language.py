"""The language that a reader gets: one rule for pages, programs and the front."""

from functools import lru_cache
from typing import Any

from litestar import Request

from strp.domain.text import Language

LANGUAGE_COOKIE = "lang"
_CODES = {language.value: language for language in Language}


def choose_language(*, asked: str | None, kept: str | None, accepted: str) -> Language:
    """The reader's language: what the address asks for, else the cookie, else the browser.

    Args:
        asked: value of `?lang=`.
        kept: value of the language cookie.
        accepted: the `Accept-Language` header (RFC 9110, section 12.5.4).
    """
    return parse_language(asked) or parse_language(kept) or _first(accepted)


def language_of(request: Request[Any, Any, Any]) -> Language:
    """The language of a request's reader."""
    return choose_language(
        asked=request.query_params.get("lang"),
        kept=request.cookies.get(LANGUAGE_COOKIE),
        accepted=request.headers.get("accept-language", ""),
    )


def parse_language(text: str | None) -> Language | None:
    """Read the code of a language of the product, or None."""
    return _CODES.get(text or "")


@lru_cache(maxsize=1024)
def _first(accepted: str) -> Language:
    """The first of our languages that a header names, in its order as nginx reads it; weights
    count for nothing. Indonesian where it names none."""
    for part in accepted.lower().split(","):
        found = _CODES.get(part.partition(";")[0].strip().partition("-")[0])
        if found is not None:
            return found
    return Language.ID

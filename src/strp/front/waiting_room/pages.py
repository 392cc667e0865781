"""The waiting room's pages, filled in from memory for each visitor."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from html import escape
from typing import Final

from babel.dates import format_date

from strp.domain.civil_time import WIB, clock_text
from strp.domain.errors import StrpError
from strp.domain.text import Language
from strp.domain.waiting_room.lanes import ExpectedWait
from strp.front.page_cache import PageCache
from strp.front.responses import NO_STORE, Headers, Response
from strp.http.problems import status_of
from strp.web.framework.durations import age
from strp.web.framework.errors import ANY_TITLE, TITLES
from strp.web.public.waiting_page import WAITING_STATES

_GAP: Final = re.compile(rb"@@([a-z]+)@@")
_OWN_ADDRESS: Final = re.compile(rb'href="/waiting-room/page/[a-z-]+(\?lang=[a-z]+)"')


class WaitingPages:
    """Pages with gaps, made once a minute by the door of pages.

    Args:
        pages: asks that door.
    """

    def __init__(self, pages: PageCache) -> None:
        self._pages = pages
        self._parts: dict[tuple[str, Language], list[bytes]] = {}
        self._headers: Headers = []

    async def load(self) -> None:
        """Make all pages, so that none has to be made in the rush."""
        for state in WAITING_STATES:
            for language in Language:
                made = await self._pages.made(f"/waiting-room/page/{state}", language)
                if made is not None:
                    self._headers = _headers(made.headers)
                    own = _OWN_ADDRESS.sub(rb'href="\1"', made.body)
                    self._parts[state, language] = _GAP.split(own)

    def fill(
        self,
        state: str,
        language: Language,
        gaps: Mapping[str, str],
        *,
        status: int = 200,
        retry_after_s: int | None = None,
        refresh_s: int | None = None,
    ) -> Response:
        """A page for one visitor.

        Args:
            state: one of WAITING_STATES.
            language: of the reader.
            gaps: what goes where; nothing else of the visitor is in the page.
            status: HTTP status.
            retry_after_s: seconds after which it is worth asking again, for programs.
            refresh_s: seconds after which the page comes back by itself, also where its script
                and noscript were lost on the way; None where it must not.
        """
        bare = _BARE.get(state, _BARE_LINE)[language]
        parts = self._parts.get((state, language)) or _GAP.split(bare)
        filled = [
            escape(gaps.get(part.decode(), "–")).encode() if number % 2 else part
            for number, part in enumerate(parts)
        ]
        headers = list(self._headers) or [(b"content-type", b"text/html; charset=utf-8")]
        headers.append(NO_STORE)
        if refresh_s is not None:
            headers.append((b"refresh", str(refresh_s).encode()))
        if retry_after_s is not None:
            headers.append((b"retry-after", str(retry_after_s).encode()))
        return Response(status, headers, b"".join(filled))

    def refusal(self, error: StrpError, language: Language) -> Response:
        """A page for what the front refuses in the web framework's place, in the same words.

        Args:
            error: of the tree.
            language: of the reader.
        """
        status, after_s = status_of(error), error.retry_after_s
        gaps = {
            "title": TITLES.get(status, ANY_TITLE).in_(language),
            "advice": error.text.in_(language),
            "code": error.code,
            "seconds": str(after_s),
        }
        state = "refused" if after_s is None else "refused-later"
        return self.fill(state, language, gaps, status=status, retry_after_s=after_s)


def clock_after(seconds: float, now: datetime, language: Language) -> str:
    """The time of day in Jakarta, some seconds from now.

    Args:
        seconds: from `now` on.
        now: aware.
        language: Indonesian separates by dots, English by colons.
    """
    return clock_text(now + timedelta(seconds=seconds), language, seconds=True)


def moment(at: datetime, language: Language) -> str:
    """Day and time in Jakarta.

    Args:
        at: aware.
        language: of the reader.
    """
    day = format_date(at.astimezone(WIB), "EEEE, d MMMM y", locale=language.value)
    return f"{day}, {clock_text(at, language)} WIB"


def grouped(number: int, language: Language) -> str:
    """A number as the reader groups its digits.

    Args:
        number: a count.
        language: Indonesian groups by dots, English by commas.
    """
    text = f"{number:,}"
    return text if language is Language.EN else text.replace(",", ".")


def span(expected: ExpectedWait, language: Language) -> str:
    """An expected wait in words, as an interval.

    Args:
        expected: seconds, the least first; None is an end that nobody knows.
        language: of the reader.

    Returns:
        "–" where nothing is known.
    """
    least, most = expected
    if least is None:
        return "–"
    if most is None:
        more = {Language.ID: "lebih dari ", Language.EN: "more than "}
        return more[language] + age(least).in_(language)
    shortest, longest = age(least).in_(language), age(most).in_(language)
    return longest if shortest == longest else f"{shortest} – {longest}"


def _headers(made: Headers) -> Headers:
    dropped = {b"cache-control", b"etag", b"content-length", b"set-cookie", b"date"}
    return [(name, value) for name, value in made if name.lower() not in dropped]


_HEAD: Final = {
    Language.ID: b"<!DOCTYPE html><html lang=id><meta charset=utf-8><title>STRP</title>"
    b'<meta name="viewport" content="width=device-width">',
    Language.EN: b"<!DOCTYPE html><html lang=en><meta charset=utf-8><title>STRP</title>"
    b'<meta name="viewport" content="width=device-width">',
}
_BARE_LINE: Final = {
    Language.ID: _HEAD[Language.ID] + b"<h1>Anda dalam antrean</h1>"
    b"<p>Nomor @@number@@. Di depan Anda: @@ahead@@. Halaman ini memuat ulang sendiri pukul "
    b'@@at@@.</p><noscript><meta http-equiv="refresh" content="@@refresh@@"></noscript>',
    Language.EN: _HEAD[Language.EN] + b"<h1>You are in line</h1>"
    b"<p>Number @@number@@. Ahead of you: @@ahead@@. This page comes back by itself at "
    b'@@at@@.</p><noscript><meta http-equiv="refresh" content="@@refresh@@"></noscript>',
}
_BARE_REFUSAL: Final = {
    language: head + b"<h1>@@title@@</h1><p>@@advice@@</p><p>@@code@@</p>"
    for language, head in _HEAD.items()
}
_BARE: Final = {
    "busy": {
        Language.ID: _HEAD[Language.ID] + b"<h1>Sedang sangat ramai</h1>"
        b"<p>Permintaan ini belum diproses. Silakan kembali pukul @@at@@ WIB.</p>",
        Language.EN: _HEAD[Language.EN] + b"<h1>Very busy at the moment</h1>"
        b"<p>Nothing was done with this request. Please come back at @@at@@ WIB.</p>",
    },
    "refused": _BARE_REFUSAL,
    "refused-later": _BARE_REFUSAL,
}
"""What stands in for a page until it is made, a moment after the start."""

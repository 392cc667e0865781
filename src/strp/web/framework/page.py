"""A page as one request is answered with it: language, headers, caching."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlencode

from jinja2 import Environment
from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.enums import MediaType

from strp.domain.civil_time import civil_day
from strp.domain.identifiers import PeriodId, format_nib, parse_nib
from strp.domain.people.account import ROLE_NAMES, Actor, Role, may_read_reports, may_watch
from strp.domain.rules.policy import Period, Policy, activated, policy_in_force
from strp.domain.text import Language, Text
from strp.http.cookies import is_https, own_cookie
from strp.http.encodings import accepts_gzip
from strp.http.etags import etag_of, is_known
from strp.http.language import LANGUAGE_COOKIE, parse_language
from strp.http.local_path import local_path
from strp.usecases.process.system import System
from strp.usecases.rules.current import known_periods
from strp.web.framework.durations import time_left
from strp.web.framework.languages import NAMES, other
from strp.web.framework.session import FIRST_PAGE, READER, session_token

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "base-uri 'none'",
        "connect-src 'self'",
        "font-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "img-src 'self' data: blob:",
        "manifest-src 'self'",
        "media-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "worker-src 'self'",
    )
)
PAGE_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
HTTPS_ONLY = {"Strict-Transport-Security": "max-age=31536000"}
VARY = "Accept-Language, Cookie, Accept-Encoding"
PRIVATE = "no-store"
# A front page says the same to everybody for a minute, so any cache in front may answer for us.
FOR_A_MINUTE = "public, max-age=60, stale-while-revalidate=600, stale-if-error=86400"
A_YEAR_S = 31_536_000
TOLD_ELSEWHERE = frozenset(
    {"/", "/eligibility", "/rules", "/verify", "/privacy", "/accessibility", "/api", "/open-data"}
)
"""Pages whose links say what they are where people paste them; no other page tells anything."""
GZIP_LEVEL = 5


@dataclass(frozen=True, kw_only=True)
class Page:
    """Answers one request with a page in the reader's language.

    Args:
        request: what was asked.
        system: the parts of this installation.
        templates: environments by language.
        language: the reader's language.
    """

    request: Request[Any, Any, Any]
    system: System
    templates: Mapping[Language, Environment]
    language: Language

    def show(
        self, template: str, *, status: int = 200, cache: str = PRIVATE, **content: Any
    ) -> Response[bytes]:
        """Answer with a page.

        Args:
            template: file under `templates/`.
            status: HTTP status.
            cache: `Cache-Control`; anything but PRIVATE gets an ETag and answers 304.
            content: what the template shows; where it, or an `error` in it, says when to come
                back (`retry_after_s`), a header says so too.
        """
        body = self.render(template, **content).encode()
        cookies = self._kept_language()
        answer = self.answer(body, MediaType.HTML, cache=PRIVATE if cookies else cache)
        for cookie in cookies:
            answer.set_cookie(cookie)
        if answer.status_code != 304:
            answer.status_code = status
        told = content.get("retry_after_s", getattr(content.get("error"), "retry_after_s", None))
        if told is not None:
            answer.headers["Retry-After"] = str(told)
        return answer

    def render(self, template: str, **content: Any) -> str:
        """The text of a page in this reader's language."""
        return self.templates[self.language].get_template(template).render(page=self, **content)

    def answer(
        self, body: bytes, media_type: str, *, cache: str, extra: Mapping[str, str] | None = None
    ) -> Response[bytes]:
        """Answer with bytes, compressed where the browser takes that.

        Args:
            body: what is answered.
            media_type: what it is.
            cache: `Cache-Control`; anything but PRIVATE gets an ETag and answers 304.
            extra: headers besides.
        """
        headers = self.headers(cache) | dict(extra or {})
        if cache != PRIVATE:
            tag = headers["ETag"] = etag_of(body, weak=True)
            if is_known(tag, self.request.headers.get("if-none-match", "")):
                return Response(b"", status_code=304, headers=headers)
        return Response(self._compressed(body, headers), headers=headers, media_type=media_type)

    def reason(self, written: str | None) -> str | None:
        """Why a decision was taken, in the reader's language where it is one of our reasons.

        Args:
            written: a code, or words; None: there is none.
        """
        return self.system.reasons.in_(written, self.language)

    def go(self, path: str, *, cookies: list[Cookie] | None = None) -> Response[bytes]:
        """Answer a form that was carried out: look at this path next (303).

        Args:
            path: of this site, with its query.
            cookies: to set or end.
        """
        headers = self.headers(PRIVATE) | {"Location": path}
        kept = [*(cookies or []), *self._kept_language()]
        return Response(b"", status_code=303, headers=headers, cookies=kept)

    def send(
        self, body: bytes, media_type: str, name: str, *, cache: str = FOR_A_MINUTE
    ) -> Response[bytes]:
        """Answer with a file to save.

        Args:
            body: the file.
            media_type: what it is.
            name: to save it under.
            cache: `Cache-Control`.
        """
        headers = self.headers(cache)
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return Response(body, media_type=media_type, headers=headers)

    @cached_property
    def now(self) -> datetime:
        """The moment that this page speaks of (aware UTC)."""
        return self.system.clock()

    @cached_property
    def policy(self) -> Policy | None:
        """The rules in force as this process last read them, or None where there are none."""
        return policy_in_force(activated(self.system.reference.policies), civil_day(self.now))

    @cached_property
    def periods(self) -> Mapping[PeriodId, Period]:
        """The periods of certificates as they stand today, by number."""
        return {period.number: period for period in known_periods(self.system)}

    def time_left(self, until: datetime) -> Text:
        """How long is left until a moment, or how long ago it was."""
        return time_left(until, self.now)

    @property
    def is_exercise(self) -> bool:
        """Whether what is issued here counts for nothing outside."""
        return self.policy is not None and self.policy.follows_today

    @property
    def reader(self) -> Actor | None:
        """Who is signed in, where the page is one for people who are; None elsewhere."""
        reader = self.request.scope.get("state", {}).get(READER)
        return reader if isinstance(reader, Actor) else None

    @property
    def acting_for(self) -> str | None:
        """The employer whose page this is, to those who file for it: its name where this process
        has it at hand, its NIB where not; None on all other pages."""
        text = self.request.path_params.get("nib")
        nib = parse_nib(text) if isinstance(text, str) else None
        if self.reader is None or nib is None or nib not in self.reader.nibs:
            return None
        kept = self.system.reference.employers.get(nib)
        number = format_nib(nib)
        return f"NIB {number}" if kept is None else f"{kept[0].name} (NIB {number})"

    @property
    def first_page(self) -> str:
        """Where whoever is signed in begins; the front page for everybody else."""
        role = None if self.reader is None else self.reader.role
        return "/" if role is None else FIRST_PAGE[role]

    @property
    def done(self) -> Text | None:
        """What the form before this page has done, where the address says so in a word of ours."""
        return DONE.get(self.request.query_params.get("done", ""))

    @property
    def has_session(self) -> bool:
        """Whether the browser sent a session, so that it can be left from here."""
        return self.reader is not None or session_token(self.request) is not None

    def role_name(self, role: str | None) -> Text:
        """What people call a role; the operator has none."""
        return ROLE_NAMES[Role(role)] if role else _OPERATOR

    @property
    def reads_reports(self) -> bool:
        """Whether whoever is signed in may read reports, and so finds them among the tabs."""
        return self.reader is not None and may_read_reports(self.reader)

    @property
    def watches(self) -> bool:
        """Whether whoever is signed in may watch the day as it runs."""
        return self.reader is not None and may_watch(self.reader)

    @property
    def is_told_elsewhere(self) -> bool:
        """Whether a link to this page says what it is where somebody pastes it."""
        return self.path in TOLD_ELSEWHERE

    @property
    def address(self) -> str:
        """The address that people reach this installation by, without a slash at its end."""
        return self.system.settings.address.rstrip("/")

    @property
    def issuer_name(self) -> str:
        """The authority that answers for these pages."""
        return self.system.authority.name

    @property
    def data_protection_contact(self) -> str:
        """Mail address of the data protection officer (UU 27/2022, article 53)."""
        return self.system.settings.data_protection_contact

    @property
    def objection_contact(self) -> str:
        """Mail address to which an employer who was closed objects."""
        return self.system.settings.objection_contact

    @property
    def path(self) -> str:
        """Path that was asked for."""
        return str(self.request.scope["path"])

    @property
    def is_secure(self) -> bool:
        """Whether people reach this installation by HTTPS."""
        return is_https(self.system.settings.address)

    @property
    def other_language(self) -> Language:
        """The language that the switch leads to."""
        return other(self.language)

    @property
    def other_language_name(self) -> str:
        """Name of that language, in itself."""
        return NAMES[self.other_language]

    @property
    def other_language_address(self) -> str:
        """This page in the other language."""
        kept = [
            pair
            for pair in parse_qsl(self.request.scope["query_string"].decode("latin-1"))
            if pair[0] != "lang"
        ]
        query = urlencode([*kept, ("lang", self.other_language.value)])
        # A path that starts with two slashes would be a link to another site.
        return f"{local_path(self.path) or '/'}?{query}"

    def headers(self, cache: str) -> dict[str, str]:
        """What every page says beside itself."""
        secure = HTTPS_ONLY if self.is_secure else {}
        return {**PAGE_HEADERS, **secure, "Cache-Control": cache, "Vary": VARY}

    def _compressed(self, body: bytes, headers: dict[str, str]) -> bytes:
        """The body as the browser takes it. No page shows a secret beside what a reader typed."""
        if not accepts_gzip(self.request.headers.get("accept-encoding", "")):
            return body
        headers["Content-Encoding"] = "gzip"
        return gzip.compress(body, GZIP_LEVEL, mtime=0)

    def _kept_language(self) -> list[Cookie]:
        if parse_language(self.request.query_params.get("lang")) is None:
            return []
        return [
            own_cookie(
                LANGUAGE_COOKIE,
                self.language.value,
                max_age_s=A_YEAR_S,
                secure=self.is_secure,
            )
        ]


DONE = {
    "sample-confirmed": Text("Dicatat: sesuai.", "Recorded: as it should be."),
    "sample-revoked": Text("Surat dicabut.", "The certificate was revoked."),
    "workers-decided": Text(
        "Tersimpan; keputusan yang sudah ada tidak berubah. Yang masih menunggu ada di bawah.",
        "Saved; decisions that were there already did not change. Who still waits is below.",
    ),
    "claim-approved": Text("Klaim disetujui.", "The claim was approved."),
    "claim-refused": Text(
        "Klaim ditolak; orang itu diberi tahu.", "The claim was refused; the person is told."
    ),
    "colleague-removed": Text(
        "Orang itu dikeluarkan dan diberi tahu lewat surel.",
        "The person was removed, and is told by e-mail.",
    ),
    "disputed": Text(
        "Sanggahan dikirim; petugas memutuskan.", "The objection was sent; an officer decides."
    ),
    "left": Text("Anda tidak mewakili perusahaan itu lagi.", "You act for that company no more."),
    "key-withdrawn": Text(
        "Kunci dicabut; sistem yang memakainya tidak dapat mengajukan lagi.",
        "The key was withdrawn; the system that used it can file no more.",
    ),
}
"""What a page says of the form that led to it."""
_OPERATOR = Text("Operator sistem", "System operator")

PICTURE_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Disposition": "inline",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def picture(drawn: bytes) -> Response[bytes]:
    """A page that STRP has drawn; nothing keeps it, and nothing in it runs."""
    return Response(drawn, media_type="image/jpeg", headers=PICTURE_HEADERS)


# Whoever has the link has the certificate: search engines and other sites must not learn it.
SECRET_ADDRESS = {"X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}

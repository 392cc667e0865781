"""The short way in, for the commonest filing: a small JSON roster with an employer's key.

It takes only what it can surely answer, before anything is filed; everything else goes the long
way through the router, with what was read so far given back. A surge is made of these filings,
and the router costs as much as checking the rows.
"""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from strp.api.applications import receipt_out, status_url
from strp.domain.employers.employer import require_nib, same_employer
from strp.domain.errors import StrpError
from strp.domain.identifiers import Nib
from strp.domain.people.account import Actor
from strp.domain.text import Language
from strp.http.cookies import read_cookies
from strp.http.idempotency import IDEMPOTENCY_HEADER, is_idempotency_key
from strp.http.language import LANGUAGE_COOKIE, choose_language
from strp.http.problems import MEDIA_TYPE, problem_document
from strp.outside.spreadsheets.form import SMALL_JSON_BYTES
from strp.outside.spreadsheets.json_reader import is_light, read_json
from strp.usecases.filing.file import body_digest, file_workers
from strp.usecases.people.authenticate import authenticate_key
from strp.usecases.process.system import System

PATH = "/api/v1/applications"
_ASKED = "nib="
_BEARER = "Bearer "
_encode = msgspec.json.Encoder().encode

Headers = Mapping[str, str]


class Reply(NamedTuple):
    """A whole answer."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


def may_be_express(method: str, path: str, headers: Headers) -> bool:
    """Whether a request looks like a small JSON roster with an employer's key.

    Args:
        method: as sent.
        path: without query.
        headers: by lower-case name.
    """
    length = headers.get("content-length") or ""
    return (
        path == PATH
        and method == "POST"
        and headers.get("content-type") == "application/json"
        and "content-encoding" not in headers
        and length.isascii()
        and length.isdigit()
        and int(length) <= SMALL_JSON_BYTES
        and (headers.get("authorization") or "").startswith(_BEARER)
    )


def language_of_program(headers: Headers) -> Language:
    """The language of whoever sends to this way; its addresses ask for none."""
    cookies = headers.get("cookie")
    return choose_language(
        asked=None,
        kept=read_cookies(cookies).get(LANGUAGE_COOKIE) if cookies else None,
        accepted=headers.get("accept-language") or "",
    )


async def file_express(
    system: System, headers: Headers, query: str, body: bytes, *, found: Actor | None = None
) -> Reply | None:
    """File a roster, or None where the request must go the long way; then nothing is filed.

    Args:
        system: the installation.
        headers: by lower-case name.
        query: of the address, as sent.
        body: all of it.
        found: whom the front found behind the key just now; None: it is asked for again.
    """
    idempotency_key = headers.get(IDEMPOTENCY_HEADER)
    if idempotency_key is not None and not is_idempotency_key(idempotency_key):
        return None
    read = await _read(system, headers, query, body, found)
    if read is None:
        return None
    actor, nib, workers = read
    language = language_of_program(headers)
    try:
        receipt = await file_workers(
            system,
            actor,
            nib,
            workers,
            digest=body_digest(body),
            size_bytes=len(body),
            idempotency_key=idempotency_key,
        )
    except StrpError as error:
        document = problem_document(error, language)
        kind = ("content-type", MEDIA_TYPE)
        return Reply(document.status, [kind, *document.headers.items()], document.body)
    about = [
        ("content-type", "application/json"),
        ("location", status_url(receipt.application_id)),
        ("cache-control", "no-store"),
    ]
    return Reply(202, about, _encode(receipt_out(receipt, language)))


async def _read(
    system: System, headers: Headers, query: str, body: bytes, found: Actor | None
) -> tuple[Actor, Nib, list[object]] | None:
    """Who files, for whom, and whom; None where anything is not as usual."""
    if not is_light(body) or (query and not query.startswith(_ASKED)):
        return None
    key = (headers.get("authorization") or "")[len(_BEARER) :]
    try:
        actor = found or await authenticate_key(system, key)
        asked = require_nib(query.removeprefix(_ASKED)) if query else None
        roster = read_json(body)
        nib = same_employer(asked, roster.nib)
    except StrpError:
        return None
    if actor is None or roster.staff is not None:  # who declares staff goes the long way
        return None
    return actor, nib, roster.workers

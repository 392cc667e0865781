"""The short way in, for the commonest filing: a small JSON roster with an employer's key.

It takes only what it can surely answer, before anything is filed; everything else goes the long
way through the router, with what was read so far given back. A surge is made of these filings,
and the router costs as much as checking the rows.
"""

from typing import Any, NamedTuple, cast

import msgspec
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from strp.api.applications import (
    MOST_KEY_CHARACTERS,
    SMALL_JSON_BYTES,
    read_roster,
    receipt_out,
    status_url,
)
from strp.api.language import preferred
from strp.api.problems import MEDIA_TYPE, problem_document
from strp.domain.account import Actor
from strp.domain.employer import require_nib
from strp.domain.errors import StrpError
from strp.domain.identifiers import Nib
from strp.domain.text import Language
from strp.usecases.authenticate import authenticate_key
from strp.usecases.file_roster import body_digest, file_workers, same_employer
from strp.usecases.system import System

PATH = "/api/v1/applications"
_ASKED = b"nib="
_encode = msgspec.json.Encoder().encode
_NO_STORE = (b"cache-control", b"no-store")


class _Filing(NamedTuple):
    actor: Actor
    nib: Nib
    workers: list[dict[str, Any]]
    body: bytes
    idempotency_key: str | None
    language: Language


def express(system: System, app: ASGIApp) -> ASGIApp:
    """An application that files small JSON rosters itself, and leaves the rest to the given one.

    Args:
        system: the installation.
        app: answers everything else.
    """

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or scope["path"] != PATH or scope["method"] != "POST":
            await app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        if not _is_small_json(headers):
            await app(scope, receive, send)
            return
        message = cast(dict[str, Any], await receive())
        filing = await _read(system, cast(dict[str, Any], scope), headers, message)
        if filing is None:
            await app(scope, _given_back(message, receive), send)
        else:
            await _file(system, filing, send)

    return answer


async def _file(system: System, filing: _Filing, send: Send) -> None:
    try:
        receipt = await file_workers(
            system,
            filing.actor,
            filing.nib,
            filing.workers,
            digest=body_digest(filing.body),
            idempotency_key=filing.idempotency_key,
        )
    except StrpError as error:
        document = problem_document(error, filing.language)
        headers = [(b"content-type", MEDIA_TYPE.encode())]
        headers += [(n.lower().encode(), v.encode()) for n, v in document.headers.items()]
        await _send(send, document.status, headers, document.body)
        return
    location = (b"location", status_url(receipt.application_id).encode())
    headers = [(b"content-type", b"application/json"), location, _NO_STORE]
    await _send(send, 202, headers, _encode(receipt_out(receipt, filing.language)))


def _is_small_json(headers: dict[bytes, bytes]) -> bool:
    length = headers.get(b"content-length", b"")
    return (
        headers.get(b"content-type") == b"application/json"
        and length.isdigit()
        and int(length) <= SMALL_JSON_BYTES
    )


async def _read(
    system: System, scope: dict[str, Any], headers: dict[bytes, bytes], message: dict[str, Any]
) -> _Filing | None:
    """The filing, or None where it must go the long way."""
    # A server may say that more comes although all of it is here.
    body = message.get("body", b"")
    if message["type"] != "http.request" or len(body) != int(headers[b"content-length"]):
        return None
    scheme, _, key = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    idempotency = headers.get(b"idempotency-key", b"").decode("latin-1")
    query = scope["query_string"]
    if scheme != "Bearer" or not idempotency.isprintable():
        return None
    if len(idempotency) > MOST_KEY_CHARACTERS or headers.get(b"idempotency-key") == b"":
        return None
    try:
        actor = await authenticate_key(system, key)
        asked = require_nib(query.removeprefix(_ASKED).decode("latin-1")) if query else None
        roster = read_roster(body)
        nib = same_employer(asked, roster.nib)
    except StrpError:
        return None
    if actor is None:
        return None
    language = preferred(headers.get(b"accept-language", b"").decode("latin-1"))
    return _Filing(actor, nib, roster.workers, body, idempotency or None, language)


async def _send(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def _given_back(message: dict[str, Any], receive: Receive) -> Receive:
    """A receive that gives a message again before the next ones."""
    first: list[Any] = [message]

    async def again() -> Any:
        return first.pop() if first else await receive()

    return again

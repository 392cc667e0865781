"""Answers of the front as bytes, and errors as problem documents."""

from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from typing import Any, Final, NamedTuple
from urllib.parse import quote

import msgspec

from strp.domain.errors import StrpError
from strp.domain.text import Language
from strp.http.caching import READ_ANYWHERE
from strp.http.problems import MEDIA_TYPE, problem_document

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

encode = msgspec.json.Encoder().encode
NO_STORE = (b"cache-control", b"no-store")
_PROBLEM = (b"content-type", MEDIA_TYPE.encode())


class Response(NamedTuple):
    """One whole answer."""

    status: int
    headers: Headers
    body: bytes = b""


class ResponseStarted:
    """Sends, adds headers, and remembers whether the answer has begun and how large it became.

    Args:
        send: of the request.
        headers: to add.
    """

    def __init__(self, send: Send, headers: Headers) -> None:
        self._send = send
        self._headers = headers
        self.begun = False
        self.given_bytes = 0

    async def send(self, message: Message) -> None:
        """Send one message of the answer."""
        if message["type"] == "http.response.start":
            self.begun = True
            if self._headers:
                message["headers"] = [*message["headers"], *self._headers]
        self.given_bytes += len(message.get("body", b""))
        await self._send(message)


async def send_answer(send: Send, answer: Response, *, head: bool = False) -> None:
    """Send a whole answer.

    Args:
        send: of the request.
        answer: what to send.
        head: the request was HEAD, so without the body.
    """
    headers = [*answer.headers, (b"content-length", str(len(answer.body)).encode())]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head else answer.body})


def json_answer(status: int, document: object, *headers: tuple[bytes, bytes]) -> Response:
    """A JSON document that nobody keeps.

    Args:
        status: HTTP status.
        document: anything that msgspec encodes.
        headers: more of them, lower-case names.
    """
    return Response(
        status, [(b"content-type", b"application/json"), NO_STORE, *headers], encode(document)
    )


READ_ANYWHERE_HEADERS: Final[Headers] = [
    (name.lower().encode(), value.encode()) for name, value in READ_ANYWHERE.items()
]


def problem(error: StrpError, language: Language, **more: object) -> Response:
    """An error as a problem document (RFC 9457).

    Args:
        error: of the tree.
        language: of the reader.
        more: members to add.
    """
    document = problem_document(error, language, **more)
    headers = [(name.lower().encode(), value.encode()) for name, value in document.headers.items()]
    return Response(document.status.value, [_PROBLEM, *headers], document.body)


def sign_in_first(onward: str) -> Response:
    """To the sign-in, and from there to where somebody wanted to go."""
    return see_other(f"/sign-in?next={quote(onward, safe='')}")


def see_other(location: str) -> Response:
    """To another page of ours."""
    return Response(HTTPStatus.SEE_OTHER, [(b"location", location.encode()), NO_STORE])


async def no_body() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}

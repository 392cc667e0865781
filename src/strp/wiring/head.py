"""What HTTP asks of every address (RFC 9110, 9.3.2 and 15.5.6).

HEAD is GET without the body, and a 405 names the methods that are served.
"""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any, cast

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send


def answering_head(app: ASGIApp) -> ASGIApp:
    """An application that answers HEAD wherever the given one answers GET."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP and scope.get("method") == "HEAD":
            as_get: Any = {**cast(dict[str, Any], scope), "method": "GET"}
            await app(as_get, receive, _without_body(send))
        else:
            await app(scope, receive, send)

    return answer


def naming_methods(app: ASGIApp, methods_of: Callable[[str], Sequence[str]]) -> ASGIApp:
    """An application that names the methods of an address in every 405 and answer to OPTIONS.

    Args:
        app: the application.
        methods_of: methods that have a route at a path; OPTIONS is served wherever one has.
    """

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        asks = scope.get("method") == "OPTIONS"

        async def send_named(message: Message) -> None:
            refused = message.get("status") == HTTPStatus.METHOD_NOT_ALLOWED
            if message["type"] == "http.response.start" and (refused or asks):
                served = methods_of(scope["path"])
                allowed = ", ".join(sorted({*served, "OPTIONS"} if served else ())).encode()
                others = [each for each in message["headers"] if each[0].lower() != b"allow"]
                message["headers"] = [*others, (b"allow", allowed)]
            await send(message)

        await app(scope, receive, send_named if scope["type"] == ScopeType.HTTP else send)

    return answer


def _without_body(send: Send) -> Send:
    async def send_head(message: Message) -> None:
        if message["type"] == "http.response.body":
            message["body"] = b""
        await send(message)

    return send_head

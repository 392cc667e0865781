"""HEAD is GET without the body (RFC 9110, 9.3.2): once for every address."""

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


def _without_body(send: Send) -> Send:
    async def send_head(message: Message) -> None:
        if message["type"] == "http.response.body":
            message["body"] = b""
        await send(message)

    return send_head

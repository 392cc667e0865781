"""What an answer says that it is: one encoding, the one that it is written in.

Litestar writes `; charset=utf-8` behind each media type of text, also where the encoding is told
already: a corrections file in Windows-1252 came with two, and clients differ in which they take.
"""

import re
from typing import Final

from litestar.types import Message, Scope

_TWICE: Final = re.compile(rb"(;\s*charset=[^;]+);.*charset=.*", re.I)


async def tell_encoding_once(message: Message, _scope: Scope) -> None:
    """Leave the first encoding in the media type of an answer; for Litestar's `before_send`.

    Args:
        message: of ASGI; headers of an answer are changed in place.

    Source: RFC 9110, 8.3.1 (parameters of a media type); WHATWG MIME Sniffing, 4.4 (the first
    counts).
    """
    if message["type"] == "http.response.start":
        message["headers"] = [
            (name, _TWICE.sub(rb"\1", value) if name.lower() == b"content-type" else value)
            for name, value in message["headers"]
        ]

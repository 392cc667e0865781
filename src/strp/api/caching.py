"""Answers that can be cached: an ETag on each, and 304 where the reader has it already."""

import hashlib
from typing import Any

from litestar import Request, Response

AnyRequest = Request[Any, Any, Any]


def readable_anywhere(
    request: AnyRequest, body: bytes, *, media_type: str, max_age_s: int
) -> Response[bytes]:
    """A cacheable body that pages of any site may read (Fetch Standard, CORS protocol).

    For what checks certificates and belongs to nobody: keys, bundles, status lists.
    """
    response = cacheable(request, body, media_type=media_type, max_age_s=max_age_s)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "ETag, Age"
    return response


def cacheable(
    request: AnyRequest, body: bytes, *, media_type: str, max_age_s: int, public: bool = True
) -> Response[bytes]:
    """A body with ETag and Cache-Control; 304 without a body where it is known (RFC 9110, 13).

    Args:
        max_age_s: seconds for which it may be used without asking.
        public: whether caches on the way may keep it.
    """
    etag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    scope = "public" if public else "private"
    headers = {"ETag": etag, "Cache-Control": f"{scope}, max-age={max_age_s}"}
    # A proxy that compresses makes the tag a weak one; for a GET that is as good (13.1.2).
    known = [
        tag.strip().removeprefix("W/")
        for tag in request.headers.get("if-none-match", "").split(",")
    ]
    if etag in known or "*" in known:
        return Response(b"", status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)

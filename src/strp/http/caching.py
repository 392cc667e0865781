"""Answers that can be cached: an ETag on each, and 304 where the reader has it already."""

from typing import Any, Final

from litestar import Request, Response

from strp.http.etags import etag_of, is_known

READ_ANYWHERE: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Age, Retry-After",
}
"""Lets pages of any site read an answer (Fetch Standard, CORS protocol)."""

AnyRequest = Request[Any, Any, Any]


def readable_anywhere(
    request: AnyRequest, body: bytes, *, media_type: str, max_age_s: int
) -> Response[bytes]:
    """A cacheable body that pages of any site may read; its route says `read_anywhere`.

    For what checks certificates and belongs to nobody: keys, bundles, status lists.

    Args:
        request: its If-None-Match decides whether the body is sent or 304.
        body: the whole answer; the same for everybody.
        media_type: for Content-Type.
        max_age_s: how long a reader may use it without asking again.
    """
    response = cacheable(request, body, media_type=media_type, max_age_s=max_age_s)
    response.headers.update(READ_ANYWHERE)
    return response


def cacheable(
    request: AnyRequest, body: bytes, *, media_type: str, max_age_s: int, public: bool = True
) -> Response[bytes]:
    """A body with ETag and Cache-Control; 304 without a body where it is known (RFC 9110, 13).

    Args:
        max_age_s: seconds for which it may be used without asking.
        public: whether caches on the way may keep it.
    """
    etag = etag_of(body)
    scope = "public" if public else "private"
    headers = {"ETag": etag, "Cache-Control": f"{scope}, max-age={max_age_s}"}
    if is_known(etag, request.headers.get("if-none-match", "")):
        return Response(b"", status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)

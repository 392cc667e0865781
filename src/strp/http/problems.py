"""Errors as HTTP says them: the one mapping to a status, and problem documents (RFC 9457)."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, NamedTuple

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import ClientException, HTTPException

from strp.domain import errors
from strp.domain.errors import StrpError
from strp.domain.overload import STORAGE_FULL, is_storage_full, storage_full
from strp.domain.text import Language, Text
from strp.http.caching import READ_ANYWHERE
from strp.http.language import language_of
from strp.http.route_class import route_of

log = structlog.get_logger()
MEDIA_TYPE = "application/problem+json"


class Unexpected(errors.Unavailable):
    """Shown for any exception that is not of the tree."""


STATUS = {
    Unexpected: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.InvalidInput: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.Unauthenticated: HTTPStatus.UNAUTHORIZED,
    errors.Forbidden: HTTPStatus.FORBIDDEN,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.Unsupported: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    errors.TooMany: HTTPStatus.TOO_MANY_REQUESTS,
    errors.TooSoon: HTTPStatus.TOO_EARLY,
    errors.Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
_encode = msgspec.json.Encoder().encode
AnyRequest = Request[Any, Any, Any]


def status_of(error: StrpError) -> HTTPStatus:
    """HTTP status of an error: that of its code, where it has one of its own, else of its kind."""
    if error.code in _OWN_STATUS:
        return _OWN_STATUS[error.code]
    return next(status for kind, status in STATUS.items() if isinstance(error, kind))


def status_of_code(code: str, kind: str) -> HTTPStatus:
    """HTTP status that a code is told with.

    Args:
        kind: name of its class in the error tree.
    """
    if code in _OWN_STATUS:
        return _OWN_STATUS[code]
    return next(status for each, status in STATUS.items() if each.__name__ == kind)


class ProblemDocument(NamedTuple):
    """An error as it goes out."""

    status: HTTPStatus
    headers: dict[str, str]
    body: bytes


def problem(request: AnyRequest, error: StrpError) -> Response[bytes]:
    """An error of the tree as a problem document in the reader's language.

    Args:
        request: its language is that of the document.
        error: its kind gives the status.
    """
    document = problem_document(error, language_of(request))
    return Response(
        document.body,
        status_code=document.status,
        media_type=MEDIA_TYPE,
        headers={**document.headers, **_read_from(request)},
    )


def problem_document(error: StrpError, language: Language, **more: object) -> ProblemDocument:
    """An error of the tree as a problem document.

    Args:
        error: of the tree.
        language: of the reader.
        more: members to add.
    """
    status = status_of(error)
    body: dict[str, object] = {
        "type": f"urn:strp:problem:{error.code}",
        "title": status.phrase,
        "status": status.value,
        "code": error.code,
        "detail": error.text.in_(language),
        **more,
    }
    if error.fields:
        body["fields"] = [
            {"field": one.field, "code": one.code, "detail": one.detail.in_(language)}
            for one in error.fields
        ]
    headers = {"Cache-Control": "no-store"}
    if error.retry_after_s is not None:
        body["retry_after_s"] = error.retry_after_s
        headers["Retry-After"] = str(error.retry_after_s)
    if status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return ProblemDocument(status, headers, _encode(body))


def http_problem(request: AnyRequest, error: HTTPException) -> Response[bytes]:
    """An error of the HTTP layer (no such path, wrong method, unreadable parameter).

    Args:
        request: its language is that of the document.
        error: of Litestar; below 500 its kind is told, from 500 on it is a fault of ours.
    """
    status = HTTPStatus(error.status_code)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return unexpected_problem(request, error)
    code = _HTTP_CODES.get(status, "bad-request")
    detail = HTTP_TEXTS[code].in_(language_of(request))
    body: dict[str, object] = {
        "type": f"urn:strp:problem:{code}",
        "title": status.phrase,
        "status": status.value,
        "code": code,
        "detail": detail,
    }
    if isinstance(error.extra, list):
        keys = [one["key"] for one in error.extra if isinstance(one, dict) and "key" in one]
        named = [_SENT_AS.get(key, key) for key in keys]
        body["fields"] = [{"field": key, "code": "invalid", "detail": detail} for key in named]
    headers = {**(error.headers or {}), "Cache-Control": "no-store", **_read_from(request)}
    return Response(_encode(body), status_code=status, media_type=MEDIA_TYPE, headers=headers)


def unreadable_problem(request: AnyRequest, _error: Exception) -> Response[bytes]:
    """JSON that is not UTF-8, or nested deeper than any document of ours.

    Args:
        request: its language is that of the document.
        _error: of the decoder; it is not told, as it may quote what was sent.
    """
    return http_problem(request, ClientException())


def unexpected_problem(request: AnyRequest, error: Exception) -> Response[bytes]:
    """A fault of ours: recorded by its kind and place, told without details.

    Args:
        request: its language is that of the document; its method is logged, its address is not.
        error: whatever was raised; only its type, its place and its SQLSTATE are logged.

    Returns:
        500; where no file could be written, the error that says that storage is full.
    """
    if is_storage_full(error):
        log.error("upload_not_kept", code=STORAGE_FULL)
        return problem(request, storage_full())
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
    log.error(
        "unexpected_error",
        error=type(error).__name__,
        place=place,
        sqlstate=getattr(error, "sqlstate", None),
        method=request.method,
    )
    return problem(request, Unexpected("unexpected", UNEXPECTED))


# A parameter that the framework would not let us call by its name.
_SENT_AS = {"worker_state": "state"}
_HTTP_CODES = {
    HTTPStatus.NOT_FOUND: "no-such-address",
    HTTPStatus.METHOD_NOT_ALLOWED: "method-not-allowed",
    HTTPStatus.REQUEST_TIMEOUT: "upload-too-slow",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "file-too-large",
}
# Codes that are told with another status than the one of their kind.
_OWN_STATUS = {
    **{code: status for status, code in _HTTP_CODES.items()},
    "bad-request": HTTPStatus.BAD_REQUEST,
    "too-slow": HTTPStatus.REQUEST_TIMEOUT,
    "head-too-large": HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
}
HTTP_TEXTS = {
    "bad-request": Text(
        id="Permintaan tidak dapat dibaca. Periksa parameter dan isinya dengan "
        "/api/v1/openapi.json.",
        en="The request cannot be read. Check its parameters and body against "
        "/api/v1/openapi.json.",
    ),
    "no-such-address": Text(
        id="Alamat ini tidak ada. Lihat /api/v1/openapi.json.",
        en="There is no such address. See /api/v1/openapi.json.",
    ),
    "method-not-allowed": Text(
        id="Metode ini tidak dilayani di alamat ini. Lihat /api/v1/openapi.json.",
        en="This address does not serve this method. See /api/v1/openapi.json.",
    ),
    "upload-too-slow": Text(
        id="Kiriman berhenti di tengah jalan; tidak ada yang tercatat. Kirim ulang seluruhnya.",
        en="What was sent stopped on its way; nothing was filed. Send all of it again.",
    ),
    "file-too-large": Text(
        id="Isi yang dikirim terlalu besar.",
        en="What was sent is too large.",
    ),
}
UNEXPECTED = Text(
    id="Terjadi kesalahan pada sistem kami dan sudah dicatat. Yang sudah diberi tanda terima tetap "
    "tersimpan. Coba lagi sebentar lagi.",
    en="Something went wrong on our side and was recorded. What has a receipt is safe. "
    "Try again in a moment.",
)


def _read_from(request: AnyRequest) -> Mapping[str, str]:
    # A verifier on another site tells "no such list" from "no network" by the refusal alone.
    is_known = "route_handler" in request.scope
    return READ_ANYWHERE if is_known and route_of(request.scope).read_anywhere else {}

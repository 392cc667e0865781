"""All certificates of an application at the JSON door: small ones at once, large ones in parts."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any, Final, NamedTuple

from litestar import Request, Response, Router, get
from litestar.response import Stream

from strp.api.actors import WHO, permitted
from strp.api.downloads import download, written
from strp.domain.certificates.documents import DocumentForm
from strp.domain.errors import Unavailable
from strp.domain.identifiers import ApplicationId
from strp.domain.people.account import Actor, acts_for_employers
from strp.http.etags import is_known
from strp.http.route_class import API_EXPORT, ROUTE
from strp.outside.machine.confined import until_disconnected
from strp.usecases.certificates.keep_documents import (
    KeptDocument,
    ask_for_document,
    being_made,
    is_made_at_once,
    read_document,
)
from strp.usecases.certificates.print import print_all, zip_all
from strp.usecases.process.system import System

AnyRequest = Request[Any, Any, Any]
MEDIA_TYPES: Final = {DocumentForm.PDF: "application/pdf", DocumentForm.ZIP: "application/zip"}
WAIT_S: Final = 10.0
"""For a large one, before its reader is told to come back."""
LOOK_EVERY_S: Final = 0.5
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


class Part(NamedTuple):
    """Bytes of a document: from the first to before the end."""

    first: int
    end: int


@get(
    "/api/v1/applications/{application_id:int}/certificates.pdf",
    opt={WHO: acts_for_employers, ROUTE: API_EXPORT},
)
async def get_certificates_pdf(
    request: AnyRequest, system: System, application_id: int
) -> Stream | Response[bytes]:
    """All certificates of an application in one PDF, a page each.

    Up to 250 come at once. More are made in the background: the call waits ten seconds, then
    answers 425 `document-being-made` with `Retry-After`; ask again until it answers 200. A file
    that is ready is kept for hours, has an `ETag`, and can be resumed with `Range`.

    Args:
        application_id: of a filing of an employer that the actor files for.
    """
    return await _answer(request, system, ApplicationId(application_id), DocumentForm.PDF)


@get(
    "/api/v1/applications/{application_id:int}/certificates.zip",
    opt={WHO: acts_for_employers, ROUTE: API_EXPORT},
)
async def get_certificates_zip(
    request: AnyRequest, system: System, application_id: int
) -> Stream | Response[bytes]:
    """All certificates of an application as a zip of PDF files, with an index.

    Up to 250 come at once. More are made in the background: the call waits ten seconds, then
    answers 425 `document-being-made` with `Retry-After`; ask again until it answers 200. A file
    that is ready is kept for hours, has an `ETag`, and can be resumed with `Range`.

    Args:
        application_id: of a filing of an employer that the actor files for.
    """
    return await _answer(request, system, ApplicationId(application_id), DocumentForm.ZIP)


async def _answer(
    request: AnyRequest, system: System, number: ApplicationId, form: DocumentForm
) -> Stream | Response[bytes]:
    actor = permitted(request)
    if await is_made_at_once(system, actor, number):
        return await _made_at_once(request, system, actor, number, form)
    document = await ask_for_document(system, actor, number, form)
    if document.size_bytes is None:
        document = await _waited_for(request, system, actor, number, form, document)
    return _kept(request, system, document, document.size_bytes or 0, number, form)


async def _made_at_once(
    request: AnyRequest, system: System, actor: Actor, number: ApplicationId, form: DocumentForm
) -> Stream:
    write = zip_all if form is DocumentForm.ZIP else print_all
    async with system.papers.one(f"application:{number}"):
        gone = until_disconnected(request.receive)
        file, _ = await written(lambda path: write(system, actor, number, path, gone=gone))
    return download(file, MEDIA_TYPES[form], f"strp-{number}.{form}")


async def _waited_for(
    request: AnyRequest,
    system: System,
    actor: Actor,
    number: ApplicationId,
    form: DocumentForm,
    document: KeptDocument,
) -> KeptDocument:
    """The document once it is ready; few requests may wait for theirs, and none for long.

    Raises:
        TooSoon: `document-being-made`.
    """
    gone = asyncio.ensure_future(until_disconnected(request.receive)())
    try:
        async with system.paper_waits.one(actor.label), asyncio.timeout(WAIT_S):
            while document.size_bytes is None:
                await asyncio.wait({gone}, timeout=LOOK_EVERY_S)
                if gone.done():
                    break
                document = await ask_for_document(system, actor, number, form)
    except TimeoutError:
        pass
    except Unavailable as error:
        if error.code != "busy":
            raise
    finally:
        gone.cancel()
    if document.size_bytes is None:
        raise being_made(document)
    return document


def _kept(
    request: AnyRequest,
    system: System,
    document: KeptDocument,
    size: int,
    number: ApplicationId,
    form: DocumentForm,
) -> Stream | Response[bytes]:
    """The document, or the part of it that was asked for (RFC 9110, 13 and 14)."""
    etag = f'"{document.tag}"'
    headers = {
        "ETag": etag,
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
        "Content-Disposition": f'attachment; filename="strp-{number}.{form}"',
    }
    if is_known(etag, request.headers.get("if-none-match", "")):
        return Response(b"", status_code=304, headers=headers)
    asked = request.headers.get("range") if _is_same(request, etag) else None
    part = part_of(asked, size)
    if part is None:
        headers["Content-Range"] = f"bytes */{size}"
        return Response(b"", status_code=416, headers=headers)
    is_whole = part == Part(0, size)
    if not is_whole:
        headers["Content-Range"] = f"bytes {part.first}-{part.end - 1}/{size}"
    headers["Content-Length"] = str(part.end - part.first)
    return Stream(
        _bytes(system, document, part),
        status_code=200 if is_whole else 206,
        media_type=MEDIA_TYPES[form],
        headers=headers,
    )


async def _bytes(system: System, document: KeptDocument, part: Part) -> AsyncIterator[bytes]:
    async for piece in read_document(system, document, *part):
        yield piece


def _is_same(request: AnyRequest, etag: str) -> bool:
    """Whether a part may be sent: it belongs to what the reader has (RFC 9110, 13.1.5)."""
    return request.headers.get("if-range", etag) == etag


def part_of(asked: str | None, size: int) -> Part | None:
    """The bytes that a Range header asks for; all of them where it is none that we know.

    Args:
        asked: the header (RFC 9110, 14.2).
        size: of the whole, in bytes.

    Returns:
        None where it cannot be satisfied.
    """
    found = _RANGE.fullmatch(asked.strip()) if asked else None
    if found is None or not any(found.groups()):
        return Part(0, size)
    first, last = found.groups()
    if not first:
        return Part(max(0, size - int(last)), size) if int(last) else None
    if last and int(last) < int(first):
        return Part(0, size)
    if int(first) >= size:
        return None
    return Part(int(first), min(size, int(last) + 1) if last else size)


ROUTES = Router(
    path="/", route_handlers=[get_certificates_pdf, get_certificates_zip], tags=["certificates"]
)

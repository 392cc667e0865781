"""Forms as browsers send them, read within bounds that hold for every form of ours.

The web framework's own reader is not asked. It decodes a part by whatever charset the part names,
and `punycode` takes quadratic time: one stranger's text of 1 MB would hold a web process for
minutes. It bounds neither texts nor fields, and it keeps the last 1,024 forms, codes and all.
"""

import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qsl

from litestar import Request
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.exceptions import ClientException, HTTPException
from litestar.utils.scope.state import ScopeState
from multipart import MultipartError, MultipartSegment, PushMultipartParser

from strp.http.route_class import JSON_BYTES, route_of
from strp.usecases.process.own_threads import OwnThreads

AnyRequest = Request[Any, Any, Any]
MOST_FIELDS: Final = 1_000
MOST_FILES: Final = 4
IN_MEMORY_BYTES: Final = 1 << 20
"""Of a file that is sent; what is larger lies on disk, and threads write it there."""
_FORMS: Final = {RequestEncodingType.MULTI_PART, RequestEncodingType.URL_ENCODED}


async def read_form(request: AnyRequest, threads: OwnThreads) -> None:
    """Read the form of a request for its handler, where it takes one.

    Args:
        request: of a page, before the web framework reads any of its body.
        threads: that write large files, and take large texts apart.

    Raises:
        ClientException: it is no form, or has too many fields or files.
        HTTPException: 413, its texts are longer than the route takes.
    """
    data = request.route_handler.parsed_fn_signature.parameters.get("data")
    if data is None or getattr(data.kwarg_definition, "media_type", None) not in _FORMS:
        return
    limit = route_of(request.scope).body.text_bytes
    form: dict[str, list[Any]] = defaultdict(list)
    kind, options = request.content_type
    try:
        if kind == RequestEncodingType.MULTI_PART:
            await _Parts(form, limit, threads).read(request.stream(), options.get("boundary", ""))
        else:
            await _read_pairs(form, request.stream(), limit, threads)
    except BaseException:
        await _close_files(form)
        raise
    read: Any = {name: sent if len(sent) > 1 else sent[0] for name, sent in form.items()}
    ScopeState.from_scope(request.scope).form = read


async def _read_pairs(
    form: dict[str, list[Any]], body: AsyncIterator[bytes], limit: int, threads: OwnThreads
) -> None:
    """A form of texts alone."""
    sent = bytearray()
    async for piece in body:
        sent += piece
        if len(sent) > limit:
            raise _too_long()
    if sent.count(b"&") >= MOST_FIELDS:
        raise _too_many()
    is_large = len(sent) > JSON_BYTES
    pairs = await threads.run(_pairs, sent) if is_large else _pairs(sent)
    for name, value in pairs:
        form[name].append(value)


def _pairs(sent: bytearray) -> list[tuple[str, str]]:
    return parse_qsl(sent.decode("latin-1"), keep_blank_values=True)


class _Parts:
    """A form in parts, one of which may be a file.

    Args:
        form: takes the parts by name.
        text_bytes: that all its texts may have together.
        threads: that write large files.
    """

    def __init__(self, form: dict[str, list[Any]], text_bytes: int, threads: OwnThreads) -> None:
        self._form, self._text_left, self._threads = form, text_bytes, threads
        self._files = 0
        self._segment: MultipartSegment | None = None
        self._text = bytearray()
        self._file: UploadFile | None = None

    async def read(self, body: AsyncIterator[bytes], boundary: str) -> None:
        """Read the parts.

        Args:
            body: in pieces, as it arrived.
            boundary: between the parts.
        """
        try:
            with PushMultipartParser(boundary, max_segment_count=MOST_FIELDS) as parser:
                async for piece in body:
                    for event in parser.parse(piece):
                        await self._take(event)
        except (MultipartError, UnicodeError):
            raise ClientException("no form, or too many parts") from None

    async def _take(self, event: MultipartSegment | bytes | bytearray | None) -> None:
        if isinstance(event, MultipartSegment):
            self._begin(event)
        elif event is None:
            await self._end()
        elif self._file is not None:
            await self._write(self._file, event)
        else:
            self._text_left -= len(event)
            if self._text_left < 0:
                raise _too_long()
            self._text += event

    def _begin(self, segment: MultipartSegment) -> None:
        self._segment, self._text, self._file = segment, bytearray(), None
        self._text_left -= len(segment.name or "")
        if not segment.filename:
            return
        self._files += 1
        if self._files > MOST_FILES:
            raise _too_many()
        kind = segment.content_type or "application/octet-stream"
        self._file = UploadFile(kind, segment.filename, max_spool_size=IN_MEMORY_BYTES)
        self._form[segment.name].append(self._file)

    async def _end(self) -> None:
        if self._segment is None:
            return
        if self._file is not None:
            await self._file.seek(0)
        else:
            # Always UTF-8, which our pages are in; what is none becomes U+FFFD, as in other forms.
            self._form[self._segment.name].append(self._text.decode("utf-8", "replace"))
        self._segment, self._file = None, None

    async def _write(self, file: UploadFile, piece: bytes | bytearray) -> None:
        if file.file.tell() + len(piece) <= IN_MEMORY_BYTES:
            file.file.write(piece)
        else:
            await self._threads.run(file.file.write, piece)


async def _close_files(form: dict[str, list[Any]]) -> None:
    for sent in form.values():
        for each in sent:
            if isinstance(each, UploadFile):
                with contextlib.suppress(OSError):
                    await each.close()


def _too_many() -> ClientException:
    return ClientException("too many fields or files")


def _too_long() -> HTTPException:
    return HTTPException(status_code=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)

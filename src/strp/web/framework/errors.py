"""Errors as pages: what happened, what to do now, and a small code for whoever helps."""

from http import HTTPStatus

import structlog
from litestar import Response
from litestar.exceptions import HTTPException

from strp.domain.errors import StrpError
from strp.domain.overload import STORAGE_FULL, is_storage_full, storage_full
from strp.domain.text import Text
from strp.http.problems import status_of
from strp.web.framework.page import Page

TITLES = {
    HTTPStatus.FORBIDDEN: Text(id="Ini bukan wewenang Anda", en="This is not yours to do"),
    HTTPStatus.NOT_FOUND: Text(id="Halaman tidak ditemukan", en="Page not found"),
    HTTPStatus.METHOD_NOT_ALLOWED: Text(
        id="Halaman ini tidak dibuka dengan cara itu", en="This page does not open that way"
    ),
    HTTPStatus.CONFLICT: Text(id="Keadaannya sudah berubah", en="Things have changed"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Text(id="Berkas terlalu besar", en="File too large"),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: Text(
        id="Jenis berkas tidak dapat dibaca", en="Kind of file not readable"
    ),
    HTTPStatus.TOO_EARLY: Text(id="Belum waktunya", en="Not yet"),
    HTTPStatus.TOO_MANY_REQUESTS: Text(id="Belum waktunya", en="Not yet"),
    HTTPStatus.SERVICE_UNAVAILABLE: Text(
        id="Sedang tidak dapat diproses", en="Cannot be done just now"
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: Text(
        id="Ada kesalahan di pihak kami", en="Something went wrong on our side"
    ),
}
ANY_TITLE = Text(id="Permintaan tidak dapat diproses", en="This could not be done")
ADVICE = {
    HTTPStatus.NOT_FOUND: Text(
        id="Periksa alamatnya, atau mulai lagi dari halaman depan.",
        en="Check the address, or start again from the front page.",
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Text(
        id="Kirim berkas yang lebih kecil. Daftar pekerja dapat dibagi menjadi beberapa berkas.",
        en="Send a smaller file. A roster may be split into several files.",
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: Text(
        id="Yang sudah memiliki nomor tanda terima tetap tersimpan. "
        "Coba lagi dalam beberapa menit; sebutkan kode di bawah bila menghubungi kami.",
        en="Whatever has a receipt number is safely stored. "
        "Try again in a few minutes; quote the code below if you contact us.",
    ),
}
ANY_ADVICE = Text(
    id="Kembali ke halaman sebelumnya, perbaiki isiannya, lalu kirim lagi.",
    en="Go back to the page before, fix what you entered, and send it again.",
)


def strp_error_page(page: Page, error: StrpError) -> Response[bytes]:
    """A page for an expected error."""
    status = status_of(error)
    # Something is not there (any more); the page that was asked for is.
    title = _NOT_THERE if status == HTTPStatus.NOT_FOUND and error.code != "no-such-page" else None
    return _error_page(page, status, error.text, error.code, error.retry_after_s, title)


def http_error_page(page: Page, error: HTTPException) -> Response[bytes]:
    """A page for an error that the web framework raised."""
    status = HTTPStatus(error.status_code)
    code = status.phrase.lower().replace(" ", "-")
    return _error_page(page, status, ADVICE.get(status, ANY_ADVICE), code, None)


def unexpected_error_page(page: Page, error: Exception) -> Response[bytes]:
    """A page for a mistake of ours: the log has the trace, the reader gets none of it."""
    if is_storage_full(error):
        structlog.get_logger().error("upload_not_kept", code=STORAGE_FULL)
        return strp_error_page(page, storage_full())
    # The template, not the address: some addresses sign in, or show a certificate.
    route = page.request.scope.get("path_template", "")
    structlog.get_logger().exception("page_failed", route=route, exc_info=error)
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return _error_page(page, status, ADVICE[status], "internal-error", None)


def _error_page(
    page: Page,
    status: HTTPStatus,
    advice: Text,
    code: str,
    retry_after_s: int | None,
    title: Text | None = None,
) -> Response[bytes]:
    return page.show(
        "error.html",
        status=status,
        title=title or TITLES.get(status, ANY_TITLE),
        advice=advice,
        code=code,
        retry_after_s=retry_after_s,
    )


_NOT_THERE = Text(id="Tidak ditemukan", en="Not found")

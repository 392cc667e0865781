"""Check a certificate: paste the text of its QR, or take a photo of it."""

import asyncio
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body

from strp.domain.certificate import Verdict
from strp.domain.errors import FieldError, InvalidInput, StrpError, Unsupported
from strp.domain.text import Text
from strp.outside.photos import read_symbols
from strp.usecases.system import System
from strp.usecases.trust import verify
from strp.web.durations import age
from strp.web.page import FOR_A_MINUTE, Page

PHOTO_MOST_BYTES = 12 << 20
# What the sign beside the words says.
SIGNS = {
    Verdict.VALID: "good",
    Verdict.NOT_YET_VALID: "warn",
    Verdict.OUTSIDE_WINDOW: "warn",
    Verdict.UNREADABLE: "warn",
    Verdict.SUSPENDED: "bad",
    Verdict.EXPIRED: "bad",
    Verdict.REVOKED: "bad",
    Verdict.UNTRUSTED: "bad",
}


class CertificateForm(msgspec.Struct, kw_only=True):
    """The text of a QR, or a photo of it."""

    text: str = ""
    photo: Any = None


@get("/verify")
async def ask_certificate(page: Page) -> Response[bytes]:
    """Which certificate?"""
    return page.show("verify/ask.html", cache=FOR_A_MINUTE, error=None)


@post("/verify", status_code=200, request_max_body_size=PHOTO_MOST_BYTES)
async def show_verdict(
    page: Page,
    system: System,
    data: Annotated[CertificateForm, Body(media_type=RequestEncodingType.MULTI_PART)],
) -> Response[bytes]:
    """What the certificate is worth now."""
    try:
        text = data.text.strip() or await _read_photo(data.photo)
    except (InvalidInput, Unsupported) as error:
        return _ask_again(page, error)
    inspection = await verify(system, text)
    return page.show(
        "verify/verdict.html",
        inspection=inspection,
        period=page.periods.get(inspection.claims.period_id) if inspection.claims else None,
        sign_kind=SIGNS[inspection.verdict],
        age=age(inspection.freshness.age_s),
    )


async def _read_photo(photo: object) -> str:
    if not isinstance(photo, UploadFile) or not photo.filename:
        raise _mistake("text", _NOTHING_SENT)
    found = await asyncio.to_thread(read_symbols, await photo.read())
    await photo.close()
    if not found:
        raise _mistake("photo", _NO_SYMBOL)
    ours = [text for text in found if text.startswith("STRP1:")]
    return (ours or found)[0]


def _ask_again(page: Page, error: StrpError) -> Response[bytes]:
    return page.show("verify/ask.html", status=422, error=error)


def _mistake(field: str, text: Text) -> InvalidInput:
    return InvalidInput("certificate-missing", text, fields=[FieldError(field, "missing", text)])


_NOTHING_SENT = Text(
    id="Ambil foto kode QR, atau tempel isinya.",
    en="Take a photo of the QR code, or paste its text.",
)
_NO_SYMBOL = Text(
    id="Tidak ada kode QR yang terbaca di foto ini. Foto lagi dari dekat, lurus, dan terang.",
    en="No QR code could be read in this photo. Take it again, close, straight and well lit.",
)

VERIFY_PAGES = (ask_certificate, show_verdict)

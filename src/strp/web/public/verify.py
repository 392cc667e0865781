"""Check a certificate: paste the text of its QR, or take a photo of it."""

from typing import Annotated, Any, Final

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body

from strp.credential.trust import Inspection
from strp.domain.certificates.certificate import Verdict
from strp.domain.errors import FieldError, InvalidInput, StrpError, TooLarge, Unsupported
from strp.domain.overload import Priority
from strp.domain.people.sign_in import client_block
from strp.domain.text import Text
from strp.http.route_class import LOOK_UP, ROUTE, BodyLimit, RouteClass
from strp.outside.machine.confined import until_disconnected
from strp.outside.paper.photo_reader import ReadPicture, read_photo
from strp.usecases.certificates.check_serial import verify_serial
from strp.usecases.certificates.trust import verify
from strp.usecases.process.system import System
from strp.web.framework.durations import age
from strp.web.framework.page import FOR_A_MINUTE, Page

AnyRequest = Request[Any, Any, Any]
PHOTO: Final = RouteClass(
    priority=Priority.PEOPLE,
    body=BodyLimit(most_bytes=21 << 20, for_anyone=True, answers_itself=True),
    from_any_site=True,
)
SERIAL_MOST_CHARACTERS = 24
"""A serial has 13 letters and digits and a check character, in groups."""
# What the sign beside the words says.
SIGNS = {
    Verdict.VALID: "good",
    Verdict.EXERCISE: "exercise",
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


@get("/verify", opt={ROUTE: LOOK_UP})
async def ask_certificate(page: Page) -> Response[bytes]:
    """Which certificate?"""
    return page.show("verify/ask.html", cache=FOR_A_MINUTE, error=None)


@post("/verify", status_code=200, opt={ROUTE: PHOTO})
async def show_verdict(
    page: Page,
    system: System,
    request: AnyRequest,
    data: Annotated[CertificateForm, Body(media_type=RequestEncodingType.MULTI_PART)],
) -> Response[bytes]:
    """What the certificate is worth now."""
    try:
        text = data.text.strip()
        read = ReadPicture((text,), 0) if text else await _read_photo(system, request, data.photo)
    except (InvalidInput, Unsupported, TooLarge) as error:
        return _ask_again(page, error)
    found = [await _check(system, text) for text in read.texts]
    return page.show(
        "verify/verdict.html",
        found=found,
        others=read.others,
        periods=page.periods,
        signs=SIGNS,
        age=age(max(each.freshness.age_s for each in found)),
    )


async def _check(system: System, text: str) -> Inspection:
    """A verdict on the text of a QR, or on a serial that was typed instead."""
    is_serial = len(text) <= SERIAL_MOST_CHARACTERS and ":" not in text
    return await (verify_serial(system, text) if is_serial else verify(system, text))


async def _read_photo(system: System, request: AnyRequest, photo: object) -> ReadPicture:
    """The texts in a photo; a block of addresses has its share of those who read them."""
    if not isinstance(photo, UploadFile) or not photo.filename:
        raise _nothing_sent()
    block = client_block(request.client.host if request.client else "")
    try:
        async with system.photos.one(block):
            return await read_photo(await photo.read(), until_disconnected(request.receive))
    finally:
        await photo.close()


def _ask_again(page: Page, error: StrpError) -> Response[bytes]:
    return page.show("verify/ask.html", status=422, error=error)


def _nothing_sent() -> InvalidInput:
    fields = [FieldError("photo", "missing", _NOTHING_SENT)]
    return InvalidInput("certificate-missing", _NOTHING_SENT, fields=fields)


_NOTHING_SENT = Text(
    id="Ambil foto kode QR, atau tempel isinya.",
    en="Take a photo of the QR code, or paste its text.",
)
VERIFY_PAGES = (ask_certificate, show_verdict)

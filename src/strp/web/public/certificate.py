"""A worker's certificate behind a private link: held up on a phone, kept for use off line."""

from dataclasses import replace
from typing import Final

from litestar import Response, get
from markupsafe import Markup

from strp.http.route_class import LOOK_UP, ROUTE
from strp.outside.paper.qr_writer import draw_symbol, write_png, write_svg
from strp.usecases.certificates.print import print_one
from strp.usecases.certificates.show import (
    IssuedCertificate,
    certificate_by_link,
    require_not_replaced,
    require_standing,
)
from strp.usecases.certificates.trust import verify
from strp.usecases.people.access_log import looks_at_worker
from strp.usecases.process.system import System
from strp.web.framework.page import PRIVATE, SECRET_ADDRESS, Page
from strp.web.public.verify import SIGNS

BY_LINK: Final = replace(LOOK_UP, has_secret=True)


@get("/c/{link:str}", opt={ROUTE: BY_LINK})
async def show_certificate(page: Page, system: System, link: str) -> Response[bytes]:
    """The certificate as a page."""
    found = await certificate_by_link(system, link)
    inspection = await verify(system, found.text)
    response = page.show(
        "certificate.html",
        certificate=found,
        inspection=inspection,
        # Drawn by us from modules, so it is markup and no text.
        qr=Markup(await system.symbols.run(_svg, found)),
        sign_kind=SIGNS[inspection.verdict],
    )
    response.headers.update(SECRET_ADDRESS)
    return response


@get("/c/{link:str}/looks", opt={ROUTE: BY_LINK})
async def show_looks(page: Page, system: System, link: str) -> Response[bytes]:
    """Which officials saw this worker's data, and when (UU 27/2022, articles 5 to 8)."""
    found = await certificate_by_link(system, link)
    require_not_replaced(found)
    looks = await looks_at_worker(system, found.application_id, found.row)
    response = page.show("looks.html", certificate=found, looks=looks)
    response.headers.update(SECRET_ADDRESS)
    return response


@get("/c/{link:str}/strp.pdf", opt={ROUTE: BY_LINK})
async def certificate_pdf(page: Page, system: System, link: str) -> Response[bytes]:
    """The certificate on paper."""
    found = await certificate_by_link(system, link)
    return _secret(page, await print_one(system, found), "application/pdf", found.serial + ".pdf")


@get("/c/{link:str}/strp.png", opt={ROUTE: BY_LINK})
async def certificate_png(page: Page, system: System, link: str) -> Response[bytes]:
    """The QR as a picture for the phone's gallery."""
    found = await certificate_by_link(system, link)
    require_standing(found)
    return _secret(
        page,
        await system.symbols.run(_png, found),
        "image/png",
        found.serial + ".png",
    )


def _svg(found: IssuedCertificate) -> str:
    return write_svg(draw_symbol(found.text), exercise=found.exercise)


def _png(found: IssuedCertificate) -> bytes:
    return write_png(draw_symbol(found.text), exercise=found.exercise)


def _secret(page: Page, body: bytes, media_type: str, name: str) -> Response[bytes]:
    response = page.send(body, media_type, f"STRP-{name}", cache=PRIVATE)
    response.headers.update(SECRET_ADDRESS)
    return response


CERTIFICATE_PAGES = (show_certificate, show_looks, certificate_pdf, certificate_png)

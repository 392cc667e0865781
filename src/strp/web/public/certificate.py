"""A worker's certificate behind a private link: held up on a phone, kept for use off line."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Final

from litestar import Response, get
from markupsafe import Markup

from strp.domain.certificates.certificate import Verdict
from strp.domain.certificates.life import CertificateStatus
from strp.domain.civil_time import WIB, civil_day
from strp.http.route_class import LOOK_UP, ROUTE
from strp.outside.paper.qr_writer import draw_symbol, write_png, write_svg
from strp.usecases.certificates.print import print_one
from strp.usecases.certificates.show import (
    IssuedCertificate,
    certificate_by_link,
    require_not_replaced,
    require_shown,
)
from strp.usecases.certificates.trust import verify
from strp.usecases.people.access_log import looks_at_worker
from strp.usecases.process.system import System
from strp.web.framework.page import PRIVATE, SECRET_ADDRESS, Page
from strp.web.public.verify import SIGNS

BY_LINK: Final = replace(LOOK_UP, has_secret=True)
# What is worth holding up; of anything else the page says why not, and whom to ask.
_SHOWN: Final = frozenset({Verdict.VALID, Verdict.EXERCISE, Verdict.NOT_YET_VALID})
# What the database says counts at once; status lists follow within seconds.
_NOT_STANDING: Final = {
    CertificateStatus.SUSPENDED: Verdict.SUSPENDED,
    CertificateStatus.REVOKED: Verdict.REVOKED,
    CertificateStatus.REPLACED: Verdict.REVOKED,
    CertificateStatus.ENDED: Verdict.REVOKED,
}


@get("/c/{link:str}", opt={ROUTE: BY_LINK})
async def show_certificate(page: Page, system: System, link: str) -> Response[bytes]:
    """The certificate as a page."""
    found = await certificate_by_link(system, link)
    inspection = await verify(system, found.text)
    verdict = _NOT_STANDING.get(found.status, inspection.verdict)
    response = page.show(
        "certificate.html",
        certificate=found,
        inspection=inspection,
        verdict=verdict,
        # Drawn by us from modules, so it is markup and no text.
        qr=Markup(await system.symbols.run(_svg, found)) if verdict in _SHOWN else None,
        sign_kind=SIGNS[verdict],
        ends_at=_end_of(found),
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
    require_shown(found, civil_day(system.clock()))
    return _secret(page, await print_one(system, found), "application/pdf", found.serial + ".pdf")


@get("/c/{link:str}/strp.png", opt={ROUTE: BY_LINK})
async def certificate_png(page: Page, system: System, link: str) -> Response[bytes]:
    """The QR as a picture for the phone's gallery."""
    found = await certificate_by_link(system, link)
    require_shown(found, civil_day(system.clock()))
    return _secret(
        page,
        await system.symbols.run(_png, found),
        "image/png",
        found.serial + ".png",
    )


def _end_of(found: IssuedCertificate) -> datetime | None:
    """The first moment after a certificate's period, for the page while it has no network."""
    if found.period is None:
        return None
    return datetime.combine(found.period.ends_on + timedelta(days=1), time(), WIB)


def _svg(found: IssuedCertificate) -> str:
    return write_svg(draw_symbol(found.text), exercise=found.exercise)


def _png(found: IssuedCertificate) -> bytes:
    return write_png(draw_symbol(found.text), exercise=found.exercise)


def _secret(page: Page, body: bytes, media_type: str, name: str) -> Response[bytes]:
    response = page.send(body, media_type, f"STRP-{name}", cache=PRIVATE)
    response.headers.update(SECRET_ADDRESS)
    return response


CERTIFICATE_PAGES = (show_certificate, show_looks, certificate_pdf, certificate_png)

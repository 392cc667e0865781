"""Certificates at the JSON door: one by serial, all of an application, corrections."""

from typing import Any

import msgspec
from litestar import Request, Response, Router, get
from litestar.openapi import ResponseSpec
from litestar.response import Stream

from strp.api.actors import WHO, permitted
from strp.api.downloads import download, written
from strp.api.field_types import Address, Day, Moment, SerialText
from strp.api.times import rfc3339
from strp.domain.certificates.life import CertificateStatus
from strp.domain.identifiers import ApplicationId
from strp.domain.people.account import acts_for_employers
from strp.domain.roster.file_name import corrections_name
from strp.domain.roster.row import SiteType
from strp.domain.rules.policy import SectorClass
from strp.http.caching import cacheable
from strp.http.language import language_of
from strp.http.route_class import API_CALL, API_LOOK_UP, API_TABLE, ROUTE
from strp.outside.paper.qr_writer import draw_symbol, write_png, write_svg
from strp.usecases.certificates.print import print_one
from strp.usecases.certificates.show import (
    IssuedCertificate,
    certificate_by_serial,
    certificate_unknown,
)
from strp.usecases.desk.print_refusal import print_refusal_letter
from strp.usecases.filing.corrections import read_corrections
from strp.usecases.process.system import System

AnyRequest = Request[Any, Any, Any]
SHORT_S = 60


class CertificatePeriodOut(msgspec.Struct):
    """The span of a certificate, as it stands now; both days belong to it."""

    code: str | None
    starts_on: Day | None = msgspec.field(name="from")
    until: Day | None


class CertificateOut(msgspec.Struct):
    """A certificate: what it says, where its forms are, and what became of it."""

    serial: SerialText
    text: str
    holder: str
    identity_tail: str
    employer: str
    sector_class: SectorClass
    sector: str
    site_type: SiteType
    region: str
    period: CertificatePeriodOut
    issued_at: Moment | None
    link: Address
    status: CertificateStatus
    status_reason: str | None
    successor: SerialText | None
    exercise: bool


@get(
    "/api/v1/certificates/{serial:str}",
    responses={200: ResponseSpec(CertificateOut, generate_examples=False)},
    opt={WHO: acts_for_employers, ROUTE: API_LOOK_UP},
)
async def get_certificate(request: AnyRequest, system: System, serial: str) -> Response[bytes]:
    """One certificate; with `.pdf`, `.png`, `.svg` or `.txt` behind the serial, in that form.

    Args:
        serial: as people write it, and perhaps a dot and a form behind it.

    Raises:
        NotFound: no such certificate for this actor, or no such form.
    """
    actor = permitted(request)
    name, _, form = serial.partition(".")
    found = await certificate_by_serial(system, actor, name)
    body, media_type = await in_form(system, found, form)
    return cacheable(request, body, media_type=media_type, max_age_s=SHORT_S, public=False)


@get(
    "/api/v1/applications/{application_id:int}/corrections",
    opt={WHO: acts_for_employers, ROUTE: API_TABLE},
)
async def get_corrections(request: AnyRequest, system: System, application_id: int) -> Stream:
    """The filed file with only its rows to fix, in the format that came in.

    Args:
        application_id: of the application.
    """
    actor = permitted(request)
    number, language = ApplicationId(application_id), language_of(request)
    file, made = await written(lambda path: read_corrections(system, actor, number, language, path))
    return download(file, made.media_type, corrections_name(number, made.suffix))


async def in_form(system: System, found: IssuedCertificate, form: str) -> tuple[bytes, str]:
    """A certificate as PDF, PNG, SVG or text, or as JSON where no form is asked for.

    Args:
        found: the certificate.
        form: `pdf`, `png`, `svg`, `txt`, or empty for JSON.

    Returns:
        Body and media type.

    Raises:
        NotFound: `certificate-unknown`: there is no such form.
    """
    match form:
        case "pdf":
            return await print_one(system, found), "application/pdf"
        case "png":
            return await system.symbols.run(_png, found), "image/png"
        case "svg":
            return await system.symbols.run(_svg, found), "image/svg+xml"
        case "txt":
            return found.text.encode(), "text/plain"
        case "":
            return msgspec.json.encode(certificate_out(system, found)), "application/json"
        case _:
            raise certificate_unknown()


def _png(found: IssuedCertificate) -> bytes:
    return write_png(draw_symbol(found.text), exercise=found.exercise)


def _svg(found: IssuedCertificate) -> bytes:
    return write_svg(draw_symbol(found.text), exercise=found.exercise).encode()


def certificate_out(system: System, found: IssuedCertificate) -> CertificateOut:
    """A certificate as the JSON door writes it."""
    claims, period = found.claims, found.period
    return CertificateOut(
        serial=found.serial,
        text=found.text,
        holder=claims.holder,
        identity_tail=claims.identity_tail,
        employer=claims.employer,
        sector_class=claims.sector_class,
        sector=claims.sector,
        site_type=claims.site_type,
        region=f"{claims.region:04d}",
        period=CertificatePeriodOut(
            code=period.code if period else None,
            starts_on=period.starts_on.isoformat() if period else None,
            until=period.ends_on.isoformat() if period else None,
        ),
        issued_at=rfc3339(claims.issued_at),
        link=f"{system.settings.address}/c/{found.link}",
        status=found.status,
        status_reason=found.status_reason,
        successor=found.successor,
        exercise=found.exercise,
    )


@get(
    "/api/v1/applications/{application_id:int}/refusal.pdf",
    opt={WHO: acts_for_employers, ROUTE: API_CALL},
)
async def get_refusal_letter(
    application_id: int, request: AnyRequest, system: System
) -> Response[bytes]:
    """The letter of refusal of an application; 404 `nothing-refused` where nobody was refused.

    Args:
        application_id: of the application.
    """
    actor = permitted(request)
    pdf = await print_refusal_letter(system, actor, ApplicationId(application_id))
    headers = {
        "Content-Disposition": f'attachment; filename="strp-penolakan-{application_id}.pdf"',
        "Cache-Control": "private, no-store",
    }
    return Response(pdf, media_type="application/pdf", headers=headers)


ROUTES = Router(
    path="/",
    route_handlers=[
        get_certificate,
        get_corrections,
        get_refusal_letter,
    ],
    tags=["certificates"],
)

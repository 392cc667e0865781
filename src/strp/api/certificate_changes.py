"""Changes of one certificate at the JSON door: replaced, ended, suspended, restored."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, Router, post

from strp.api.actors import WHO, WHOSE, own_certificate, permitted
from strp.api.field_types import ApplicationNumber, SerialText
from strp.domain.certificates.life import REASON_MOST_CHARACTERS, Act, CertificateStatus
from strp.domain.people.account import follows_applications, may_revoke
from strp.domain.roster.cells import LONGEST_TEXT
from strp.domain.roster.row import SiteType, line_of
from strp.http.idempotency import idempotency_key_of
from strp.http.route_class import API_CALL, ROUTE
from strp.usecases.certificates.change import ChangedCertificate, change_certificate
from strp.usecases.certificates.correct_worker import read_correction
from strp.usecases.process.system import System

MOST_CHARACTERS = 400
AnyRequest = Request[Any, Any, Any]


# The description tells what is good; what is longer or else is answered with an error of its own.
Words = Annotated[
    str, msgspec.Meta(max_length=MOST_CHARACTERS, extra_json_schema={"maxLength": LONGEST_TEXT})
]


class ChangeIn(msgspec.Struct):
    """Why a certificate is changed; kept with the record, so no personal data."""

    reason: Annotated[
        str,
        msgspec.Meta(max_length=REASON_MOST_CHARACTERS, extra_json_schema={"pattern": "\\S"}),
    ]


class ReplacementIn(ChangeIn, kw_only=True):
    """Why a certificate is replaced, and what the new one says instead where it was wrong."""

    name: Words = ""
    position: Words = ""
    site_type: Annotated[str, msgspec.Meta(extra_json_schema={"enum": ["", *SiteType]})] = ""


class ChangedOut(msgspec.Struct):
    """What a certificate is now.

    `successor` is the serial of the one that takes its place; null until it is made, which takes
    seconds: ask `GET /api/v1/certificates/{serial}` for the old serial.
    """

    serial: SerialText
    status: CertificateStatus
    application_id: ApplicationNumber
    row: int
    successor: SerialText | None
    changed: bool


@post(
    "/api/v1/certificates/{serial:str}/replacement",
    status_code=202,
    opt={WHO: follows_applications, WHOSE: own_certificate, ROUTE: API_CALL},
)
async def replace_certificate(
    request: AnyRequest, system: System, serial: str, data: ReplacementIn
) -> Response[ChangedOut]:
    """Replace a lost, leaked or wrong certificate: the old is REVOKED, a new one is issued.

    Args:
        serial: as people write it.
        data: the reason, and what the new one says instead; an empty text leaves what was there.

    Returns:
        202 with the old certificate; the new one is made within seconds.
    """
    actor = permitted(request)
    key = idempotency_key_of(request)
    changed = await change_certificate(
        system,
        actor,
        serial,
        Act.REPLACE,
        reason=data.reason,
        idempotency_key=key,
        correction=read_correction(data.name, data.position, data.site_type),
    )
    where = {"Location": f"/api/v1/certificates/{changed.serial}", "Cache-Control": "no-store"}
    return Response(changed_out(changed), status_code=202, headers=where)


@post(
    "/api/v1/certificates/{serial:str}/end",
    status_code=200,
    opt={WHO: follows_applications, WHOSE: own_certificate, ROUTE: API_CALL},
)
async def end_certificate(
    request: AnyRequest, system: System, serial: str, data: ChangeIn
) -> ChangedOut:
    """End the certificate of a worker who has left; the place under the cap is free again.

    Args:
        serial: as people write it.
        data: the reason.
    """
    actor = permitted(request)
    changed = await change_certificate(system, actor, serial, Act.END, reason=data.reason)
    return changed_out(changed)


@post(
    "/api/v1/certificates/{serial:str}/suspension",
    status_code=200,
    opt={WHO: may_revoke, ROUTE: API_CALL},
)
async def suspend_certificate(
    request: AnyRequest, system: System, serial: str, data: ChangeIn
) -> ChangedOut:
    """Suspend a certificate; for officers.

    Args:
        serial: as people write it.
        data: the reason.
    """
    actor = permitted(request)
    changed = await change_certificate(system, actor, serial, Act.SUSPEND, reason=data.reason)
    return changed_out(changed)


@post(
    "/api/v1/certificates/{serial:str}/restoration",
    status_code=200,
    opt={WHO: may_revoke, ROUTE: API_CALL},
)
async def restore_certificate(
    request: AnyRequest, system: System, serial: str, data: ChangeIn
) -> ChangedOut:
    """End a certificate's own suspension; for officers. One by a closure ends with the closure.

    Args:
        serial: as people write it.
        data: the reason.
    """
    actor = permitted(request)
    changed = await change_certificate(system, actor, serial, Act.RESTORE, reason=data.reason)
    return changed_out(changed)


def changed_out(changed: ChangedCertificate) -> ChangedOut:
    """A changed certificate as the JSON door writes it."""
    return ChangedOut(
        serial=changed.serial,
        status=changed.status,
        application_id=str(changed.application_id),
        row=line_of(changed.row),
        successor=changed.successor,
        changed=changed.changed,
    )


ROUTES = Router(
    path="/",
    route_handlers=[
        replace_certificate,
        end_certificate,
        suspend_certificate,
        restore_certificate,
    ],
    tags=["certificates"],
)

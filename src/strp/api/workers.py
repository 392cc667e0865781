"""Workers of an application at the JSON door."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from litestar import Request, Router, get
from litestar.params import Parameter, QueryParameter

from strp.api.actors import WHO, permitted
from strp.api.field_types import SerialText
from strp.domain.certificates.life import CertificateStatus
from strp.domain.desk.objection import About
from strp.domain.filing.application import WorkerState
from strp.domain.identifiers import ApplicationId, format_nib
from strp.domain.people.account import follows_applications
from strp.domain.roster.row import SiteType, line_of, sheet_of
from strp.domain.text import Language
from strp.http.language import language_of
from strp.http.route_class import API_ROWS, ROUTE
from strp.usecases.filing.read_workers import MOST_WORKERS, ShownCertificate
from strp.usecases.filing.show import ShownWorker, show_workers
from strp.usecases.process.system import System

AnyRequest = Request[Any, Any, Any]


class ReasonOut(msgspec.Struct):
    """Why a worker is where they are, and the rule behind it."""

    code: str
    detail: str
    citation: str


class WorkerCertificateOut(msgspec.Struct):
    """A worker's latest certificate: standing, suspended, revoked, replaced or ended, and why."""

    serial: SerialText
    status: CertificateStatus
    reason: str | None


class HostOut(msgspec.Struct):
    """Another employer at whose site a worker is; no name where the registry does not hold it."""

    nib: str
    name: str | None


class AgainstOut(msgspec.Struct):
    """What `POST /api/v1/objections` is sent to object, beside the text."""

    about: About
    ref: str


class WorkerOut(msgspec.Struct):
    """A worker of an application; the identity is masked, `sheet` there where several were read.

    `objection` says how to object to a refusal, a suspension or a revocation, to the employer.
    `work_site` repeats the column `lokasi_kerja`: a NIB or a name; `host` is the other employer
    that a NIB names.
    """

    row: int
    name: str
    nik_masked: str
    position: str
    site_type: SiteType
    state: WorkerState
    reasons: list[ReasonOut]
    remark: str | None
    serial: SerialText | None
    certificate: WorkerCertificateOut | None
    work_site: str | None
    host: HostOut | None
    objection: AgainstOut | None
    sheet: str | msgspec.UnsetType = msgspec.UNSET


class WorkersOut(msgspec.Struct):
    """Some workers; `next` is the value of `after` for the following ones."""

    items: list[WorkerOut]
    next: int | None


@get(
    "/api/v1/applications/{application_id:int}/workers",
    opt={WHO: follows_applications, ROUTE: API_ROWS},
)
async def get_workers(
    request: AnyRequest,
    system: System,
    application_id: int,
    worker_state: Annotated[WorkerState | None, QueryParameter(name="state")] = None,
    after: Annotated[int, Parameter(ge=0)] = 0,
    limit: Annotated[int, Parameter(ge=1, le=MOST_WORKERS)] = 100,
) -> WorkersOut:
    """Workers of an application in row order; an official's look is recorded.

    Args:
        application_id: of the application.
        worker_state: only workers in this state; None for all.
        after: `next` of the answer before; 0 for the first.
        limit: most workers of one answer.
    """
    actor = permitted(request)
    page = await show_workers(
        system,
        actor,
        ApplicationId(application_id),
        state=worker_state,
        after=after,
        limit=limit,
    )
    language = language_of(request)
    return WorkersOut(
        items=[worker_out(system, worker, language, page.sheets) for worker in page.workers],
        next=page.next_after,
    )


def worker_out(
    system: System, worker: ShownWorker, language: Language, sheets: Sequence[str]
) -> WorkerOut:
    """A worker as the JSON door writes it.

    Args:
        system: the installation.
        worker: of its NIK only the masked form is written.
        language: of reasons.
        sheets: names of the sheets that were read; empty where the roster has but one.
    """
    return WorkerOut(
        row=line_of(worker.row),
        work_site=worker.person.work_site,
        host=worker.host and HostOut(format_nib(worker.host.nib), worker.host.name),
        sheet=sheets[sheet_of(worker.row)] if sheets else msgspec.UNSET,
        name=worker.person.name,
        nik_masked=worker.identity_masked,
        position=worker.person.position,
        site_type=SiteType(worker.site_type),
        state=worker.state,
        reasons=[
            ReasonOut(reason.code, reason.detail.in_(language), reason.citation)
            for reason in worker.reasons
        ],
        remark=worker.remark,
        objection=worker.objection and AgainstOut(*worker.objection),
        serial=worker.serial,
        certificate=_certificate_out(system, worker.certificate, language),
    )


def _certificate_out(
    system: System, certificate: ShownCertificate | None, language: Language
) -> WorkerCertificateOut | None:
    if certificate is None:
        return None
    reason = system.reasons.in_(certificate.reason, language)
    return WorkerCertificateOut(certificate.serial, certificate.status, reason)


ROUTES = Router(path="/", route_handlers=[get_workers], tags=["applications"])

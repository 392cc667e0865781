"""Applications at the JSON door: file a roster, follow it, read its workers."""

from typing import Annotated, Any, Final

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.params import Parameter

from strp.api.actors import WHO, permitted
from strp.api.bodies import SpooledBody, declared_bytes, kept_body, small_body, spooled_body
from strp.api.field_types import Address, ApplicationNumber, Moment, NibText, RowSpan
from strp.api.times import rfc3339
from strp.domain.employers.employer import require_nib, same_employer
from strp.domain.errors import Unsupported
from strp.domain.filing.application import Application, ApplicationState
from strp.domain.identifiers import ApplicationId, Nib, format_nib
from strp.domain.overload import Priority
from strp.domain.people.account import (
    Actor,
    acts_for_employers,
    follows_applications,
    refuse_foreign,
)
from strp.domain.roster.advice import problem_detail, sheet_note
from strp.domain.roster.row import Severity, line_of
from strp.domain.text import Language, Text
from strp.http.idempotency import idempotency_key_of
from strp.http.language import language_of
from strp.http.route_class import API_CALL, API_FILED, ROSTER_BODY, ROUTE, RouteClass
from strp.outside.machine.confined import until_disconnected
from strp.outside.spreadsheets.form import SMALL_JSON_BYTES
from strp.outside.spreadsheets.json_reader import is_light, looks_like_json, read_json
from strp.usecases.filing.certificate_fates import count_certificates_of
from strp.usecases.filing.declare_in_filing import declare_in_filing
from strp.usecases.filing.file import Receipt, body_digest, file_roster, file_workers
from strp.usecases.filing.show import receipt_of, show_application
from strp.usecases.filing.withdraw import withdraw
from strp.usecases.process.system import System

AnyRequest = Request[Any, Any, Any]


class LedgerOut(msgspec.Struct):
    """Where every row went: rows = accepted + unchanged + duplicate + exempt + rejected."""

    rows: int
    accepted: int
    unchanged: int
    duplicate: int
    exempt: int
    rejected: int


class ProblemOut(msgspec.Struct):
    """What is wrong with one cell, and how to fix it.

    `column` is null where the whole row is wrong; a `warning` leaves the row accepted, and the
    column empty.
    """

    row: int
    column: str | None
    code: str
    detail: str
    severity: Severity
    sheet: str | msgspec.UnsetType = msgspec.UNSET


class SheetNoteOut(msgspec.Struct):
    """What is to be said of a sheet: that it was not read, or was read though it is hidden.

    `sheet` is empty where it is about the letters of a CSV file.
    """

    sheet: str
    code: str
    rows: int
    detail: str


class ReceiptOut(msgspec.Struct):
    """The answer to a roster; it leaves when the filing is durable."""

    receipt: str
    application_id: ApplicationNumber
    ledger: LedgerOut
    problems: list[ProblemOut]
    problems_total: int
    not_rows: list[RowSpan]
    notes: list[SheetNoteOut]
    submitted_at: Moment | None
    due_at: Moment | None
    status_url: Address


class CountsOut(msgspec.Struct):
    """Accepted workers by state."""

    pending: int
    approved: int
    refused: int
    returned: int


class CertificatesOut(msgspec.Struct):
    """Approved workers by what became of their latest certificate.

    `standing` are those whose certificate stands, or is being made.
    """

    standing: int
    suspended: int
    revoked: int
    ended: int


class ApplicationOut(msgspec.Struct):
    """An application and where it stands; `counts` repeats the workers by state in one object."""

    application_id: ApplicationNumber
    receipt: str
    nib: NibText
    state: ApplicationState
    ledger: LedgerOut
    counts: CountsOut
    pending: int
    approved: int
    refused: int
    returned: int
    certificates: CertificatesOut
    submitted_at: Moment | None
    due_at: Moment | None
    decided_at: Moment | None


ROSTER: Final = RouteClass(priority=Priority.FILING, body=ROSTER_BODY)


@post(
    "/api/v1/applications",
    status_code=202,
    opt={WHO: acts_for_employers, ROUTE: ROSTER},
)
async def file_application(
    request: AnyRequest,
    system: System,
    nib: Annotated[str | None, Parameter(description="NIB of the employer, 13 digits.")] = None,
) -> Response[ReceiptOut]:
    """File a roster; the answer leaves only when it is durable.

    Args:
        request: its body is the roster, its Idempotency-Key makes a repetition safe.
        nib: of the employer; None for the one that the key or session is of.

    Raises:
        Forbidden: the actor does not file for the employer.
        Unsupported: `multipart-body`.
        InvalidInput, TooLarge: the roster is refused whole.
    """
    actor = permitted(request)
    asked = None if nib is None else require_nib(nib)
    if asked is not None:
        refuse_foreign(actor, asked)
    key = idempotency_key_of(request)
    if _media_type(request).startswith("multipart/"):
        raise Unsupported("multipart-body", _MULTIPART)
    size = declared_bytes(request)
    if _media_type(request) == "application/json" and size is not None and size <= SMALL_JSON_BYTES:
        body = await small_body(request, SMALL_JSON_BYTES)
        if looks_like_json(body) and is_light(body):
            receipt = await _file_small(system, actor, asked, body, key)
        else:  # the content decides, whatever its sender calls it; a heavy one is decoded apart
            with kept_body(body) as kept:
                receipt = await _file_any(request, system, actor, asked, kept, key)
    else:
        limit = system.settings.upload_max_bytes
        async with spooled_body(request, limit, system.uploads) as spooled:
            receipt = await _file_any(request, system, actor, asked, spooled, key)
    return Response(
        receipt_out(receipt, language_of(request)),
        status_code=202,
        headers={"Location": status_url(receipt.application_id), "Cache-Control": "no-store"},
    )


async def _file_small(
    system: System, actor: Actor, asked: Nib | None, body: bytes, key: str | None
) -> Receipt:
    roster = read_json(body)
    nib = same_employer(asked, roster.nib)
    await declare_in_filing(system, actor, nib, roster.plain_staff, key)
    return await file_workers(
        system,
        actor,
        nib,
        roster.workers,
        digest=body_digest(body),
        size_bytes=len(body),
        idempotency_key=key,
    )


async def _file_any(
    request: AnyRequest,
    system: System,
    actor: Actor,
    asked: Nib | None,
    body: SpooledBody,
    key: str | None,
) -> Receipt:
    return await file_roster(
        system,
        actor,
        asked,
        body.path,
        content_type=request.headers.get("content-type"),
        filename=request.headers.get("x-filename"),
        digest=body.digest,
        idempotency_key=key,
        gone=until_disconnected(request.receive),
    )


@get("/api/v1/applications/{application_id:int}", opt={WHO: follows_applications, ROUTE: API_FILED})
async def get_application(
    request: AnyRequest, system: System, application_id: int
) -> ApplicationOut:
    """An application and where it stands, to its employer or an officer.

    Args:
        application_id: as in the receipt's status_url.
    """
    actor = permitted(request)
    found = await show_application(system, actor, ApplicationId(application_id))
    return await application_out(system, found)


@post(
    "/api/v1/applications/{application_id:int}/withdrawal",
    status_code=200,
    opt={WHO: acts_for_employers, ROUTE: API_CALL},
)
async def withdraw_application(
    request: AnyRequest, system: System, application_id: int
) -> ApplicationOut:
    """Take an application back before it is decided.

    Args:
        application_id: as in the receipt's status_url.
    """
    actor = permitted(request)
    withdrawn = await withdraw(system, actor, ApplicationId(application_id))
    return await application_out(system, withdrawn)


def receipt_out(receipt: Receipt, language: Language) -> ReceiptOut:
    """A receipt as the JSON door writes it.

    Args:
        receipt: also of a filing that was repeated.
        language: of problems and notes.
    """
    remarks = receipt.remarks
    return ReceiptOut(
        receipt=receipt.receipt,
        application_id=str(receipt.application_id),
        ledger=LedgerOut(*receipt.ledger),
        problems=[
            ProblemOut(
                row=line_of(problem.row),
                column=problem.column,
                code=problem.code,
                detail=problem_detail(problem.code, problem.column, problem.readings).in_(language),
                severity=problem.severity,
                sheet=remarks.sheet_name(problem.row) or msgspec.UNSET,
            )
            for problem in remarks.problems
        ],
        problems_total=remarks.total,
        not_rows=[[line_of(first), line_of(last)] for first, last in remarks.not_rows],
        notes=[
            SheetNoteOut(note.sheet, note.code, note.rows, sheet_note(note).in_(language))
            for note in remarks.notes
        ],
        submitted_at=rfc3339(receipt.submitted_at),
        due_at=rfc3339(receipt.due_at),
        status_url=status_url(receipt.application_id),
    )


async def application_out(system: System, application: Application) -> ApplicationOut:
    """An application as the JSON door writes it."""
    counted = await count_certificates_of(system, application.nib, [application])
    return ApplicationOut(
        application_id=str(application.application_id),
        receipt=receipt_of(system, application.application_id),
        nib=format_nib(application.nib),
        state=ApplicationState(application.state),
        ledger=LedgerOut(*application.ledger),
        counts=CountsOut(*application.counts),
        **application.counts._asdict(),
        certificates=CertificatesOut(*counted[application.application_id]),
        submitted_at=rfc3339(application.submitted_at),
        due_at=rfc3339(application.due_at),
        decided_at=rfc3339(application.decided_at),
    )


def status_url(application_id: ApplicationId) -> str:
    """Where the state of an application is told."""
    return f"/api/v1/applications/{application_id}"


def _media_type(request: AnyRequest) -> str:
    return request.headers.get("content-type", "").split(";")[0].strip().lower()


ROUTES = Router(
    path="/",
    route_handlers=[file_application, get_application, withdraw_application],
    tags=["applications"],
)

_MULTIPART = Text(
    id="Kirim berkasnya sendiri sebagai isi permintaan, bukan formulir: "
    "`curl --data-binary @FILE`.",
    en="Send the file itself as the body, not a form: `curl --data-binary @FILE`.",
)

"""Applications at the JSON door: file a roster, follow it, read its workers."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.params import Parameter

from strp.api.actors import actor_of
from strp.api.bodies import declared_bytes, small_body, spooled_body
from strp.api.language import language_of
from strp.api.times import rfc3339
from strp.domain.application import Application
from strp.domain.employer import require_nib, same_employer
from strp.domain.errors import InvalidInput, Unsupported
from strp.domain.identifiers import ApplicationId, format_nib
from strp.domain.roster import Problem
from strp.domain.roster_advice import problem_detail
from strp.domain.text import Language, Text
from strp.outside.confined import until_disconnected
from strp.usecases.certificate_fates import count_certificates_of
from strp.usecases.file_roster import (
    Receipt,
    body_digest,
    file_roster,
    file_workers,
)
from strp.usecases.show_application import (
    receipt_of,
    show_application,
)
from strp.usecases.system import System
from strp.usecases.withdraw import withdraw

AnyRequest = Request[Any, Any, Any]
# JSON up to this size is read in memory; larger rosters stream through a file.
SMALL_JSON_BYTES = 1 << 20
MOST_KEY_CHARACTERS = 255


class LedgerOut(msgspec.Struct):
    """Where every row went: rows = accepted + unchanged + duplicate + exempt + rejected."""

    rows: int
    accepted: int
    unchanged: int
    duplicate: int
    exempt: int
    rejected: int


class ProblemOut(msgspec.Struct):
    """What is wrong with one cell, and how to mend it; a `warning` leaves the row accepted."""

    row: int
    column: str
    code: str
    detail: str
    severity: str


class ReceiptOut(msgspec.Struct):
    """The answer to a roster; it leaves when the filing is durable."""

    receipt: str
    application_id: str
    ledger: LedgerOut
    problems: list[ProblemOut]
    problems_total: int
    not_rows: list[tuple[int, int]]
    submitted_at: str | None
    due_at: str | None
    status_url: str


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

    application_id: str
    receipt: str
    nib: str
    state: str
    ledger: LedgerOut
    counts: CountsOut
    pending: int
    approved: int
    refused: int
    returned: int
    certificates: CertificatesOut
    submitted_at: str | None
    due_at: str | None
    decided_at: str | None


class Roster(msgspec.Struct):
    """A JSON roster as it was sent."""

    workers: list[dict[str, Any]]
    nib: str | int | None = None


_decode_roster = msgspec.json.Decoder(Roster).decode
_encode = msgspec.json.Encoder().encode


@post(
    "/api/v1/applications",
    status_code=202,
    request_max_body_size=None,
)
async def file_application(
    request: AnyRequest,
    system: System,
    nib: Annotated[str | None, Parameter(description="NIB of the employer, 13 digits.")] = None,
) -> Response[ReceiptOut]:
    """File a roster; the answer leaves only when it is durable."""
    actor = await actor_of(request, system)
    key = idempotency_key_of(request)
    asked = None if nib is None else require_nib(nib)
    if _media_type(request).startswith("multipart/"):
        raise Unsupported("multipart-body", _MULTIPART)
    size = declared_bytes(request)
    if _media_type(request) == "application/json" and size is not None and size <= SMALL_JSON_BYTES:
        body = await small_body(request, SMALL_JSON_BYTES)
        roster = read_roster(body)
        employer = same_employer(asked, roster.nib)
        receipt = await file_workers(
            system,
            actor,
            employer,
            roster.workers,
            digest=body_digest(body),
            idempotency_key=key,
        )
    else:
        async with spooled_body(request, system.settings.upload_max_bytes) as spooled:
            receipt = await file_roster(
                system,
                actor,
                asked,
                spooled.path,
                content_type=request.headers.get("content-type"),
                filename=request.headers.get("x-filename"),
                digest=spooled.digest,
                idempotency_key=key,
                gone=until_disconnected(request.receive),
            )
    return Response(
        receipt_out(receipt, language_of(request)),
        status_code=202,
        headers={"Location": status_url(receipt.application_id), "Cache-Control": "no-store"},
    )


@get("/api/v1/applications/{application_id:int}")
async def get_application(
    request: AnyRequest, system: System, application_id: int
) -> ApplicationOut:
    """An application and where it stands, to its employer or an officer."""
    actor = await actor_of(request, system)
    found = await show_application(system, actor, ApplicationId(application_id))
    return await application_out(system, found)


@post("/api/v1/applications/{application_id:int}/withdrawal", status_code=200)
async def withdraw_application(
    request: AnyRequest, system: System, application_id: int
) -> ApplicationOut:
    """Take an application back before it is decided."""
    actor = await actor_of(request, system)
    withdrawn = await withdraw(system, actor, ApplicationId(application_id))
    return await application_out(system, withdrawn)


def receipt_out(receipt: Receipt, language: Language) -> ReceiptOut:
    """A receipt as the JSON door writes it."""
    return ReceiptOut(
        receipt=receipt.receipt,
        application_id=str(receipt.application_id),
        ledger=LedgerOut(*receipt.ledger),
        problems=[_problem_out(problem, language) for problem in receipt.remarks.problems],
        problems_total=receipt.remarks.total,
        not_rows=list(receipt.remarks.not_rows),
        submitted_at=rfc3339(receipt.submitted_at),
        due_at=rfc3339(receipt.due_at),
        status_url=status_url(receipt.application_id),
    )


def _problem_out(problem: Problem, language: Language) -> ProblemOut:
    row, column, code = problem
    detail = problem_detail(code, column).in_(language)
    return ProblemOut(row, column, code, detail, "warning" if problem.is_warning else "error")


async def application_out(system: System, application: Application) -> ApplicationOut:
    """An application as the JSON door writes it."""
    counted = await count_certificates_of(system, application.nib, [application])
    return ApplicationOut(
        application_id=str(application.application_id),
        receipt=receipt_of(system, application.application_id),
        nib=format_nib(application.nib),
        state=application.state,
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


def read_roster(body: bytes) -> Roster:
    """A JSON roster.

    Raises:
        InvalidInput: it is not JSON, or of another shape.
    """
    try:
        return _decode_roster(body)
    except msgspec.ValidationError:
        raise InvalidInput("json-shape", _JSON_SHAPE) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise InvalidInput("file-unreadable", _JSON_BROKEN) from None


def idempotency_key_of(request: AnyRequest) -> str | None:
    """The key under which a request may be repeated, or None.

    Raises:
        InvalidInput: it is no such key.
    """
    key = request.headers.get("idempotency-key")
    if key is not None and not (0 < len(key) <= MOST_KEY_CHARACTERS and key.isprintable()):
        raise InvalidInput("idempotency-key-malformed", _KEY_MALFORMED)
    return key


ROUTES = Router(
    path="/",
    route_handlers=[file_application, get_application, withdraw_application],
    tags=["applications"],
)

_JSON_SHAPE = Text(
    id='Isi JSON harus berupa {"nib": "…", "workers": [{…}]}; setiap pekerja satu objek.',
    en='The JSON must be {"nib": "…", "workers": [{…}]}; each worker is one object.',
)
_JSON_BROKEN = Text(
    id="Isi JSON tidak dapat dibaca; mungkin terpotong. Kirim ulang seluruhnya dalam UTF-8.",
    en="The JSON cannot be read; it may be cut off. Send all of it again, in UTF-8.",
)
_MULTIPART = Text(
    id="Kirim berkasnya sendiri sebagai isi permintaan, bukan formulir: "
    "`curl --data-binary @FILE`.",
    en="Send the file itself as the body, not a form: `curl --data-binary @FILE`.",
)
_KEY_MALFORMED = Text(
    id="Idempotency-Key harus 1 sampai 255 karakter yang dapat dicetak.",
    en="An Idempotency-Key has 1 to 255 printable characters.",
)

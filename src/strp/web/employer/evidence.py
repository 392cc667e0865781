"""An employer's evidence: what its sector asks for, what is attached, and the form for more."""

import secrets
from typing import Annotated, Any, Final

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body

from strp.domain.civil_time import civil_day
from strp.domain.employers.employer import require_nib
from strp.domain.errors import (
    Conflict,
    FieldError,
    InvalidInput,
    NotFound,
    StrpError,
    TooLarge,
    TooMany,
    Unsupported,
)
from strp.domain.identifiers import Nib, format_nib
from strp.domain.people.account import Actor, may_file, not_your_employer, require_filer
from strp.domain.screening.evidence import objection_of
from strp.domain.text import Text
from strp.domain.waiting_room.lanes import Lane
from strp.http.route_class import (
    EMPLOYER_PAGE,
    EMPLOYER_PICTURE,
    EVIDENCE_BODY,
    ROUTE,
    GateRule,
    RouteClass,
)
from strp.outside.machine.confined import until_disconnected
from strp.outside.paper.evidence_refusals import EVIDENCE_MAX_BYTES
from strp.usecases.desk.decide_evidence import read_page
from strp.usecases.filing.attach_evidence import attach_evidence, evidence_of_employer
from strp.usecases.process.system import System
from strp.web.employer.filing import UPLOAD_KEY
from strp.web.employer.objections import ObjectionForm, show_own_objections
from strp.web.framework.page import Page, picture

EVIDENCE: Final = RouteClass(lane=Lane.EMPLOYERS, gate=GateRule.SESSION, body=EVIDENCE_BODY)


class EvidenceForm(msgspec.Struct, kw_only=True):
    """A letter or permit, and a key that makes a second click the same."""

    kind: str = ""
    file: Any = None
    key: str = ""


@get("/employer/{nib:str}/evidence", opt={ROUTE: EMPLOYER_PAGE})
async def show_employer_evidence(
    page: Page, system: System, actor: Actor, nib: str, done: int = 0, kind: str = ""
) -> Response[bytes]:
    """What is attached, and what is missing.

    Args:
        nib: of the employer, 13 digits.
        done: 1 after something was attached.
        kind: code that the form has chosen already; empty for none.
    """
    return await _show(page, system, actor, require_nib(nib), done=bool(done), kind=kind)


@post("/employer/{nib:str}/evidence", status_code=200, opt={ROUTE: EVIDENCE})
async def attach(
    page: Page,
    system: System,
    actor: Actor,
    nib: str,
    request: Request[Any, Any, Any],
    data: Annotated[EvidenceForm, Body(media_type=RequestEncodingType.MULTI_PART)],
) -> Response[bytes]:
    """Attach a letter or permit; says at once whether it can be read.

    Args:
        nib: of the employer, 13 digits.
        request: once it is gone, reading the file ends.
        data: the file, its kind, and a key that makes a second press of the button harmless.

    Raises:
        InvalidInput: caught here: what is refused is shown above the form.
    """
    number = require_nib(nib)
    key = data.key if UPLOAD_KEY.fullmatch(data.key) else secrets.token_urlsafe(16)
    file = data.file
    try:
        if not isinstance(file, UploadFile) or not file.filename:
            raise _no_file()
        try:
            await attach_evidence(
                system,
                actor,
                number,
                data.kind,
                file.read,
                idempotency_key=f"page:{key}",
                gone=until_disconnected(request.receive),
            )
        finally:
            await file.close()
    except (InvalidInput, Unsupported, TooLarge, TooMany, Conflict) as error:
        if objection_of(data.kind) is not None:
            form = ObjectionForm()
            return await show_own_objections(page, system, actor, number, form, error)
        return await _show(page, system, actor, number, error=error, kind=data.kind)
    if objection_of(data.kind) is not None:
        return page.go(f"/employer/{format_nib(number)}/objections?done=attached")
    return page.go(f"{_path(number)}?done=1")


@get(
    "/employer/{nib:str}/evidence/{evidence_id:int}/pages/{page_no:int}",
    opt={ROUTE: EMPLOYER_PICTURE},
)
async def show_own_page(
    system: System, actor: Actor, nib: str, evidence_id: int, page_no: int
) -> Response[bytes]:
    """One page as the officer sees it, to the employer.

    Args:
        nib: of the employer, 13 digits.
        evidence_id: of the piece.
        page_no: from 1.

    Raises:
        Forbidden: `not-your-employer`.
        NotFound: the employer has no such piece or page.
    """
    number = require_nib(nib)
    require_filer(actor)
    try:
        return picture(await read_page(system, actor, number, evidence_id, page_no))
    except NotFound:
        # Who claims an employer sees what they attached to their objection, and nothing else.
        if may_file(actor, number):
            raise
        raise not_your_employer(number) from None


async def _show(
    page: Page,
    system: System,
    actor: Actor,
    nib: Nib,
    *,
    error: StrpError | None = None,
    done: bool = False,
    kind: str = "",
) -> Response[bytes]:
    shown = await evidence_of_employer(system, actor, nib)
    return page.show(
        "employer/evidence.html",
        status=_status(error),
        shown=shown,
        nib=nib,
        today=civil_day(page.now),
        may_attach=may_file(actor, nib),
        error=error,
        done=done,
        kind=kind,
        key=secrets.token_urlsafe(16),
        most_bytes=EVIDENCE_MAX_BYTES,
    )


def _status(error: StrpError | None) -> int:
    if error is None:
        return 200
    return 429 if isinstance(error, TooMany) else 422


def _path(nib: Nib) -> str:
    return f"/employer/{format_nib(nib)}/evidence"


def _no_file() -> InvalidInput:
    text = Text(id="Pilih berkas bukti.", en="Choose the file with your evidence.")
    return InvalidInput("file-missing", text, fields=[FieldError("file", "missing", text)])


EVIDENCE_PAGES = (show_employer_evidence, attach, show_own_page)

"""An employer's filings: upload, receipt, ledger, problems, workers, withdrawal."""

import re
import secrets
from typing import Annotated, Any, Final

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body

from strp.domain.employers.closure import until_text
from strp.domain.employers.employer import require_nib
from strp.domain.errors import (
    Conflict,
    FieldError,
    Forbidden,
    InvalidInput,
    StrpError,
    TooLarge,
    Unsupported,
)
from strp.domain.filing.application import Application
from strp.domain.filing.outcome import Outcome, outcome_of
from strp.domain.identifiers import ApplicationId, Nib, format_nib
from strp.domain.overload import Priority
from strp.domain.people.account import Actor, may_file, not_your_employer
from strp.domain.text import Text
from strp.domain.waiting_room.lanes import Lane
from strp.http.route_class import (
    EMPLOYER_PAGE,
    FILED_PAGE,
    ROSTER_BODY,
    ROUTE,
    GateRule,
    RouteClass,
)
from strp.outside.machine.confined import Gone, until_disconnected
from strp.usecases.desk.compliance import sums_of_employer
from strp.usecases.employers.close import closure_of
from strp.usecases.filing.certificate_fates import (
    CertificateCounts,
    count_certificates_of,
    fates_of,
)
from strp.usecases.filing.file import file_roster
from strp.usecases.filing.free_places import expected
from strp.usecases.filing.show import (
    file_name_of,
    list_applications,
    receipt_of,
)
from strp.usecases.filing.still_open import RETURNED_LOOKED_AT_IN_LIST, Mending, mendings
from strp.usecases.filing.withdraw import withdraw
from strp.usecases.process.system import System
from strp.web.employer.employers import claim_of
from strp.web.employer.receipt import RECEIPT_PAGES, is_number, own_filing, path_of
from strp.web.framework.page import Page
from strp.web.framework.uploads import ReadingProgress, stored

APPLICATIONS_A_PAGE = 20
UPLOAD_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


class RosterForm(msgspec.Struct, kw_only=True):
    """The roster, a key that makes a second click the same filing, and staff, where declared."""

    roster: Any = None
    key: str = ""
    service: str = ""
    administration: str = ""
    partners: str = ""

    @property
    def staff(self) -> dict[str, object] | None:
        """What was typed of staff, as whole numbers where it is such; None where nothing was."""
        typed = {
            name: text.strip().replace(".", "")
            for name, text in (
                ("service", self.service),
                ("administration", self.administration),
                ("partners", self.partners),
            )
            if text.strip()
        }
        return {name: int(n) if is_number(n) else n for name, n in typed.items()} or None


class FilingRow(msgspec.Struct, frozen=True):
    """A line of the list of filings."""

    application: Application
    receipt: str
    certificates: CertificateCounts
    file: str
    mending: Mending

    @property
    def outcome(self) -> Outcome:
        """What became of it."""
        fates = fates_of(self.certificates)
        return outcome_of(self.application, fates, self.mending.still_open)


@get("/employer/{nib:str}", opt={ROUTE: EMPLOYER_PAGE})
async def show_employer(
    page: Page,
    system: System,
    actor: Actor,
    nib: str,
    before: int | None = None,
) -> Response[bytes]:
    """An employer's filings, and the form for another.

    Args:
        nib: of the employer, 13 digits.
        before: number of the last filing of the page before; None for the first page.
    """
    return await _show_employer(page, system, actor, require_nib(nib), before=before)


ROSTER: Final = RouteClass(
    priority=Priority.FILING, lane=Lane.EMPLOYERS, gate=GateRule.SESSION, body=ROSTER_BODY
)


@post("/employer/{nib:str}/applications", status_code=200, opt={ROUTE: ROSTER})
async def upload(
    page: Page,
    system: System,
    actor: Actor,
    progress: ReadingProgress,
    nib: str,
    request: Request[Any, Any, Any],
    data: Annotated[RosterForm, Body(media_type=RequestEncodingType.MULTI_PART)],
) -> Response[bytes]:
    """File a roster; shows the receipt, or why the file cannot be read at all.

    Args:
        progress: tells the page's script how many rows are read.
        nib: of the employer, 13 digits.
        request: once it is gone, reading the file ends.
        data: the file, and a key that makes a second press of the button harmless.

    Raises:
        Forbidden: `not-your-employer`.
    """
    number = require_nib(nib)
    if not may_file(actor, number):
        raise not_your_employer(number)
    key = data.key if UPLOAD_KEY.fullmatch(data.key) else secrets.token_urlsafe(16)
    try:
        gone = until_disconnected(request.receive)
        path = await _file(system, actor, progress, number, key, data, gone)
    except (InvalidInput, Unsupported, TooLarge, Conflict, Forbidden) as error:
        return await _show_employer(page, system, actor, number, error=error)
    return page.go(path)


@get("/employer/{nib:str}/applications", opt={ROUTE: EMPLOYER_PAGE})
async def leave_upload(page: Page, nib: str) -> Response[bytes]:
    """Where the language switch leads after a file that was refused."""
    return page.go(f"/employer/{format_nib(require_nib(nib))}")


@get("/employer/{nib:str}/uploads/{key:str}/progress", opt={ROUTE: FILED_PAGE})
async def upload_progress(
    progress: ReadingProgress, actor: Actor, nib: str, key: str
) -> dict[str, int | None]:
    """Rows of an upload that were read so far; for the page's script.

    Args:
        progress: of the uploads that this process reads.
        nib: of the employer, 13 digits.
        key: of the upload, as its form sent it.

    Returns:
        None where no such upload is read here.
    """
    number = require_nib(nib)
    return {"rows": progress.rows(number, key) if may_file(actor, number) else None}


@get("/employer/{nib:str}/applications/{number:int}/withdraw", opt={ROUTE: FILED_PAGE})
async def ask_withdraw(
    page: Page,
    system: System,
    actor: Actor,
    nib: str,
    number: int,
) -> Response[bytes]:
    """Really withdraw?

    Args:
        nib: of the employer, 13 digits.
        number: of the application.
    """
    application = await own_filing(system, actor, require_nib(nib), number)
    return page.show(
        "employer/withdraw.html",
        application=application,
        receipt=receipt_of(system, application.application_id),
    )


@post(
    "/employer/{nib:str}/applications/{number:int}/withdraw",
    status_code=200,
    opt={ROUTE: FILED_PAGE},
)
async def carry_out_withdraw(
    page: Page,
    system: System,
    actor: Actor,
    nib: str,
    number: int,
) -> Response[bytes]:
    """Withdraw what is not decided.

    Args:
        nib: of the employer, 13 digits.
        number: of the application.
    """
    application = await own_filing(system, actor, require_nib(nib), number)
    await withdraw(system, actor, application.application_id)
    return page.go(path_of(application.nib, application.application_id))


async def _file(
    system: System,
    actor: Actor,
    progress: ReadingProgress,
    nib: Nib,
    key: str,
    form: RosterForm,
    gone: Gone,
) -> str:
    roster = form.roster
    if not isinstance(roster, UploadFile) or not roster.filename:
        raise _no_file()
    try:
        async with stored(roster, system.uploads) as file:
            receipt = await file_roster(
                system,
                actor,
                nib,
                file.path,
                content_type=None,
                filename=roster.filename,
                digest=file.digest,
                idempotency_key=f"page:{key}",
                progress=progress.teller(nib, key),
                gone=gone,
                staff=form.staff,
            )
    finally:
        progress.forget(nib, key)
        await roster.close()
    return path_of(nib, receipt.application_id)


async def _show_employer(
    page: Page,
    system: System,
    actor: Actor,
    nib: Nib,
    *,
    before: int | None = None,
    error: StrpError | None = None,
) -> Response[bytes]:
    claim = await claim_of(system, actor, nib)
    found = await list_applications(
        system,
        actor,
        nib,
        before=None if before is None else ApplicationId(before),
        limit=APPLICATIONS_A_PAGE + 1,
    )
    shown = found[:APPLICATIONS_A_PAGE]
    certificates = await count_certificates_of(system, nib, shown)
    mended = await mendings(system, shown, most_returned=RETURNED_LOOKED_AT_IN_LIST)
    return page.show(
        "employer/employer.html",
        expected=await expected(system, actor, nib),
        listed=await sums_of_employer(system, actor, nib),
        status=_status(error),
        claim=claim,
        nib=nib,
        closure=await closure_of(system, nib),
        until=until_text,
        filings=[
            FilingRow(
                each,
                receipt_of(system, each.application_id),
                certificates[each.application_id],
                file_name_of(each),
                mended[each.application_id],
            )
            for each in shown
        ],
        older=shown[-1].application_id if len(found) > len(shown) else None,
        error=error,
        key=secrets.token_urlsafe(16),
        most_bytes=system.settings.upload_max_bytes,
    )


def _status(error: StrpError | None) -> int:
    if error is None:
        return 200
    return 403 if isinstance(error, Forbidden) else 422


def _no_file() -> InvalidInput:
    text = Text(id="Pilih berkas daftar pekerja.", en="Choose the file with your roster.")
    return InvalidInput("file-missing", text, fields=[FieldError("roster", "missing", text)])


FILING_PAGES = (
    *RECEIPT_PAGES,
    show_employer,
    upload,
    leave_upload,
    upload_progress,
    ask_withdraw,
    carry_out_withdraw,
)

"""The page of one filing: receipt, ledger, rows to mend, workers and their certificates."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, NamedTuple

import msgspec
from litestar import Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, QueryParameter

from strp.domain.certificates.documents import AT_ONCE
from strp.domain.employers.closure import until_text
from strp.domain.employers.employer import require_nib
from strp.domain.errors import (
    NotFound,
)
from strp.domain.filing.application import Application, ApplicationState, WorkerState
from strp.domain.filing.outcome import outcome_of
from strp.domain.identifiers import ApplicationId, Nib, SerialNumber, format_nib
from strp.domain.people.account import Actor, may_file, not_your_employer
from strp.domain.roster.advice import problem_detail, problem_title, sheet_note
from strp.domain.roster.columns import recognised
from strp.domain.roster.problem_groups import ProblemGroup, group_problems
from strp.domain.roster.row import Remarks, line_of
from strp.domain.text import Text, clean_line
from strp.http.route_class import (
    FILED_PAGE,
    FILED_SEARCH,
    ROUTE,
)
from strp.usecases.certificates.hand_out import PrivateLink, private_link
from strp.usecases.desk.show_objections import objectable
from strp.usecases.employers.close import closure_of
from strp.usecases.filing.attach_evidence import evidence_missing
from strp.usecases.filing.certificate_fates import (
    count_certificates_of,
    fates_of,
)
from strp.usecases.filing.explain_problems import explain_problems
from strp.usecases.filing.find_workers import find_workers, page_starts
from strp.usecases.filing.free_places import cap_refusals
from strp.usecases.filing.show import (
    ShownWorker,
    WorkersPage,
    receipt_of,
    remarks_on,
    show_application,
    show_workers,
)
from strp.usecases.filing.still_open import mendings
from strp.usecases.process.system import System
from strp.web.employer.documents import document_links, document_sizes
from strp.web.employer.employers import claim_of
from strp.web.framework.page import Page
from strp.web.framework.page_numbers import page_numbers
from strp.web.framework.shared_reasons import repeated_reasons, shared_reasons

GROUPS_A_PAGE = 30
MOST_STRETCHES = 25
MOST_WANTED = 100
MOST_DIGITS = 8  # a row of the second sheet of a workbook has seven
OPEN_STATES = {ApplicationState.RECEIVED, ApplicationState.IN_REVIEW}
WORKERS_A_PAGE = 50


@get("/employer/{nib:str}/applications/{number:int}", opt={ROUTE: FILED_PAGE})
async def show_filing(
    page: Page,
    system: System,
    actor: Actor,
    nib: str,
    number: int,
    problems_from: int = 0,
    worker_state: Annotated[WorkerState | None, QueryParameter(name="state")] = None,
    after: int = 0,
) -> Response[bytes]:
    """One filing: receipt, ledger, rows to mend, workers, certificates.

    Args:
        nib: of the employer, 13 digits.
        number: of the application.
        problems_from: groups of rows to mend that are passed over.
        worker_state: only workers in this state; None for all.
        after: last row of the page of workers before; 0 for the first page.
    """
    application = await own_filing(system, actor, require_nib(nib), number)
    workers = await show_workers(
        system,
        actor,
        application.application_id,
        state=worker_state,
        after=after,
        limit=WORKERS_A_PAGE,
    )
    starts = await page_starts(system, application, worker_state, size=WORKERS_A_PAGE)
    shown = _Workers(workers, worker_state, after, starts)
    return await _show_filing(page, system, actor, application, shown, max(0, problems_from))


class SearchForm(msgspec.Struct, kw_only=True):
    """Whom to look for; a name stays out of addresses, and so out of logs."""

    q: str = ""
    state: str = ""
    after: str = ""


@post(
    "/employer/{nib:str}/applications/{number:int}/workers",
    status_code=200,
    opt={ROUTE: FILED_SEARCH},
)
async def search_workers(
    page: Page,
    system: System,
    actor: Actor,
    nib: str,
    number: int,
    data: Annotated[SearchForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[bytes]:
    """The same page with the workers that were looked for.

    Args:
        nib: of the employer, 13 digits.
        number: of the application.
        data: what is looked for, in which state, and behind which row.
    """
    application = await own_filing(system, actor, require_nib(nib), number)
    wanted = clean_line(data.q)[:MOST_WANTED].strip()
    if not wanted:
        return page.go(path_of(application.nib, application.application_id) + "#workers")
    state = WorkerState(data.state) if data.state in set(WorkerState) else None
    after = int(data.after) if is_number(data.after) else 0
    found = await find_workers(
        system, actor, application, wanted, state=state, after=after, limit=WORKERS_A_PAGE
    )
    shown = _Workers(found.page, state, after, (), wanted, found.looked_at)
    return await _show_filing(page, system, actor, application, shown, 0)


@get("/employer/{nib:str}/applications/{number:int}/workers", opt={ROUTE: FILED_PAGE})
async def leave_search(page: Page, nib: str, number: int) -> Response[bytes]:
    """Where the language switch leads after a search.

    Args:
        nib: of the employer, 13 digits.
        number: of the application.
    """
    return page.go(path_of(require_nib(nib), ApplicationId(number)))


class _Workers(NamedTuple):
    """The workers that a filing's page shows, and how they were chosen.

    Args:
        page: they themselves.
        state: only those in it; None: all.
        after: rows after this one.
        starts: what each numbered page begins after.
        wanted: what was searched for; empty where nothing was.
        looked_at: workers that the search opened.
    """

    page: WorkersPage
    state: WorkerState | None
    after: int
    starts: Sequence[int]
    wanted: str = ""
    looked_at: int = 0


async def _show_filing(
    page: Page,
    system: System,
    actor: Actor,
    application: Application,
    shown: _Workers,
    problems_from: int,
) -> Response[bytes]:
    workers = shown.page
    remarks = remarks_on(application)
    missing = await evidence_missing(system, actor, application)
    certificates = await count_certificates_of(system, application.nib, [application])
    mending = (await mendings(system, [application]))[application.application_id]
    fates = fates_of(certificates[application.application_id])
    groups = group_problems(remarks.problems)
    problems = groups[problems_from : problems_from + GROUPS_A_PAGE]
    over_cap = await cap_refusals(system, actor, application)  # told above, with the numbers
    return page.show(
        "employer/filing.html",
        claim=await claim_of(system, actor, application.nib),
        application=application,
        **await _hold(system, application),
        certificates=certificates[application.application_id],
        cap_refusals=over_cap,
        sector=page.policy.sector(application.sector) if page.policy else None,
        outcome=outcome_of(application, fates, mending.still_open),
        todo=mending.still_open,
        mended_by=mending.by,
        mended_receipt=receipt_of(system, mending.by.application_id) if mending.by else None,
        file=remarks.file,
        receipt=receipt_of(system, application.application_id),
        problems=await explain_problems(system, actor, application, remarks, problems),
        problems_total=remarks.total,
        problems_next=_next(problems_from, problems, groups),
        stretches=lambda group: _stretches(remarks, group),
        headings=[
            (remarks.sheets[number] if number < len(remarks.sheets) else None, recognised(cells))
            for number, cells in enumerate(remarks.headings)
        ],
        workers=workers,
        wanted=shown.wanted,
        looked_at=shown.looked_at,
        numbers=page_numbers(shown.starts, shown.after),
        shared=shared_reasons(workers.workers),
        objectable=await objectable(system, application),
        repeated=repeated_reasons(workers.workers, apart="over-cap" if over_cap else None),
        documents=document_links(application),
        sizes=document_sizes(certificates[application.application_id].standing),
        is_made_first=application.approved > AT_ONCE,
        links={link.row: link for link in _links(system, workers.workers)},
        state=shown.state,
        after=shown.after,
        not_rows=remarks.not_rows,
        evidence_missing=missing,
        notes=[sheet_note(note) for note in remarks.notes],
        place_of=remarks.place_of,
        may_withdraw=application.state in OPEN_STATES,
        problem_title=problem_title,
        problem_detail=problem_detail,
    )


async def _hold(system: System, application: Application) -> dict[str, Any]:
    """What holds up those who wait: the closure of their employer."""
    closure = await closure_of(system, application.nib) if application.pending else None
    return {"closure": closure, "until": until_text}


async def own_filing(system: System, actor: Actor, nib: Nib, number: int) -> Application:
    """A filing of this employer, to those who file for it; officers have a page of their own.

    Args:
        actor: who reads it.
        nib: of the employer.
        number: of the application, as the address names it.

    Raises:
        Forbidden: the reader does not file for this employer.
        NotFound: the filing is another's.
    """
    if not may_file(actor, nib):
        raise not_your_employer(nib)
    application = await show_application(system, actor, ApplicationId(number))
    if application.nib != nib:
        raise not_of_employer()
    return application


def not_of_employer() -> NotFound:
    """The error for a filing of another employer of the same reader."""
    return NotFound("application-unknown", _NOT_OF_EMPLOYER)


def _links(system: System, workers: Sequence[ShownWorker]) -> Iterator[PrivateLink]:
    """The private link of each worker with a certificate."""
    for worker in workers:
        number = system.keys.serials.read(worker.serial) if worker.serial else None
        if number is not None:
            yield private_link(system, worker.row, worker.person, SerialNumber(number))


def _next(start: int, shown: Sequence[ProblemGroup], groups: Sequence[ProblemGroup]) -> int | None:
    end = start + len(shown)
    return end if end < len(groups) else None


def _stretches(remarks: Remarks, group: ProblemGroup) -> tuple[str, int]:
    """The rows of a kind of problem as people write them, and how many more there are."""
    shown = group.stretches[:MOST_STRETCHES]
    text = ", ".join(
        remarks.place_of(first) if first == last else f"{remarks.place_of(first)}–{line_of(last)}"
        for first, last in shown
    )
    return text, group.rows - sum(last - first + 1 for first, last in shown)


def is_number(text: str) -> bool:
    """Whether a text is a whole number that no field of ours is too small for."""
    return text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS


def path_of(nib: Nib, application_id: ApplicationId) -> str:
    """Address of the page of a filing.

    Args:
        nib: of the employer that filed it.
        application_id: of the filing.
    """
    return f"/employer/{format_nib(nib)}/applications/{application_id}"


_NOT_OF_EMPLOYER = Text(
    id="Pengajuan ini bukan milik perusahaan ini. Periksa nomornya.",
    en="This filing is not this employer's. Check its number.",
)


RECEIPT_PAGES = (show_filing, search_workers, leave_search)

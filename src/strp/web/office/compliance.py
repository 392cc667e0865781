"""The office's page of the compliance report: who is on the list, its files, and who got them."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, QueryParameter

from strp.domain.civil_time import civil_day
from strp.domain.desk.compliance import SIZE_NAMES, SUSPICION, Filter, Size, Span, read_span
from strp.domain.desk.handover import ReportForm
from strp.domain.employers.activities import ACTIVITIES
from strp.domain.errors import InvalidInput, StrpError
from strp.domain.overload import Priority
from strp.domain.people.account import (
    Actor,
    may_decide_claims,
    may_hand_over,
    may_read_reports,
    may_revoke,
    not_your_task,
)
from strp.domain.text import clean_line
from strp.domain.waiting_room.lanes import Lane
from strp.http.route_class import OFFICE_PAGE, ROUTE, Effort, RouteClass
from strp.outside.machine.confined import until_disconnected
from strp.usecases.desk.compliance import report_on, report_page, sector_names
from strp.usecases.desk.compliance_files import FIGURES, MEDIA_TYPES, report_file, report_name
from strp.usecases.desk.hand_over import MOST_SHOWN, hand_over, list_handovers, open_handover
from strp.usecases.process.system import System
from strp.web.framework.page import PRIVATE, Page

PATH = "/office/compliance"
HANDOVERS = f"{PATH}/handovers"
MOST_PAGE = 100_000
MOST_NUMBER = (1 << 63) - 1  # of a handover
LONGEST_SEARCH = 100
PAIRS_SHOWN = 50
REPORT_FILE = RouteClass(priority=Priority.EXPORT, lane=Lane.OFFICIALS, effort=Effort.SEARCH)


class HandoverForm(msgspec.Struct, kw_only=True):
    """What is handed over, to whom, and what for."""

    from_: str = msgspec.field(default="", name="from")
    until: str = ""
    form: str = "xlsx"
    recipient: str = ""
    purpose: str = ""


@get(PATH, opt={ROUTE: OFFICE_PAGE})
async def show_compliance(
    page: Page,
    system: System,
    actor: Actor,
    first: Annotated[str, QueryParameter(name="from")] = "",
    until: str = "",
    q: str = "",
    sector: str = "",
    region: str = "",
    size: str = "",
    number: Annotated[int, QueryParameter(name="page")] = 0,
) -> Response[bytes]:
    """The list of some days, today's at first; with search, filter and pages.

    Args:
        first: first day, in Jakarta (2021-07-05); empty for `until`, or today.
        until: last day, which belongs to the list; empty for today.
        q: part of a name, or the first digits of a NIB; empty for all.
        sector: code; empty for all.
        region: code of a region; empty for all.
        size: code of a size of employers; empty for all.
        number: of the page, from 0.
    """
    asked = _Query(from_=first, until=until, q=q, sector=sector, region=region, size=size)
    return await _show(page, system, actor, asked, min(max(number, 0), MOST_PAGE))


@get(f"{PATH}/file", opt={ROUTE: REPORT_FILE})
async def download_compliance(
    page: Page,
    system: System,
    actor: Actor,
    request: Request[Any, Any, Any],
    form: str = ReportForm.XLSX,
    first: Annotated[str, QueryParameter(name="from")] = "",
    until: str = "",
) -> Response[bytes]:
    """The whole report as a file; a form that is unknown is the spreadsheet.

    Args:
        request: once it is gone, writing the file ends.
        form: `xlsx`, `csv`, `json` or `pdf`.
        first: first day, in Jakarta (2021-07-05).
        until: last day, which belongs to the report.
    """
    wanted = _form_named(form)
    report = await report_on(system, actor, first, until)
    content = await report_file(system, report, wanted, until_disconnected(request.receive))
    return page.send(content, MEDIA_TYPES[wanted], report_name(report, wanted), cache=PRIVATE)


@get(HANDOVERS, opt={ROUTE: OFFICE_PAGE})
async def show_handovers(
    page: Page,
    system: System,
    actor: Actor,
    before: int = 0,
    sha256: str = "",
    done: int = 0,
) -> Response[bytes]:
    """What was handed over, to whom; or which handover a file with this digest is of.

    Args:
        before: number of the last handover of the page before; 0 for the first page.
        sha256: digest of a file, in hexadecimal; empty for all handovers.
        done: number of the handover that was made just before; 0 for none.
    """
    error: StrpError | None = None
    older = before if 0 < before < MOST_NUMBER else None
    try:
        found = await list_handovers(system, actor, before=older, digest=sha256)
    except InvalidInput as caught:
        error, found = caught, []
    shown = found[:MOST_SHOWN]
    return page.show(
        "office/handovers.html",
        status=200 if error is None else 422,
        handovers=shown,
        older=shown[-1].handover_id if len(found) > MOST_SHOWN else None,
        sha256=sha256,
        error=error,
        done=done,
        **_doors(actor),
    )


@post(HANDOVERS, status_code=200, opt={ROUTE: OFFICE_PAGE})
async def make_handover(
    page: Page,
    system: System,
    actor: Actor,
    data: Annotated[HandoverForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[bytes]:
    """Hand the list of some days over; a sealed copy of it is kept."""
    try:
        made = await hand_over(
            system,
            actor,
            data.from_,
            data.until,
            _form_named(data.form),
            recipient=data.recipient,
            purpose=data.purpose,
        )
    except InvalidInput as error:
        asked = _Query(from_=data.from_, until=data.until)
        return await _show(page, system, actor, asked, 0, form=data, error=error)
    return page.go(f"{HANDOVERS}?done={made.handover_id}")


@get(f"{HANDOVERS}/{{number:int}}/file", opt={ROUTE: REPORT_FILE})
async def download_handover(
    page: Page, system: System, actor: Actor, number: int
) -> Response[bytes]:
    """The copy of what was handed over; its digest was compared a moment ago."""
    found, content = await open_handover(system, actor, min(number, MOST_NUMBER))
    return page.send(content, MEDIA_TYPES[ReportForm(found.form)], found.filename, cache=PRIVATE)


class _Query(msgspec.Struct, kw_only=True):
    """What the reader asks for, as typed."""

    from_: str = ""
    until: str = ""
    q: str = ""
    sector: str = ""
    region: str = ""
    size: str = ""

    def only(self) -> Filter:
        """Which employers."""
        search = clean_line(self.q)[:LONGEST_SEARCH].lower()
        digits = search.replace(".", "").replace(" ", "")
        return Filter(
            search=(digits if digits.isdecimal() else search) or None,
            sector=self.sector or None,
            region=self.region or None,
            size=self.size if self.size in set(Size) else None,
        )


async def _show(
    page: Page,
    system: System,
    actor: Actor,
    asked: _Query,
    number: int,
    *,
    form: HandoverForm | None = None,
    error: StrpError | None = None,
) -> Response[bytes]:
    if not may_read_reports(actor):
        raise not_your_task()
    today = civil_day(page.now)
    try:
        first = asked.from_ or asked.until or today.isoformat()
        span = read_span(first, asked.until or max(first, today.isoformat()), today)
    except InvalidInput as caught:
        error, span = error or caught, Span(today, today)
    shown = await report_page(system, actor, span, asked.only(), number)
    return page.show(
        "office/compliance.html",
        status=200 if error is None else 422,
        report=shown.report,
        more=shown.more,
        number=number,
        asked=asked,
        span=span,
        form=form or HandoverForm(),
        error=error,
        suspicion=SUSPICION,
        figures=FIGURES,
        sectors=await sector_names(system),
        activities=ACTIVITIES,
        sizes=SIZE_NAMES,
        pairs=shown.report.pairs[:PAIRS_SHOWN],
        may_hand_over=may_hand_over(actor),
        **_doors(actor),
    )


def _form_named(name: str) -> ReportForm:
    return ReportForm(name) if name in set(ReportForm) else ReportForm.XLSX


def _doors(actor: Actor) -> dict[str, Any]:
    return {"may_decide_claims": may_decide_claims(actor), "may_revoke": may_revoke(actor)}


OFFICE_COMPLIANCE_PAGES = (
    show_compliance,
    download_compliance,
    show_handovers,
    make_handover,
    download_handover,
)

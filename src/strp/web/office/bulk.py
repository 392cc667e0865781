"""The office decides all that a filter finds: a preview, a minute to undo, the outcome."""

from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body

from strp.domain.desk.bulk import LEFT_BECAUSE, MOST_APPLICATIONS, LeftBecause
from strp.domain.desk.review import Decision
from strp.domain.errors import Conflict, FieldError, InvalidInput, StrpError
from strp.domain.people.account import (
    Actor,
    may_decide_claims,
    may_review,
    may_revoke,
    not_your_task,
)
from strp.domain.text import Text
from strp.domain.waiting_room.lanes import Lane
from strp.http.route_class import OFFICE_PAGE, ROUTE, Effort, RouteClass
from strp.usecases.desk.decide_bulk import (
    Given,
    list_bulk,
    make_bulk,
    preview_bulk,
    show_bulk,
    undo_bulk,
)
from strp.usecases.filing.show import receipt_of
from strp.usecases.process.system import System
from strp.web.framework.page import Page
from strp.web.office.waiting_list import AGES, REASONS_TO_FILTER, ListQuery, read_filter

PATH = "/office/bulk"
PREVIEW = RouteClass(lane=Lane.OFFICIALS, effort=Effort.SEARCH)


class BulkForm(msgspec.Struct, kw_only=True):
    """The filter, the decision, and what the preview showed."""

    q: str = ""
    sector: str = ""
    reason: str = ""
    age: str = ""
    decision: str = ""
    why: str = ""
    remark: str = ""
    applications: int = -1
    workers: int = -1

    @property
    def asked(self) -> ListQuery:
        """The filter, as the desk's list has it."""
        return ListQuery(self.q, self.sector, self.reason, self.age)


@get(PATH, opt={ROUTE: PREVIEW})
async def preview_all(
    page: Page,
    system: System,
    actor: Actor,
    q: str = "",
    sector: str = "",
    reason: str = "",
    age: str = "",
) -> Response[bytes]:
    """What a decision over this filter would do.

    Args:
        q, sector, reason, age: the filter, as the desk's list has it.

    Raises:
        Forbidden: the actor does not review.
    """
    if not may_review(actor):
        raise not_your_task()
    asked = ListQuery(q, sector, reason, age)
    if not asked.is_filtered:
        return await _show_own(page, system, actor)
    form = BulkForm(q=q, sector=sector, reason=reason, age=age)
    return await _preview(page, system, actor, form)


@post(PATH, status_code=200, opt={ROUTE: OFFICE_PAGE})
async def decide_all(
    page: Page,
    system: System,
    actor: Actor,
    data: Annotated[BulkForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[bytes]:
    """Have it carried out in a minute, or say what is missing.

    Args:
        data: the form.

    Raises:
        Forbidden: the actor does not review.
    """
    if not may_review(actor):
        raise not_your_task()
    try:
        bulk_id = await make_bulk(system, actor, _given(data))
    except (InvalidInput, Conflict) as error:
        return await _preview(page, system, actor, data, error)
    return page.go(f"{PATH}/{bulk_id}")


@get(f"{PATH}/{{number:int}}", opt={ROUTE: OFFICE_PAGE})
async def show_one(page: Page, system: System, actor: Actor, number: int) -> Response[bytes]:
    """How far it is; with the undo while it waits.

    Args:
        number: of the bulk decision.
    """
    bulk, left = await show_bulk(system, actor, number)
    return page.show(
        "office/bulk-one.html",
        bulk=bulk,
        left=[(LEFT_BECAUSE[LeftBecause(each.because)], each) for each in left],
        reason=system.reasons.by_code.get(bulk.reason or ""),
        receipt=lambda number: receipt_of(system, number),
        **_doors(actor),
    )


@post(f"{PATH}/{{number:int}}/undo", status_code=200, opt={ROUTE: OFFICE_PAGE})
async def undo_one(page: Page, system: System, actor: Actor, number: int) -> Response[bytes]:
    """Undo it; nobody was decided.

    Args:
        number: of the bulk decision.
    """
    await undo_bulk(system, actor, number)
    return page.go(f"{PATH}/{number}")


@get(f"{PATH}/{{number:int}}/undo", opt={ROUTE: OFFICE_PAGE})
async def leave_undo(page: Page, number: int) -> Response[bytes]:
    """Where the language switch leads after that.

    Args:
        number: of the bulk decision.
    """
    return page.go(f"{PATH}/{number}")


def _given(form: BulkForm) -> Given:
    if form.decision not in set(Decision):
        fields = [FieldError("decision", "missing", _CHOOSE)]
        raise InvalidInput("decision-incomplete", _CHOOSE, fields=fields)
    decision = Decision(form.decision)
    return Given(
        wanted=read_filter(form.asked),
        decision=decision,
        reason=None if decision is Decision.APPROVE else form.why or None,
        remark=form.remark.strip() or None,
        seen=(form.applications, form.workers),
    )


async def _preview(
    page: Page, system: System, actor: Actor, form: BulkForm, error: StrpError | None = None
) -> Response[bytes]:
    try:
        preview = await preview_bulk(system, actor, read_filter(form.asked))
    except InvalidInput as caught:
        preview, error = None, caught
    return page.show(
        "office/bulk.html",
        status=200 if error is None else 422,
        error=error,
        form=form,
        asked=form.asked,
        preview=preview,
        most=MOST_APPLICATIONS,
        sector=page.policy and page.policy.sector(form.sector),
        referral=REASONS_TO_FILTER.get(form.reason),
        age=AGES.get(form.age),  # type: ignore[call-overload]
        reasons=system.reasons.offered,
        **_doors(actor),
    )


async def _show_own(page: Page, system: System, actor: Actor) -> Response[bytes]:
    return page.show("office/bulk-own.html", bulks=await list_bulk(system, actor), **_doors(actor))


def _doors(actor: Actor) -> dict[str, Any]:
    return {"may_decide_claims": may_decide_claims(actor), "may_revoke": may_revoke(actor)}


_CHOOSE = Text(id="Pilih keputusan.", en="Choose a decision.")

BULK_PAGES = (preview_all, decide_all, show_one, undo_one, leave_undo)

"""The office's samples: some of those who were let pass straight through, looked at afterwards."""

from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body

from strp.domain.employers.employer import require_nib
from strp.domain.errors import Conflict, InvalidInput, StrpError
from strp.domain.filing.sampling import DRAWN_BECAUSE
from strp.domain.identifiers import ApplicationId
from strp.domain.people.account import (
    Actor,
    may_decide_claims,
    may_review,
    may_revoke,
    not_your_task,
)
from strp.http.route_class import OFFICE_PAGE, ROUTE
from strp.usecases.desk.samples import (
    MEASURED_OVER,
    MOST_COUNTED,
    confirm_sample,
    measured_errors,
    refuse_sample,
    show_samples,
)
from strp.usecases.process.system import System
from strp.web.framework.buttons import chosen
from strp.web.framework.page import Page


class SampleForm(msgspec.Struct, kw_only=True):
    """The officer's word on a sample."""

    nib: str = ""
    application_id: int = 0
    row: int = 0
    word: str = ""
    reason: str = ""


@get("/office/samples", opt={ROUTE: OFFICE_PAGE})
async def show_waiting_samples(page: Page, system: System, actor: Actor) -> Response[bytes]:
    """The samples that wait."""
    return await _show(page, system, actor)


@post("/office/samples", status_code=200, opt={ROUTE: OFFICE_PAGE})
async def check_sample(
    page: Page,
    system: System,
    actor: Actor,
    data: Annotated[SampleForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[bytes]:
    """Confirm a sample, or take the certificate back.

    Args:
        data: which worker, what was found, and why.

    Raises:
        Forbidden: `not-your-task`.
    """
    if not may_review(actor):
        raise not_your_task()
    place = (require_nib(data.nib), ApplicationId(data.application_id), data.row)
    try:
        fits = chosen(data.word, _WORDS)
        if fits:
            await confirm_sample(system, actor, *place)
        else:
            await refuse_sample(system, actor, *place, reason=data.reason)
    except (InvalidInput, Conflict) as error:
        return await _show(page, system, actor, error)
    return page.go(f"/office/samples?done=sample-{'confirmed' if fits else 'revoked'}")


async def _show(
    page: Page, system: System, actor: Actor, error: StrpError | None = None
) -> Response[bytes]:
    waiting, samples = await show_samples(system, actor)
    return page.show(
        "office/samples.html",
        status=200 if error is None else 422,
        waiting=waiting,
        errors=await measured_errors(system, actor),
        days=MEASURED_OVER.days,
        most=MOST_COUNTED,
        samples=samples,
        because=DRAWN_BECAUSE,
        error=error,
        reasons=[(each.code, each.text) for each in system.reasons.offered],
        may_decide_claims=may_decide_claims(actor),
        may_revoke=may_revoke(actor),
    )


_WORDS = {"confirm": True, "refuse": False}

OFFICE_SAMPLE_PAGES = (show_waiting_samples, check_sample)

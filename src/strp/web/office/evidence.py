"""Officers read the pages of evidence, and accept or refuse it."""

from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body

from strp.domain.civil_time import civil_day
from strp.domain.employers.employer import require_nib
from strp.domain.errors import Conflict, FieldError, InvalidInput, StrpError
from strp.domain.identifiers import Nib, format_nib
from strp.domain.people.account import (
    Actor,
    may_decide_claims,
    may_review,
    may_revoke,
    not_your_task,
)
from strp.domain.screening.evidence import (
    GROUNDS,
    UNDECIDED,
    EvidenceState,
    RefusalGround,
    kind_name,
)
from strp.domain.text import Text, clean_line
from strp.http.route_class import OFFICE_PAGE, OFFICE_PICTURE, ROUTE
from strp.usecases.desk.decide_evidence import (
    accept_evidence,
    list_waiting,
    read_page,
    refuse_evidence,
)
from strp.usecases.desk.show_desk import count_other_work
from strp.usecases.filing.attach_evidence import evidence_of_employer, show_evidence
from strp.usecases.process.system import System
from strp.usecases.rules.current import policy_today
from strp.web.framework.page import Page, picture


class EvidenceWordForm(msgspec.Struct, kw_only=True):
    """What the official says of a piece of evidence."""

    word: str = ""
    ground: str = RefusalGround.OTHER.value
    until: str = ""
    reason: str = ""


@get("/office/evidence", opt={ROUTE: OFFICE_PAGE})
async def show_waiting_evidence(
    page: Page, system: System, actor: Actor, done: str = ""
) -> Response[bytes]:
    """Evidence on which nobody has decided."""
    waiting = await list_waiting(system, actor)
    policy = await policy_today(system)
    return page.show(
        "office/evidence-list.html",
        waiting=waiting,
        other=await count_other_work(system, actor),
        name_of=lambda code: kind_name(policy, code),
        done=done if done in _DONE else "",
        **_doors(actor),
    )


@get("/office/employers/{nib:str}/evidence/{evidence_id:int}", opt={ROUTE: OFFICE_PAGE})
async def show_one_evidence(
    page: Page, system: System, actor: Actor, nib: str, evidence_id: int
) -> Response[bytes]:
    """The pages of one piece, and the form to decide.

    Args:
        nib: of the employer, 13 digits.
        evidence_id: of the piece.
    """
    return await _show(page, system, actor, require_nib(nib), evidence_id)


@post(
    "/office/employers/{nib:str}/evidence/{evidence_id:int}",
    status_code=200,
    opt={ROUTE: OFFICE_PAGE},
)
async def decide_one_evidence(
    page: Page,
    system: System,
    actor: Actor,
    nib: str,
    evidence_id: int,
    data: Annotated[EvidenceWordForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[bytes]:
    """Accept or refuse it.

    Args:
        nib: of the employer, 13 digits.
        evidence_id: of the piece.
        data: the decision, its reason, and the last day on which the piece counts.
    """
    number = require_nib(nib)
    try:
        done = await _decide(system, actor, number, evidence_id, data)
    except (InvalidInput, Conflict) as error:
        return await _show(page, system, actor, number, evidence_id, data, error)
    return page.go(f"/office/evidence?done={done}")


@get(
    "/office/employers/{nib:str}/evidence/{evidence_id:int}/pages/{page_no:int}",
    opt={ROUTE: OFFICE_PICTURE},
)
async def show_evidence_page(
    system: System, actor: Actor, nib: str, evidence_id: int, page_no: int
) -> Response[bytes]:
    """One page; the look is recorded.

    Args:
        nib: of the employer, 13 digits.
        evidence_id: of the piece.
        page_no: from 1.

    Raises:
        Forbidden: `not-your-task`.
    """
    if not may_review(actor):
        raise not_your_task()
    return picture(await read_page(system, actor, require_nib(nib), evidence_id, page_no))


async def _decide(
    system: System, actor: Actor, nib: Nib, evidence_id: int, form: EvidenceWordForm
) -> str:
    reason = clean_line(form.reason)
    match form.word:
        case "accept":
            until_on = _day(form.until.strip())
            accepted = await accept_evidence(
                system, actor, nib, evidence_id, until_on=until_on, reason=reason
            )
            return "proposed" if accepted.state is EvidenceState.PROPOSED else "accepted"
        case "refuse":
            ground = RefusalGround(form.ground) if form.ground in GROUNDS else RefusalGround.OTHER
            await refuse_evidence(system, actor, nib, evidence_id, reason=reason, ground=ground)
            return "refused"
        case _:
            fields = [FieldError("word", "missing", _CHOOSE)]
            raise InvalidInput("evidence-decision-missing", _CHOOSE, fields=fields)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        fields = [FieldError("until", "invalid", _NOT_A_DAY)]
        raise InvalidInput("evidence-until-past", _NOT_A_DAY, fields=fields) from None


async def _show(
    page: Page,
    system: System,
    actor: Actor,
    nib: Nib,
    evidence_id: int,
    form: EvidenceWordForm | None = None,
    error: StrpError | None = None,
) -> Response[bytes]:
    if not may_review(actor):
        raise not_your_task()
    one = await show_evidence(system, actor, nib, evidence_id)
    of_employer = await evidence_of_employer(system, actor, nib)
    return page.show(
        "office/evidence.html",
        status=200 if error is None else 422,
        one=one,
        of_employer=of_employer,
        nib=nib,
        base=f"/office/employers/{format_nib(nib)}",
        state=one.state_on(civil_day(page.now)),
        undecided=one.state in UNDECIDED,
        period_ends_on=of_employer.policy.period.ends_on,
        grounds=GROUNDS,
        form=form or EvidenceWordForm(),
        error=error,
        **_doors(actor),
    )


def _doors(actor: Actor) -> dict[str, Any]:
    return {"may_decide_claims": may_decide_claims(actor), "may_revoke": may_revoke(actor)}


_DONE = frozenset({"accepted", "proposed", "refused"})
_CHOOSE = Text(id="Pilih: terima atau tolak.", en="Choose: accept or refuse.")
_NOT_A_DAY = Text(
    id="Tulis hari terakhir, misalnya 2026-12-31.",
    en="Write the last day, such as 2026-12-31.",
)

OFFICE_EVIDENCE_PAGES = (
    show_waiting_evidence,
    show_one_evidence,
    decide_one_evidence,
    show_evidence_page,
)

"""The office suspends or revokes all certificates of an employer, a sector or a period at once."""

from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body

from strp.domain.certificates.life import Act, check_reason
from strp.domain.certificates.scope import (
    MOST_ON_A_PAGE,
    GroupAct,
    InScope,
    Scope,
    act_unknown,
    nothing_in_scope,
    too_many_for_a_page,
)
from strp.domain.employers.employer import require_nib
from strp.domain.errors import FieldError, InvalidInput, NotFound, StrpError
from strp.domain.people.account import Actor, may_decide_claims, may_revoke, not_your_task
from strp.domain.text import Text
from strp.http.route_class import OFFICE_PAGE, ROUTE
from strp.usecases.certificates.change_many import (
    change_many,
    list_group_acts,
    preview_many,
    preview_undo,
    touched_by,
    undo_many,
)
from strp.usecases.process.system import System
from strp.usecases.rules.current import current_periods, period_named, policy_if_any
from strp.web.framework.page import Page

PATH = "/office/certificates/many"
ACTS = {act.value: act for act in (Act.SUSPEND, Act.REVOKE)}


class ManyForm(msgspec.Struct, kw_only=True):
    """Which certificates, what is done to them, why, and whether the reader has seen how many.

    `undo` is the number of an act whose suspensions are ended instead.
    """

    nib: str = ""
    sector: str = ""
    period: str = ""
    act: str = ""
    reason: str = ""
    undo: str = ""
    sure: str = ""


@get(PATH, opt={ROUTE: OFFICE_PAGE})
async def ask_many(
    page: Page, system: System, actor: Actor, undo: str = "", done: str = ""
) -> Response[bytes]:
    """Which certificates? And what was done so far.

    Args:
        undo: number of an act that the form takes back; empty for none.
        done: what was done just before; empty for nothing.

    Raises:
        Forbidden: `not-your-task`.
    """
    if not may_revoke(actor):
        raise not_your_task()
    return await _show(page, system, actor, ManyForm(undo=undo), done=done)


@post(PATH, status_code=200, opt={ROUTE: OFFICE_PAGE})
async def change_shown_many(
    page: Page,
    system: System,
    actor: Actor,
    data: Annotated[ManyForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[bytes]:
    """Say how many it touches; do it when the reader is sure.

    Args:
        data: which certificates, what to do, why, and whether the reader has seen how many.

    Raises:
        Forbidden: `not-your-task`.
    """
    if not may_revoke(actor):
        raise not_your_task()
    try:
        check_reason(data.reason)
        if data.undo:
            return await _undo(page, system, actor, data)
        return await _change(page, system, actor, data)
    except (InvalidInput, NotFound) as error:
        return await _show(page, system, actor, data, error=error)


async def _change(page: Page, system: System, actor: Actor, form: ManyForm) -> Response[bytes]:
    if form.act not in ACTS:
        raise InvalidInput("act-missing", _ACT, fields=[FieldError("act", "missing", _ACT)])
    act, scope = ACTS[form.act], await _scope(system, form)
    found = await preview_many(system, actor, scope)
    count = touched_by(act, found)
    if not count:
        raise nothing_in_scope()
    if count > MOST_ON_A_PAGE:
        raise too_many_for_a_page(count)
    if form.sure != "yes":
        return await _show(page, system, actor, form, found=found, count=count)
    done = await change_many(system, actor, act, scope, reason=form.reason)
    return page.go(f"{PATH}?done={done.act_id}")


async def _undo(page: Page, system: System, actor: Actor, form: ManyForm) -> Response[bytes]:
    if not (form.undo.isascii() and form.undo.isdigit() and len(form.undo) <= 18):
        raise act_unknown()
    act_id = int(form.undo)
    count = await preview_undo(system, actor, act_id)
    if count > MOST_ON_A_PAGE:
        raise too_many_for_a_page(count)
    if form.sure != "yes":
        return await _show(page, system, actor, form, count=count)
    await undo_many(system, actor, act_id, reason=form.reason)
    return page.go(f"{PATH}?done={act_id}")


async def _scope(system: System, form: ManyForm) -> Scope:
    return Scope(
        nib=require_nib(form.nib) if form.nib.strip() else None,
        sector=form.sector.strip()[:32] or None,
        period=await period_named(system, form.period) if form.period.strip() else None,
    )


async def _show(
    page: Page,
    system: System,
    actor: Actor,
    form: ManyForm,
    *,
    error: StrpError | None = None,
    found: InScope | None = None,
    count: int | None = None,
    done: str = "",
) -> Response[bytes]:
    policy = await policy_if_any(system)
    acts = await list_group_acts(system, actor)
    return page.show(
        "office/many.html",
        status=200 if error is None else 422,
        form=form,
        error=error,
        found=found,
        count=count,
        acts=acts,
        done=_by_number(acts, done),
        undone=_by_number(acts, form.undo),
        sectors=policy.sectors if policy else (),
        periods=await current_periods(system),
        may_decide_claims=may_decide_claims(actor),
        may_revoke=True,
    )


def _by_number(acts: list[GroupAct], number: str) -> GroupAct | None:
    return next((act for act in acts if str(act.act_id) == number), None)


_ACT = Text(id="Pilih: tangguhkan atau cabut.", en="Choose: suspend or revoke.")

OFFICE_MANY_PAGES = (ask_many, change_shown_many)

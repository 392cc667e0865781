"""The office suspends or revokes all certificates of an employer, a sector or a period at once."""

from collections.abc import Sequence
from typing import Annotated, NamedTuple

import msgspec
from babel.numbers import format_decimal
from litestar import Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body

from strp.domain.certificates.life import Act, check_reason
from strp.domain.certificates.scope import (
    MOST_ON_A_PAGE,
    GroupAct,
    Scope,
    act_unknown,
    nothing_in_scope,
    too_many_for_a_page,
)
from strp.domain.employers.employer import require_nib
from strp.domain.errors import FieldError, InvalidInput, NotFound, StrpError
from strp.domain.identifiers import format_nib
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
from strp.usecases.rules.current import (
    current_periods,
    employer_facts,
    period_named,
    policy_if_any,
)
from strp.web.framework.confirm import SURE, Question, ask_first
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
    if form.sure != SURE:
        said = _IN_SCOPE.format(found.employers, found.certificates, found.suspended)
        effects = (said, *_EFFECTS[act])
        about = await _about(page, system, scope)
        return _ask(page, form, act, count, about, effects)
    done = await change_many(system, actor, act, scope, reason=form.reason)
    return page.go(f"{PATH}?done={done.act_id}")


async def _undo(page: Page, system: System, actor: Actor, form: ManyForm) -> Response[bytes]:
    if not (form.undo.isascii() and form.undo.isdigit() and len(form.undo) <= 18):
        raise act_unknown()
    act_id = int(form.undo)
    count = await preview_undo(system, actor, act_id)
    if count > MOST_ON_A_PAGE:
        raise too_many_for_a_page(count)
    if form.sure != SURE:
        act = _by_number(await list_group_acts(system, actor), form.undo)
        about = "" if act is None else act.reason
        return _ask(page, form, None, count, about, _UNDO_EFFECTS)
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
    done: str = "",
) -> Response[bytes]:
    policy = await policy_if_any(system)
    acts = await list_group_acts(system, actor)
    return page.show(
        "office/many.html",
        status=200 if error is None else 422,
        form=form,
        error=error,
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


async def _about(page: Page, system: System, scope: Scope) -> str:
    """The certificates of a scope in words: which employer, sector and period."""
    parts = []
    if scope.nib is not None:
        employer = await employer_facts(system, scope.nib)
        parts.append(f"{employer.name}, NIB {format_nib(scope.nib)}")
    if scope.sector:
        parts.append(f"{_SECTOR.in_(page.language)} {scope.sector}")
    periods = await current_periods(system) if scope.period is not None else ()
    parts += [each.name.in_(page.language) for each in periods if each.number == scope.period]
    return "; ".join(parts)


def _ask(
    page: Page, form: ManyForm, act: Act | None, count: int, about: str, effects: Sequence[Text]
) -> Response[bytes]:
    title, button = _QUESTIONS[act]
    reason = form.reason.strip()
    told = (*effects, Text(f"Alasan: {reason}", f"Reason: {reason}"))
    fields = {name: getattr(form, name) for name in form.__struct_fields__ if name != "sure"}
    return ask_first(page, Question(title.format(count), about, told, button, PATH), fields)


class _Counted(NamedTuple):
    """A sentence with numbers in it."""

    id: str
    en: str

    def format(self, *numbers: int) -> Text:
        """The sentence with its numbers as each language writes them."""
        return Text(
            self.id.format(*(format_decimal(each, locale="id") for each in numbers)),
            self.en.format(*(format_decimal(each, locale="en") for each in numbers)),
        )


_SECTOR = Text("sektor", "sector")
_IN_SCOPE = _Counted(
    "Perusahaan: {}. Surat dalam pilihan ini: {}, di antaranya sudah ditangguhkan: {}.",
    "Employers: {}. Certificates in this choice: {}, of which suspended already: {}.",
)
_CHECKPOINTS = Text(
    "Pos pemeriksaan mengetahuinya dalam satu menit; perusahaan mendapat surel. Surat yang terbit "
    "sesudahnya tidak ikut.",
    "Checkpoints know within a minute; employers get a letter. What is issued later is not hit.",
)
_EFFECTS = {
    Act.SUSPEND: (
        _CHECKPOINTS,
        Text(
            "Penangguhan dapat dipulihkan di halaman ini.",
            "A suspension can be ended on this page.",
        ),
    ),
    Act.REVOKE: (
        _CHECKPOINTS,
        Text("Pencabutan tidak dapat dipulihkan.", "A revocation is not taken back."),
    ),
}
_UNDO_EFFECTS = (
    Text(
        "Yang dicabut, diganti, atau diakhiri sejak itu tetap begitu.",
        "What was revoked, replaced or ended since stays so.",
    ),
)
_QUESTIONS: dict[Act | None, tuple[_Counted, Text]] = {
    Act.SUSPEND: (
        _Counted("Surat yang akan ditangguhkan: {}", "Certificates to be suspended: {}"),
        Text("Ya, tangguhkan", "Yes, suspend"),
    ),
    Act.REVOKE: (
        _Counted("Surat yang akan dicabut: {}", "Certificates to be revoked: {}"),
        Text("Ya, cabut", "Yes, revoke"),
    ),
    None: (
        _Counted("Surat yang akan berlaku kembali: {}", "Certificates to be valid again: {}"),
        Text("Ya, pulihkan", "Yes, restore"),
    ),
}
_ACT = Text(id="Pilih: tangguhkan atau cabut.", en="Choose: suspend or revoke.")

OFFICE_MANY_PAGES = (ask_many, change_shown_many)

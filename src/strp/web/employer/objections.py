"""Objections: an employer writes them, an official of another account decides."""

import secrets
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body

from strp.domain.desk.objection import About, Outcome
from strp.domain.employers.employer import require_nib
from strp.domain.errors import Conflict, FieldError, InvalidInput, StrpError
from strp.domain.identifiers import Nib
from strp.domain.people.account import Actor, may_decide_claims, may_revoke
from strp.domain.screening.evidence import kind_of_objection
from strp.domain.text import Text
from strp.http.route_class import EMPLOYER_PAGE, OFFICE_PAGE, ROUTE
from strp.outside.paper.evidence_refusals import EVIDENCE_MAX_BYTES
from strp.usecases.desk.object import decide_objection, file_objection
from strp.usecases.desk.show_objections import list_open_objections, objections_of
from strp.usecases.filing.show import receipt_of
from strp.usecases.process.system import System
from strp.web.framework.buttons import chosen
from strp.web.framework.page import Page


class ObjectionForm(msgspec.Struct, kw_only=True):
    """What is objected to, and why."""

    about: str = ""
    ref: str = ""
    text: str = ""


class WordForm(msgspec.Struct, kw_only=True):
    """An official's word on an objection."""

    objection_id: int
    word: str = ""
    reason: str = ""


@get("/employer/{nib:str}/objections", opt={ROUTE: EMPLOYER_PAGE})
async def ask_objection(
    page: Page,
    system: System,
    actor: Actor,
    nib: str,
    about: str = "",
    ref: str = "",
    done: str = "",
) -> Response[bytes]:
    """The objections of an employer, and the form for a new one.

    Args:
        nib: of the employer, 13 digits.
        about: kind of refusal that the form has chosen already; empty for none.
        ref: which one, as its page names it.
        done: what was done just before; empty for nothing.
    """
    form = ObjectionForm(about=about, ref=ref)
    return await show_own_objections(page, system, actor, require_nib(nib), form, done=done)


@post("/employer/{nib:str}/objections", status_code=200, opt={ROUTE: EMPLOYER_PAGE})
async def take_objection(
    page: Page,
    system: System,
    actor: Actor,
    nib: str,
    data: Annotated[ObjectionForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[bytes]:
    """File an objection.

    Args:
        nib: of the employer, 13 digits.
        data: what is objected to, and why.

    Raises:
        InvalidInput: caught here: what is refused is shown above the form.
    """
    number = require_nib(nib)
    try:
        if data.about not in set(About):
            raise _choose_about()
        await file_objection(system, actor, About(data.about), data.ref, data.text)
    except (InvalidInput, Conflict) as error:
        return await show_own_objections(page, system, actor, number, data, error)
    return page.go(f"/employer/{number:013d}/objections?done=filed")


@get("/office/objections", opt={ROUTE: OFFICE_PAGE})
async def show_objections(page: Page, system: System, actor: Actor) -> Response[bytes]:
    """Objections to decide, the nearest deadline first."""
    return await _show_all(page, system, actor)


@post("/office/objections", status_code=200, opt={ROUTE: OFFICE_PAGE})
async def decide_shown_objection(
    page: Page,
    system: System,
    actor: Actor,
    data: Annotated[WordForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[bytes]:
    """Uphold or reject an objection."""
    try:
        outcome = chosen(data.word, _WORDS)
        await decide_objection(system, actor, data.objection_id, outcome, data.reason)
    except (InvalidInput, Conflict) as error:
        return await _show_all(page, system, actor, data, error)
    return page.go("/office/objections")


async def show_own_objections(
    page: Page,
    system: System,
    actor: Actor,
    nib: Nib,
    form: ObjectionForm,
    error: StrpError | None = None,
    *,
    done: str = "",
) -> Response[bytes]:
    """The page of who objects.

    Args:
        done: `filed` or `attached`, where that was just done.
    """
    shown = await objections_of(system, actor, nib)
    kinds = [About.CLAIM] if shown.claim_only else [a for a in About if a is not About.CLAIM]
    return page.show(
        "employer/objections.html",
        status=200 if error is None else 422,
        nib=nib,
        shown=shown,
        kinds=[about.value for about in kinds],
        done=done,
        receipt=lambda number: receipt_of(system, number),
        key=secrets.token_urlsafe(16),
        kind_of=kind_of_objection,
        most_bytes=EVIDENCE_MAX_BYTES,
        form=form,
        error=error,
    )


async def _show_all(
    page: Page,
    system: System,
    actor: Actor,
    form: WordForm | None = None,
    error: StrpError | None = None,
) -> Response[bytes]:
    return page.show(
        "office/objections.html",
        status=200 if error is None else 422,
        shown=await list_open_objections(system, actor),
        actor=actor,
        form=form,
        error=error,
        **_doors(actor),
    )


def _doors(actor: Actor) -> dict[str, Any]:
    return {"may_decide_claims": may_decide_claims(actor), "may_revoke": may_revoke(actor)}


def _choose_about() -> InvalidInput:
    fields = [FieldError("about", "missing", _CHOOSE)]
    return InvalidInput("objection-incomplete", _CHOOSE, fields=fields)


_CHOOSE = Text(id="Pilih atas apa keberatan Anda.", en="Choose what you object to.")

_WORDS = {"uphold": Outcome.UPHELD, "reject": Outcome.REJECTED}

OBJECTION_PAGES = (ask_objection, take_objection, show_objections, decide_shown_objection)

"""The office's page of an employer: what officials ruled, and what waits for a second one."""

from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body

from strp.domain.civil_time import civil_day
from strp.domain.employers.caps import Staff
from strp.domain.employers.employer import require_nib
from strp.domain.errors import FieldError, InvalidInput, StrpError
from strp.domain.identifiers import Nib
from strp.domain.people.account import Actor, may_decide_claims, may_revoke
from strp.domain.screening.ruling import STAFF_INVALID, RulingDraft
from strp.domain.screening.sector_of import NON_ESSENTIAL
from strp.domain.text import Text, clean_line
from strp.http.route_class import OFFICE_PAGE, ROUTE
from strp.usecases.desk.rule_employer import (
    Ruled,
    confirm_ruling,
    decline_ruling,
    list_waiting,
    rule_employer,
    show_employer,
    withdraw_ruling,
)
from strp.usecases.desk.show_desk import count_other_work
from strp.usecases.filing.attach_evidence import evidence_of_employer
from strp.usecases.filing.declare_staff import confirm_declaration
from strp.usecases.process.system import System
from strp.web.framework.buttons import chosen
from strp.web.framework.page import Page


class RulingForm(msgspec.Struct, kw_only=True):
    """What the official ruled, or said of a ruling that waits."""

    word: str = "rule"
    ruling_id: int = 0
    sector: str = ""
    staff_service: str = ""
    staff_administration: str = ""
    evidence: str = ""
    until: str = ""
    reason: str = ""
    citation: str = ""
    why: str = ""
    declared_at: str = ""


Posted = Annotated[RulingForm, Body(media_type=RequestEncodingType.URL_ENCODED)]


@get("/office/employers", opt={ROUTE: OFFICE_PAGE})
async def find_employers(
    page: Page, system: System, actor: Actor, nib: str = ""
) -> Response[bytes]:
    """Rulings that wait for a second official, and a search by NIB."""
    proposed, drawn = await list_waiting(system, actor)
    error: StrpError | None = None
    if nib:
        try:
            return page.go(_path((await show_employer(system, actor, require_nib(nib))).facts.nib))
        except StrpError as caught:
            error = caught
    return page.show(
        "office/employers.html",
        status=200 if error is None else 422,
        proposed=proposed,
        other=await count_other_work(system, actor),
        drawn=drawn,
        actor=actor,
        nib=nib,
        error=error,
        **_doors(actor),
    )


@get("/office/employers/{nib:str}", opt={ROUTE: OFFICE_PAGE})
async def show_employer_page(
    page: Page, system: System, actor: Actor, nib: str, done: str = ""
) -> Response[bytes]:
    """What the registry and the officials say of an employer, and the form to rule.

    Args:
        nib: of the employer, 13 digits.
        done: what was done just before; empty for nothing.
    """
    return await _show(page, system, actor, require_nib(nib), done=done)


@post("/office/employers/{nib:str}", status_code=200, opt={ROUTE: OFFICE_PAGE})
async def rule(page: Page, system: System, actor: Actor, nib: str, data: Posted) -> Response[bytes]:
    """Rule, confirm or decline; or say that a declaration was looked at.

    Args:
        nib: of the employer, 13 digits.
        data: what to do, and the ruling as typed.
    """
    number = require_nib(nib)
    chosen(data.word, _WORDS)
    if data.word == "seen":
        await confirm_declaration(system, actor, number, _moment(data.declared_at, page.now))
        return page.go(_path(number))
    if data.word == "decline":
        await decline_ruling(system, actor, number, data.ruling_id)
        return page.go(f"{_path(number)}?done=declined")
    if data.word == "confirm":
        return page.go(_after(await confirm_ruling(system, actor, number, data.ruling_id)))
    try:
        if data.word == "withdraw":
            why = clean_line(data.why)
            await withdraw_ruling(system, actor, number, data.ruling_id, why)
            return page.go(f"{_path(number)}?done=withdrawn")
        ruled = await rule_employer(system, actor, number, read_ruling(data))
    except InvalidInput as error:
        return await _show(page, system, actor, number, form=data, error=error)
    return page.go(_after(ruled))


def read_ruling(form: RulingForm) -> RulingDraft:
    """Read a ruling as it was typed.

    Raises:
        InvalidInput: `ruling-incomplete`: a number or a day that is none.
    """
    fields: list[FieldError] = []
    staff = [
        _number(form.staff_service, "staff_service", fields),
        _number(form.staff_administration, "staff_administration", fields),
    ]
    until = _day(form.until.strip(), fields)
    if fields:
        raise InvalidInput("ruling-incomplete", _TYPED_WRONG, fields=fields)
    return RulingDraft(
        sector=form.sector or None,
        staff=Staff(*staff),
        evidence=form.evidence == "yes",
        until_on=until,
        reason=clean_line(form.reason),
        citation=clean_line(form.citation),
    )


def _number(text: str, field: str, fields: list[FieldError]) -> int | None:
    digits = text.strip().replace(".", "")
    if not digits:
        return None
    if not digits.isascii() or not digits.isdigit() or len(digits) > MOST_DIGITS:
        fields.append(FieldError(field, "invalid", STAFF_INVALID))
        return None
    return int(digits)


def _moment(text: str, otherwise: datetime) -> datetime:
    """A moment as the page wrote it; what is none belongs to no declaration."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return otherwise
    return moment if moment.tzinfo else otherwise


def _day(text: str, fields: list[FieldError]) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        fields.append(FieldError("until", "invalid", _NOT_A_DAY))
        return None


async def _show(
    page: Page,
    system: System,
    actor: Actor,
    nib: Nib,
    *,
    form: RulingForm | None = None,
    error: StrpError | None = None,
    done: str = "",
) -> Response[bytes]:
    shown = await show_employer(system, actor, nib)
    return page.show(
        "office/employer.html",
        status=200 if error is None else 422,
        shown=shown,
        employer=shown.facts,
        evidence=await evidence_of_employer(system, actor, nib),
        actor=actor,
        today=civil_day(page.now),
        sectors=shown.policy.sectors,
        non_essential=shown.policy.non_essential.name,
        none_code=NON_ESSENTIAL,
        form=form or RulingForm(),
        error=error,
        done=done if done in _DONE else "",
        **_doors(actor),
    )


def _after(ruled: Ruled) -> str:
    done = "proposed" if ruled.rescreened is None else "ruled"
    return f"{_path(ruled.ruling.nib)}?done={done}"


def _path(nib: Nib) -> str:
    return f"/office/employers/{nib:013d}"


def _doors(actor: Actor) -> dict[str, Any]:
    return {"may_decide_claims": may_decide_claims(actor), "may_revoke": may_revoke(actor)}


MOST_DIGITS = 8
_WORDS = {word: word for word in ("rule", "confirm", "decline", "withdraw", "seen")}
_DONE = frozenset({"ruled", "proposed", "declined", "withdrawn"})
_TYPED_WRONG = Text(
    id="Penetapan ini belum benar; tidak ada yang berubah.",
    en="This ruling is not right yet; nothing has changed.",
)
_NOT_A_DAY = Text(
    id="Tulis hari terakhir, misalnya 2026-12-31.",
    en="Write the last day, such as 2026-12-31.",
)

OFFICE_EMPLOYER_PAGES = (find_employers, show_employer_page, rule)

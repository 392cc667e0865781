"""An employer declares its staff, which caps are a share of."""

from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body

from strp.domain.employers.employer import require_nib
from strp.domain.errors import Conflict, FieldError, InvalidInput, StrpError
from strp.domain.identifiers import Nib
from strp.domain.people.account import Actor
from strp.domain.screening.ruling import STAFF_INVALID
from strp.domain.screening.staff_declaration import DeclaredStaff
from strp.http.route_class import EMPLOYER_PAGE, ROUTE
from strp.usecases.filing.declare_staff import declare_staff, show_staff
from strp.usecases.process.system import System
from strp.web.framework.page import Page

MOST_DIGITS = 8


class StaffForm(msgspec.Struct, kw_only=True):
    """The numbers as they were typed."""

    service: str = ""
    administration: str = ""
    partners: str = ""


@get("/employer/{nib:str}/staff", opt={ROUTE: EMPLOYER_PAGE})
async def ask_staff(
    page: Page, system: System, actor: Actor, nib: str, done: bool = False
) -> Response[bytes]:
    """What counts now, and the form to declare other numbers.

    Args:
        nib: of the employer, 13 digits.
        done: whether numbers were declared just before.
    """
    return await _show(page, system, actor, require_nib(nib), done=done)


@post("/employer/{nib:str}/staff", status_code=200, opt={ROUTE: EMPLOYER_PAGE})
async def take_staff(
    page: Page,
    system: System,
    actor: Actor,
    nib: str,
    data: Annotated[StaffForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[bytes]:
    """Declare the numbers.

    Args:
        nib: of the employer, 13 digits.
        data: heads of staff, as typed.
    """
    number = require_nib(nib)
    try:
        await declare_staff(system, actor, number, _read(data))
    except (InvalidInput, Conflict) as error:
        return await _show(page, system, actor, number, form=data, error=error)
    return page.go(f"/employer/{number:013d}/staff?done=true")


def _read(form: StaffForm) -> DeclaredStaff:
    fields: list[FieldError] = []
    numbers = {
        name: _number(name, text, fields)
        for name, text in (
            ("service", form.service),
            ("administration", form.administration),
            ("partners", form.partners or "0"),
        )
    }
    if fields:
        raise InvalidInput("declaration-incomplete", STAFF_INVALID, fields=fields)
    return DeclaredStaff(**numbers)


def _number(name: str, text: str, fields: list[FieldError]) -> int:
    digits = text.strip().replace(".", "")
    if digits.isascii() and digits.isdigit() and len(digits) <= MOST_DIGITS:
        return int(digits)
    fields.append(FieldError(name, "invalid", STAFF_INVALID))
    return 0


async def _show(
    page: Page,
    system: System,
    actor: Actor,
    nib: Nib,
    *,
    form: StaffForm | None = None,
    error: StrpError | None = None,
    done: bool = False,
) -> Response[bytes]:
    shown = await show_staff(system, actor, nib)
    known = shown.declaration
    if form is None and known is not None:
        numbers = (known.service, known.administration, known.partners)
        form = StaffForm(**dict(zip(StaffForm.__struct_fields__, map(str, numbers), strict=True)))
    return page.show(
        "employer/staff.html",
        status=200 if error is None else 422,
        nib=nib,
        employer=shown.facts,
        declaration=known,
        form=form or StaffForm(),
        error=error,
        done=done,
    )


EMPLOYER_STAFF_PAGES = (ask_staff, take_staff)

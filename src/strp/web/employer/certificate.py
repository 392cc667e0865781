"""What an employer does to one worker's certificate: replaced, corrected, ended."""

from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body

from strp.domain.certificates.life import Act, check_reason
from strp.domain.employers.employer import require_nib
from strp.domain.errors import Conflict, Forbidden, InvalidInput, StrpError
from strp.domain.identifiers import format_nib
from strp.domain.people.account import Actor, may_file, not_your_employer
from strp.http.route_class import EMPLOYER_PAGE, ROUTE
from strp.usecases.certificates.change import change_certificate
from strp.usecases.certificates.correct_worker import nothing_to_correct, read_correction
from strp.usecases.certificates.show import certificate_by_serial
from strp.usecases.process.system import System
from strp.web.framework.page import Page


class ChangeForm(msgspec.Struct, kw_only=True):
    """What is to be done, why, and whether the reader has seen what that means."""

    act: str = ""
    reason: str = ""
    name: str = ""
    position: str = ""
    site_type: str = ""
    sure: str = ""


@get("/employer/{nib:str}/certificates/{serial:str}", opt={ROUTE: EMPLOYER_PAGE})
async def ask_change(
    page: Page, system: System, actor: Actor, nib: str, serial: str
) -> Response[bytes]:
    """What can be done to this certificate.

    Args:
        nib: of the employer, 13 digits.
        serial: as people write it.
    """
    return await _show(page, system, actor, nib, serial, ChangeForm())


@post("/employer/{nib:str}/certificates/{serial:str}", status_code=200, opt={ROUTE: EMPLOYER_PAGE})
async def carry_out_change(
    page: Page,
    system: System,
    actor: Actor,
    nib: str,
    serial: str,
    data: Annotated[ChangeForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[bytes]:
    """Say what it will do; do it when the reader is sure.

    Args:
        nib: of the employer, 13 digits.
        serial: as people write it.
        data: what to do, why, and whether the reader has seen what it does.

    Raises:
        Forbidden: `not-your-employer`.
    """
    number = require_nib(nib)
    if not may_file(actor, number):
        raise not_your_employer(number)
    try:
        check_reason(data.reason)
        act = Act.END if data.act == "end" else Act.REPLACE
        correction = None
        if data.act == "correct":
            correction = read_correction(data.name, data.position, data.site_type)
            if correction is None:
                raise nothing_to_correct()
        if data.sure != "yes":
            return await _show(page, system, actor, nib, serial, data, ask=True)
        done = await change_certificate(
            system, actor, serial, act, reason=data.reason, correction=correction
        )
    except (InvalidInput, Conflict, Forbidden) as error:
        return await _show(page, system, actor, nib, serial, data, error=error)
    return page.go(f"/employer/{format_nib(number)}/applications/{done.application_id}#workers")


async def _show(
    page: Page,
    system: System,
    actor: Actor,
    nib: str,
    serial: str,
    form: ChangeForm,
    *,
    ask: bool = False,
    error: StrpError | None = None,
) -> Response[bytes]:
    number = require_nib(nib)
    if not may_file(actor, number):
        raise not_your_employer(number)
    found = await certificate_by_serial(system, actor, serial)
    return page.show(
        "employer/certificate.html",
        status=200 if error is None else 422,
        nib=number,
        certificate=found,
        form=form,
        ask=ask,
        error=error,
    )


EMPLOYER_CERTIFICATE_PAGES = (ask_change, carry_out_change)

"""The office suspends and restores one certificate, as `strp certificate suspend|restore` does."""

from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body

from strp.domain.certificates.life import Act, check_reason
from strp.domain.errors import Conflict, FieldError, InvalidInput, NotFound, StrpError
from strp.domain.people.account import Actor, may_decide_claims, may_revoke, not_your_task
from strp.domain.text import Text
from strp.http.route_class import OFFICE_PAGE, ROUTE
from strp.usecases.certificates.change import CertificateChange, change_certificate, preview_change
from strp.usecases.filing.show import receipt_of
from strp.usecases.process.system import System
from strp.usecases.rules.current import employer_facts
from strp.web.framework.page import Page

ACTS = {act.value: act for act in (Act.SUSPEND, Act.RESTORE)}
PATH = "/office/certificates"


class CertificateForm(msgspec.Struct, kw_only=True):
    """Which certificate, what is done to it, why, and whether the reader has seen what it means."""

    serial: str = ""
    act: str = ""
    reason: str = ""
    sure: str = ""


@get(PATH, opt={ROUTE: OFFICE_PAGE})
async def ask_certificate(
    page: Page, actor: Actor, serial: str = "", done: str = ""
) -> Response[bytes]:
    """Which certificate?

    Args:
        serial: that the form shows already; empty for none.
        done: what was done just before; empty for nothing.

    Raises:
        Forbidden: `not-your-task`.
    """
    if not may_revoke(actor):
        raise not_your_task()
    return _show(page, actor, CertificateForm(serial=serial), done=done)


@post(PATH, status_code=200, opt={ROUTE: OFFICE_PAGE})
async def change_shown_certificate(
    page: Page,
    system: System,
    actor: Actor,
    data: Annotated[CertificateForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[bytes]:
    """Say what it will do; do it when the reader is sure.

    Args:
        data: which certificate, what to do, why, and whether the reader has seen what it does.

    Raises:
        Forbidden: `not-your-task`.
    """
    if not may_revoke(actor):
        raise not_your_task()
    try:
        if data.act not in ACTS:
            raise InvalidInput("act-missing", _ACT, fields=[FieldError("act", "missing", _ACT)])
        check_reason(data.reason)
        act = ACTS[data.act]
        if data.sure != "yes":
            change = await preview_change(system, actor, data.serial, act)
            employer = (await employer_facts(system, change.nib)).name
            receipt = receipt_of(system, change.would.application_id)
            return _show(page, actor, data, change=change, employer=employer, receipt=receipt)
        done = await change_certificate(system, actor, data.serial, act, reason=data.reason)
    except (InvalidInput, NotFound, Conflict) as error:
        return _show(page, actor, data, error=error)
    held = "-held" if act is Act.RESTORE and done.because is not None else ""
    return page.go(f"{PATH}?serial={done.serial}&done={data.act}{held}")


def _show(
    page: Page,
    actor: Actor,
    form: CertificateForm,
    *,
    error: StrpError | None = None,
    change: CertificateChange | None = None,
    employer: str = "",
    receipt: str = "",
    done: str = "",
) -> Response[bytes]:
    return page.show(
        "office/certificates.html",
        status=200 if error is None else 422,
        form=form,
        error=error,
        change=change,
        employer=employer,
        receipt=receipt,
        done=done if done.removesuffix("-held") in ACTS else "",
        may_decide_claims=may_decide_claims(actor),
        may_revoke=True,
    )


_ACT = Text(id="Pilih: tangguhkan atau pulihkan.", en="Choose: suspend or restore.")

OFFICE_CERTIFICATE_PAGES = (ask_certificate, change_shown_certificate)

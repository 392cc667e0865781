"""The office's revocation: certificates taken back by serial, or all of an employer."""

import re
from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body

from strp.domain.employers.employer import EmployerFacts, require_nib
from strp.domain.errors import FieldError, InvalidInput, NotFound, StrpError
from strp.domain.people.account import Actor, may_decide_claims, may_revoke, not_your_task
from strp.domain.text import Text
from strp.http.route_class import OFFICE_PAGE, ROUTE
from strp.usecases.certificates.revoke import count_certificates, revoke_employer, revoke_serials
from strp.usecases.process.system import System
from strp.usecases.rules.current import employer_facts
from strp.web.framework.page import Page


class RevokeForm(msgspec.Struct, kw_only=True):
    """What to take back, why, and whether the reader has seen what that means."""

    serials: str = ""
    nib: str = ""
    reason: str = ""
    sure: str = ""

    @property
    def serial_list(self) -> list[str]:
        """The serials, one each."""
        return [text for text in re.split(r"[\s,;]+", self.serials) if text]


@get("/office/revoke", opt={ROUTE: OFFICE_PAGE})
async def ask_revoke(page: Page, actor: Actor) -> Response[bytes]:
    """What is to be taken back?

    Raises:
        Forbidden: `not-your-task`.
    """
    if not may_revoke(actor):
        raise not_your_task()
    return _show(page, actor, RevokeForm())


@post("/office/revoke", status_code=200, opt={ROUTE: OFFICE_PAGE})
async def revoke(
    page: Page,
    system: System,
    actor: Actor,
    data: Annotated[RevokeForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[bytes]:
    """Say what it will do; do it when the reader is sure.

    Args:
        data: serials or an employer, why, and whether the reader has seen what it does.

    Raises:
        Forbidden: `not-your-task`.
    """
    if not may_revoke(actor):
        raise not_your_task()
    try:
        if not data.reason.strip():
            raise InvalidInput(
                "reason-missing", _REASON, fields=[FieldError("reason", "missing", _REASON)]
            )
        if data.nib.strip():
            return await _revoke_employer(page, system, actor, data)
        if data.serial_list:
            return await _revoke_serials(page, system, actor, data)
        raise InvalidInput("nothing-named", _NOTHING)
    except (InvalidInput, NotFound) as error:
        return _show(page, actor, data, error=error)


async def _revoke_employer(
    page: Page, system: System, actor: Actor, form: RevokeForm
) -> Response[bytes]:
    employer = await employer_facts(system, require_nib(form.nib))
    if form.sure != "yes":
        count = await count_certificates(system, employer.nib)
        return _show(page, actor, form, employer=employer, count=count)
    done = await revoke_employer(system, actor, employer.nib, reason=form.reason)
    return _show(page, actor, RevokeForm(), done=done.revoked)


async def _revoke_serials(
    page: Page, system: System, actor: Actor, form: RevokeForm
) -> Response[bytes]:
    if form.sure != "yes":
        return _show(page, actor, form, count=len(set(form.serial_list)))
    done = await revoke_serials(system, actor, form.serial_list, reason=form.reason)
    return _show(page, actor, RevokeForm(), done=done.revoked)


def _show(
    page: Page,
    actor: Actor,
    form: RevokeForm,
    *,
    error: StrpError | None = None,
    employer: EmployerFacts | None = None,
    count: int | None = None,
    done: int | None = None,
) -> Response[bytes]:
    return page.show(
        "office/revoke.html",
        status=200 if error is None else 422,
        form=form,
        error=error,
        employer=employer,
        count=count,
        done=done,
        may_decide_claims=may_decide_claims(actor),
        may_revoke=True,
    )


_REASON = Text(
    id="Tuliskan alasannya, 1 sampai 200 karakter.", en="Say why, in 1 to 200 characters."
)
_NOTHING = Text(id="Tuliskan nomor seri atau NIB.", en="Write serials or a NIB.")

OFFICE_REVOKE_PAGES = (ask_revoke, revoke)

"""The office's revocation: certificates taken back by serial, or all of an employer."""

import re
from collections.abc import Sequence
from typing import Annotated

import msgspec
from babel.numbers import format_decimal
from litestar import Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body

from strp.domain.certificates.life import CertificateStatus
from strp.domain.employers.employer import require_nib
from strp.domain.errors import Conflict, FieldError, InvalidInput, NotFound, StrpError
from strp.domain.identifiers import format_nib
from strp.domain.people.account import Actor, may_decide_claims, may_revoke, not_your_task
from strp.domain.text import Text
from strp.http.route_class import OFFICE_PAGE, ROUTE
from strp.usecases.certificates.revoke import (
    RevocationOf,
    count_certificates,
    preview_serials,
    revoke_employer,
    revoke_serials,
)
from strp.usecases.process.system import System
from strp.usecases.rules.current import employer_facts
from strp.web.framework.confirm import SURE, Question, ask_first
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
            fields = [FieldError("reason", "missing", _REASON)]
            raise InvalidInput("reason-missing", _REASON, fields=fields)
        if data.nib.strip():
            return await _revoke_employer(page, system, actor, data)
        if data.serial_list:
            return await _revoke_serials(page, system, actor, data)
        raise InvalidInput("nothing-named", _NOTHING)
    except (InvalidInput, NotFound, Conflict) as error:
        return _show(page, actor, data, error=error)


async def _revoke_employer(
    page: Page, system: System, actor: Actor, form: RevokeForm
) -> Response[bytes]:
    employer = await employer_facts(system, require_nib(form.nib))
    if form.sure != SURE:
        count = await count_certificates(system, employer.nib)
        about = f"{employer.name}, NIB {format_nib(employer.nib)}"
        return _ask(page, form, count, about)
    done = await revoke_employer(system, actor, employer.nib, reason=form.reason)
    return _show(page, actor, RevokeForm(), done=done.revoked)


async def _revoke_serials(
    page: Page, system: System, actor: Actor, form: RevokeForm
) -> Response[bytes]:
    if form.sure != SURE:
        found = await preview_serials(system, actor, form.serial_list)
        items = [_line(page, each) for each in found]
        return _ask(page, form, len(items), "", items)
    done = await revoke_serials(system, actor, form.serial_list, reason=form.reason)
    return _show(page, actor, RevokeForm(), done=done.revoked)


def _line(page: Page, each: RevocationOf) -> str:
    """One certificate before it is taken back: whose it is, at which employer, and its serial."""
    stands = each.status is CertificateStatus.STANDING
    status = "" if stands else f" ({_STATUS[each.status].in_(page.language)})"
    return f"{each.holder} ••••{each.identity_tail}, {each.employer}, {each.serial}{status}"


def _ask(
    page: Page, form: RevokeForm, count: int, about: str, items: Sequence[str] = ()
) -> Response[bytes]:
    number = format_decimal(count, locale=page.language.value)
    title = Text(f"Surat yang akan dicabut: {number}", f"Certificates to be revoked: {number}")
    reason = form.reason.strip()
    effects = (Text(f"Alasan: {reason}", f"Reason: {reason}"), *_EFFECTS)
    question = Question(title, about, effects, _SURE, "/office/revoke", items)
    fields = {"serials": form.serials, "nib": form.nib, "reason": form.reason}
    return ask_first(page, question, fields)


def _show(
    page: Page,
    actor: Actor,
    form: RevokeForm,
    *,
    error: StrpError | None = None,
    done: int | None = None,
) -> Response[bytes]:
    return page.show(
        "office/revoke.html",
        status=200 if error is None else 422,
        form=form,
        error=error,
        done=done,
        may_decide_claims=may_decide_claims(actor),
        may_revoke=True,
    )


_REASON = Text(
    id="Tuliskan alasannya, 1 sampai 200 karakter.", en="Say why, in 1 to 200 characters."
)
_NOTHING = Text(id="Tuliskan nomor seri atau NIB.", en="Write serials or a NIB.")

_SURE = Text("Ya, cabut", "Yes, revoke")
_STATUS = {
    CertificateStatus.SUSPENDED: Text("sedang ditangguhkan", "suspended now"),
    CertificateStatus.REVOKED: Text("sudah dicabut", "revoked already"),
    CertificateStatus.REPLACED: Text("sudah diganti", "replaced already"),
    CertificateStatus.ENDED: Text("sudah diakhiri", "ended already"),
}
_EFFECTS = (
    Text(
        "Pos pemeriksaan menolak surat ini mulai pembaruan berikutnya. Pencabutan tidak dapat "
        "dipulihkan.",
        "Checkpoints turn these down from their next update on. A revocation is not taken back.",
    ),
    Text(
        "Perusahaan mendapat surel. Pekerja yang diajukan lagi diperiksa petugas dulu.",
        "The company gets a letter. An officer looks first at who is filed again.",
    ),
)

OFFICE_REVOKE_PAGES = (ask_revoke, revoke)

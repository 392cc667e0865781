"""The office's closures: who is closed, by whom, until when; supervisors close and open them as
`strp closure` does."""

from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body

from strp.domain.employers.closure import check_closure, read_moment
from strp.domain.employers.employer import require_nib
from strp.domain.errors import Conflict, FieldError, InvalidInput, NotFound, StrpError
from strp.domain.identifiers import parse_nib
from strp.domain.people.account import (
    Actor,
    may_close,
    may_decide_claims,
    may_revoke,
    not_your_task,
)
from strp.domain.text import Text, clean_line
from strp.http.route_class import OFFICE_PAGE, ROUTE
from strp.usecases.certificates.revoke import count_certificates
from strp.usecases.employers.close import close_employer, closures_for_office, open_employer
from strp.usecases.process.system import System
from strp.usecases.rules.current import employer_facts
from strp.web.framework.buttons import chosen
from strp.web.framework.page import Page

PATH = "/office/closures"
MOST_NUMBER = (1 << 63) - 1  # of a closure


class ClosureForm(msgspec.Struct, kw_only=True):
    """An employer to close, or a closure to lift.

    Args:
        word: `close` or `lift`.
        sure: whether the reader has seen what it means.
    """

    word: str = "close"
    nib: str = ""
    closure_id: int = 0
    reason: str = ""
    citation: str = ""
    from_: str = msgspec.field(default="", name="from")
    until: str = ""
    sure: str = ""


@get(PATH, opt={ROUTE: OFFICE_PAGE})
async def show_closures(
    page: Page,
    system: System,
    actor: Actor,
    nib: str = "",
    past: str = "",
    before: int = 0,
    done: str = "",
) -> Response[bytes]:
    """Closures in force and to come, or all that there were.

    Args:
        nib: only of this employer; empty for all.
        past: `1` for all that there were, lifted ones too.
        before: number of the last closure of the page before; 0 for the first page.
        done: what was done just before; empty for nothing.
    """
    seen = _Seen(nib=nib, past=past == "1", before=before if 0 < before < MOST_NUMBER else None)
    return await _show(page, system, actor, seen, done=done)


@post(PATH, status_code=200, opt={ROUTE: OFFICE_PAGE})
async def close_or_open(
    page: Page,
    system: System,
    actor: Actor,
    data: Annotated[ClosureForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[bytes]:
    """Say what a closure will do, and do it when the reader is sure; or lift one."""
    try:
        if chosen(data.word, _WORDS):
            number, reason = require_nib(data.nib), clean_line(data.reason)
            only = min(max(data.closure_id, 0), MOST_NUMBER)
            await open_employer(system, actor, number, reason=reason, only=only)
            return page.go(f"{PATH}?nib={number:013d}&past=1&done=lifted")
        return await _close(page, system, actor, data)
    except (InvalidInput, NotFound, Conflict) as error:
        return await _show(page, system, actor, _Seen(), form=data, error=error)


async def _close(page: Page, system: System, actor: Actor, data: ClosureForm) -> Response[bytes]:
    nib = require_nib(data.nib)
    from_at = read_moment(data.from_.strip()) if data.from_.strip() else page.now
    until_at = read_moment(data.until.strip(), ends=True) if data.until.strip() else None
    wrong = [
        FieldError(field, "invalid", _NOT_A_MOMENT)
        for field, typed, at in (("from", data.from_, from_at), ("until", data.until, until_at))
        if typed.strip() and at is None
    ]
    if wrong or from_at is None:
        raise InvalidInput("closure-incomplete", _TYPED_WRONG, fields=wrong)
    reason, citation = clean_line(data.reason), clean_line(data.citation)
    check_closure(reason, citation, from_at, until_at, page.now)
    if not may_close(actor):
        raise not_your_task()
    employer = await employer_facts(system, nib)
    if data.sure != "yes":
        count = await count_certificates(system, nib)
        ask = {"employer": employer, "count": count, "from_at": from_at, "until_at": until_at}
        return await _show(page, system, actor, _Seen(), form=data, ask=ask)
    await close_employer(
        system,
        actor,
        nib,
        reason=reason,
        citation=citation,
        from_at=from_at if data.from_.strip() else None,
        until_at=until_at,
    )
    return page.go(f"{PATH}?nib={nib:013d}&done=closed")


class _Seen(msgspec.Struct, kw_only=True):
    """Which closures are shown."""

    nib: str = ""
    past: bool = False
    before: int | None = None


async def _show(
    page: Page,
    system: System,
    actor: Actor,
    seen: _Seen,
    *,
    form: ClosureForm | None = None,
    error: StrpError | None = None,
    ask: dict[str, object] | None = None,
    done: str = "",
) -> Response[bytes]:
    number = parse_nib(seen.nib) if seen.nib else None
    found, before = await closures_for_office(
        system, actor, nib=number, only_open=not seen.past, before=seen.before
    )
    return page.show(
        "office/closures.html",
        status=200 if error is None else 422,
        found=found,
        before=before,
        seen=seen,
        unread=bool(seen.nib) and number is None,
        form=form or ClosureForm(),
        error=error,
        ask=ask,
        done=done if done in _DONE else "",
        may_close=may_close(actor),
        may_decide_claims=may_decide_claims(actor),
        may_revoke=may_revoke(actor),
    )


_DONE = frozenset({"closed", "lifted"})
_WORDS = {"lift": True, "close": False}
_NOT_A_MOMENT = Text(
    id="Tulis hari atau saat (WIB), misalnya 2026-11-30 atau 2026-11-30T08:00.",
    en="Write a day or a moment (WIB), such as 2026-11-30 or 2026-11-30T08:00.",
)
_TYPED_WRONG = Text(
    id="Penutupan ini belum benar; tidak ada yang ditutup.",
    en="This closure is not right yet; nothing was closed.",
)

OFFICE_CLOSURE_PAGES = (show_closures, close_or_open)

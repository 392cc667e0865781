"""Work at other employers' sites: what the host's representative, or an officer, says of it."""

from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body

from strp.domain.employers.employer import require_nib
from strp.domain.errors import Conflict, FieldError, InvalidInput, StrpError
from strp.domain.identifiers import Nib, format_nib
from strp.domain.people.account import Actor, may_decide_claims, may_revoke
from strp.domain.screening.hosting import HostingState, HostingWord
from strp.domain.screening.ruling import STAFF_INVALID
from strp.domain.text import Text, clean_line
from strp.http.route_class import EMPLOYER_PAGE, OFFICE_PAGE, ROUTE
from strp.usecases.desk.confirm_host import answer_for_host
from strp.usecases.employers.show_hostings import (
    hostings_of_employer,
    hostings_of_host,
    hostings_that_wait,
    show_hosting,
)
from strp.usecases.process.system import System
from strp.web.framework.page import Page

MOST_DIGITS = 8


class SiteForm(msgspec.Struct, kw_only=True):
    """The word as it was typed."""

    state: str = ""
    service: str = ""
    administration: str = ""
    until: str = ""
    reason: str = ""


Posted = Annotated[SiteForm, Body(media_type=RequestEncodingType.URL_ENCODED)]


@get("/employer/{nib:str}/sites", opt={ROUTE: EMPLOYER_PAGE})
async def show_sites(
    page: Page, system: System, actor: Actor, nib: str, after: int = 0, named_after: int = 0
) -> Response[bytes]:
    """Who names this employer's site, and whose sites it names.

    Args:
        nib: of the employer, 13 digits.
        after: NIB of the last employer of the page before; 0 for the first page.
        named_after: the same for the sites that it names.
    """
    number = require_nib(nib)
    return page.show(
        "employer/sites.html",
        nib=number,
        here=await hostings_of_host(system, actor, number, max(0, after)),
        named=await hostings_of_employer(system, actor, number, max(0, named_after)),
        after=after,
        named_after=named_after,
    )


@get("/employer/{nib:str}/sites/{employer:str}", opt={ROUTE: EMPLOYER_PAGE})
async def ask_site(
    page: Page, system: System, actor: Actor, nib: str, employer: str, done: str = ""
) -> Response[bytes]:
    """One employer that names this site, and the form to answer.

    Args:
        nib: of the host, 13 digits.
        employer: NIB, 13 digits.
        done: what was done just before; empty for nothing.
    """
    host, number = require_nib(nib), require_nib(employer)
    return await _show(page, system, actor, host, number, done=done)


@post("/employer/{nib:str}/sites/{employer:str}", status_code=200, opt={ROUTE: EMPLOYER_PAGE})
async def take_site(
    page: Page, system: System, actor: Actor, nib: str, employer: str, data: Posted
) -> Response[bytes]:
    """Take the host's word.

    Args:
        nib: of the host, 13 digits.
        employer: NIB, 13 digits.
        data: places and perhaps a last day to confirm, else a reason.
    """
    host, number = require_nib(nib), require_nib(employer)
    return await _take(page, system, actor, host, number, data)


@get("/office/sites", opt={ROUTE: OFFICE_PAGE})
async def list_sites(page: Page, system: System, actor: Actor, number: int = 0) -> Response[bytes]:
    """Sites that nobody has confirmed or declined, the earliest first."""
    waiting, following = await hostings_that_wait(system, actor, max(0, number))
    return page.show("office/sites.html", waiting=waiting, following=following, **_doors(actor))


@get("/office/sites/{nib:str}/{employer:str}", opt={ROUTE: OFFICE_PAGE})
async def show_office_site(
    page: Page, system: System, actor: Actor, nib: str, employer: str, done: str = ""
) -> Response[bytes]:
    """The same form for an officer, in the host's place.

    Args:
        nib: of the host, 13 digits.
        employer: NIB, 13 digits.
        done: what was done just before; empty for nothing.
    """
    host, number = require_nib(nib), require_nib(employer)
    return await _show(page, system, actor, host, number, done=done, office=True)


@post("/office/sites/{nib:str}/{employer:str}", status_code=200, opt={ROUTE: OFFICE_PAGE})
async def take_office_site(
    page: Page, system: System, actor: Actor, nib: str, employer: str, data: Posted
) -> Response[bytes]:
    """Take an officer's word in the host's place.

    Args:
        nib: of the host, 13 digits.
        employer: NIB, 13 digits.
        data: places and perhaps a last day to confirm, else a reason.
    """
    host, number = require_nib(nib), require_nib(employer)
    return await _take(page, system, actor, host, number, data, office=True)


async def _take(
    page: Page,
    system: System,
    actor: Actor,
    host: Nib,
    nib: Nib,
    form: SiteForm,
    *,
    office: bool = False,
) -> Response[bytes]:
    try:
        answered = await answer_for_host(system, actor, host, nib, _read(form))
    except (InvalidInput, Conflict) as error:
        return await _show(page, system, actor, host, nib, form=form, error=error, office=office)
    done = "proposed" if answered.proposed else "said"
    return page.go(f"{_path(host, nib, office=office)}?done={done}")


def _read(form: SiteForm) -> HostingWord:
    """Read the word.

    Raises:
        InvalidInput: `hosting-incomplete`: a number or a day that is none, or nothing was chosen.
    """
    fields: list[FieldError] = []
    service = _number("service", form.service, fields)
    administration = _number("administration", form.administration, fields)
    state = next((each for each in HostingState if each.value == form.state), None)
    until = None
    try:
        until = date.fromisoformat(form.until.strip()) if form.until.strip() else None
    except ValueError:
        fields.append(FieldError("until", "invalid", _NOT_A_DAY))
    if state is None or state is HostingState.ASKED:
        fields.append(FieldError("state", "missing", _CHOOSE))
    if fields or state is None:
        raise InvalidInput("hosting-incomplete", _TYPED_WRONG, fields=fields)
    return HostingWord(
        state=state,
        service=service,
        administration=administration,
        until_on=until,
        reason=clean_line(form.reason),
    )


def _number(name: str, text: str, fields: list[FieldError]) -> int:
    digits = text.strip().replace(".", "") or "0"
    if digits.isascii() and digits.isdigit() and len(digits) <= MOST_DIGITS:
        return int(digits)
    fields.append(FieldError(name, "invalid", STAFF_INVALID))
    return 0


async def _show(
    page: Page,
    system: System,
    actor: Actor,
    host: Nib,
    nib: Nib,
    *,
    form: SiteForm | None = None,
    error: StrpError | None = None,
    done: str = "",
    office: bool = False,
) -> Response[bytes]:
    shown = await show_hosting(system, actor, host, nib)
    known = shown.hosting
    if form is None:
        wanted = (
            (known.service, known.administration)
            if known.state == HostingState.CONFIRMED
            else (shown.waiting.service, shown.waiting.administration)
        )
        until = known.until_on.isoformat() if known.until_on else ""
        form = SiteForm(service=str(wanted[0]), administration=str(wanted[1]), until=until)
    return page.show(
        "office/site.html" if office else "employer/site.html",
        status=200 if error is None else 422,
        shown=shown,
        hosting=known,
        host=host,
        nib=nib,
        form=form,
        error=error,
        done=done if done in _DONE else "",
        action=_path(host, nib, office=office),
        actor=actor,
        **(_doors(actor) if office else {}),
    )


def _path(host: Nib, nib: Nib, *, office: bool) -> str:
    if office:
        return f"/office/sites/{format_nib(host)}/{format_nib(nib)}"
    return f"/employer/{format_nib(host)}/sites/{format_nib(nib)}"


def _doors(actor: Actor) -> dict[str, Any]:
    return {"may_decide_claims": may_decide_claims(actor), "may_revoke": may_revoke(actor)}


_DONE = frozenset({"said", "proposed"})
_CHOOSE = Text(
    id="Pilih konfirmasi, tolak, atau cabut.", en="Choose to confirm, decline or withdraw."
)
_NOT_A_DAY = Text(
    id="Tulis hari terakhir, misalnya 2026-12-31.", en="Write the last day, such as 2026-12-31."
)
_TYPED_WRONG = Text(
    id="Jawaban ini belum benar; tidak ada yang berubah.",
    en="This answer is not right yet; nothing has changed.",
)

SITE_PAGES = (
    show_sites,
    ask_site,
    take_site,
    list_sites,
    show_office_site,
    take_office_site,
)

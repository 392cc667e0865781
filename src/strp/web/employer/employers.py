"""A representative's employers: claims, colleagues, API keys."""

from typing import Annotated, Any, Final

import msgspec
from litestar import Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body

from strp.domain.employers.employer import require_nib
from strp.domain.errors import Conflict, InvalidInput, NotFound, StrpError, TooSoon
from strp.domain.identifiers import Nib, format_nib
from strp.domain.people.account import (
    Actor,
    ApiKeyId,
    RepresentationState,
    may_claim_employers,
)
from strp.domain.people.api_key import LABEL_MAX_LENGTH
from strp.domain.people.sign_in import client_block
from strp.domain.text import Text
from strp.domain.waiting_room.lanes import Lane
from strp.http.route_class import EMPLOYER_PAGE, NEWCOMER_PAGE, ROUTE, GateRule, RouteClass
from strp.usecases.employers.claim import (
    Claim,
    ask_officer,
    claim_employer,
    claims_page,
    confirm_claim,
    my_claim,
)
from strp.usecases.people.api_keys import create_api_key, list_api_keys, withdraw_api_key
from strp.usecases.process.system import System
from strp.web.employer.people import PEOPLE_PAGES
from strp.web.framework.confirm import SURE, Question, ask_first
from strp.web.framework.page import Page
from strp.web.framework.session import FIRST_PAGE

AnyRequest = Request[Any, Any, Any]
LONGEST_SEARCH = 100


class NibForm(msgspec.Struct, kw_only=True):
    """The employer to claim."""

    nib: str = ""


class CodeForm(msgspec.Struct, kw_only=True):
    """The code that the employer's address was sent."""

    code: str = ""


class LabelForm(msgspec.Struct, kw_only=True):
    """What a new key is called."""

    label: str = ""


class ApiKeyForm(msgspec.Struct, kw_only=True):
    """The key to withdraw."""

    api_key_id: int
    sure: str = ""


@get("/employer", opt={ROUTE: NEWCOMER_PAGE})
async def show_employers(
    page: Page, system: System, actor: Actor, q: str = "", after: str = ""
) -> Response[bytes]:
    """The employers that the reader acts for or claims; officials have pages of their own.

    Args:
        q: part of a name, or the first digits of a NIB; empty for all.
        after: NIB of the last one of the page before; empty for the first page.
    """
    if actor.role is not None and not may_claim_employers(actor):
        return page.go(FIRST_PAGE[actor.role])
    behind = require_nib(after) if after else None
    claims, following = await claims_page(system, actor, search=q[:LONGEST_SEARCH], after=behind)
    if not claims and not q and behind is None:
        done = "?done=left" if page.request.query_params.get("done") == "left" else ""
        return page.go(f"/employer/claim{done}")
    return page.show("employer/home.html", claims=claims, search=q, after=after, next=following)


ROSTER_PAGE: Final = RouteClass(lane=Lane.EMPLOYERS, gate=GateRule.SIGN_IN)


@get("/employer/roster", opt={ROUTE: ROSTER_PAGE})
async def choose_employer(page: Page, system: System, actor: Actor) -> Response[bytes]:
    """For whom the reader leaves a roster: also open to those who stand in line elsewhere."""
    if actor.role is not None and not may_claim_employers(actor):
        return page.go(FIRST_PAGE[actor.role])
    claims, following = await claims_page(system, actor)
    active = [each.nib for each in claims if each.state is RepresentationState.ACTIVE]
    if len(active) == 1 and following is None:
        return page.go(_home(active[0]))
    return page.show("employer/home.html", claims=claims, search="", after="", next=following)


@get("/employer/claim", opt={ROUTE: NEWCOMER_PAGE})
async def ask_nib(page: Page, actor: Actor) -> Response[bytes]:
    """Which employer?"""
    if not may_claim_employers(actor):
        return page.go("/office")
    return page.show("employer/claim.html", error=None, nib="")


@post("/employer/claim", status_code=200, opt={ROUTE: NEWCOMER_PAGE})
async def claim(
    request: AnyRequest,
    page: Page,
    system: System,
    actor: Actor,
    data: Annotated[NibForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[bytes]:
    """Claim an employer: a code goes to the registry's address, or an officer decides."""
    block = client_block(request.client.host if request.client else "")
    try:
        nib = require_nib(data.nib)
        claimed = await claim_employer(
            system, actor, nib, client_block=block, language=page.language
        )
    except (InvalidInput, NotFound) as error:
        return page.show("employer/claim.html", status=422, error=error, nib=data.nib)
    except TooSoon as error:
        return page.show("employer/claim.html", status=429, error=error, nib=data.nib)
    if claimed.letter is not None:
        return page.show("employer/claimed.html", claim=claimed, error=None)
    return page.go(_home(nib) if claimed.state is RepresentationState.ACTIVE else _claim(nib))


@get("/employer/{nib:str}/claim", opt={ROUTE: EMPLOYER_PAGE})
async def show_claim(
    page: Page,
    system: System,
    actor: Actor,
    nib: str,
) -> Response[bytes]:
    """Where a claim stands."""
    number = require_nib(nib)
    return await _show_claim(page, system, actor, number)


@post("/employer/{nib:str}/claim", status_code=200, opt={ROUTE: EMPLOYER_PAGE})
async def use_claim_code(
    page: Page,
    system: System,
    actor: Actor,
    nib: str,
    data: Annotated[CodeForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[bytes]:
    """Become a representative with the code.

    Args:
        nib: of the employer, 13 digits.
        data: the code as typed.
    """
    number = require_nib(nib)
    try:
        await confirm_claim(system, actor, number, data.code)
    except InvalidInput as error:
        return await _show_claim(page, system, actor, number, error)
    return page.go(_home(number))


@post("/employer/{nib:str}/claim/officer", status_code=200, opt={ROUTE: EMPLOYER_PAGE})
async def let_officer_decide(
    page: Page,
    system: System,
    actor: Actor,
    nib: str,
) -> Response[bytes]:
    """Nobody reads the registry's address: an officer decides."""
    number = require_nib(nib)
    await ask_officer(system, actor, number)
    return page.go(_claim(number))


@get("/employer/{nib:str}/keys", opt={ROUTE: EMPLOYER_PAGE})
async def show_keys(
    page: Page,
    system: System,
    actor: Actor,
    nib: str,
) -> Response[bytes]:
    """The employer's API keys."""
    return await _show_keys(page, system, actor, require_nib(nib))


@post("/employer/{nib:str}/keys", status_code=200, opt={ROUTE: EMPLOYER_PAGE})
async def make_key(
    page: Page,
    system: System,
    actor: Actor,
    nib: str,
    data: Annotated[LabelForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[bytes]:
    """Make a key; its text is on this answer and nowhere else.

    Args:
        nib: of the employer, 13 digits.
        data: what the key is called.
    """
    number = require_nib(nib)
    try:
        text = await create_api_key(system, actor, number, data.label)
    except (InvalidInput, Conflict, TooSoon) as error:
        return await _show_keys(page, system, actor, number, error=error)
    return await _show_keys(page, system, actor, number, new_key=text)


@post("/employer/{nib:str}/keys/withdraw", status_code=200, opt={ROUTE: EMPLOYER_PAGE})
async def withdraw_key(
    page: Page,
    system: System,
    actor: Actor,
    nib: str,
    data: Annotated[ApiKeyForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[bytes]:
    """Withdraw a key.

    Args:
        nib: of the employer, 13 digits.
        data: which key, and whether the reader has seen what it does.
    """
    number = require_nib(nib)
    if data.sure != SURE:
        keys = await list_api_keys(system, actor, number)
        label = next((one.label for one in keys if one.api_key_id == data.api_key_id), None)
        if label is None:
            return page.go(f"{_home(number)}/keys")
        back = f"{_home(number)}/keys"
        question = Question(_WITHDRAW, label, _WITHDRAW_EFFECTS, _WITHDRAW_BUTTON, back)
        return ask_first(page, question, {"api_key_id": data.api_key_id})
    await withdraw_api_key(system, actor, number, ApiKeyId(data.api_key_id))
    return page.go(f"{_home(number)}/keys?done=key-withdrawn")


async def claim_of(system: System, actor: Actor, nib: Nib) -> Claim | None:
    """The reader's claim on an employer, with its name."""
    return await my_claim(system, actor, nib)


async def _show_claim(
    page: Page, system: System, actor: Actor, nib: Nib, error: StrpError | None = None
) -> Response[bytes]:
    found = await claim_of(system, actor, nib)
    if found is None:
        return page.go("/employer/claim")
    if found.state is RepresentationState.ACTIVE:
        return page.go(_home(nib))
    status = 200 if error is None else 422
    return page.show("employer/claimed.html", status=status, claim=found, error=error)


async def _show_keys(
    page: Page,
    system: System,
    actor: Actor,
    nib: Nib,
    *,
    error: StrpError | None = None,
    new_key: str | None = None,
) -> Response[bytes]:
    return page.show(
        "employer/keys.html",
        status=200 if error is None else 422,
        nib=nib,
        keys=await list_api_keys(system, actor, nib),
        error=error,
        new_key=new_key,
        longest_label=LABEL_MAX_LENGTH,
    )


def _home(nib: Nib) -> str:
    return f"/employer/{format_nib(nib)}"


def _claim(nib: Nib) -> str:
    return f"{_home(nib)}/claim"


_WITHDRAW = Text("Cabut kunci ini?", "Withdraw this key?")
_WITHDRAW_BUTTON = Text("Ya, cabut kunci", "Yes, withdraw the key")
_WITHDRAW_EFFECTS = (
    Text(
        "Sistem yang memakai kunci ini tidak dapat mengajukan lagi, dalam beberapa detik.",
        "The system that uses this key can file no more, within seconds.",
    ),
    Text(
        "Yang sudah diajukan dengannya tetap ada. Kunci yang dicabut tidak dapat dipakai lagi; "
        "buat yang baru.",
        "What was filed with it stays. A withdrawn key is never used again; make a new one.",
    ),
)
EMPLOYER_PAGES = (
    show_employers,
    choose_employer,
    ask_nib,
    claim,
    show_claim,
    use_claim_code,
    let_officer_decide,
    *PEOPLE_PAGES,
    show_keys,
    make_key,
    withdraw_key,
)

"""The office's claims: who represents an employer."""

from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body

from strp.domain.account import AccountId, Actor, may_revoke
from strp.domain.employer import require_nib
from strp.usecases.decide_claim import claims_to_decide, decide_claim
from strp.usecases.system import System
from strp.web.page import Page


class ClaimForm(msgspec.Struct, kw_only=True):
    """The officer's word on a claim as it was shown."""

    nib: str
    account_id: int
    version: int
    word: str = ""


@get("/office/claims")
async def show_claims(page: Page, system: System, actor: Actor) -> Response[bytes]:
    """Claims and disputes that wait for an officer; the look is recorded."""
    return page.show(
        "office/claims.html",
        claims=await claims_to_decide(system, actor),
        may_decide_claims=True,
        may_revoke=may_revoke(actor),
    )


@post("/office/claims", status_code=200)
async def decide_shown_claim(
    page: Page,
    system: System,
    actor: Actor,
    data: Annotated[ClaimForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[bytes]:
    """Approve or refuse a claim."""
    await decide_claim(
        system,
        actor,
        require_nib(data.nib),
        AccountId(data.account_id),
        approve=data.word == "approve",
        version=data.version,
    )
    return page.go("/office/claims")


OFFICE_CLAIM_PAGES = (show_claims, decide_shown_claim)

"""The office's claims: who represents an employer."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

import msgspec
from litestar import Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body

from strp.domain.employers.claims import BEFORE_ALL, ClaimPlace
from strp.domain.employers.employer import require_nib
from strp.domain.identifiers import Nib, format_nib, parse_nib
from strp.domain.people.account import AccountId, Actor, may_revoke
from strp.domain.text import Text
from strp.http.route_class import OFFICE_PAGE, ROUTE
from strp.usecases.employers.decide_claim import claims_to_decide, decide_claim
from strp.usecases.process.system import System
from strp.web.framework.buttons import chosen
from strp.web.framework.confirm import SURE, Question, ask_first
from strp.web.framework.page import Page


class ClaimForm(msgspec.Struct, kw_only=True):
    """The officer's word on a claim as it was shown."""

    nib: str
    account_id: int
    version: int
    word: str = ""
    sure: str = ""


@get("/office/claims", opt={ROUTE: OFFICE_PAGE})
async def show_claims(
    page: Page, system: System, actor: Actor, after: str = "", nib: str = ""
) -> Response[bytes]:
    """Claims and disputes that wait for an officer; the look is recorded.

    Args:
        after: place of the last one of the page before; empty for the first page.
        nib: only of this employer; empty, or no NIB: of all.
    """
    number = parse_nib(nib) if nib else None
    found = await claims_to_decide(system, actor, after=_read_place(after), nib=number)
    return page.show(
        "office/claims.html",
        found=found,
        nib=nib,
        next=None if found.next is None else _write_place(found.next),
        may_decide_claims=True,
        may_revoke=may_revoke(actor),
    )


@post("/office/claims", status_code=200, opt={ROUTE: OFFICE_PAGE})
async def decide_shown_claim(
    page: Page,
    system: System,
    actor: Actor,
    data: Annotated[ClaimForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[bytes]:
    """Approve or refuse a claim; what a refusal does is told first."""
    approve, nib = chosen(data.word, _WORDS), require_nib(data.nib)
    if not approve and data.sure != SURE:
        question = Question(_REFUSE, f"NIB {format_nib(nib)}", _EFFECTS, _BUTTON, "/office/claims")
        fields = {"nib": data.nib, "account_id": data.account_id, "version": data.version}
        return ask_first(page, question, {**fields, "word": data.word})
    await decide_claim(
        system,
        actor,
        nib,
        AccountId(data.account_id),
        approve=approve,
        version=data.version,
    )
    return page.go(f"/office/claims?done=claim-{'approved' if approve else 'refused'}")


def _write_place(place: ClaimPlace) -> str:
    """A place in the list as a page's address has it: numbers alone, nobody's address."""
    microseconds = (place.claimed_at - _EPOCH) // timedelta(microseconds=1)
    return f"{microseconds}-{place.nib}-{place.account_id}"


def _read_place(text: str) -> ClaimPlace:
    """The place behind which a page begins; the first page for anything else."""
    found = _PLACE.fullmatch(text)
    if found is None:
        return BEFORE_ALL
    at, nib, account = map(int, found.groups())
    return ClaimPlace(_EPOCH + timedelta(microseconds=at), Nib(nib), AccountId(account))


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_PLACE: Final = re.compile(r"([0-9]{1,16})-([0-9]{1,13})-([0-9]{1,18})", re.ASCII)

_WORDS: Final = {"approve": True, "refuse": False}

_REFUSE = Text("Tolak klaim ini?", "Refuse this claim?")
_BUTTON = Text("Ya, tolak klaim", "Yes, refuse the claim")
_EFFECTS = (
    Text(
        "Orang ini tidak dapat mengajukan untuk perusahaan ini, atau tidak lagi: wewenang dan "
        "kunci API yang dibuatnya berakhir.",
        "This person cannot file for this company, or no longer: their right and the API keys "
        "that they made end.",
    ),
    Text(
        "Yang sudah diajukan dan surat yang sudah terbit tetap ada. Orang ini diberi tahu dan "
        "dapat mengajukan keberatan.",
        "What was filed and issued stays. The person is told, and may object.",
    ),
)

OFFICE_CLAIM_PAGES = (show_claims, decide_shown_claim)

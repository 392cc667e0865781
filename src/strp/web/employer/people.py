"""Who else acts for an employer: adding, removing and objecting to a colleague, and leaving it."""

from collections.abc import Sequence
from typing import Annotated, Final

import msgspec
from litestar import Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body

from strp.domain.employers.employer import require_nib
from strp.domain.identifiers import Nib, format_nib
from strp.domain.people.account import AccountId, Actor
from strp.domain.text import Text
from strp.http.route_class import EMPLOYER_PAGE, ROUTE
from strp.usecases.employers.claim import my_claim
from strp.usecases.employers.dispute_claim import colleagues, dispute
from strp.usecases.employers.leave import leave_employer, remove_colleague
from strp.usecases.process.system import System
from strp.web.framework.confirm import SURE, Question, ask_first
from strp.web.framework.page import Page

LARGEST: Final = 1 << 63


class ColleagueForm(msgspec.Struct, kw_only=True):
    """Whom it is about, and what becomes of them: `dispute`, `remove` or, of oneself, `leave`."""

    account_id: int = 0
    word: str = ""
    sure: str = ""


@get("/employer/{nib:str}/people", opt={ROUTE: EMPLOYER_PAGE})
async def show_people(
    page: Page,
    system: System,
    actor: Actor,
    nib: str,
) -> Response[bytes]:
    """Who else acts for the employer.

    Args:
        nib: of the employer, 13 digits.
    """
    number = require_nib(nib)
    found = await colleagues(system, actor, number)
    return page.show("employer/people.html", nib=number, colleagues=found)


@post("/employer/{nib:str}/people", status_code=200, opt={ROUTE: EMPLOYER_PAGE})
async def change_people(
    page: Page,
    system: System,
    actor: Actor,
    nib: str,
    data: Annotated[ColleagueForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[bytes]:
    """Say that somebody does not act for the employer, end that they do, or leave it oneself.

    Args:
        nib: of the employer, 13 digits.
        data: whose account, what becomes of it, and whether the reader has seen what that means.
    """
    number = require_nib(nib)
    word = data.word if data.word in _QUESTIONS else "dispute"
    account_id = AccountId(data.account_id if 0 < data.account_id < LARGEST else 0)
    if data.sure != SURE:
        found = await colleagues(system, actor, number)
        who = next((one.email_masked for one in found if one.account_id == account_id), None)
        claim = await my_claim(system, actor, number)
        if word == "leave":
            who = claim.employer_name if claim else None
        if who is None:
            return page.go(_people(number))
        title, effects, button = _QUESTIONS[word]
        if word == "leave" and not any(one.state.value == "active" for one in found):
            effects = (*effects, _LAST)
        question = Question(title, who, effects, button, _people(number))
        return ask_first(page, question, {"account_id": data.account_id, "word": word})
    match word:
        case "leave":
            await leave_employer(system, actor, number)
            return page.go("/employer?done=left")
        case "remove":
            await remove_colleague(system, actor, number, account_id)
            return page.go(f"{_people(number)}?done=colleague-removed")
        case _:
            await dispute(system, actor, number, account_id)
            return page.go(f"{_people(number)}?done=disputed")


def _people(nib: Nib) -> str:
    return f"/employer/{format_nib(nib)}/people"


_DISPUTE = Text("Ajukan sanggahan terhadap orang ini?", "Object to this person?")
_DISPUTE_BUTTON = Text("Ya, ajukan sanggahan", "Yes, object")
_DISPUTE_EFFECTS = (
    Text(
        "Seorang petugas memutuskan apakah orang ini mewakili perusahaan Anda.",
        "An officer decides whether this person acts for your company.",
    ),
    Text(
        "Sampai saat itu ia tetap dapat mengajukan. Bila ditolak, wewenang dan kunci API yang "
        "dibuatnya berakhir.",
        "Until then they can go on filing. If refused, their right and the API keys that they "
        "made end.",
    ),
    Text(
        "Sanggahan ini tidak dapat ditarik kembali di sini.",
        "This objection cannot be taken back here.",
    ),
)

_KEYS = Text(
    "Kunci API yang dibuatnya langsung tidak berlaku. Yang sudah diajukan tetap ada.",
    "API keys that they made end at once. What was filed stays.",
)
_LAST = Text(
    "Tidak ada penanggung jawab lain: perusahaan ini tidak dapat mengajukan sampai seseorang "
    "mewakilinya lagi.",
    "Nobody else acts for the company: it files nothing until somebody claims it again.",
)
_QUESTIONS: dict[str, tuple[Text, Sequence[Text], Text]] = {
    "dispute": (_DISPUTE, _DISPUTE_EFFECTS, _DISPUTE_BUTTON),
    "remove": (
        Text("Keluarkan orang ini?", "Remove this person?"),
        (
            Text(
                "Ia langsung tidak dapat mengajukan untuk perusahaan ini, dan diberi tahu lewat "
                "surel.",
                "They can file for the company no more, at once, and are told by e-mail.",
            ),
            _KEYS,
            Text(
                "Ia dapat mewakili lagi hanya dengan kode ke alamat perusahaan.",
                "They come back only with a code to the company's address.",
            ),
        ),
        Text("Ya, keluarkan", "Yes, remove them"),
    ),
    "leave": (
        Text("Berhenti mewakili perusahaan ini?", "Stop acting for this company?"),
        (
            Text(
                "Anda tidak dapat lagi mengajukan atau melihat pengajuannya.",
                "You can neither file for it nor see its filings any more.",
            ),
            Text(
                "Kunci API yang Anda buat langsung tidak berlaku. Yang sudah diajukan tetap ada.",
                "API keys that you made end at once. What was filed stays.",
            ),
        ),
        Text("Ya, berhenti", "Yes, stop"),
    ),
}

PEOPLE_PAGES = (show_people, change_people)

"""Do I need an STRP, and who files it? One question a page, in addresses that a cache may keep."""

from dataclasses import replace
from typing import Final

from litestar import Response, get

from strp.domain.employers.employer import EmployerFacts, require_nib
from strp.domain.errors import InvalidInput, NotFound, StrpError
from strp.domain.overload import Priority
from strp.domain.rules.policy import Policy
from strp.domain.screening.eligibility import (
    Eligibility,
    EligibilityOutcome,
    Role,
    eligibility_of_kbli,
    eligibility_of_role,
    eligibility_of_sector,
    roles,
)
from strp.domain.text import Text
from strp.http.route_class import ROUTE, Effort, KeptPage, RouteClass
from strp.usecases.process.system import System
from strp.usecases.rules.eligibility import CURRENT_EDITION, tell_employer
from strp.web.framework.page import FOR_A_MINUTE, Page

# What the sign of the answer says beside its words.
SIGNS = {
    EligibilityOutcome.FILE: "good",
    EligibilityOutcome.FILE_ALONE: "good",
    EligibilityOutcome.REVIEW: "warn",
    EligibilityOutcome.ENTER_NIB: "warn",
    EligibilityOutcome.COMPANY_FILES: "good",
    EligibilityOutcome.EXEMPT: "good",
    EligibilityOutcome.NON_ESSENTIAL: "bad",
}


_ROLE, _SECTOR = "role=", "sector="


def _is_role(policy: Policy | None, address: str) -> bool:
    role = address.partition("?")[2]
    return policy is not None and role.startswith(_ROLE) and role[len(_ROLE) :] in roles(policy)


def _is_sector(policy: Policy | None, address: str) -> bool:
    sector = address.partition("?")[2]
    if policy is None or not sector.startswith(_SECTOR):
        return False
    code = sector[len(_SECTOR) :]
    return code == "N" or policy.sector(code) is not None


SEARCH: Final = RouteClass(
    priority=Priority.LOOK_UP, effort=Effort.SEARCH, cache=KeptPage(knows=_is_sector)
)
BY_ROLE: Final = replace(
    SEARCH,
    cache=KeptPage(
        queries=tuple(f"{_ROLE}{role.value}" for role in Role if role is not Role.COMPANY),
        knows=_is_role,
    ),
)


@get("/eligibility", opt={ROUTE: BY_ROLE})
async def ask_who(page: Page, role: str | None = None) -> Response[bytes]:
    """First question: who are you? An answer at once for all but companies."""
    policy = page.policy
    if policy is None:
        return page.show("rules.html", cache=FOR_A_MINUTE, policy=None)
    if role == Role.COMPANY:
        return page.go("/eligibility/company")
    if role is None:
        return _ask(page, "eligibility/who.html", policy, error=None)
    return _answer_role(page, policy, role)


@get("/eligibility/answer", opt={ROUTE: BY_ROLE})
async def answer_who(page: Page, role: str = "") -> Response[bytes]:
    """The answer to the first question, or the question again where nothing was chosen.

    The question is sent to an address of its own: a form without a choice says nothing else.
    """
    policy = page.policy
    if policy is None:
        return page.show("rules.html", cache=FOR_A_MINUTE, policy=None)
    if role == Role.COMPANY:
        return page.go("/eligibility/company")
    return _answer_role(page, policy, role)


def _answer_role(page: Page, policy: Policy, role: str) -> Response[bytes]:
    try:
        if not role:
            raise InvalidInput("nothing-chosen", _NOTHING_CHOSEN)
        return _answer(page, policy, eligibility_of_role(policy, role))
    except InvalidInput as error:
        return _ask(page, "eligibility/who.html", policy, error)


@get("/eligibility/company", opt={ROUTE: SEARCH})
async def ask_company(page: Page, system: System, nib: str | None = None) -> Response[bytes]:
    """Second question to a company: its NIB."""
    policy = page.policy
    if policy is None:
        return page.show("rules.html", cache=FOR_A_MINUTE, policy=None)
    if nib is None:
        return _ask(page, "eligibility/company.html", policy, error=None, nib="")
    try:
        employer, answer = await tell_employer(system, require_nib(nib))
    except (InvalidInput, NotFound) as error:
        return _ask(page, "eligibility/company.html", policy, error, nib=nib)
    return _answer(page, policy, answer, employer)


@get("/eligibility/sector", opt={ROUTE: SEARCH})
async def ask_sector(
    page: Page, sector: str | None = None, kbli: str | None = None
) -> Response[bytes]:
    """The same question to a company that has no NIB at hand: its sector or business class.

    Args:
        sector: code, `N` for none of them; None: nothing was chosen.
        kbli: codes of business classes as typed; None: nothing was typed.
    """
    if page.policy is None:
        return page.show("rules.html", cache=FOR_A_MINUTE, policy=None)
    if sector or kbli:
        return _answer_sector(page, page.policy, sector or "", kbli or "")
    return _ask(page, "eligibility/sector.html", page.policy, error=None, kbli="", at="sector")


@get("/eligibility/sector/answer", opt={ROUTE: SEARCH})
async def answer_sector(page: Page, sector: str = "", kbli: str = "") -> Response[bytes]:
    """The answer for a sector or business class, or the question again without either.

    Args:
        sector: code, `N` for none of them; empty: nothing was chosen.
        kbli: codes of business classes as typed; empty: nothing was typed.
    """
    if page.policy is None:
        return page.show("rules.html", cache=FOR_A_MINUTE, policy=None)
    return _answer_sector(page, page.policy, sector, kbli)


def _answer_sector(page: Page, policy: Policy, sector: str, kbli: str) -> Response[bytes]:
    try:
        if kbli.strip():
            codes = kbli.replace(",", " ").replace(";", " ").split()
            return _answer(page, policy, eligibility_of_kbli(policy, codes, CURRENT_EDITION))
        if not sector:
            raise InvalidInput("nothing-chosen", _NOTHING_CHOSEN)
        return _answer(page, policy, eligibility_of_sector(policy, sector))
    except InvalidInput as error:
        at = "kbli" if kbli.strip() else "sector"
        return _ask(page, "eligibility/sector.html", policy, error, kbli=kbli, at=at)


def _ask(
    page: Page, template: str, policy: Policy, error: StrpError | None, **typed: str
) -> Response[bytes]:
    status = 200 if error is None else 422
    return page.show(
        template, status=status, cache=FOR_A_MINUTE, policy=policy, error=error, **typed
    )


def _answer(
    page: Page, policy: Policy, answer: Eligibility, employer: EmployerFacts | None = None
) -> Response[bytes]:
    return page.show(
        "eligibility/answer.html",
        cache=FOR_A_MINUTE,
        policy=policy,
        answer=answer,
        employer=employer,
        sign_kind=SIGNS[answer.outcome],
    )


_NOTHING_CHOSEN = Text("Pilih salah satu jawaban.", "Choose one of the answers.")
ELIGIBILITY_PAGES = (ask_who, answer_who, ask_company, ask_sector, answer_sector)

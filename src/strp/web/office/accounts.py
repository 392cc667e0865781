"""The administrator's page: accounts of officials are listed, searched, added, closed, helped."""

from typing import Annotated, Final
from urllib.parse import urlencode

import msgspec
from litestar import Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, QueryParameter

from strp.domain.errors import Conflict, FieldError, InvalidInput, NotFound, StrpError
from strp.domain.people.account import Actor, Role, may_manage_accounts, not_your_task
from strp.domain.text import Text, clean_line
from strp.domain.waiting_room.lanes import Lane
from strp.http.route_class import OFFICE_PAGE, ROUTE, Effort, RouteClass
from strp.usecases.people.accounts import AccountChange, add_account, close_account
from strp.usecases.people.find_accounts import (
    list_officials,
    search_officials,
)
from strp.usecases.people.own_security import reset_second_factor
from strp.usecases.process.system import System
from strp.web.framework.confirm import SURE, Question, ask_first
from strp.web.framework.page import Page

LONGEST_SEARCH: Final = 100
MOST_NUMBER: Final = (1 << 63) - 1
OFFICIALS = tuple(role for role in Role if role is not Role.REPRESENTATIVE)


class AccountForm(msgspec.Struct, kw_only=True):
    """Whose account, and what becomes of it."""

    email: str = ""
    role: str = ""
    word: str = ""
    sure: str = ""


class SearchForm(msgspec.Struct, kw_only=True):
    """Whom to look for; an address stays out of addresses of pages, and so out of logs."""

    q: str = ""
    role: str = ""
    state: str = ""


@get("/office/accounts", opt={ROUTE: OFFICE_PAGE})
async def show_accounts(
    page: Page,
    system: System,
    actor: Actor,
    role: str = "",
    status: Annotated[str, QueryParameter(name="state")] = "",
    after: int = 0,
) -> Response[bytes]:
    """The accounts of officials, and the form for another.

    Args:
        role: only accounts of it; empty: all.
        status: `open` or `closed`; empty: both.
        after: number of the account that the page begins behind.

    Raises:
        Forbidden: `not-your-task`.
    """
    if not may_manage_accounts(actor):
        raise not_your_task()
    return await _show(
        page, system, actor, AccountForm(), chosen=SearchForm(role=role, state=status), after=after
    )


SEARCH: Final = RouteClass(lane=Lane.OFFICIALS, effort=Effort.SEARCH)


@post("/office/accounts/search", status_code=200, opt={ROUTE: SEARCH})
async def search_accounts(
    page: Page,
    system: System,
    actor: Actor,
    data: Annotated[SearchForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[bytes]:
    """The same page with the officials that were looked for.

    Args:
        data: part of an address or unit, role and state.

    Raises:
        Forbidden: `not-your-task`.
    """
    if not may_manage_accounts(actor):
        raise not_your_task()
    wanted = clean_line(data.q).strip()[:LONGEST_SEARCH]
    chosen = SearchForm(q=wanted, role=_role_in(data.role) or "", state=_state_in(data.state))
    if not wanted:
        kept = {
            name: text for name, text in (("role", chosen.role), ("state", chosen.state)) if text
        }
        return page.go("/office/accounts" + (f"?{urlencode(kept)}" if kept else ""))
    return await _show(page, system, actor, AccountForm(), chosen=chosen)


@get("/office/accounts/search", opt={ROUTE: OFFICE_PAGE})
async def leave_search(page: Page, actor: Actor) -> Response[bytes]:
    """Where the language switch leads after a search.

    Raises:
        Forbidden: `not-your-task`.
    """
    if not may_manage_accounts(actor):
        raise not_your_task()
    return page.go("/office/accounts")


@post("/office/accounts", status_code=200, opt={ROUTE: OFFICE_PAGE})
async def change_account(
    page: Page,
    system: System,
    actor: Actor,
    data: Annotated[AccountForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[bytes]:
    """Add an account, close one, or remove its second factor; what ends is told first.

    Args:
        data: what to do to which account, and whether the reader has seen what it does.

    Raises:
        Forbidden: `not-your-task`.
    """
    if not may_manage_accounts(actor):
        raise not_your_task()
    change: AccountChange | None = None
    asked = _QUESTIONS.get(data.word)
    if asked is not None and data.email.strip() and data.sure != SURE:
        title, effects, button = asked
        question = Question(title, data.email.strip(), effects, button, "/office/accounts")
        return ask_first(page, question, {"email": data.email, "word": data.word})
    try:
        if data.word == "close":
            await close_account(system, actor, data.email)
        elif data.word == "reset-factor":
            await reset_second_factor(system, actor, data.email)
        else:
            _, change = await add_account(
                system, actor, _role(data.role), data.email, language=page.language
            )
    except (InvalidInput, NotFound, Conflict) as error:
        return await _show(page, system, actor, data, error=error)
    return await _show(page, system, actor, AccountForm(), done=data, change=change)


def _role_in(text: str) -> Role | None:
    return next((role for role in OFFICIALS if role.value == text), None)


def _state_in(text: str) -> str:
    return text if text in _IS_OPEN else ""


def _role(text: str) -> Role:
    role = _role_in(text)
    if role is None:
        fields = [FieldError("role", "missing", _CHOOSE_ROLE)]
        raise InvalidInput("role-missing", _CHOOSE_ROLE, fields=fields)
    return role


async def _show(
    page: Page,
    system: System,
    actor: Actor,
    form: AccountForm,
    *,
    chosen: SearchForm | None = None,
    after: int = 0,
    error: StrpError | None = None,
    done: AccountForm | None = None,
    change: AccountChange | None = None,
) -> Response[bytes]:
    chosen = chosen or SearchForm()
    role, is_open = _role_in(chosen.role), _IS_OPEN.get(chosen.state)
    if chosen.q:
        found = await search_officials(system, actor, chosen.q, role=role, is_open=is_open)
    else:
        found = await list_officials(
            system, actor, role=role, is_open=is_open, after=max(0, min(after, MOST_NUMBER))
        )
    return page.show(
        "office/accounts.html",
        found=found,
        chosen=chosen,
        after=after,
        own=actor.account_id,
        status=200 if error is None else 422,
        form=form,
        roles=[role.value for role in OFFICIALS],
        error=error,
        required=page.system.settings.is_second_factor_required,
        done=done,
        change=change,
    )


_IS_OPEN = {"open": True, "closed": False}
_CHOOSE_ROLE = Text(id="Pilih tugas akun ini.", en="Choose what this account is for.")

_QUESTIONS = {
    "close": (
        Text("Tutup akun ini?", "Close this account?"),
        (
            Text(
                "Sesi, wewenang, kunci API, dan pengajuan yang ditangani berakhir saat itu juga.",
                "Its sessions, rights, API keys and the files that it holds end at once.",
            ),
            Text(
                "Membukanya kembali tidak menghidupkan apa pun dari itu.",
                "Opening it again brings none of that back.",
            ),
        ),
        Text("Ya, tutup akun", "Yes, close the account"),
    ),
    "reset-factor": (
        Text("Hapus faktor kedua akun ini?", "Remove this account's second factor?"),
        (
            Text(
                "Aplikasi autentikator, kunci sandi, dan kode pemulihannya tidak berlaku lagi; "
                "semua sesinya berakhir.",
                "Its authenticator app, passkeys and recovery codes end, and so do its sessions.",
            ),
            Text(
                "Pemiliknya mendapat surat, dan memasang yang baru saat masuk berikutnya.",
                "Its owner gets a letter, and sets up a new one at the next sign-in.",
            ),
            Text(
                "Pastikan dulu bahwa memang pemiliknya yang meminta.",
                "Make sure first that it is its owner who asks.",
            ),
        ),
        Text("Ya, hapus faktor kedua", "Yes, remove the second factor"),
    ),
}

OFFICE_ACCOUNT_PAGES = (show_accounts, change_account, search_accounts, leave_search)

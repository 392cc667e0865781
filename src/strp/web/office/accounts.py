"""The administrator's page: accounts of officials are added, closed and helped."""

from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body

from strp.domain.errors import Conflict, FieldError, InvalidInput, NotFound, StrpError
from strp.domain.people.account import Actor, Role, may_manage_accounts, not_your_task
from strp.domain.text import Text
from strp.http.route_class import OFFICE_PAGE, ROUTE
from strp.usecases.people.accounts import AccountChange, add_account, close_account
from strp.usecases.people.own_security import reset_second_factor
from strp.usecases.process.system import System
from strp.web.framework.confirm import SURE, Question, ask_first
from strp.web.framework.page import Page

OFFICIALS = tuple(role for role in Role if role is not Role.REPRESENTATIVE)


class AccountForm(msgspec.Struct, kw_only=True):
    """Whose account, and what becomes of it."""

    email: str = ""
    role: str = ""
    word: str = ""
    sure: str = ""


@get("/office/accounts", opt={ROUTE: OFFICE_PAGE})
async def show_accounts(page: Page, actor: Actor) -> Response[bytes]:
    """The form.

    Raises:
        Forbidden: `not-your-task`.
    """
    if not may_manage_accounts(actor):
        raise not_your_task()
    return _show(page, AccountForm())


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
        return _show(page, data, error=error)
    return _show(page, AccountForm(), done=data, change=change)


def _role(text: str) -> Role:
    role = next((role for role in OFFICIALS if role.value == text), None)
    if role is None:
        fields = [FieldError("role", "missing", _CHOOSE_ROLE)]
        raise InvalidInput("role-missing", _CHOOSE_ROLE, fields=fields)
    return role


def _show(
    page: Page,
    form: AccountForm,
    *,
    error: StrpError | None = None,
    done: AccountForm | None = None,
    change: AccountChange | None = None,
) -> Response[bytes]:
    return page.show(
        "office/accounts.html",
        status=200 if error is None else 422,
        form=form,
        roles=[role.value for role in OFFICIALS],
        error=error,
        required=page.system.settings.is_second_factor_required,
        done=done,
        change=change,
    )


_CHOOSE_ROLE = Text(id="Pilih tugas akun ini.", en="Choose what this account is for.")

_QUESTIONS = {
    "close": (
        Text("Tutup akun ini?", "Close this account?"),
        (
            Text(
                "Sesi, wewenang, kunci API, dan berkas yang dipegangnya berakhir saat itu juga.",
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
        ),
        Text("Ya, hapus faktor kedua", "Yes, remove the second factor"),
    ),
}

OFFICE_ACCOUNT_PAGES = (show_accounts, change_account)

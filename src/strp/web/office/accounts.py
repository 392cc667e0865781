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
from strp.web.framework.page import Page

OFFICIALS = tuple(role for role in Role if role is not Role.REPRESENTATIVE)


class AccountForm(msgspec.Struct, kw_only=True):
    """Whose account, and what becomes of it."""

    email: str = ""
    role: str = ""
    word: str = ""


@get("/office/accounts", opt={ROUTE: OFFICE_PAGE})
async def show_accounts(page: Page, actor: Actor) -> Response[bytes]:
    """The form."""
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
    """Add an account, close one, or remove its second factor."""
    change: AccountChange | None = None
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

OFFICE_ACCOUNT_PAGES = (show_accounts, change_account)

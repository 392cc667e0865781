"""`strp account`: accounts of officials."""

from enum import StrEnum
from typing import Annotated

import typer

from strp.cli.installation import open_system, run
from strp.cli.output import Json, Yes, ask_first, print_json, print_table

group = typer.Typer(no_args_is_help=True, help="Add, close and list accounts of officials.")


class Official(StrEnum):
    """Roles that are given, not taken."""

    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    INSPECTOR = "inspector"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


@group.callback()
def accounts() -> None:
    """Accounts of officials; they sign in with a code by mail and a second factor."""


@group.command()
def add(
    role: Annotated[Official, typer.Option(help="What the account may do.")],
    email: Annotated[str, typer.Option(help="Address that codes are sent to.")],
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Add an account; a closed one is opened again, one that stands stays as it is."""
    ask_first(f"Adds {email} as {role}, or opens that account again if it is closed.", yes=yes)
    number, change = run(_add(role, email))
    if json:
        print_json({"account_id": number, "role": role.value, "change": change})
    else:
        print(f"{email} is account {number}, {role}: {change}.")


async def _add(role: Official, email: str) -> tuple[int, str]:
    from strp.domain.people.account import OPERATOR, Role
    from strp.usecases.people.accounts import add_account

    async with open_system() as system:
        account_id, change = await add_account(system, OPERATOR, Role(role.value), email)
    return account_id, change.value


@group.command()
def close(
    email: Annotated[str, typer.Option(help="Address of the account.")],
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Close an account, and end its sessions, representations, API keys and leases."""
    ask_first(
        f"Closes the account of {email}. Its sessions, representations, API keys, kept tickets "
        "and leases on the desk end now, and do not come back when it is opened again.",
        yes=yes,
    )
    number = run(_close(email))
    if json:
        print_json({"account_id": number, "closed": True})
    else:
        print(f"{email}, account {number}, is closed.")


async def _close(email: str) -> int:
    from strp.domain.people.account import OPERATOR
    from strp.usecases.people.accounts import close_account

    async with open_system() as system:
        return await close_account(system, OPERATOR, email)


@group.command()
def code(
    email: Annotated[str, typer.Option(help="Address of the account.")],
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Print what signs an official in once, while mail is away; recorded."""
    ask_first(
        f"Prints a link that signs {email} in once, within 30 minutes. It is recorded. Give it to "
        "nobody else.",
        yes=yes,
    )
    link = run(_code(email))
    if json:
        print_json({"link": link})
    else:
        print(link)


async def _code(email: str) -> str:
    from strp.domain.people.account import OPERATOR
    from strp.usecases.people.sign_in import give_link

    async with open_system() as system:
        return await give_link(system, OPERATOR, email)


@group.command("reset-factor")
def reset_factor(
    email: Annotated[str, typer.Option(help="Address of the account.")],
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Remove the second factor of an official who has lost it; recorded, told by letter."""
    ask_first(
        f"Removes the authenticator app, the passkeys and the recovery codes of {email} and ends "
        "all sessions. A new second factor is set up at the next sign-in, with a mail code alone.",
        yes=yes,
    )
    run(_reset_factor(email))
    if json:
        print_json({"reset": True})
    else:
        print(f"{email} has no second factor now.")


async def _reset_factor(email: str) -> None:
    from strp.domain.people.account import OPERATOR
    from strp.usecases.people.own_security import reset_second_factor

    async with open_system() as system:
        await reset_second_factor(system, OPERATOR, email)


@group.command("list")
def list_(json: Json = False) -> None:
    """List the accounts of officials, closed ones too; the look is recorded."""
    rows = run(_list())
    names = ("account_id", "role", "email", "created_at", "closed_at", "has_second_factor")
    if json:
        print_json({"accounts": [dict(zip(names, row, strict=True)) for row in rows]})
    else:
        print_table(
            "Accounts", ("account", "role", "e-mail", "added", "closed", "second factor"), rows
        )


async def _list() -> list[tuple[object, ...]]:
    from strp.domain.people.account import OPERATOR
    from strp.usecases.people.accounts import list_accounts

    async with open_system() as system:
        found = await list_accounts(system, OPERATOR)
    return [
        (
            each.account_id,
            each.role.value,
            each.email,
            each.created_at,
            each.closed_at,
            each.has_second_factor,
        )
        for each in found
    ]

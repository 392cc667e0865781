"""`strp account`: accounts of officials."""

from enum import StrEnum
from typing import Annotated

import typer

from strp.cli.answers import Json, Yes, ask_first, print_json
from strp.cli.opening import open_system, run

group = typer.Typer(no_args_is_help=True, help="Add accounts of officials.")


class Official(StrEnum):
    """Roles that are given, not taken."""

    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    INSPECTOR = "inspector"
    ADMINISTRATOR = "administrator"


@group.callback()
def accounts() -> None:
    """Add accounts of officials; they sign in with a code that goes to their address."""


@group.command()
def add(
    role: Annotated[Official, typer.Option(help="What the account may do.")],
    email: Annotated[str, typer.Option(help="Address that codes are sent to.")],
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Add an account; adding the same one again changes nothing."""
    ask_first(f"Adds {email} as {role}.", yes=yes)
    number = run(_add(role, email))
    if json:
        print_json({"account_id": number, "role": role.value})
    else:
        print(f"{email} is account {number}, {role}.")


async def _add(role: Official, email: str) -> int:
    from strp.domain.account import OPERATOR, Role
    from strp.usecases.add_account import add_account

    async with open_system() as system:
        return await add_account(system, OPERATOR, Role(role.value), email)

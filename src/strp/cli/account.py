"""`strp account`: accounts of officials."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from strp.cli.installation import open_system, run
from strp.cli.output import (
    ExitCode,
    Json,
    Yes,
    ask_first,
    print_json,
    print_table,
    say,
    wrong_use,
)

if TYPE_CHECKING:
    from strp.domain.people.account import AccountId
    from strp.usecases.people.official_list import OfficialListResult

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


@group.command("import")
def import_(
    file: Annotated[
        Path, typer.Argument(help="CSV with the columns email, role, and perhaps unit.")
    ],
    end_missing: Annotated[
        bool, typer.Option(help="End the officials of earlier files whom this one does not name.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option(help="Say what would change, and change nothing.")
    ] = False,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Add officials in bulk from a file, each told by a letter, and end who is missing from it."""
    if not file.is_file():
        wrong_use(f"There is no file {file}.")
    data = file.read_bytes()
    shown = run(_preview(data))
    _print_list(shown, json=json and dry_run)
    if dry_run:
        return
    ends = f", ends {len(shown.missing)} accounts that it does not name" if end_missing else ""
    ask_first(f"Brings the accounts of officials up to {file.name}{ends}.", yes=yes)
    end = [each.account_id for each in shown.missing] if end_missing else []
    done = run(_import(data, end))
    if json:
        _print_list(done, json=True)
    else:
        print(f"Done; {done.ended} accounts ended.")
    if len(done.problems) == done.lines:
        raise typer.Exit(ExitCode.REFUSED)


def _print_list(result: "OfficialListResult", *, json: bool) -> None:
    changes = {change.value: number for change, number in result.changes.items()}
    problems = [(each.line, each.column, each.code, say(each.detail)) for each in result.problems]
    missing = [(each.account_id, each.role.value, each.unit, each.email) for each in result.missing]
    heads, who = ("line", "column", "code", "detail"), ("account_id", "role", "unit", "email")
    if json:
        print_json(
            {
                "lines": result.lines,
                "changes": changes,
                "problems": [dict(zip(heads, row, strict=True)) for row in problems],
                "missing": [dict(zip(who, row, strict=True)) for row in missing],
                "ended": result.ended,
            }
        )
        return
    print_table("Lines", (*changes, "rejected"), [(*changes.values(), len(problems))])
    if problems:
        print_table("Problems", ("line", "column", "code", "how to fix it"), problems)
    if missing:
        print_table("Named by an earlier file, not by this one", who, missing)


async def _preview(data: bytes) -> "OfficialListResult":
    from strp.domain.people.account import OPERATOR
    from strp.usecases.people.official_list import preview_official_list

    async with open_system() as system:
        return await preview_official_list(system, OPERATOR, data)


async def _import(data: bytes, end: "list[AccountId]") -> "OfficialListResult":
    from strp.domain.people.account import OPERATOR
    from strp.usecases.people.official_list import import_official_list

    async with open_system() as system:
        return await import_official_list(system, OPERATOR, data, end=end)


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

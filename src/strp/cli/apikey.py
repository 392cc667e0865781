"""`strp apikey`: keys for the programs of employers."""

from typing import Annotated

import typer

from strp.cli.installation import open_system, run
from strp.cli.output import Json, Yes, ask_first, print_json, wrong_use
from strp.domain.identifiers import Nib, parse_nib

group = typer.Typer(no_args_is_help=True, help="Make keys for the programs of employers.")
NibOption = Annotated[str, typer.Option("--nib", help="The employer's NIB, 13 digits.")]


@group.callback()
def keys() -> None:
    """Make keys with which an employer's program files rosters."""


@group.command()
def create(
    nib: NibOption,
    label: Annotated[str, typer.Option(help="What the key is called.")] = "strp apikey create",
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Make a key for an employer and show it once; it is stored nowhere."""
    number = read_nib(nib)
    # Asks only at a terminal: a script that reads the key from --json has asked for it.
    if not json:
        ask_first(f"Makes a key that files rosters for NIB {nib}.", yes=yes)
    key = run(_create(number, label))
    if json:
        print_json({"key": key})
    else:
        print(f"{key}\nKeep it now: it is not shown again.")


async def _create(nib: Nib, label: str) -> str:
    from strp.domain.people.account import OPERATOR
    from strp.usecases.people.api_keys import create_api_key

    async with open_system() as system:
        return await create_api_key(system, OPERATOR, nib, label)


def read_nib(text: str) -> Nib:
    """Read a NIB; anything else is wrong use."""
    nib = parse_nib(text)
    if nib is None:
        wrong_use(f"A NIB has 13 digits; {text!r} has not.")
    return nib

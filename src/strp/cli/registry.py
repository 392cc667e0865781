"""`strp registry`: extracts of outside registries."""

from pathlib import Path
from typing import Annotated

import typer

from strp.cli.installation import open_system, run
from strp.cli.output import ExitCode, Json, Yes, ask_first, print_json, print_table, say, wrong_use

group = typer.Typer(no_args_is_help=True, help="Import registry extracts.")
import_group = typer.Typer(no_args_is_help=True, help="Import an extract.")
group.add_typer(import_group, name="import")


@import_group.command("employers")
def employers(
    file: Annotated[Path, typer.Argument(help="CSV extract of the employer registry.")],
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Bring the employer registry up to an extract; each of its lines is accounted for."""
    if not file.is_file():
        wrong_use(f"There is no file {file}.")
    ask_first(f"Brings the employer registry up to {file.name}.", yes=yes)
    raise typer.Exit(run(_import(file, json=json)))


async def _import(file: Path, *, json: bool) -> ExitCode:
    from strp.domain.people.account import OPERATOR
    from strp.usecases.employers.import_registry import import_employers

    async with open_system() as system:
        done = await import_employers(system, OPERATOR, file)
    ledger = done.ledger._asdict()
    problems = [(each.line, each.column, each.code, say(each.detail)) for each in done.problems]
    if json:
        names = ("line", "column", "code", "detail")
        print_json(
            {"ledger": ledger, "problems": [dict(zip(names, row, strict=True)) for row in problems]}
        )
    else:
        print_table("Lines", list(ledger), [list(ledger.values())])
        if problems:
            print_table("Problems", ("line", "column", "code", "how to mend it"), problems)
    if done.problems_left_out and not json:
        print(f"{done.problems_left_out} more problems are not shown.")
    all_rejected = ledger["rejected"] == ledger["rows"]
    return ExitCode.REFUSED if all_rejected else ExitCode.DONE
